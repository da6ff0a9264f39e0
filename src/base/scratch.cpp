#include "base/scratch.h"

#include <algorithm>
#include <vector>

namespace isr {
namespace {

constexpr std::size_t most_kept = 8;  // blocks of memory that a thread keeps

// Those that wait, the smallest first.
thread_local std::vector<Eigen::VectorXf> waiting;

// The smallest that is large enough, else the largest, enlarged.
Eigen::VectorXf take(Eigen::Index size) {
  waiting.reserve(most_kept + 1);
  auto found = std::find_if(waiting.begin(), waiting.end(), [&](const auto& v) { return v.size() >= size; });
  Eigen::VectorXf memory;
  if (found == waiting.end() && !waiting.empty()) --found;
  if (found != waiting.end()) {
    memory.swap(*found);
    waiting.erase(found);
  }
  if (memory.size() < size) memory.resize(size);
  return memory;
}

void give_back(Eigen::VectorXf memory) {
  const auto place =
      std::find_if(waiting.begin(), waiting.end(), [&](const auto& v) { return v.size() >= memory.size(); });
  waiting.insert(place, std::move(memory));
  if (waiting.size() > most_kept) waiting.erase(waiting.begin());
}

}  // namespace

ScratchVector::ScratchVector(std::size_t size)
    : memory_(take(static_cast<Eigen::Index>(size))), size_(size) {}

ScratchVector::~ScratchVector() {
  if (memory_.size() > 0) give_back(std::move(memory_));  // none left where it was moved from
}

ScratchMatrix::ScratchMatrix(Eigen::Index rows, Eigen::Index cols)
    : memory_(static_cast<std::size_t>(rows * cols)), matrix_(memory_.data(), rows, cols) {}

}  // namespace isr
