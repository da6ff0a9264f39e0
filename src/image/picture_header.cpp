#include "image/picture_header.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <unordered_set>

#include "image/codecs.h"

namespace isr {
namespace {

using Bytes = std::span<const unsigned char>;

bool starts_with(Bytes bytes, std::string_view signature, std::size_t at = 0) {
  return bytes.size() >= at + signature.size() &&
         std::equal(signature.begin(), signature.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, unsigned char b) { return static_cast<unsigned char>(a) == b; });
}

long long big_endian(Bytes bytes, std::size_t at, int count) {
  long long value = 0;
  for (int i = 0; i < count; ++i) value = value << 8 | bytes[at + static_cast<std::size_t>(i)];
  return value;
}

long long little_endian_32(Bytes bytes, std::size_t at) {
  return static_cast<std::int32_t>(
      static_cast<std::uint32_t>(bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16) |
      static_cast<std::uint32_t>(bytes[at + 3]) << 24);
}

const std::string cut_short = "is cut short: its end is missing";

std::string size_defect(long long width, long long height) {
  if (width <= 0 || height <= 0) return "says in its header that it has no pixels";
  if (width <= codecs::most_pixels / height) return "";
  return "says in its header that it has " + std::to_string(width) + " x " + std::to_string(height) +
         " pixels, more than the " + std::to_string(codecs::most_pixels / 1'000'000) +
         " million that isr accepts";
}

// Signature, then chunks of length, type, data, checksum, from IHDR (width, height) to IEND.
std::string png_defect(Bytes bytes) {
  if (bytes.size() < 33) return cut_short;
  if (auto defect = size_defect(big_endian(bytes, 16, 4), big_endian(bytes, 20, 4)); !defect.empty())
    return defect;
  for (std::size_t at = 8; at + 12 <= bytes.size();) {
    if (starts_with(bytes, "IEND", at + 4)) return "";
    at += 12 + static_cast<std::size_t>(big_endian(bytes, at, 4));
  }
  return cut_short;
}

// Segments of marker and length up to the scan; inside it 0xFF is followed by 0 or a restart marker, so the
// last end-of-image marker of a whole file comes after the last start-of-scan.
std::string jpeg_defect(Bytes bytes) {
  for (std::size_t at = 2; at + 9 < bytes.size() && bytes[at] == 0xFF;) {
    const unsigned marker = bytes[at + 1];
    const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame)
      if (auto defect = size_defect(big_endian(bytes, at + 7, 2), big_endian(bytes, at + 5, 2));
          !defect.empty())
        return defect;
    if (marker == 0xDA) break;
    at += marker == 0xFF ? 1 : 2 + static_cast<std::size_t>(big_endian(bytes, at + 2, 2));
  }
  const auto last = [&](unsigned char marker) {
    const unsigned char pair[] = {0xFF, marker};
    return std::find_end(bytes.begin(), bytes.end(), std::begin(pair), std::end(pair)) - bytes.begin();
  };
  const auto end = static_cast<std::ptrdiff_t>(bytes.size());
  const auto scan = last(0xDA), finish = last(0xD9);
  return scan == end || finish == end || finish < scan ? cut_short : "";
}

std::string bmp_defect(Bytes bytes) {
  if (bytes.size() < 26) return cut_short;
  if (bytes[14] < 40) return "";  // the old header of 12 bytes has 16-bit sizes
  return size_defect(std::llabs(little_endian_32(bytes, 18)), std::llabs(little_endian_32(bytes, 22)));
}

// The number at `at` after blanks and comments, moving `at` behind it.
std::optional<long long> pnm_number(Bytes bytes, std::size_t& at) {
  while (at < bytes.size() && (std::isspace(bytes[at]) || bytes[at] == '#'))
    if (bytes[at++] == '#')
      while (at < bytes.size() && bytes[at] != '\n') ++at;
  long long value = -1;
  for (; at < bytes.size() && std::isdigit(bytes[at]) && value < 1'000'000'000; ++at)
    value = std::max(0LL, value) * 10 + (bytes[at] - '0');
  return value < 0 ? std::nullopt : std::optional(value);
}

std::string pnm_defect(Bytes bytes) {
  std::size_t at = 2;
  const auto width = pnm_number(bytes, at), height = pnm_number(bytes, at);
  if (!width || !height) return "has no width and height in its header";
  if (auto defect = size_defect(*width, *height); !defect.empty()) return defect;
  const char kind = static_cast<char>(bytes[1]);
  if (kind != '5' && kind != '6') return "";
  const auto most = pnm_number(bytes, at);
  if (!most) return cut_short;
  const long long expected = *width * *height * (kind == '6' ? 3 : 1) * (*most > 255 ? 2 : 1);
  return static_cast<long long>(bytes.size()) < static_cast<long long>(at) + 1 + expected ? cut_short : "";
}

// An unsigned number of so many bytes in the order of this TIFF file.
std::uint32_t tiff_number(Bytes bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value = value << 8 | bytes[at + (bytes[0] == 'M' ? i : count - 1 - i)];
  return value;
}

bool is_tiff(Bytes bytes) {
  return starts_with(bytes, std::string_view("II*\0", 4)) || starts_with(bytes, std::string_view("MM\0*", 4));
}

}  // namespace

// A header of 8 bytes that ends with the place of the first directory; each directory has a count, entries of
// 12 bytes, and the place of the next (0: none).
std::vector<std::uint32_t> tiff_pages(Bytes bytes) {
  std::vector<std::uint32_t> pages;
  if (!is_tiff(bytes)) return pages;
  std::unordered_set<std::uint32_t> seen;
  for (std::size_t at = 4; at + 4 <= bytes.size();) {
    const std::uint32_t page = tiff_number(bytes, at, 4);
    if (page == 0 || page + std::size_t{2} > bytes.size() || !seen.insert(page).second) break;
    pages.push_back(page);
    at = page + std::size_t{2} + std::size_t{12} * tiff_number(bytes, page, 2);
  }
  return pages;
}

void set_first_tiff_page(std::span<unsigned char> bytes, std::uint32_t page) {
  for (std::size_t i = 0; i < 4; ++i)
    bytes[4 + i] = static_cast<unsigned char>(page >> 8 * (bytes[0] == 'M' ? 3 - i : i));
}

std::optional<long long> pnm_white(Bytes bytes) {
  if (bytes.size() < 3 || bytes[0] != 'P' ||
      std::string_view("2356").find(static_cast<char>(bytes[1])) == std::string_view::npos)
    return std::nullopt;
  std::size_t at = 2;
  for (int number = 0; number < 2; ++number)
    if (!pnm_number(bytes, at)) return std::nullopt;
  return pnm_number(bytes, at);
}

std::string picture_defect(Bytes bytes, bool& known) {
  known = true;
  if (starts_with(bytes, "\x89PNG\r\n\x1a\n")) return png_defect(bytes);
  if (starts_with(bytes, "\xFF\xD8\xFF")) return jpeg_defect(bytes);
  if (starts_with(bytes, "BM")) return bmp_defect(bytes);
  if (bytes.size() > 2 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' && std::isspace(bytes[2]))
    return pnm_defect(bytes);
  known = is_tiff(bytes) || (starts_with(bytes, "RIFF") && starts_with(bytes, "WEBP", 8));
  return "";
}

}  // namespace isr
