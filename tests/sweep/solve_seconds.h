#pragma once
namespace isr { inline constexpr double solve_seconds[6][9] = {}; }
