#include "cli/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <thread>

#include "base/error.h"
#include "base/wrapped_text.h"

namespace isr {
namespace {

constexpr int patience_milliseconds = 140;

std::atomic<int> signals_seen{0}, last_signal{0};
static_assert(std::atomic<int>::is_always_lock_free);  // they are set in a signal handler
int wake_pipe[2];
std::atomic<const char*> words_when_interrupted{nullptr};

void on_signal(int signal) {
  const int before = errno;
  last_signal = signal;
  if (++signals_seen > 2) std::signal(signal, SIG_DFL);
  [[maybe_unused]] const ssize_t written = ::write(wake_pipe[1], "!", 1);
  errno = before;
}

// Waits for a signal; ends the process where the work does not.
void watch(bool (*abandon)()) {
  char byte = 0;
  while (::read(wake_pipe[0], &byte, 1) < 0 && errno == EINTR) {
  }
  pollfd again{wake_pipe[0], POLLIN, 0};
  ::poll(&again, 1, patience_milliseconds);
  ::_exit(interrupted_status(abandon()));
}

}  // namespace

int error_width() {
  constexpr int least = 40, usual = 100;
  winsize size{};
  if (!::isatty(STDERR_FILENO) || ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return usual;
  return std::max<int>(least, size.ws_col);
}

std::string time_text(double seconds) {
  char text[32];
  const long whole = std::lround(seconds);
  if (whole < 60)
    std::snprintf(text, sizeof text, "%ld s", std::max(whole, 1L));
  else if (whole < 3600)
    std::snprintf(text, sizeof text, "%ld:%02ld min", whole / 60, whole % 60);
  else
    std::snprintf(text, sizeof text, "%ld:%02ld h", whole / 3600, whole % 3600 / 60);
  return text;
}

void say(const std::string& text) {
  const std::string erase = ::isatty(STDERR_FILENO) ? "\r\033[K" : "";
  std::fprintf(stderr, "%s%s\n", erase.c_str(),
               wrapped("isr: " + text, static_cast<std::size_t>(error_width()), 5).c_str());
}

bool ExpectedTime::reach(double share) {
  constexpr double least_share = 0.002;
  const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  if (known_ || share < least_share || (elapsed < enough_ && share < 1)) return false;
  seconds_ = elapsed / share;
  return known_ = true;
}

void catch_signals(bool (*abandon)()) {
  static bool caught = false;
  if (caught) return;
  caught = true;
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  if (::pipe2(wake_pipe, O_CLOEXEC) != 0)
    throw Error(std::string("cannot make a pipe: ") + std::strerror(errno));
  std::thread(watch, abandon).detach();
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now {};
    if (::sigaction(signal, nullptr, &now) == 0 && now.sa_handler != SIG_IGN)
      ::sigaction(signal, &action, nullptr);
  }
}

void open_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0)  // open() takes the lowest number that is free: this one
        [[maybe_unused]]
      const int opened = ::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void say_when_interrupted(const char* words) {
  words_when_interrupted = words;
}

bool interrupted() {
  return signals_seen > 0;
}

int interrupted_status(bool written) {
  static std::atomic<bool> said{false};
  const char* const words = words_when_interrupted ? words_when_interrupted.load()
                            : written              ? "the results were written before"
                                                   : "nothing was written";
  if (!said.exchange(true))
    std::fprintf(stderr, "%sisr: interrupted; %s\n", ::isatty(STDERR_FILENO) ? "\r\033[K" : "", words);
  return 128 + last_signal;
}

bool output_is_closed() {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

void check_interrupted() {
  if (interrupted()) throw Interrupted();
}

ProgressBar::ProgressBar(std::string title, double total, bool enabled)
    : title_(std::move(title)),
      total_(total),
      enabled_(enabled && isatty(STDERR_FILENO)),
      start_(std::chrono::steady_clock::now()),
      drawn_(start_) {}

ProgressBar::~ProgressBar() {
  if (enabled_ && drawn_ != start_) std::fprintf(stderr, "\r\033[K");
}

void ProgressBar::advance(double amount) {
  const std::lock_guard lock(mutex_);
  done_ += amount;
  draw();
}

void ProgressBar::reach(double amount) {
  const std::lock_guard lock(mutex_);
  done_ = amount;
  draw();
}

void ProgressBar::draw() {
  constexpr int most_cells = 30, words = 24;  // "100 %  12:34 min left", and spaces
  constexpr std::chrono::milliseconds between(100);
  if (!enabled_ || std::chrono::steady_clock::now() - drawn_ <= between) return;
  drawn_ = std::chrono::steady_clock::now();
  const double share = std::clamp(done_ / total_, 0.0, 1.0);
  const double elapsed = std::chrono::duration<double>(drawn_ - start_).count();
  const int cells =
      std::clamp(error_width() - 1 - words - static_cast<int>(display_width(title_)), 0, most_cells);
  std::string bar;
  for (int i = 0; i < cells; ++i) bar += i < std::lround(share * cells) ? "█" : "░";
  const std::string left = share > 0 ? time_text(elapsed * (1 - share) / share) + " left" : "";
  std::fprintf(stderr, "\r\033[K%s %s %3.0f %%  %s", title_.c_str(), bar.c_str(), 100 * share, left.c_str());
  std::fflush(stderr);
}

}  // namespace isr
