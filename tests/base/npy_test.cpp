#include "base/npy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/atomic_file.h"
#include "base/error.h"

namespace isr {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

// The bytes of a file as the format's specification lays them out, header lies included.
std::string npy(int version, const std::string& dictionary, const std::string& data) {
  const std::string header = dictionary + "\n";
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(version);
  bytes += '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) bytes += static_cast<char>(header.size() >> (8 * i) & 255);
  return bytes + header + data;
}

template <typename Value>
std::string bytes_of(std::initializer_list<Value> values, bool big_endian = false) {
  std::string bytes;
  for (const Value value : values) {
    char raw[sizeof(Value)];
    std::memcpy(raw, &value, sizeof(Value));
    if (big_endian) std::reverse(std::begin(raw), std::end(raw));
    bytes.append(raw, sizeof(Value));
  }
  return bytes;
}

std::string dictionary(const std::string& type, const std::string& shape, const char* fortran = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
}

class NpyTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path_ = fs::path(testing::TempDir()) / ("isr_npy_" + std::string(test->name()) + ".npy");
  }
  void TearDown() override { fs::remove(path_); }

  std::vector<double> values(const std::string& bytes) {
    write_file(path_, bytes);
    return read_npy<double>(path_).values;
  }

  // The error's message without the file's name, which it must hold.
  std::string refusal(const std::string& bytes) {
    write_file(path_, bytes);
    try {
      read_npy<double>(path_);
    } catch (const Error& error) {
      const std::string start = "cannot read " + path_.string() + ": ", message = error.what();
      EXPECT_EQ(message.substr(0, start.size()), start);
      return message.substr(std::min(message.size(), start.size()));
    }
    return "accepted";
  }

  fs::path path_;
};

TEST_F(NpyTest, EveryNumericTypeIsReadInBothByteOrders) {
  for (const bool big : {false, true}) {
    const std::string order = big ? ">" : "<";
    const auto read = [&](const std::string& type, const std::string& data) {
      return values(npy(1, dictionary(order + type, "(2,)"), data));
    };
    EXPECT_THAT(read("f4", bytes_of({0.5f, -3.25f}, big)), ElementsAre(0.5, -3.25));
    EXPECT_THAT(read("f8", bytes_of({0.1, -3e300}, big)), ElementsAre(0.1, -3e300));
    EXPECT_THAT(read("i2", bytes_of<std::int16_t>({-2, 300}, big)), ElementsAre(-2, 300));
    EXPECT_THAT(read("i4", bytes_of<std::int32_t>({-2, 1 << 30}, big)), ElementsAre(-2, 1 << 30));
    EXPECT_THAT(read("i8", bytes_of<std::int64_t>({-2, 1LL << 40}, big)), ElementsAre(-2, 0x1p40));
    EXPECT_THAT(read("u2", bytes_of<std::uint16_t>({1, 65535}, big)), ElementsAre(1, 65535));
    EXPECT_THAT(read("u4", bytes_of<std::uint32_t>({1, ~0u}, big)), ElementsAre(1, 4294967295.0));
    EXPECT_THAT(read("u8", bytes_of<std::uint64_t>({1, 1ULL << 63}, big)), ElementsAre(1, 0x1p63));
  }
  EXPECT_THAT(values(npy(1, dictionary("|i1", "(2,)"), bytes_of<std::int8_t>({-128, 127}))),
              ElementsAre(-128, 127));
  EXPECT_THAT(values(npy(1, dictionary("|u1", "(2,)"), bytes_of<std::uint8_t>({0, 255}))),
              ElementsAre(0, 255));
  EXPECT_THAT(values(npy(1, dictionary("|b1", "(2,)"), bytes_of<std::uint8_t>({1, 0}))), ElementsAre(1, 0));
}

TEST_F(NpyTest, VersionsOneToThreeAreRead) {
  for (const int version : {1, 2, 3})
    EXPECT_THAT(values(npy(version, dictionary("<f8", "(1,)"), bytes_of({2.5}))), ElementsAre(2.5))
        << version;
}

TEST_F(NpyTest, FortranOrderIsTurnedIntoCOrder) {
  // a[i, j, k] = 100 i + 10 j + k, of shape (2, 3, 2), first index fastest in the file.
  std::string data;
  std::vector<double> expected;
  for (int k = 0; k < 2; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i) data += bytes_of({100.0 * i + 10.0 * j + k});
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 2; ++k) expected.push_back(100 * i + 10 * j + k);
  EXPECT_EQ(values(npy(1, dictionary("<f8", "(2, 3, 2)", "True"), data)), expected);
}

