#include "image/mnist.h"

#include <charconv>
#include <cstdlib>
#include <optional>

#include "base/error.h"
#include "image/data_directory.h"
#include "image/idx.h"

namespace isr {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view prefix = "mnist:";
constexpr std::size_t most_digits = 70000;

const char* name_of(MnistSplit split) {
  return split == MnistSplit::train ? "train" : "test";
}

// The file of that name in the folder, plain or .gz.
std::optional<fs::path> find_file(const fs::path& directory, MnistSplit split, IdxKind kind) {
  const std::string name = std::string(split == MnistSplit::train ? "train" : "t10k") +
                           (kind == IdxKind::images ? "-images-idx3-ubyte" : "-labels-idx1-ubyte");
  for (const char* suffix : {"", ".gz"})
    if (std::error_code ignored; fs::exists(directory / (name + suffix), ignored))
      return directory / (name + suffix);
  return std::nullopt;
}

bool holds_mnist(const fs::path& directory) {
  return find_file(directory, MnistSplit::train, IdxKind::images) ||
         find_file(directory, MnistSplit::test, IdxKind::images);
}

fs::path required_file(const fs::path& directory, MnistSplit split, IdxKind kind) {
  if (const auto file = find_file(directory, split, kind)) return *file;
  throw Error(directory.string() + " holds no MNIST " + name_of(split) + " " +
              (kind == IdxKind::images ? "images" : "labels") + "; tools/fetch-mnist fetches the whole set");
}

fs::path cache_directory() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache)
    return fs::path(cache) / "isr" / "mnist";
  if (const char* home = std::getenv("HOME"); home && *home)
    return fs::path(home) / ".cache" / "isr" / "mnist";
  return {};
}

std::size_t parse_index(std::string_view text, std::string_view source) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value >= most_digits)
    throw UsageError("\"" + std::string(text) + "\" in " + std::string(source) +
                     " is not the number of a digit; write for example mnist:train:0-9,15");
  return value;
}

}  // namespace

bool is_mnist_source(std::string_view source) {
  return source.starts_with(prefix);
}

MnistSelection parse_mnist_source(std::string_view source) {
  const UsageError wrong("\"" + std::string(source) +
                         "\" names no digits; write mnist:train:0-9,15 or mnist:test:3");
  if (!is_mnist_source(source)) throw wrong;
  std::string_view rest = source.substr(prefix.size());
  MnistSelection selection;
  if (rest.starts_with("train:")) {
    rest.remove_prefix(6);
  } else if (rest.starts_with("test:")) {
    rest.remove_prefix(5);
    selection.split = MnistSplit::test;
  } else {
    throw wrong;
  }
  while (true) {
    const std::size_t comma = rest.find(',');
    const std::string_view item = rest.substr(0, comma);
    const std::size_t dash = item.find('-');
    const std::size_t first = parse_index(item.substr(0, dash), source);
    const std::size_t last =
        dash == std::string_view::npos ? first : parse_index(item.substr(dash + 1), source);
    if (last < first)
      throw UsageError("the range " + std::string(item) + " in " + std::string(source) + " runs backwards");
    for (std::size_t i = first; i <= last; ++i) selection.indices.push_back(i);
    if (comma == std::string_view::npos) return selection;
    rest.remove_prefix(comma + 1);
  }
}

fs::path find_mnist_directory(const fs::path& chosen) {
  if (!chosen.empty()) {
    if (!holds_mnist(chosen))
      throw Error("the folder " + chosen.string() + " holds no MNIST files (train-images-idx3-ubyte, …)");
    return chosen;
  }
  if (const char* environment = std::getenv("ISR_MNIST_DIR"); environment && *environment) {
    if (!holds_mnist(environment))
      throw Error(std::string("ISR_MNIST_DIR names ") + environment +
                  ", which holds no MNIST files (train-images-idx3-ubyte, …)");
    return environment;
  }
  if (fs::path cache = cache_directory(); holds_mnist(cache)) return cache;
  return data_directory() / "mnist";
}

std::vector<LabelledImage> load_mnist(const MnistSelection& selection, const fs::path& directory) {
  const fs::path images_file = required_file(directory, selection.split, IdxKind::images);
  const fs::path labels_file = required_file(directory, selection.split, IdxKind::labels);
  const std::size_t available = read_idx_count(images_file, IdxKind::images);
  for (const std::size_t index : selection.indices)
    if (index >= available)
      throw Error("digit " + std::to_string(index) + " of the " + name_of(selection.split) +
                  " set is not in " + images_file.string() + ", which holds " + std::to_string(available) +
                  " digits (0 to " + std::to_string(available - 1) +
                  "); tools/fetch-mnist fetches the whole set");
  if (const std::size_t labels = read_idx_count(labels_file, IdxKind::labels); labels != available)
    throw Error(labels_file.string() + " holds " + std::to_string(labels) + " labels for the " +
                std::to_string(available) + " images of " + images_file.string());

  const IdxItems images = read_idx(images_file, IdxKind::images, selection.indices);
  const IdxItems labels = read_idx(labels_file, IdxKind::labels, selection.indices);
  std::vector<LabelledImage> digits;
  for (std::size_t k = 0; k < selection.indices.size(); ++k) {
    Image image(static_cast<int>(images.height), static_cast<int>(images.width));
    const std::uint8_t* bytes = images.bytes.data() + k * images.height * images.width;
    for (Eigen::Index i = 0; i < image.pixels.rows(); ++i)
      image.pixels(i, 0) = static_cast<float>(bytes[i]) / 255.0f;
    digits.push_back(
        {std::move(image),
         std::string(prefix) + name_of(selection.split) + ":" + std::to_string(selection.indices[k]),
         std::to_string(labels.bytes[k])});
  }
  return digits;
}

}  // namespace isr
