// Where the running program lies: what belongs to it is found from there.
#pragma once

#include <filesystem>

namespace isr {

// As the kernel knows it; where there is no /proc, as in a bare chroot, as it was called. Empty: unknown.
std::filesystem::path program_file();

}  // namespace isr
