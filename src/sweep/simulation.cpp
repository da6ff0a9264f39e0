#include "sweep/simulation.h"

#include <algorithm>
#include <queue>

namespace isr {
namespace {

// What reaches the writer.
struct Arrival {
  double time;
  int worker;
  bool wants_work;  // else a result
  bool operator>(const Arrival& other) const {
    return time != other.time ? time > other.time : worker > other.worker;
  }
};

}  // namespace

Simulation simulate(Schedule schedule, int workers, const std::function<double(std::int64_t id)>& seconds_of,
                    const SimulationCosts& costs) {
  std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals;
  for (int worker = 0; worker < workers; ++worker) arrivals.push({costs.latency, worker, true});
  Simulation result;
  double writer_free = 0, busy = 0, solving = 0;
  while (!arrivals.empty()) {
    const Arrival arrival = arrivals.top();
    arrivals.pop();
    const double takes = arrival.wants_work ? costs.request_seconds : costs.row_seconds;
    writer_free = std::max(writer_free, arrival.time) + takes;
    busy += takes;
    if (!arrival.wants_work) {
      result.seconds = writer_free;
      continue;
    }
    const Assignment piece = schedule.next(workers);
    if (piece.empty()) continue;
    ++result.pieces;
    double time = writer_free + costs.latency + costs.operator_seconds;
    for (const std::int64_t id : piece) {
      const double seconds = seconds_of(id);
      solving += seconds;
      time += seconds;
      arrivals.push({time + costs.latency, arrival.worker, false});
    }
    arrivals.push({time + costs.latency, arrival.worker, true});
  }
  if (result.seconds > 0) {
    result.efficiency = solving / (workers * result.seconds);
    result.writer_share = busy / result.seconds;
  }
  return result;
}

double saturating_workers(double mean_seconds, const SimulationCosts& costs) {
  return mean_seconds / costs.row_seconds;
}

}  // namespace isr
