#include "cli/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdio>

namespace isr {
namespace {

std::atomic<bool> interrupt_flag{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // it is set in a signal handler

void on_signal(int signal) {
  interrupt_flag = true;
  std::signal(signal, SIG_DFL);
}

std::string clock_time(double seconds) {
  char text[32];
  const long whole = std::lround(seconds);
  if (whole < 60)
    std::snprintf(text, sizeof text, "%ld s", std::max(whole, 1L));
  else
    std::snprintf(text, sizeof text, "%ld:%02ld min", whole / 60, whole % 60);
  return text;
}

}  // namespace

void catch_interrupts() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

bool interrupted() {
  return interrupt_flag;
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
  constexpr int cells = 30;
  constexpr std::chrono::milliseconds between(100);
  if (!enabled_ || std::chrono::steady_clock::now() - drawn_ <= between) return;
  drawn_ = std::chrono::steady_clock::now();
  const double share = std::clamp(done_ / total_, 0.0, 1.0);
  const double elapsed = std::chrono::duration<double>(drawn_ - start_).count();
  std::string bar;
  for (int i = 0; i < cells; ++i) bar += i < std::lround(share * cells) ? "█" : "░";
  const std::string left = share > 0 ? clock_time(elapsed * (1 - share) / share) + " left" : "";
  std::fprintf(stderr, "\r\033[K%s %s %3.0f %%  %s", title_.c_str(), bar.c_str(), 100 * share, left.c_str());
  std::fflush(stderr);
}

}  // namespace isr
