// The person at the terminal: Ctrl-C and a progress bar.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

namespace isr {

// Thrown by check_interrupted; run_program turns it into the exit status of the signal.
struct Interrupted {};

// From now on Ctrl-C (SIGINT), SIGTERM and SIGHUP ask the work to end: it polls interrupted(). Where it has
// not ended after a seventh of a second, or the user asks again, `abandon` is called from another thread and
// the process ends with status 128 + the signal: work that does not poll stops too. `abandon` removes what is
// half written, and returns whether results had been written. Signals that were ignored (nohup) stay so.
// A write to a closed pipe or beyond the limit of a file's size fails in place of ending the process.
void catch_signals(bool (*abandon)());

// Standard streams that are closed become /dev/null: else the next file that is opened would be taken for one
// of them. Writing to what was closed fails.
void open_standard_streams();

// What is said to who interrupts the work from now on, "what is done is kept": for work that goes on from
// there. A literal.
void say_when_interrupted(const char* words);

// True once the user has pressed Ctrl-C.
bool interrupted();

// Throws Interrupted once the user has pressed Ctrl-C.
void check_interrupted();

// Says on stderr, once, that the user ended the work, and returns the exit status.
int interrupted_status(bool written);

// Whether what reads standard output has gone, as head does after ten lines.
bool output_is_closed();

// Columns of the terminal that standard error is, at least 40; 100 where it is none.
int error_width();

// "40 s", "6:30 min", "2:05 h".
std::string time_text(double seconds);

// A line on standard error, terminal or not, broken where the terminal ends: "isr: …".
void say(const std::string& text);

// The time that work takes, from its first steps.
class ExpectedTime {
 public:
  // After `enough` seconds of work; sooner where it is done.
  explicit ExpectedTime(double enough) : enough_(enough) {}

  // So much of the work is done. True once: when the time is known from now on.
  bool reach(double share);
  bool known() const { return known_; }
  double seconds() const { return seconds_; }  // of all the work

 private:
  double enough_, seconds_ = 0;
  bool known_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// A bar with the time left, one line on stderr; silent unless that is a terminal. Safe to call from several
// threads.
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
