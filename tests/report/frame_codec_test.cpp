#include "report/frame_codec.h"

#include <gtest/gtest.h>
#include <webp/decode.h>
#include <zlib.h>

#include <cmath>

namespace isr {
namespace {

std::vector<std::uint8_t> bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

// The inverse of delta_deflate, from its description.
std::vector<int> decoded(const std::vector<std::uint8_t>& deflated, std::size_t size, std::size_t frames) {
  std::vector<std::uint8_t> raw(2 * size * frames);
  uLongf length = raw.size();
  EXPECT_EQ(uncompress(raw.data(), &length, deflated.data(), deflated.size()), Z_OK);
  EXPECT_EQ(length, raw.size());
  std::vector<int> values(size * frames);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int zigzag = raw[i] + 256 * raw[values.size() + i];
    values[i] = (i < size ? 0 : values[i - size]) + (zigzag % 2 == 0 ? zigzag / 2 : -(zigzag + 1) / 2);
  }
  return values;
}

TEST(Base64, EncodesTheVectorsOfRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) EXPECT_EQ(base64(bytes_of(plain)), encoded);
  EXPECT_EQ(base64(std::vector<std::uint8_t>{0xfb, 0xff, 0xfe}), "+//+");
}

TEST(FrameSequence, KeepsThousandthsAndClampsTheRest) {
  Image image(1, 4);
  image.pixels << 0.1234f, -0.5006f, 99, -99;
  FrameSequence sequence;
  sequence.add(image);
  EXPECT_EQ(sequence.frames[0], (std::vector<std::int16_t>{123, -501, 32000, -32000}));
  EXPECT_FLOAT_EQ(sequence.image(0).at(0, 1), -0.501f);
}

TEST(DeltaDeflate, IsUndoneByItsDescription) {
  FrameSequence sequence;
  for (int t = 0; t < 5; ++t) {
    Image image(2, 3, 3);
    for (Eigen::Index i = 0; i < image.pixels.size(); ++i)
      image.pixels.data()[i] =
          static_cast<float>(std::sin(1.7 * static_cast<double>(i) + t) * (t == 3 ? 20 : 0.6));
    sequence.add(image);
  }
  const auto values = decoded(delta_deflate(sequence), 18, 5);
  for (std::size_t t = 0; t < 5; ++t)
    for (std::size_t i = 0; i < 18; ++i) ASSERT_EQ(values[18 * t + i], sequence.frames[t][i]);
}

TEST(Webp, IsExactWhenLosslessAndCloseWhenLossy) {
  Image image(20, 30);
  for (int r = 0; r < 20; ++r)
    for (int c = 0; c < 30; ++c) image.at(r, c) = static_cast<float>(r * c) / 600 * 1.2f - 0.1f;
  const auto expected = rgb_bytes(image);
  for (const float quality : {-1.0f, 80.0f}) {
    const auto file = webp(image, quality);
    int width = 0, height = 0;
    std::uint8_t* rgb = WebPDecodeRGB(file.data(), file.size(), &width, &height);
    ASSERT_TRUE(rgb);
    EXPECT_EQ(width, 30);
    EXPECT_EQ(height, 20);
    int worst = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) worst = std::max(worst, std::abs(rgb[i] - expected[i]));
    WebPFree(rgb);
    if (quality < 0)
      EXPECT_EQ(worst, 0);
    else
      EXPECT_LT(worst, 24);
  }
}

TEST(RgbBytes, ClipToTheUnitInterval) {
  Image image(1, 2, 3);
  image.pixels << -1, 0.5f, 2, 0, 1, 0.2f;
  EXPECT_EQ(rgb_bytes(image), (std::vector<std::uint8_t>{0, 128, 255, 0, 255, 51}));
}

}  // namespace
}  // namespace isr
