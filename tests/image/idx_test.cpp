#include "image/idx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>

#include "base/test_files.h"
#include "image/idx_files.h"

namespace isr {
namespace {

using testing::ElementsAre;

class IdxTest : public testing::Test {
 protected:
  // The message for a file of this content, without the folder's name.
  std::string message(const std::string& contents, IdxKind kind = IdxKind::images) {
    put_file(folder_ / "file", contents);
    return message_for("file", kind);
  }
  std::string gzip_message(const std::string& contents, IdxKind kind = IdxKind::images) {
    put_gzip_file(folder_ / "file.gz", contents);
    return message_for("file.gz", kind);
  }
  std::string message_for(const std::string& name, IdxKind kind = IdxKind::images) {
    std::string text = error_of([&] { read_idx(folder_ / name, kind, {0}); });
    const std::string folder = folder_.path().string() + "/";
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder))
      text.erase(at, folder.size());
    return text;
  }

  TemporaryFolder folder_;
};

TEST_F(IdxTest, ReadsTheItemsAskedForInTheirOrder) {
  put_file(folder_ / "images", idx_images(4, 2, 3));
  const IdxItems items = read_idx(folder_ / "images", IdxKind::images, {3, 0, 3});
  EXPECT_EQ(items.count, 4u);
  EXPECT_EQ(items.height, 2u);
  EXPECT_EQ(items.width, 3u);
  EXPECT_THAT(items.bytes, ElementsAre(18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 18, 19, 20, 21, 22, 23));
  EXPECT_EQ(read_idx_count(folder_ / "images", IdxKind::images), 4u);
}

TEST_F(IdxTest, GzippedFilesReadAsPlainOnesDo) {
  put_file(folder_ / "plain", idx_images(300, 28, 28));
  put_gzip_file(folder_ / "packed.gz", idx_images(300, 28, 28));
  const auto plain = read_idx(folder_ / "plain", IdxKind::images, {0, 299, 17});
  const auto packed = read_idx(folder_ / "packed.gz", IdxKind::images, {0, 299, 17});
  EXPECT_EQ(plain.bytes, packed.bytes);
  EXPECT_EQ(plain.bytes.size(), 3u * 784);
}

