#include "sensing/folds.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "base/error.h"
#include "sensing/random.h"

namespace isr {

std::vector<Fold> make_folds(Eigen::Index n, int count, std::uint32_t seed) {
  if (count < 2) throw UsageError("hold-out needs at least 2 folds; got " + std::to_string(count));
  if (n < 2) return {};
  std::vector<Eigen::Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  RandomStream stream = RandomStream::named(seed, "hold-out");
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[stream.below(i)]);

  const auto folds = std::min(static_cast<std::size_t>(count), order.size());
  std::vector<std::size_t> fold_of(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) fold_of[static_cast<std::size_t>(order[i])] = i % folds;
  std::vector<Fold> result(folds);
  for (std::size_t row = 0; row < fold_of.size(); ++row)
    for (std::size_t f = 0; f < folds; ++f)
      (f == fold_of[row] ? result[f].held_out : result[f].kept).push_back(static_cast<Eigen::Index>(row));
  return result;
}

void keep_dominant(std::vector<Fold>& folds, const Eigen::VectorXd& squares) {
  const double most = 20 * squares.mean();
  for (Fold& fold : folds) {
    const auto dwarfs = [&](Eigen::Index row) { return squares(row) > most; };
    const auto middle = std::stable_partition(fold.held_out.begin(), fold.held_out.end(),
                                              [&](Eigen::Index row) { return !dwarfs(row); });
    if (middle == fold.held_out.begin()) continue;  // nothing else would be held out
    fold.kept.insert(fold.kept.end(), middle, fold.held_out.end());
    fold.held_out.erase(middle, fold.held_out.end());
    std::sort(fold.kept.begin(), fold.kept.end());
  }
}

}  // namespace isr