TEST_F(NpyTest, LargeFortranMatrixIsReadAcrossChunksOfTheFile) {
  const int rows = 300, cols = 701;  // more entries than a chunk, sizes that do not divide it
  std::string data;
  for (int col = 0; col < cols; ++col)
    for (int row = 0; row < rows; ++row) data += bytes_of<std::int32_t>({row * 1000 + col});
  write_file(path_, npy(1, dictionary("<i4", "(300, 701)", "True"), data));
  const Eigen::MatrixXf matrix = read_npy_matrix(path_);
  ASSERT_EQ(matrix.rows(), rows);
  ASSERT_EQ(matrix.cols(), cols);
  for (int row = 0; row < rows; ++row)
    for (int col = 0; col < cols; ++col) ASSERT_EQ(matrix(row, col), row * 1000 + col);
}

TEST_F(NpyTest, MatrixOfAVectorIsAColumnAndOtherShapesAreRefused) {
  write_file(path_, npy(1, dictionary("<f8", "(2,)"), bytes_of({1.0, 2.0})));
  EXPECT_EQ(read_npy_matrix(path_), (Eigen::MatrixXf(2, 1) << 1, 2).finished());
  write_file(path_, npy(1, dictionary("<f8", "(1, 2, 1)"), bytes_of({1.0, 2.0})));
  EXPECT_THROW(read_npy_matrix(path_), Error);
  write_file(path_, npy(1, dictionary("<f8", "()"), bytes_of({1.0})));
  EXPECT_THROW(read_npy_matrix(path_), Error);
}

TEST_F(NpyTest, WhatIsWrittenIsReadBackBitForBit) {
  const std::vector<float> floats{0.1f, -1e-45f, 3e38f, 0, 5, 6};
  write_npy(path_, {1, 2, 3}, std::span<const float>(floats));
  const auto as_float = read_npy<float>(path_);
  EXPECT_THAT(as_float.shape, ElementsAre(1, 2, 3));
  EXPECT_EQ(as_float.values, floats);

  const std::vector<double> doubles{0.1, -5e-324};
  write_npy(path_, {2}, std::span<const double>(doubles));
  EXPECT_THAT(read_npy_header(path_).shape, ElementsAre(2));
  EXPECT_EQ(read_npy<double>(path_).values, doubles);

  const Eigen::MatrixXf matrix = Eigen::MatrixXf::Random(5, 7);
  write_npy(path_, matrix);
  EXPECT_EQ(read_npy_matrix(path_), matrix);
}

TEST_F(NpyTest, WrittenFileIsByteForByteWhatNumpyWrites) {
  write_npy(path_, {2}, std::span<const double>(std::vector<double>{1, 2}));
  std::ifstream in(path_, std::ios::binary);
  const std::string found{std::istreambuf_iterator<char>(in), {}};
  // numpy.save of numpy.array([1., 2.]): the header is padded with spaces to 128 bytes.
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
  header.resize(117, ' ');
  EXPECT_EQ(found, npy(1, header, bytes_of({1.0, 2.0})));
}

TEST_F(NpyTest, HeaderVariantsThatNumpyReadsAreAccepted) {
  EXPECT_THAT(
      values(npy(1, "{\"shape\": (2L,), \"fortran_order\":False,\"descr\":\"<f8\"}  ", bytes_of({1.0, 2.0}))),
      ElementsAre(1, 2));
  EXPECT_THAT(values(npy(1, dictionary("<f8", "()"), bytes_of({7.0}))), ElementsAre(7));
  EXPECT_THAT(values(npy(1, dictionary("<f8", "(3, 0)"), "")), ElementsAre());
  EXPECT_THAT(values(npy(1, dictionary("<f8", "(9223372036854775807, 9223372036854775807, 0)", "True"), "")),
              ElementsAre());
}

TEST_F(NpyTest, OtherTypesAreRefusedByName) {
  const auto type = [&](const std::string& name) {
    return refusal(npy(1, dictionary(name, "(1,)"), "12345678"));
  };
  EXPECT_EQ(
      type("<c16"),
      "its type is complex128, which is not supported; use float32, float64, (u)int8 to (u)int64 or bool");
  EXPECT_THAT(type("<f2"), HasSubstr("float16"));
  EXPECT_THAT(type("<f16"), HasSubstr("float128"));
  EXPECT_THAT(type("|O"), HasSubstr("object (Python pickle)"));
  EXPECT_THAT(type("<U4"), HasSubstr("text"));
  EXPECT_THAT(type("<M8[ns]"), HasSubstr("datetime64"));
  EXPECT_THAT(type("|V8"), HasSubstr("void"));
  EXPECT_THAT(type(""), HasSubstr("is \"\", which"));
  for (const std::string odd : {"<f00727772005(", "<i268435456", "<u-8", "<f99999999999999999999", "f"})
    EXPECT_THAT(type(odd), HasSubstr("is \"" + odd + "\", which"));
  EXPECT_THAT(type("\x1b[2J"), HasSubstr("is \"?[2J\", which"));
  EXPECT_THAT(
      refusal(npy(1, "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }", "12345678")),
      HasSubstr("structured"));
}

