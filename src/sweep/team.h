// The processes that share a sweep: ranks, which send each other messages.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace isr {

using Bytes = std::vector<std::uint8_t>;

struct TeamMessage {
  int from = 0;
  Bytes content;
};

// One thread of each rank talks, always the same.
class Team {
 public:
  virtual ~Team() = default;  // waits for the other ranks

  virtual int rank() const = 0;  // from 0
  virtual int size() const = 0;
  virtual int ranks_here() const = 0;  // on this machine

  // Messages to one rank arrive in their order. Returns at once.
  virtual void send(int to, Bytes message) = 0;
  // The next message, where one has come.
  virtual std::optional<TeamMessage> receive() = 0;

  // Ends every rank's process at once.
  [[noreturn]] virtual void abort(int status) = 0;
};

// Those that mpirun, or srun, has started together with this process; null where it was started alone. Throws
// Error when it was not, and this isr was built without MPI.
std::unique_ptr<Team> find_team();

namespace team_module {
inline constexpr const char* make_symbol = "isr_make_team";
using Make = Team* (*)();
}  // namespace team_module

}  // namespace isr
