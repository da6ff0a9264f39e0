// Where the files that come with isr are.
#pragma once

#include <filesystem>

namespace isr {

// The directory that holds isr's own data (mnist/, images/): share/isr beside the bin/ of an installed copy,
// data/ in the Python package, or data/ of the source tree that this program was built from. Throws Error
// when none exists.
std::filesystem::path data_directory();

}  // namespace isr