TEST_F(NpyTest, TruncatedAndOverlongFilesAreRefusedWithTheCounts) {
  EXPECT_EQ(refusal(npy(1, dictionary("<f4", "(2, 3)"), std::string(20, 'x'))),
            "the file is truncated: 24 bytes of data expected for shape (2, 3) of float32, 20 found");
  EXPECT_EQ(refusal(npy(1, dictionary("<f4", "(2,)"), std::string(9, 'x'))),
            "the file is too long: 8 bytes of data expected for shape (2,) of float32, 9 found");
  const std::string whole = npy(2, dictionary("<f8", "(1,)"), bytes_of({1.0}));
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(refusal(whole.substr(0, length)), "accepted") << length;
}

TEST_F(NpyTest, HeadersThatLieAreRefusedWithoutAllocating) {
  const auto shape = [&](const std::string& text) {
    return refusal(npy(1, dictionary("<f8", text), "12345678"));
  };
  EXPECT_THAT(shape("(4611686018427387904,)"), HasSubstr("too large"));
  EXPECT_THAT(shape("(3037000500, 3037000500)"), HasSubstr("too large"));
  EXPECT_THAT(shape("(99999999999999999999,)"), HasSubstr("too large"));
  EXPECT_THAT(shape("(1000000000000,)"), HasSubstr("truncated: 8000000000000 bytes of data expected"));
  EXPECT_THAT(shape("(-1,)"), HasSubstr("negative"));
  EXPECT_THAT(shape("(1.5,)"), HasSubstr("malformed"));
  EXPECT_THAT(shape("(1 1)"), HasSubstr("malformed"));
  std::string lying = npy(2, dictionary("<f8", "(1,)"), bytes_of({1.0}));
  lying[8] = lying[9] = lying[10] = '\xff';
  lying[11] = '\x7f';
  EXPECT_THAT(refusal(lying), HasSubstr("header claims 2147483647 bytes"));
}

TEST_F(NpyTest, MalformedHeadersAreRefused) {
  const auto header = [&](const std::string& text) { return refusal(npy(1, text, "12345678")); };
  EXPECT_THAT(header(""), HasSubstr("expected {"));
  EXPECT_THAT(header("{'descr': '<f8', 'shape': (1,), }"), HasSubstr("must have the keys"));
  EXPECT_THAT(header("{'descr': '<f8', 'descr': '<f8', }"), HasSubstr("twice"));
  EXPECT_THAT(header("{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}"),
              HasSubstr("True or False at \"0"));
  EXPECT_THAT(header(dictionary("<f8", "(1,)") + "import os"), HasSubstr("after the closing }"));
  EXPECT_THAT(header("{'order': 1}"), HasSubstr("order is unknown"));
  EXPECT_THAT(header("{'descr: 1}"), HasSubstr("quoted"));
  EXPECT_THAT(header("{'\x1b[31m': 1}"), HasSubstr("the key ?[31m is unknown"));
  std::string axes;
  for (int i = 0; i < 65; ++i) axes += "1, ";
  EXPECT_THAT(header(dictionary("<f8", "(" + axes + ")")), HasSubstr("more than 64 axes"));
}

TEST_F(NpyTest, OtherFilesAreRefused) {
  EXPECT_EQ(refusal("PK\x03\x04 an archive"), "it is an .npz archive; save one array with numpy.save");
  EXPECT_EQ(refusal("1.0, 2.0, 3.0\n"), "it is not a .npy file");
  EXPECT_EQ(refusal(""), "it is not a .npy file");
  EXPECT_THAT(refusal(npy(4, dictionary("<f8", "(1,)"), "12345678")),
              HasSubstr("version 4.0 is not supported"));
  fs::remove(path_);
  EXPECT_THROW(read_npy<float>(path_), Error);
  EXPECT_THROW(read_npy<float>(testing::TempDir()), Error);
}

TEST_F(NpyTest, ArrayLargerThanMemoryIsRefused) {
  write_file(path_, npy(1, dictionary("|u1", "(4000000000000,)"), ""));
  std::error_code unsupported;
  const auto start = static_cast<std::uintmax_t>(fs::file_size(path_));
  fs::resize_file(path_, start + 4000000000000u, unsupported);  // sparse: no blocks are used
  if (unsupported) GTEST_SKIP() << "no sparse files of 4 TB here";
  EXPECT_THROW(
      {
        try {
          read_npy<double>(path_);
        } catch (const Error& error) {
          EXPECT_THAT(error.what(), HasSubstr("32000.00 GB of memory"));
          throw;
        }
      },
      Error);
}

}  // namespace
}  // namespace isr
