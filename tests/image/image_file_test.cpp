#include "image/image_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>
#include <cmath>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <limits>
#include <sstream>
#include <type_traits>
#include <vector>

#include "base/error.h"

namespace isr {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

fs::path sample(const std::string& name) {
  return fs::path(ISR_TEST_DATA_DIR) / "pictures" / name;
}

Image load(const fs::path& path, const ImageEdits& edits = {}) {
  std::vector<std::string> notes;
  return load_image(path, edits, notes);
}

// The pattern of make.py: red 8·row, green 10·col, blue 255 − 8·row, on 16 × 24 pixels.
Image pattern() {
  Image image(16, 24, 3);
  for (int row = 0; row < 16; ++row)
    for (int col = 0; col < 24; ++col) {
      image.at(row, col, 0) = 8.0f * row / 255;
      image.at(row, col, 1) = 10.0f * col / 255;
      image.at(row, col, 2) = (255 - 8.0f * row) / 255;
    }
  return image;
}

void expect_equal(const Image& image, const Image& expected, float tolerance) {
  ASSERT_EQ(image.height, expected.height);
  ASSERT_EQ(image.width, expected.width);
  ASSERT_EQ(image.channels(), expected.channels());
  EXPECT_LE((image.pixels - expected.pixels).cwiseAbs().maxCoeff(), tolerance);
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "(no error)";
}

// A folder of files made by a test, removed afterwards.
class Folder : public testing::Test {
 protected:
  Folder() : folder_(fs::temp_directory_path() / ("isr-image-file-" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
  }
  ~Folder() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return folder_ / name;
  }

