// Runs gnuplot as a child process.
#pragma once

#include <string>

namespace isr {

// Runs `gnuplot SCRIPT` in the folder. Throws Error, saying what to install, when there is no gnuplot on the
// PATH, and with gnuplot's own words when it fails.
void run_gnuplot(const std::string& folder, const std::string& script);

// Ends every gnuplot that runs. For a process that is about to end itself.
void end_gnuplots();

}  // namespace isr
