#include "sensing/wavelet_filters.h"

#include <numbers>

#include "base/error.h"

namespace isr {
namespace {

std::vector<double> scaling_filter(const std::string& name) {
  constexpr double haar = 1 / std::numbers::sqrt2;
  if (name == "haar") return {haar, haar};
  if (name == "db4")
    return {0.2303778133088965,   0.7148465705529157,   0.6308807679298589, -0.027983769416859854,
            -0.18703481171909309, 0.030841381835560764, 0.0328830116668852, -0.010597401785069032};
  if (name == "sym8")
    return {0.0018899503327594609, -0.0003029205147213668, -0.01495225833704823,   0.003808752013890615,
            0.049137179673607506,  -0.027219029917056003,  -0.05194583810770904,   0.3644418948353314,
            0.7771857517005235,    0.4813596512583722,     -0.061273359067658524,  -0.1432942383508097,
            0.007607487324917605,  0.03169508781149298,    -0.0005421323317911481, -0.0033824159510061256};
  throw Error("unknown wavelet '" + name + "'; there are haar, db4 and sym8");
}

}  // namespace

WaveletFilter wavelet_filter(const std::string& name) {
  const std::vector<double> h = scaling_filter(name);
  WaveletFilter filter;
  for (std::size_t k = 0; k < h.size(); ++k) {
    filter.low.push_back(static_cast<float>(h[k]));
    filter.high.push_back(static_cast<float>((k % 2 == 0 ? 1 : -1) * h[h.size() - 1 - k]));
  }
  return filter;
}

}  // namespace isr
