// How long work is told to end early.
#pragma once

#include <functional>

namespace isr {

// Returns true when the user wants to stop; polled often, from any thread. Empty: never.
using Cancelled = std::function<bool()>;

}  // namespace isr
