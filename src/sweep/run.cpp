#include "sweep/run.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/parallel.h"
#include "sweep/desk.h"
#include "sweep/messages.h"

namespace isr {
namespace {

using std::chrono::milliseconds;

// How long to sleep between looks: messages wake nobody, threads do.
constexpr milliseconds talking(1), alone(200);

// Rank 0, or the only one: the file, the schedule, and its own threads.
class Writer {
 public:
  Writer(const SweepGrid& grid, Shard shard, const std::filesystem::path& file, const SweepMachine& machine,
         Team* team, const SweepWatch& watch)
      : store_(file, grid, shard),
        schedule_(grid, shard, store_.done()),
        team_(team),
        watch_(watch),
        ranks_(team ? team->size() : 1),
        open_ranks_(ranks_ - 1),
        grid_(grid),
        left_(schedule_.remaining()),
        cost_(schedule_.remaining_cost()) {
    progress_.total = Schedule(grid, shard).remaining();
    progress_.before = progress_.done = progress_.total - left_;
    if (left_ == 0) return;
    store_.begin_run(machine);
    desk_.emplace(grid, thread_count(), watch.cancelled);
  }

  bool run() {
    while (left_ > 0) {
      if (watch_.cancelled && watch_.cancelled()) return false;
      take(desk_->collect());
      listen();
      for (int hungry = desk_->hungry(); hungry > 0; --hungry) {
        Assignment piece = next();
        if (piece.empty()) break;
        desk_->give(std::move(piece));
      }
      if (watch_.progress) watch_.progress(progress_);
      if (left_ > 0) desk_->wait(ranks_ > 1 ? talking : alone);
    }
    store_.close_complete();
    return true;
  }

  // Tells the others to end, and waits for it, but not for ever.
  void dismiss() {
    if (!team_) return;
    for (int rank = 1; rank < ranks_; ++rank) team_->send(rank, packed(WriterOrder{{}, true, true}));
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (open_ranks_ > 0) {
      const auto message = team_->receive();
      if (message && unpacked_report(message->content).ended) --open_ranks_;
      if (!message) std::this_thread::sleep_for(talking);
      if (std::chrono::steady_clock::now() > end) team_->abort(1);
    }
  }

 private:
  Assignment next() { return schedule_.next(ranks_ * thread_count()); }

  void take(const std::vector<SolveResult>& results) {
    store_.add(results);
    left_ -= static_cast<std::int64_t>(results.size());
    progress_.done += static_cast<std::int64_t>(results.size());
    for (const SolveResult& result : results)
      progress_.share += grid_.cost_of(grid_.operator_of(grid_.problem_of(result.id))) / cost_;
  }

  void listen() {
    if (!team_) return;
    while (const auto message = team_->receive()) {
      const WorkerReport report = unpacked_report(message->content);
      take(report.results);
      if (report.ended) --open_ranks_;
      if (!report.failure.empty())
        throw Error("rank " + std::to_string(message->from) + " failed: " + report.failure);
      for (int i = 0; i < report.wants; ++i) {
        WriterOrder order;
        order.assignment = next();
        order.close = order.assignment.empty();
        team_->send(message->from, packed(order));
        if (order.close) break;
      }
    }
  }

  SweepStore store_;
  Schedule schedule_;
  Team* team_;
  const SweepWatch& watch_;
  const int ranks_;
  int open_ranks_;
  const SweepGrid& grid_;
  std::int64_t left_;
  const double cost_;  // expected, of all that this run is to solve
  SweepProgress progress_;
  std::optional<Desk> desk_;
};

// Any other rank: its threads, and messages to and from rank 0.
void work_for(Team& team, const SweepGrid& grid, const SweepWatch& watch) {
  WorkerReport last;
  last.ended = true;
  try {
    Desk desk(grid, thread_count(), watch.cancelled);
    int asked = 0;
    while (!desk.idle()) {
      if (watch.cancelled && watch.cancelled()) return;
      WorkerReport report;
      report.results = desk.collect();
      report.wants = std::max(0, desk.hungry() - asked);
      asked += report.wants;
      if (!report.results.empty() || report.wants > 0) team.send(0, packed(report));
      while (const auto message = team.receive()) {
        WriterOrder order = unpacked_order(message->content);
        if (order.close) desk.close();
        if (order.stop) {
          team.send(0, packed(last));
          return;
        }
        if (!order.assignment.empty()) {
          --asked;
          desk.give(std::move(order.assignment));
        }
      }
      desk.wait(talking);
    }
    last.results = desk.collect();
    desk.collect();  // throws what ended a thread
  } catch (const std::exception& error) {
    last.failure = error.what();
  }
  team.send(0, packed(last));
  // Rank 0 dismisses all when all is done.
  for (;;) {
    if (watch.cancelled && watch.cancelled()) return;
    if (const auto message = team.receive(); message && unpacked_order(message->content).stop) return;
    std::this_thread::sleep_for(talking);
  }
}

}  // namespace

bool run_sweep(const SweepGrid& grid, Shard shard, const std::filesystem::path& file,
               const SweepMachine& machine, const SweepWatch& watch) {
  return Writer(grid, shard, file, machine, nullptr, watch).run();
}

bool run_sweep(const SweepGrid& grid, Shard shard, const std::filesystem::path& file,
               const SweepMachine& machine, Team& team, const SweepWatch& watch) {
  if (team.rank() != 0) {
    work_for(team, grid, watch);
    return false;
  }
  std::optional<Writer> writer;
  try {
    writer.emplace(grid, shard, file, machine, &team, watch);
    const bool complete = writer->run();
    if (complete) writer->dismiss();
    return complete;
  } catch (...) {
    if (writer)
      writer->dismiss();
    else
      for (int rank = 1; rank < team.size(); ++rank) team.send(rank, packed(WriterOrder{{}, true, true}));
    throw;
  }
}

}  // namespace isr
