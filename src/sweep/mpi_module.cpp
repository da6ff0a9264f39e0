// The Team of MPI's ranks. A module: see team.cpp.
#include <list>

#include <mpi.h>

#include "base/error.h"
#include "sweep/team.h"

namespace isr {
namespace {

class MpiTeam final : public Team {
 public:
  MpiTeam() {
    int provided = 0;
    if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS ||
        provided < MPI_THREAD_FUNNELED)
      throw Error("MPI cannot be used beside threads");
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    MPI_Comm here = MPI_COMM_NULL;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
    MPI_Comm_size(here, &ranks_here_);
    MPI_Comm_free(&here);
  }

  ~MpiTeam() override {
    for (Sending& sending : sendings_) MPI_Wait(&sending.request, MPI_STATUS_IGNORE);
    MPI_Finalize();
  }

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  int ranks_here() const override { return ranks_here_; }

  // Never waits: two ranks that waited for each other's long messages would wait for ever.
  void send(int to, Bytes message) override {
    Sending& sending = sendings_.emplace_back();
    sending.content = std::move(message);
    MPI_Isend(sending.content.data(), static_cast<int>(sending.content.size()), MPI_BYTE, to, 0,
              MPI_COMM_WORLD, &sending.request);
  }

  std::optional<TeamMessage> receive() override {
    forget_sent();
    int there = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, 0, MPI_COMM_WORLD, &there, &status);
    if (!there) return {};
    int size = 0;
    MPI_Get_count(&status, MPI_BYTE, &size);
    TeamMessage message{status.MPI_SOURCE, Bytes(static_cast<std::size_t>(size))};
    MPI_Recv(message.content.data(), size, MPI_BYTE, message.from, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return message;
  }

  [[noreturn]] void abort(int status) override {
    MPI_Abort(MPI_COMM_WORLD, status);
    std::abort();
  }

 private:
  struct Sending {
    Bytes content;
    MPI_Request request = MPI_REQUEST_NULL;
  };

  void forget_sent() {
    std::erase_if(sendings_, [](Sending& sending) {
      int sent = 0;
      MPI_Test(&sending.request, &sent, MPI_STATUS_IGNORE);
      return sent != 0;
    });
  }

  int rank_ = 0, size_ = 1, ranks_here_ = 1;
  std::list<Sending> sendings_;
};

}  // namespace
}  // namespace isr

extern "C" __attribute__((visibility("default"))) isr::Team* isr_make_team() {
  return new isr::MpiTeam;
}
