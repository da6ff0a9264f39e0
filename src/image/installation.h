// Where the running program is installed: what belongs to it is found from there.
#pragma once

#include <filesystem>

namespace isr {

// The folder that holds bin/isr, share/isr and the rest, such as /usr: as the kernel knows the program, or,
// where there is no /proc, as in a bare chroot, as it was called. Not absolute: unknown.
std::filesystem::path installation_prefix();

}  // namespace isr
