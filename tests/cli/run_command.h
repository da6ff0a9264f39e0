// Runs the isr program as a user does.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/test_files.h"

namespace isr {

// Is this, and the isr beside it, built with AddressSanitizer?
constexpr bool has_address_sanitizer() {
#ifdef __SANITIZE_ADDRESS__
  return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
  return true;
#endif
#endif
  return false;
}

struct CommandResult {
  int status = -1;  // the exit status; 128 + the signal that ended it
  std::string out, err;
  std::size_t peak_bytes = 0;  // resident memory at most
};

// A running isr in the folder `directory`, where it also keeps its stdout and stderr.
class RunningCommand {
 public:
  RunningCommand(const std::filesystem::path& directory, const std::vector<std::string>& arguments,
                 const std::string& program = ISR_EXECUTABLE)
      : out_(directory / ".stdout"), err_(directory / ".stderr") {
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    process_ = fork();
    if (process_ == 0) {
      dup2(open(out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
      dup2(open(err_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
      // LeakSanitizer's tracer of GCC 12 can crash at the end of a process that has loaded the codecs (signal
      // 11); the tests of the library look for leaks.
      setenv("ASAN_OPTIONS", "detect_leaks=0", 0);
      for (const int ignored : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ}) signal(ignored, SIG_DFL);
      if (chdir(directory.c_str()) == 0) execv(argv[0], argv.data());
      _exit(127);
    }
  }

  void send(int signal) { kill(process_, signal); }

  CommandResult wait() {
    int status = 0;
    rusage usage{};
    wait4(process_, &status, 0, &usage);
    CommandResult result;
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    result.peak_bytes = static_cast<std::size_t>(usage.ru_maxrss) * 1024;
    result.out = contents_of(out_);
    result.err = contents_of(err_);
    std::filesystem::remove(out_);
    std::filesystem::remove(err_);
    return result;
  }

 private:
  std::filesystem::path out_, err_;
  pid_t process_ = -1;
};

// `isr ARGUMENTS` in that folder.
inline CommandResult run_isr(const std::filesystem::path& directory,
                             const std::vector<std::string>& arguments) {
  return RunningCommand(directory, arguments).wait();
}

}  // namespace isr
