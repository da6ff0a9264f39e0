// What ranks say to each other.
#pragma once

#include <string>
#include <vector>

#include "sweep/solve.h"
#include "sweep/team.h"

namespace isr {

// From a rank that solves to rank 0.
struct WorkerReport {
  std::vector<SolveResult> results{};
  int wants = 0;          // threads of this rank that wait for work
  bool ended = false;     // all its threads have ended: its last word
  std::string failure{};  // why it could not go on; empty: all is well
};

// From rank 0 to a rank that solves.
struct WriterOrder {
  Assignment assignment{};
  bool close = false;  // no more work will come
  bool stop = false;   // end now
};

Bytes packed(const WorkerReport& report);
Bytes packed(const WriterOrder& order);
WorkerReport unpacked_report(const Bytes& bytes);
WriterOrder unpacked_order(const Bytes& bytes);

}  // namespace isr
