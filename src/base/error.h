// What isr throws. Misuse and bad input are exceptions; slow convergence is a status, never one.
#pragma once

#include <stdexcept>
#include <string>

#include "base/api.h"

namespace isr {

// Something in the input or the environment is wrong. what() is one sentence for the user: what is wrong,
// where (file, option, value), and what would be right. The command line prints it and exits with status 1.
class ISR_API Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The command line itself is wrong (unknown option, value out of range). Exit status 2.
class ISR_API UsageError : public Error {
 public:
  using Error::Error;
};

}  // namespace isr
