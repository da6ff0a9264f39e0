#include <algorithm>
#include <mutex>

#include "base/parallel.h"
#include "solver/recover.h"

namespace isr {
namespace {

// Paths, about, that a picture takes: rounds, shifts, and those that are read to find where to stop.
double expected_paths(const Plan& plan, Index channels) {
  const double own = plan.rounds + 1 + (plan.rounds > 0 ? plan.shifts - 1 : 0);
  const bool reads = plan.stop.rule == StopRule::hold_out || plan.stop.rule == StopRule::automatic ||
                     (plan.stop.rule == StopRule::discrepancy && !plan.stop.sigma);
  double paths = own;
  if (reads && plan.stop.hold_out)
    paths += plan.stop.hold_out->used * (plan.reads_fit && plan.rounds > 0 ? plan.rounds + 2 : 1);
  if (plan.stop.rule == StopRule::discrepancy && !plan.stop.factor) paths += CoupledBootstrap::draws;
  return plan.is_exact() ? paths * static_cast<double>(channels) : paths;
}

// How much of the work is done, from paths and jobs: safe to call from several threads.
class WorkDone {
 public:
  void begin(double paths, std::function<void(double)> report) {
    expected_ = paths;
    report_ = std::move(report);
  }

  void add(double paths) {
    if (!report_) return;
    const std::lock_guard lock(mutex_);
    done_ += paths;
    tell();
  }

  // A picture is done that was expected to take so many: rounds may have ended early.
  void add_job(double paths) {
    if (!report_) return;
    const std::lock_guard lock(mutex_);
    jobs_ += paths;
    tell();
  }

 private:
  void tell() {
    constexpr double almost = 0.99;  // the end is where the last job says so
    const double share = std::max(std::min(almost, done_ / expected_), jobs_ / expected_);
    if (share > told_) report_(told_ = share);
  }

  std::mutex mutex_;
  std::function<void(double)> report_;
  double expected_ = 1, done_ = 0, jobs_ = 0, told_ = 0;
};

// Jobs in groups of the size that products gain by. It does not depend on the number of threads, so that
// results do not.
std::vector<std::vector<std::size_t>> groups_of(const std::vector<std::size_t>& jobs, Together size) {
  std::vector<std::vector<std::size_t>> groups;
  const auto least = static_cast<std::size_t>(size.least), most = static_cast<std::size_t>(size.most);
  std::size_t first = 0;
  for (; jobs.size() - first >= std::max<std::size_t>(least, 2); first += groups.back().size()) {
    const auto begin = jobs.begin() + static_cast<std::ptrdiff_t>(first);
    groups.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(std::min(most, jobs.size() - first)));
  }
  for (; first < jobs.size(); ++first) groups.push_back({jobs[first]});
  return groups;
}

}  // namespace

std::vector<std::vector<Recovery>> recover_each(const Problem& problem,
                                                std::span<const RecoverOptions> options,
                                                const RecoverWatch& watch) {
  WorkDone work;
  const Recoverer recoverer(problem, watch, [&](double paths) { work.add(paths); });
  const auto pictures = static_cast<std::size_t>(recoverer.pictures());
  const std::size_t jobs = options.size() * pictures;
  std::vector<bool> alone;    // all threads on one picture
  std::vector<double> paths;  // that a picture takes, by option
  double all_paths = 0;
  for (const RecoverOptions& one : options) {
    const Plan chosen = plan(problem.model, problem.noise, one);
    alone.push_back(chosen.one_by_one);
    paths.push_back(expected_paths(chosen, problem.model.channels));
    all_paths += paths.back() * static_cast<double>(pictures);
  }
  work.begin(all_paths, watch.progress);
  std::vector<std::vector<Recovery>> results(options.size(), std::vector<Recovery>(pictures));
  const auto result_of = [&](std::size_t job) -> Recovery& {
    return results[job % options.size()][job / options.size()];
  };
  const auto solve = [&](std::size_t job) {
    const std::size_t k = job % options.size(), picture = job / options.size();
    if (watch.cancelled && watch.cancelled())
      result_of(job).status = Status::cancelled;
    else
      result_of(job) = recoverer.solve(static_cast<Index>(picture), options[k]);
    work.add_job(paths[k]);
  };
  const auto solve_group = [&](const std::vector<std::size_t>& group) {
    if (group.size() == 1) return solve(group.front());
    std::vector<Recoverer::Job> together;
    for (const std::size_t job : group)
      together.push_back({static_cast<Index>(job / options.size()), &options[job % options.size()]});
    std::vector<Recovery> found = recoverer.solve_together(together);
    for (std::size_t i = 0; i < group.size(); ++i) {
      result_of(group[i]) = std::move(found[i]);
      work.add_job(paths[group[i] % options.size()]);
    }
  };
  std::vector<bool> joins;
  for (const RecoverOptions& one : options) joins.push_back(recoverer.go_together(one));
  std::vector<std::size_t> joined, one_by_one;
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t job = 0; job < jobs; ++job) {
    const std::size_t k = job % options.size();
    if (alone[k])
      one_by_one.push_back(job);
    else if (joins[k])
      joined.push_back(job);
    else
      groups.push_back({job});
  }
  for (auto& group : groups_of(joined, problem.operators.system->vectors_together()))
    groups.push_back(std::move(group));
  parallel_for(groups.size(), [&](std::size_t i) { solve_group(groups[i]); });
  for (const std::size_t job : one_by_one) solve(job);
  return results;
}

}  // namespace isr
