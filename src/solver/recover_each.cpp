#include <algorithm>
#include <mutex>

#include "base/parallel.h"
#include "solver/recover.h"
#include "solver/rounds.h"

namespace isr {
namespace {

// Paths, about, that a picture takes: rounds, shifts, and those that are read to find where to stop.
double expected_paths(const Plan& plan, Index channels) {
  const double own = plan.rounds + 1 + (plan.rounds > 0 ? plan.shifts - 1 : 0);
  double paths = own;
  if (reads_paths(plan) && plan.stop.hold_out)
    paths += plan.stop.hold_out->used * (plan.reads_fit && plan.rounds > 0 ? plan.rounds + 2 : 1);
  if (plan.stop.rule == StopRule::discrepancy && !plan.stop.factor) paths += CoupledBootstrap::draws;
  if (plan.is_exact()) paths *= static_cast<double>(channels);
  paths *= counted_paths(plan);
  return plan.rounds > 0 ? paths + counted_paths(plan, true) - counted_paths(plan) : paths;
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

// Jobs in groups of about equal sizes, as few for each thread as there can be; each alone where such groups
// are smaller than products gain by. A product does not depend on the company, so results do not depend on
// this.
std::vector<std::vector<std::size_t>> groups_of(const std::vector<std::size_t>& jobs, Together size) {
  const auto ratio_up = [](std::size_t a, std::size_t b) { return (a + b - 1) / b; };
  const auto least = static_cast<std::size_t>(size.least), most = static_cast<std::size_t>(size.most);
  const auto threads = static_cast<std::size_t>(thread_count());
  const std::size_t rounds = ratio_up(jobs.size(), threads * most);
  std::size_t count = std::min(jobs.size(), rounds * threads);
  if (count > 0 && jobs.size() / count < least) count = jobs.size();
  std::vector<std::vector<std::size_t>> groups;
  auto first = jobs.begin();
  for (std::size_t g = 0; g < count; ++g) {
    const auto last = jobs.begin() + static_cast<std::ptrdiff_t>((g + 1) * jobs.size() / count);
    groups.emplace_back(first, last);
    first = last;
  }
  return groups;
}

// Every picture with every option.
class AllJobs {
 public:
  AllJobs(const Problem& problem, std::span<const RecoverOptions> options, const RecoverWatch& watch,
          const Recoverer& recoverer, WorkDone& work)
      : options_(options),
        watch_(watch),
        recoverer_(recoverer),
        work_(work),
        pictures_(static_cast<std::size_t>(recoverer.pictures())),
        results_(options.size(), std::vector<Recovery>(pictures_)) {
    double all_paths = 0;
    for (std::size_t job = 0; job < options.size() * pictures_; ++job) {
      const double noise = problem.noise_of(static_cast<Index>(picture_of(job)));
      const Plan chosen = plan(problem.model, noise, options[option_of(job)]);
      alone_.push_back(chosen.one_by_one);
      paths_.push_back(expected_paths(chosen, problem.model.channels));
      all_paths += paths_.back();
    }
    work_.begin(all_paths, watch.progress);
  }

  std::vector<std::vector<Recovery>> run(Together size) {
    std::vector<std::size_t> joined, one_by_one;
    std::vector<std::vector<std::size_t>> groups;
    for (std::size_t job = 0; job < options_.size() * pictures_; ++job) {
      if (alone_[job])
        one_by_one.push_back(job);
      else if (recoverer_.go_together(described(job)))
        joined.push_back(job);
      else
        groups.push_back({job});
    }
    for (auto& group : groups_of(joined, size)) groups.push_back(std::move(group));
    parallel_for(groups.size(), [&](std::size_t i) { solve_group(groups[i]); });
    for (const std::size_t job : one_by_one) solve(job);
    return std::move(results_);
  }

 private:
  std::size_t option_of(std::size_t job) const { return job % options_.size(); }
  std::size_t picture_of(std::size_t job) const { return job / options_.size(); }

  Recoverer::Job described(std::size_t job) const {
    return {static_cast<Index>(picture_of(job)), &options_[option_of(job)]};
  }

  void take(std::size_t job, Recovery found) {
    results_[option_of(job)][picture_of(job)] = std::move(found);
    work_.add_job(paths_[job]);
  }

  void solve(std::size_t job) {
    Recovery found;
    if (watch_.cancelled && watch_.cancelled())
      found.status = Status::cancelled;
    else
      found = recoverer_.solve(static_cast<Index>(picture_of(job)), options_[option_of(job)]);
    take(job, std::move(found));
  }

  void solve_group(const std::vector<std::size_t>& group) {
    if (group.size() == 1) return solve(group.front());
    std::vector<Recoverer::Job> together;
    for (const std::size_t job : group) together.push_back(described(job));
    std::vector<Recovery> found = recoverer_.solve_together(together);
    for (std::size_t i = 0; i < group.size(); ++i) take(group[i], std::move(found[i]));
  }

  std::span<const RecoverOptions> options_;
  const RecoverWatch& watch_;
  const Recoverer& recoverer_;
  WorkDone& work_;
  std::size_t pictures_;
  std::vector<bool> alone_;    // by job: all threads on one picture
  std::vector<double> paths_;  // by job: that it takes
  std::vector<std::vector<Recovery>> results_;
};

}  // namespace

std::vector<std::vector<Recovery>> recover_each(const Problem& problem,
                                                std::span<const RecoverOptions> options,
                                                const RecoverWatch& watch) {
  WorkDone work;
  const Recoverer recoverer(problem, watch, [&](double paths) { work.add(paths); });
  AllJobs all(problem, options, watch, recoverer, work);
  return all.run(problem.operators.system->vectors_together());
}

}  // namespace isr
