// What a command would do, for --dry-run.
#pragma once

#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "sensing/problem.h"

namespace isr {

// The sizes of a problem of so many pictures, and the memory that solving it takes.
nlohmann::ordered_json plan_of(const MeasurementModel& model, Index pictures);

// Prints it as lines, or with --json as JSON; whatever --quiet says, since it was asked for.
void print_plan(const nlohmann::ordered_json& plan, const CommonOptions& common);

}  // namespace isr
