// What is done with the file of a sweep.
#pragma once

#include "cli/command_line.h"

namespace isr {

int sweep_export(const Arguments& arguments);  // CSV and JSON
int sweep_merge(const Arguments& arguments);   // one file of the shards'
int sweep_plot(const Arguments& arguments);    // figures

}  // namespace isr
