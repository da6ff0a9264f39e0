// The file of a sweep: an SQLite database. Its schema is documented in data/docs/sweeps.md.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sweep/database.h"
#include "sweep/solve.h"

namespace isr {

// Of this layout of tables; a file with another cannot be read.
inline constexpr int sweep_schema = 1;

// Where, and how, solves were made.
struct SweepMachine {
  std::string host, processor, instruction_set;
  int ranks = 1, threads = 1;  // threads of each rank
  std::string command;         // as typed
};

// This machine.
SweepMachine this_machine();

// The file while solves go into it. One process at a time: others may read.
class SweepStore {
 public:
  // Makes the file, or opens one of the same sweep and shard, to go on. Throws Error when it is of another
  // sweep, shard or version of isr, no sweep at all, damaged, used by another process, or cannot be written;
  // then nothing has been changed.
  SweepStore(const std::filesystem::path& path, const SweepGrid& grid, Shard shard);
  ~SweepStore();

  // done[id]
  std::vector<bool> done() const;

  // Notes that a run begins; what is added from now on is of it.
  void begin_run(const SweepMachine& machine);

  // All of them, or none. Results that are there already stay as they are.
  void add(std::span<const SolveResult> results);

  // Of a sweep, or shard, that is complete: one plain file remains, which also a read-only folder can hold.
  void close_complete();

 private:
  class Lock;
  void check_same(const SweepGrid& grid, Shard shard);

  std::unique_ptr<Lock> lock_;
  std::unique_ptr<Database> database_;
  std::optional<Statement> insert_, insert_timing_;
  std::int64_t run_ = 0, solves_ = 0, subjects_ = 0, methods_ = 0;
};

// Bytes that a result takes in the file, from these as an example.
double bytes_of_result(const SweepGrid& grid, std::span<const SolveResult> results);

// A file of a sweep for reading. Throws Error when it is none, of another schema, or damaged.
std::unique_ptr<Database> open_sweep(const std::filesystem::path& path);

// One file of the shards' solves, whole or not at all. Throws Error when a file is no sweep, they are of
// different sweeps or versions, two disagree about a solve, or `target` exists.
void merge_sweeps(const std::vector<std::filesystem::path>& sources, const std::filesystem::path& target);

}  // namespace isr