TEST_F(IdxTest, LargeItemsAreReadWholeFromGzipToo) {
  put_gzip_file(folder_ / "large.gz", idx_images(2, 300, 700));
  const IdxItems items = read_idx(folder_ / "large.gz", IdxKind::images, {1});
  const std::string expected = idx_images(2, 300, 700).substr(16 + 210'000);
  EXPECT_TRUE(std::equal(items.bytes.begin(), items.bytes.end(), expected.begin(), expected.end(),
                         [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }));
}

// 256 MB each in its header, of which nothing follows.
TEST_F(IdxTest, GzippedHeadersTakeNoMemoryForWhatDoesNotFollow) {
  const auto peak = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  const long before = peak();
  EXPECT_EQ(gzip_message(big_endian_words({2051, 4'000'000'000, 16384, 16384}) + "few"),
            "file.gz is truncated: its header promises 4000000000 images of 16384 × 16384, but it ends at "
            "number 1");
  EXPECT_LT(peak() - before, 50'000);  // kB
}

TEST_F(IdxTest, LabelsAreItemsOfOneByte) {
  put_file(folder_ / "labels", idx_labels(12));
  const IdxItems labels = read_idx(folder_ / "labels", IdxKind::labels, {11, 4});
  EXPECT_EQ(labels.height * labels.width, 1u);
  EXPECT_THAT(labels.bytes, ElementsAre(1, 4));
}

TEST_F(IdxTest, WrongMagicNumberIsNamed) {
  EXPECT_EQ(message(big_endian_words({2052, 1, 1, 1}) + "x"),
            "file is not an IDX file of images: its magic number is 2052, not 2051");
  EXPECT_EQ(message(idx_labels(20)), "file is not an IDX file of images: its magic number is 2049, not 2051");
  EXPECT_EQ(message(idx_images(1, 2, 2), IdxKind::labels),
            "file is not an IDX file of labels: its magic number is 2051, not 2049");
  EXPECT_EQ(gzip_message("PNG is another kind of file"),
            "file.gz is not an IDX file of images: its magic number is 1347307296, not 2051");
}

TEST_F(IdxTest, EmptyFilesAreRefused) {
  EXPECT_EQ(message(""), "file is empty");
  EXPECT_EQ(gzip_message(""), "file.gz is empty");
}

TEST_F(IdxTest, FilesThatEndWithinTheHeaderAreTruncated) {
  for (const std::size_t bytes : {1, 3, 4, 15})
    EXPECT_EQ(message(idx_images(1, 2, 2).substr(0, bytes)), "file is truncated: it ends within its header")
        << bytes;
  EXPECT_EQ(gzip_message(idx_labels(3).substr(0, 7), IdxKind::labels),
            "file.gz is truncated: it ends within its header");
}

TEST_F(IdxTest, FilesShorterThanTheirHeaderPromisesAreTruncated) {
  std::string images = idx_images(3, 2, 2);
  images.pop_back();
  EXPECT_EQ(message(images),
            "file is truncated: its header promises 3 images of 2 × 2, 12 bytes, but only 11 follow");
  EXPECT_EQ(gzip_message(images),
            "file.gz is truncated: its header promises 3 images of 2 × 2, but it ends at number 3");
  EXPECT_EQ(message(idx_labels(5).substr(0, 10), IdxKind::labels),
            "file is truncated: its header promises 5 labels, 5 bytes, but only 2 follow");
}

TEST_F(IdxTest, BytesAfterTheLastItemAreRefused) {
  const std::string expected = " is corrupt: bytes follow the 3 images of 2 × 2 that its header promises";
  EXPECT_EQ(message(idx_images(3, 2, 2) + '\0'), "file" + expected);
  EXPECT_EQ(gzip_message(idx_images(3, 2, 2) + "more"), "file.gz" + expected);
}

TEST_F(IdxTest, SizesOfZeroAreRefused) {
  EXPECT_EQ(message(big_endian_words({2051, 0, 28, 28})),
            "file promises 0 images of 28 × 28; every size must be at least 1");
  EXPECT_EQ(message(big_endian_words({2051, 5, 28, 0})),
            "file promises 5 images of 28 × 0; every size must be at least 1");
  EXPECT_EQ(message(big_endian_words({2049, 0}), IdxKind::labels),
            "file promises 0 labels; every size must be at least 1");
}

// 2^32 − 1 in each field: the product overflows 64 bits, and 2^16 · 2^16 overflows 32.
TEST_F(IdxTest, HeadersWhoseSizesOverflowAreRefusedBeforeMemoryIsTaken) {
  EXPECT_EQ(message(big_endian_words({2051, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}) + "x"),
            "file promises 4294967295 images of 4294967295 × 4294967295, more than an image can have; its "
            "header is corrupt");
  EXPECT_EQ(message(big_endian_words({2051, 1, 0x10000, 0x10000}) + "x"),
            "file promises 1 images of 65536 × 65536, more than an image can have; its header is corrupt");
  EXPECT_EQ(message(big_endian_words({2051, 0xFFFFFFFF, 0x4000, 0x4000}) + "x"),
            "file is truncated: its header promises 4294967295 images of 16384 × 16384, "
            "1152921504338411520 bytes, but only 1 follow");
  EXPECT_EQ(gzip_message(big_endian_words({2051, 1, 0x10000, 0x10000}) + "x"),
            "file.gz promises 1 images of 65536 × 65536, more than an image can have; its header is corrupt");
  EXPECT_EQ(
      gzip_message(big_endian_words({2051, 0xFFFFFFFF, 28, 28}) + "x"),
      "file.gz is truncated: its header promises 4294967295 images of 28 × 28, but it ends at number 1");
}

TEST_F(IdxTest, GzipStreamThatEndsEarlyIsTruncated) {
  put_gzip_file(folder_ / "whole.gz", idx_images(50, 28, 28));
  const std::string whole = contents_of(folder_ / "whole.gz");
  for (const std::size_t cut : {whole.size() - 1, whole.size() - 8, whole.size() / 2}) {
    put_file(folder_ / "cut.gz", whole.substr(0, cut));
    EXPECT_EQ(message_for("cut.gz"), "cut.gz is truncated: its gzip stream ends too early") << cut;
  }
}

TEST_F(IdxTest, DamagedGzipStreamIsCorrupt) {
  put_gzip_file(folder_ / "whole.gz", idx_images(50, 28, 28));
  std::string bytes = contents_of(folder_ / "whole.gz");
  bytes[bytes.size() - 6] = static_cast<char>(~bytes[bytes.size() - 6]);  // in the CRC
  put_file(folder_ / "crc.gz", bytes);
  EXPECT_THAT(message_for("crc.gz"), testing::StartsWith("crc.gz is corrupt: "));
  bytes = contents_of(folder_ / "whole.gz");
  bytes.replace(12, 20, 20, '\xFF');
  put_file(folder_ / "data.gz", bytes);
  EXPECT_THAT(message_for("data.gz"), testing::StartsWith("data.gz is corrupt: "));
}

TEST_F(IdxTest, ItemsBeyondTheFileAreRefused) {
  put_file(folder_ / "file", idx_images(5, 2, 2));
  EXPECT_EQ(error_of([&] {
              read_idx(folder_ / "file", IdxKind::images, {4, 5});
            }),
            (folder_ / "file").string() + " has no item 5: it holds 5 images of 2 × 2, counted from 0");
}

TEST_F(IdxTest, MissingFilesAndFoldersAreRefused) {
  EXPECT_EQ(message_for("none"), "there is no file none");
  std::filesystem::create_directory(folder_ / "folder");
  EXPECT_EQ(message_for("folder"), "folder is not a file");
}

}  // namespace
}  // namespace isr