  fs::path folder_;
};
using ImageFile = Folder;
using BadImageFile = Folder;

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(ImageFile, IsReadExactlyFromEveryLosslessFormat) {
  for (const std::string name : {"colour.png", "colour.bmp", "colour.tif", "colour.webp", "palette.png"}) {
    SCOPED_TRACE(name);
    expect_equal(load(sample(name)), pattern(), name == "palette.png" ? 0.04f : 1e-6f);
  }
}

TEST_F(ImageFile, IsReadFromJpegTurnedUprightByItsOrientation) {
  expect_equal(load(sample("colour.jpg")), pattern(), 0.02f);
  const Image turned = load(sample("turned.jpg")), upright = pattern();
  ASSERT_EQ(turned.height, 24);
  ASSERT_EQ(turned.width, 16);
  for (int row = 0; row < 16; ++row)
    for (int col = 0; col < 24; ++col)  // a quarter turn clockwise
      EXPECT_NEAR(turned.at(col, 15 - row, 1), upright.at(row, col, 1), 0.02f);
}

TEST_F(ImageFile, IsReadFromACmykJpegInTheRightColours) {
  expect_equal(load(sample("cmyk.jpg")), pattern(), 0.03f);
}

TEST_F(ImageFile, KeepsSixteenBitsAndFloatingPoint) {
  const Image grey = Image(16, 24, Eigen::MatrixXf(pattern().pixels.col(1)));
  for (const std::string name : {"grey.png", "grey16.png", "grey16.tif", "float.tif"}) {
    SCOPED_TRACE(name);
    expect_equal(load(sample(name)), grey, 1e-6f);
  }
  const fs::path fine = write("fine.pgm", std::string("P5 2 1 65535\n") + '\0' + '\1' + '\xFF' + '\xFE');
  EXPECT_NEAR(load(fine).at(0, 0), 1 / 65535.0, 1e-9);
  EXPECT_NEAR(load(fine).at(0, 1), 65534 / 65535.0, 1e-7);
}

// An uncompressed grey TIFF file; each page is a row of pixels.
template <class Sample>
std::string tiff(const std::vector<std::vector<Sample>>& pages, bool big_endian = false) {
  std::string file = big_endian ? "MM" : "II";
  const auto put = [&](auto value) {
    std::string bytes(reinterpret_cast<const char*>(&value), sizeof value);
    if (big_endian) std::reverse(bytes.begin(), bytes.end());
    file += bytes;
  };
  const auto entry = [&](std::uint16_t tag, std::uint32_t value, bool is_short) {
    put(tag);
    put(std::uint16_t(is_short ? 3 : 4));
    put(std::uint32_t{1});
    if (is_short) {
      put(static_cast<std::uint16_t>(value));
      put(std::uint16_t{0});
    } else {
      put(value);
    }
  };
  put(std::uint16_t{42});
  put(std::uint32_t{8});
  for (std::size_t page = 0; page < pages.size(); ++page) {
    const auto size = static_cast<std::uint32_t>(pages[page].size() * sizeof(Sample));
    const auto begin = static_cast<std::uint32_t>(file.size()), data = begin + 2 + 10 * 12 + 4;
    put(std::uint16_t{10});
    entry(256, static_cast<std::uint32_t>(pages[page].size()), false);  // width
    entry(257, 1, false);                                               // height
    entry(258, 8 * sizeof(Sample), true);                               // bits
    entry(259, 1, true);                                                // no compression
    entry(262, 1, true);                                                // 0 is black
    entry(273, data, false);                                            // where the pixels are
    entry(277, 1, true);                                                // channels
    entry(278, 1, false);                                               // rows a strip
    entry(279, size, false);                                            // bytes
    entry(339, std::is_floating_point_v<Sample> ? 3 : 1, true);
    put(page + 1 < pages.size() ? data + size : std::uint32_t{0});
    for (const Sample value : pages[page]) put(value);
  }
  return file;
}

using Words = std::vector<std::vector<std::uint16_t>>;
using Floats = std::vector<std::vector<float>>;

TEST_F(ImageFile, OfTwelveBitsInSixteenSaysThatItLooksBlackAndIsMadeBrighterByWhite) {
  const fs::path file = write("camera.tif", tiff(Words{{0, 1024, 4032}}));
  std::vector<std::string> notes;
  EXPECT_NEAR(load_image(file, {}, notes).at(0, 2), 4032 / 65535.0, 1e-7);
  EXPECT_THAT(notes,
              testing::ElementsAre(file.string() + ": its largest value is 4032 of 65535, so that it looks "
                                                   "black; white auto, or a value, makes it brighter"));
  notes.clear();
  ImageEdits edits;
  edits.white = parse_white("4095");
  EXPECT_NEAR(load_image(file, edits, notes).at(0, 1), 1024 / 4095.0, 1e-6);
  EXPECT_THAT(notes, testing::IsEmpty());
  edits.white = parse_white("auto");
  EXPECT_EQ(load_image(file, edits, notes).at(0, 2), 1);
  EXPECT_THAT(notes, testing::ElementsAre(file.string() + ": its largest value, 4032, is white"));
  notes.clear();
  edits.white = parse_white("1024");
  EXPECT_EQ(load_image(file, edits, notes).at(0, 2), 1);
  EXPECT_THAT(notes,
              testing::ElementsAre(file.string() + ": values beyond white are clipped; the largest is 4032"));
  notes.clear();
  load_image(write("bright.tif", tiff(Words{{0, 40'000}})), {}, notes);
  load_image(write("black.tif", tiff(Words{{0, 0}})), edits, notes);
  EXPECT_THAT(notes, testing::IsEmpty());
}

TEST_F(ImageFile, OfFloatingPointBeyondOneNeedsItsWhite) {
  const fs::path file = write("counts.tif", tiff(Floats{{0, 30, 120}}));
  EXPECT_EQ(message_of([&] { load(file); }),
            file.string() +
                " has floating-point values up to 120, and white is 1: give the value that is white, "
                "or auto for the largest");
  EXPECT_EQ(load(file, {.page = {}, .white = parse_white("auto"), .crop = {}, .resize = "", .gray = false})
                .at(0, 1),
            0.25f);
  const fs::path negative = write("negative.tif", tiff(Floats{{0, -3, 120}}));
  ImageEdits edits;
  edits.white = parse_white("auto");
  EXPECT_EQ(message_of([&] { load(negative, edits); }),
            negative.string() + " has negative values, down to -3; pictures have values from 0 to white");
  const fs::path infinite = write("infinite.tif", tiff(Floats{{0, std::numeric_limits<float>::infinity()}}));
  EXPECT_EQ(message_of([&] { load(infinite, edits); }),
            infinite.string() + " has values that are not finite");
}

TEST_F(ImageFile, OfSeveralPagesSaysSoAndShowsThePageAskedFor) {
  for (const bool big_endian : {false, true}) {
    const fs::path file =
        write("pages.tif", tiff(Words{{65535, 0}, {0, 65535}, {30'000, 20'000}}, big_endian));
    std::vector<std::string> notes;
    EXPECT_EQ(load_image(file, {}, notes).at(0, 0), 1);
    EXPECT_THAT(notes, testing::ElementsAre(file.string() + " has 3 pages: the first is read"));
    notes.clear();
    ImageEdits edits;
    edits.page = 2;
    EXPECT_EQ(load_image(file, edits, notes).at(0, 1), 1);
    edits.page = 3;
    EXPECT_NEAR(load_image(file, edits, notes).at(0, 0), 30'000 / 65535.0, 1e-6);
    EXPECT_THAT(notes, testing::IsEmpty());
    for (const int none : {0, 4}) {
      edits.page = none;
      EXPECT_EQ(message_of([&] { load(file, edits); }),
                file.string() + " has no page " + std::to_string(none) + "; it has 3");
    }
  }
  ImageEdits edits;
  edits.page = 2;
  EXPECT_THAT(message_of([&] { load(sample("grey.png"), edits); }), HasSubstr("has no page 2; it has one"));
  std::string circle = tiff(Words{{65535, 0}});
  circle[8 + 2 + 120] = 8;  // the next page is the first
  EXPECT_EQ(load(write("circle.tif", circle)).at(0, 0), 1);
  EXPECT_THAT(message_of([&] { load(write("circle.tif", circle), edits); }),
              HasSubstr("has no page 2; it has one"));
}

TEST_F(ImageFile, OfPgmIsWhiteWhereItsHeaderSays) {
  const fs::path file = write("fine.pgm", std::string("P5 2 1 4095\n") + '\x0F' + '\xFF' + '\x08' + '\0');
  std::vector<std::string> notes;
  const Image image = load_image(file, {}, notes);
  EXPECT_NEAR(image.at(0, 0), 1, 1e-6);
  EXPECT_NEAR(image.at(0, 1), 2048 / 4095.0, 1e-6);
  EXPECT_THAT(notes, testing::IsEmpty());
  const std::string coarse_bytes = std::string("P5 2 1 15\n") + '\x0F' + '\x03';
  for (const std::string& coarse : {coarse_bytes, std::string("P2 2 1 15\n15 3\n")})
    EXPECT_NEAR(load(write("coarse.pgm", coarse)).at(0, 1), 0.2, 1e-6) << coarse;
  EXPECT_NEAR(load(write("words.pgm", "P2 2 1 4095\n4095 2048\n")).at(0, 1), 2048 / 4095.0, 1e-6);
}

TEST(ParseWhite, TakesAutoOrAPositiveNumber) {
  EXPECT_EQ(parse_white("auto").value, 0);
  EXPECT_EQ(parse_white("4095").value, 4095);
  EXPECT_EQ(parse_white("0.5").value, 0.5);
  for (const std::string wrong : {"", "0", "-1", "nan", "inf", "4095x", "Auto"})
    EXPECT_EQ(message_of([&] { parse_white(wrong); }),
              "white must be auto or a positive number, such as 4095; got '" + wrong + "'");
}

TEST_F(ImageFile, IsCompositedOverWhiteWhereTransparentAndSaysSo) {
  std::vector<std::string> notes;
  const Image image = load_image(sample("alpha.png"), {}, notes);
  ASSERT_EQ(image.channels(), 3);
  EXPECT_NEAR(image.at(3, 5, 0), 24 / 255.0, 1e-6);
  EXPECT_EQ(image.at(3, 20, 0), 1);
  EXPECT_THAT(notes, testing::ElementsAre(HasSubstr("composited over white")));
  notes.clear();
  load_image(sample("colour.png"), {}, notes);
  EXPECT_TRUE(notes.empty());
}

TEST_F(ImageFile, OfEqualChannelsIsGrey) {
  EXPECT_EQ(load(sample("grey-as-colour.png")).channels(), 1);
}

TEST_F(ImageFile, MayHaveAnySize) {
  const std::string sizes[] = {"1 1", "1 7", "7 1", "5 3", "13 11", "97 2"};
  for (const std::string& size : sizes) {
    int width = 0, height = 0;
    std::istringstream(size) >> width >> height;
    const Image image =
        load(write("a.pgm", "P5 " + size + " 255\n" + std::string(std::size_t(width) * height, '\x33')));
    EXPECT_EQ(image.width, width);
    EXPECT_EQ(image.height, height);
    EXPECT_NEAR(image.at(height - 1, width - 1), 0.2, 1e-6);
  }
}

TEST_F(ImageFile, SurvivesSavingAndLoading) {
  expect_equal((save_png(folder_ / "a.png", pattern()), load(folder_ / "a.png")), pattern(), 1e-6f);
  Image beyond(1, 3);
  beyond.pixels << -0.5f, 0.4f, 1.5f;
  save_png(folder_ / "b.png", beyond);
  const Image clipped = load(folder_ / "b.png");
  EXPECT_EQ(clipped.channels(), 1);
  EXPECT_THAT((std::vector<float>{clipped.at(0, 0), clipped.at(0, 1), clipped.at(0, 2)}),
              testing::ElementsAre(0, testing::FloatNear(0.4f, 1e-6f), 1));
}

TEST_F(BadImageFile, ThatIsTextSaysThatItIsNoPicture) {
  const fs::path path = write("note.png", "To whom it may concern\n");
  EXPECT_THAT(message_of([&] { load(path); }), AllOf(HasSubstr(path.string()), HasSubstr("not a picture")));
}

TEST_F(BadImageFile, ThatIsMissingEmptyOrAFolderSaysSo) {
  EXPECT_THAT(message_of([&] { load(folder_ / "none.png"); }), HasSubstr("no such file"));
  EXPECT_THAT(message_of([&] { load(write("empty.png", "")); }), HasSubstr("is empty"));
  EXPECT_THAT(message_of([&] { load(folder_); }), HasSubstr("is a folder"));
}

TEST_F(BadImageFile, WithoutAnEndIsNotReadToItsEnd) {
  EXPECT_THAT(message_of([] { load("/dev/zero"); }), HasSubstr("/dev/zero is not a picture that isr reads"));
}

TEST_F(BadImageFile, CutShortIsNeverHalfAPicture) {
  for (const std::string name :
       {"colour.png", "colour.jpg", "cmyk.jpg", "colour.bmp", "colour.webp", "colour.tif"}) {
    const std::string whole = bytes_of(sample(name));
    for (const double part : {0.02, 0.2, 0.5, 0.9}) {
      SCOPED_TRACE(name + " " + std::to_string(part));
      const auto length = static_cast<std::size_t>(part * static_cast<double>(whole.size()));
      const std::string message = message_of([&] { load(write("cut-" + name, whole.substr(0, length))); });
      EXPECT_THAT(message, HasSubstr("cut-" + name));
      EXPECT_EQ(message.find('\n'), std::string::npos);
    }
  }
}

TEST_F(BadImageFile, WithAHeaderOfAGiganticPictureIsRefusedBeforeMemoryIsTaken) {
  std::string png = bytes_of(sample("colour.png"));
  png.replace(16, 8, std::string("\0\0\xC3\x50\0\0\xC3\x50", 8));  // 50,000 × 50,000
  EXPECT_THAT(message_of([&] { load(write("huge.png", png)); }), HasSubstr("50000 x 50000"));
  std::string bmp = bytes_of(sample("colour.bmp"));
  bmp.replace(18, 8, std::string("\x50\xC3\0\0\x50\xC3\0\0", 8));
  EXPECT_THAT(message_of([&] { load(write("huge.bmp", bmp)); }), HasSubstr("50000 x 50000"));
  EXPECT_THAT(message_of([&] { load(write("huge.pgm", "P5 50000 50000 255\n")); }),
              HasSubstr("50000 x 50000"));
  EXPECT_THAT(message_of([&] { load(sample("float-beyond-1.tif")); }),
              HasSubstr("values up to 230, and white is 1"));
}

TEST_F(BadImageFile, WithAWrongChecksumOrGarbageInsideIsAnErrorOrAPicture) {
  for (const std::string name : {"colour.png", "colour.jpg", "colour.webp", "colour.tif", "grey16.png"}) {
    const std::string whole = bytes_of(sample(name));
    for (std::size_t at = 12; at < whole.size(); at += 7) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(~damaged[at]);
      try {
        const Image image = load(write("damaged", damaged));
        EXPECT_GT(image.pixels.size(), 0);
      } catch (const Error& error) {
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      }
    }
  }
}

TEST(ImageEdits, CropFromTheMiddleOrFromAPlace) {
  Image image = pattern();
  ImageEdits edits;
  edits.crop = parse_crop("10x4+3+2");
  const Image part = edited(image, edits);
  ASSERT_EQ(part.width, 10);
  ASSERT_EQ(part.height, 4);
  EXPECT_EQ(part.at(0, 0, 0), image.at(2, 3, 0));
  EXPECT_EQ(part.at(3, 9, 1), image.at(5, 12, 1));
  edits.crop = parse_crop("4x4");
  EXPECT_EQ(edited(image, edits).at(0, 0, 1), image.at(6, 10, 1));
  edits.crop = parse_crop("25x4");
  EXPECT_THAT(message_of([&] { edited(image, edits); }), HasSubstr("24 x 16 pixels"));
  for (const std::string bad : {"", "4", "4x", "x4", "4x4+1", "4x4+1+", "0x4", "-4x4", "4x4+1+1+1", "4y4"})
    EXPECT_THROW(parse_crop(bad), UsageError) << bad;
}

TEST(ImageEdits, ResizeInProportionToASideOrByPercent) {
  const Image image = pattern();
  ImageEdits edits;
  for (const auto& [text, width, height] : std::vector<std::tuple<std::string, int, int>>{
           {"12", 12, 8}, {"50%", 12, 8}, {"48x5", 48, 5}, {"1%", 1, 1}}) {
    edits.resize = text;
    const Image result = edited(image, edits);
    EXPECT_EQ(result.width, width) << text;
    EXPECT_EQ(result.height, height) << text;
  }
  edits.resize = "50%";
  EXPECT_NEAR(edited(image, edits).at(1, 1, 1), 25.0 / 255, 1e-6);  // the mean of columns 2 and 3
  for (const std::string bad : {"0", "x", "12x", "-5", "50%%", "1e3", "99999999", "30000x30000"}) {
    edits.resize = bad;
    EXPECT_THROW(edited(image, edits), UsageError) << bad;
  }
}

TEST(Shrunk, IsNoLongerThanAskedAndKeepsTheMean) {
  const Image image = pattern();
  expect_equal(shrunk(image, 24), image, 0);
  const Image half = shrunk(image, 12);
  EXPECT_EQ(half.width, 12);
  EXPECT_EQ(half.height, 8);
  EXPECT_NEAR(half.pixels.mean(), image.pixels.mean(), 1e-6);
  EXPECT_EQ(shrunk(Image(1, 40'000), 100).height, 1);
}

TEST_F(BadImageFile, LongerThanAProblemMayBeIsRefusedUnlessItIsCropped) {
  const fs::path strip = write("strip.pgm", "P5 65537 1 255\n" + std::string(65'537, 'x'));
  EXPECT_EQ(message_of([&] { load(strip); }),
            strip.string() + " is 65537 pixels long; at most 65536 are possible: crop or resize it");
  EXPECT_EQ(load(strip, {.page = {}, .white = {}, .crop = parse_crop("30000x1"), .resize = "", .gray = false})
                .width,
            30'000);
}

TEST(ImageEdits, GrayWeighsTheColoursAsTheEyeDoes) {
  ImageEdits edits;
  edits.gray = true;
  const Image grey = edited(pattern(), edits);
  ASSERT_EQ(grey.channels(), 1);
  EXPECT_NEAR(grey.at(4, 7), (0.299 * 32 + 0.587 * 70 + 0.114 * 223) / 255, 1e-6);
}

TEST_F(ImageFile, FoldersListTheirPicturesByName) {
  for (const std::string name : {"b.PNG", "a.jpg", "notes.txt", "c.webp"}) write(name, "x");
  const auto files = image_files_in(folder_);
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].filename(), "a.jpg");
  EXPECT_EQ(files[1].filename(), "b.PNG");
  fs::create_directories(folder_ / "none");
  EXPECT_THAT(message_of([&] { image_files_in(folder_ / "none"); }), HasSubstr("holds no picture"));
}

TEST(BundledPictures, AreAsTheirReadmeSays) {
  const fs::path folder = fs::path(ISR_DATA_DIR) / "images";
  const Image camera = load(folder / "camera.png"), cat = load(folder / "chelsea.png"),
              stars = load(folder / "stars.png");
  EXPECT_EQ(camera.channels(), 1);
  EXPECT_EQ(camera.width, 512);
  EXPECT_EQ(cat.channels(), 3);
  EXPECT_EQ(cat.width, 451);
  EXPECT_EQ(cat.height, 300);
  EXPECT_EQ(stars.channels(), 1);
  EXPECT_LT((stars.pixels.array() > 0).cast<double>().mean(), 0.02);
}

}  // namespace
}  // namespace isr
