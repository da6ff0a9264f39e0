// The module isr_codecs: OpenCV's image codecs, which take 60 ms to load, behind two functions (see
// codecs.h).
#include <fcntl.h>
#include <unistd.h>

#include <mutex>
#include <opencv2/imgcodecs.hpp>

#include "image/codecs.h"

using isr::codecs::Picture;

namespace {

// Codec libraries print their own complaints, several for one file; isr says it in one sentence instead.
// Standard error is the process's, so one decoder at a time.
class QuietStandardError {
 public:
  QuietStandardError() : lock_(mutex()), saved_(dup(STDERR_FILENO)) {
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0) return;
    dup2(nowhere, STDERR_FILENO);
    close(nowhere);
  }
  ~QuietStandardError() {
    if (saved_ < 0) return;
    dup2(saved_, STDERR_FILENO);
    close(saved_);
  }
  QuietStandardError(const QuietStandardError&) = delete;
  QuietStandardError& operator=(const QuietStandardError&) = delete;

 private:
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }

  std::lock_guard<std::mutex> lock_;
  int saved_;
};

double full_scale(int depth) {
  if (depth == CV_8U) return 255;
  if (depth == CV_16U) return 65535;
  return 1;
}

// IMREAD_UNCHANGED keeps alpha but ignores the orientation; the other way round without alpha.
cv::Mat decode_mat(const cv::Mat& bytes) {
  cv::Mat mat = cv::imdecode(bytes, cv::IMREAD_UNCHANGED);
  if (mat.channels() == 4 || mat.empty()) return mat;
  return cv::imdecode(bytes, cv::IMREAD_ANYCOLOR | cv::IMREAD_ANYDEPTH);
}

}  // namespace

extern "C" {

bool isr_codecs_decode_scaled(const unsigned char* bytes, std::size_t size, Picture& picture,
                              std::string& why) {
  const QuietStandardError quiet;
  try {
    const cv::Mat encoded(1, static_cast<int>(size), CV_8U, const_cast<unsigned char*>(bytes));
    const cv::Mat mat = decode_mat(encoded);
    if (mat.empty()) {
      why = "the file is damaged or of another format";
      return false;
    }
    cv::Mat values;
    picture.full_scale = full_scale(mat.depth());
    mat.convertTo(values, CV_32F, 1 / picture.full_scale);
    picture.height = values.rows;
    picture.width = values.cols;
    picture.channels = values.channels();
    picture.values.assign(values.ptr<float>(),
                          values.ptr<float>() + values.total() * static_cast<std::size_t>(values.channels()));
    if (picture.channels >= 3)  // OpenCV's order is blue, green, red
      for (std::size_t i = 0; i < picture.values.size(); i += static_cast<std::size_t>(picture.channels))
        std::swap(picture.values[i], picture.values[i + 2]);
    return true;
  } catch (const std::exception& error) {
    why = error.what();
    return false;
  }
}

bool isr_codecs_encode_tiff(int height, int width, int channels, const float* values,
                            std::vector<unsigned char>& bytes, std::string& why) {
  try {
    cv::Mat mat(height, width, channels == 3 ? CV_32FC3 : CV_32FC1);
    std::copy_n(values, mat.total() * static_cast<std::size_t>(channels), mat.ptr<float>());
    if (channels == 3)
      for (auto pixel = mat.begin<cv::Vec3f>(); pixel != mat.end<cv::Vec3f>(); ++pixel)
        std::swap((*pixel)[0], (*pixel)[2]);
    return cv::imencode(".tiff", mat, bytes);
  } catch (const std::exception& error) {
    why = error.what();
    return false;
  }
}

}  // extern "C"
