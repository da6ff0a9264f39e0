#include "report/gnuplot.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <mutex>
#include <set>
#include <vector>

#include "base/error.h"
#include "report/chart.h"

namespace isr {

namespace {

// Standard output goes to /dev/null, standard error to `error_pipe`.
class SpawnActions {
 public:
  SpawnActions(const std::string& folder, const int error_pipe[2]) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, error_pipe[1], STDERR_FILENO);
  }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }

  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
    if (count == 0 || (count < 0 && errno != EINTR)) return text;
  }
}

// The children that run, so that they can be ended.
struct Children {
  std::mutex mutex;
  std::set<pid_t> running;

  static Children& instance() {
    static Children* const children = new Children;  // never destroyed: the process may end meanwhile
    return *children;
  }
};

// Waits for the child. It leaves the list before its number can be another process's.
int wait_for(pid_t child) {
  Children& children = Children::instance();
  siginfo_t ended{};
  while (waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  const std::lock_guard lock(children.mutex);
  children.running.erase(child);
  int status = -1;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

struct Outcome {
  bool found = false;
  int status = -1;     // as from wait
  std::string errors;  // what it wrote to standard error
};

Outcome run(const std::string& folder, std::vector<std::string> words) {
  int error_pipe[2];
  if (pipe2(error_pipe, O_CLOEXEC) != 0)
    throw Error(std::string("cannot make a pipe: ") + std::strerror(errno));
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  Outcome outcome;
  pid_t child = -1;
  const SpawnActions actions(folder, error_pipe);
  {
    Children& children = Children::instance();
    const std::lock_guard lock(children.mutex);
    outcome.found =
        posix_spawnp(&child, arguments[0], actions.get(), nullptr, arguments.data(), environ) == 0;
    if (outcome.found) children.running.insert(child);
  }
  close(error_pipe[1]);
  if (outcome.found) {
    outcome.errors = read_all(error_pipe[0]);
    outcome.status = wait_for(child);
  }
  close(error_pipe[0]);
  return outcome;
}

[[noreturn]] void throw_missing() {
  throw Error(
      "gnuplot, which draws the charts, was not found: install it (on Debian and Ubuntu: "
      "apt-get install gnuplot-nox) and try again");
}

}  // namespace

void require_gnuplot() {
  const Outcome outcome = run(".", {"gnuplot", "-V"});
  if (!outcome.found || outcome.status != 0) throw_missing();
}

void end_gnuplots() {
  Children& children = Children::instance();
  const std::lock_guard lock(children.mutex);
  for (const pid_t child : children.running) kill(child, SIGKILL);
}

void run_gnuplot(const std::string& folder, const std::string& script) {
  const Outcome outcome = run(folder, {"gnuplot", script});
  if (!outcome.found) throw_missing();
  if (outcome.status != 0) {
    throw Error("gnuplot failed on " + script + " (version 5.4 or later is needed): " + outcome.errors);
  }
}

}  // namespace isr
