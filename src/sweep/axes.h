// What a sweep can vary: the numbers and names that a recovery takes, and lists and ranges of their values.
#pragma once

#include <string>
#include <vector>

#include "sensing/choose_model.h"
#include "solver/plan.h"

namespace isr {

// A value of each axis.
struct Setting {
  MeasurementChoice measurement;
  double noise = 0;  // σ of each measurement, >= 0
  RecoverOptions recover;
};

// How the values of a range lie. whole: numbers without fraction; share: a number, or a percentage of the
// unknowns; word: a name, of which there is no range.
enum class Spacing { linear, logarithmic, whole, share, word };

// One thing that can be varied.
struct SweepAxis {
  const char* name;     // as the option of `isr recover`: "depth"
  const char* about;    // what it expects, for help
  bool of_measurement;  // else of the network: the known methods do not depend on it
  Spacing spacing;
  std::string initial;  // the default, a list of values
  // Sets it to one value. Throws UsageError, naming the axis, when the text is none of its values.
  void (*set)(Setting& setting, const std::string& value);
};

// All of them, those of the measurements first, in the order in which sweeps count.
const std::vector<SweepAxis>& sweep_axes();

// Throws UsageError, listing the names, for any other.
const SweepAxis& axis_named(const std::string& name);

// The values in a text: separated by commas, each a value or a range. A..B is the whole numbers from A to B;
// A..B:K are K values, both ends among them, equally far apart, or in equal ratios where the axis is
// logarithmic; A..B:Klin and A..B:Klog say which. Numbers are returned as their shortest text. `name` is for
// messages. Throws UsageError when the text is not of that form, a value comes twice, or there are more than
// a million.
std::vector<std::string> expand_values(const std::string& name, Spacing spacing, const std::string& text);

// The same, each value checked by the axis.
std::vector<std::string> axis_values(const SweepAxis& axis, const std::string& text);

// The shortest text that reads as this number again.
std::string shortest(double value);

// A whole text as a number. Throws UsageError, with the name, for anything else.
double number_of(const std::string& name, const std::string& text);

// The parts of a text between separators; of an empty text one empty part.
std::vector<std::string> split(const std::string& text, char separator);

}  // namespace isr
