// The person at the terminal: Ctrl-C and a progress bar.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

namespace isr {

// Thrown by check_interrupted; main turns it into exit status 130.
struct Interrupted {};

// From now on Ctrl-C (SIGINT) and SIGTERM set a flag in place of ending the process; a second one ends it.
void catch_interrupts();

// True once the user has pressed Ctrl-C.
bool interrupted();

// Throws Interrupted once the user has pressed Ctrl-C.
void check_interrupted();

// A bar with the time left, on stderr; silent unless that is a terminal. Safe to call from several threads.
class ProgressBar {
 public:
  // `total` > 0 is the amount of work in any unit.
  ProgressBar(std::string title, double total, bool enabled = true);
  ~ProgressBar();  // erases the bar

  void advance(double amount);
  void reach(double amount);  // so much in all

 private:
  void draw();

  std::string title_;
  double total_, done_ = 0;
  bool enabled_;
  std::chrono::steady_clock::time_point start_, drawn_;
  std::mutex mutex_;
};

}  // namespace isr
