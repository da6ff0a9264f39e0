// Long work called from Python: without the interpreter's lock, ended by Ctrl-C, its progress reported.
#pragma once

#include <pybind11/pybind11.h>

#include <functional>

#include "solver/recover.h"

namespace isr::python {

// Runs `work` on another thread. This thread meanwhile looks for signals some twenty times a second, and
// hands `progress`, unless it is None, the share that is done: callbacks come on the thread of the caller.
// What a handler of signals (KeyboardInterrupt) or the callback raises ends the work and is raised; what the
// work throws is thrown. Call it with the lock held.
void call(const pybind11::object& progress, const std::function<void(const RecoverWatch&)>& work);

}  // namespace isr::python
