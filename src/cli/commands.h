// The commands, one file each.
#pragma once

#include "cli/command_line.h"

namespace isr {

int reproduce(const Arguments& arguments);   // the paper's figures
int recover(const Arguments& arguments);     // images from simulated measurements
int compare(const Arguments& arguments);     // depths side by side, on a page
int playground(const Arguments& arguments);  // a page that does it in the browser
int measure(const Arguments& arguments);     // simulated measurements as a folder
int solve(const Arguments& arguments);       // images from measurements alone
int sweep(const Arguments& arguments);       // many recoveries, resumable; their figures

// `isr ARGUMENTS`: finds the command and runs it. Returns the exit status: 0 done, 1 failed, 2 wrong usage,
// 130 interrupted; messages go to stderr.
int run_program(const Arguments& arguments);

}  // namespace isr
