#include "sweep/subjects.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <map>
#include <numeric>

#include "base/error.h"
#include "base/foreign_text.h"
#include "sensing/random.h"
#include "sweep/axes.h"

namespace isr {
namespace {

constexpr const char* prefix = "sparse:";
constexpr Index most_values = Index{1} << 26;

const char* to_string(Amplitudes amplitudes) {
  switch (amplitudes) {
    case Amplitudes::gaussian:
      return "gaussian";
    case Amplitudes::signs:
      return "signs";
    case Amplitudes::ones:
      return "ones";
  }
  return "";
}

std::string describe(const SparseSignal& signal) {
  std::string text = prefix +
                     (signal.rho ? "rho=" + shortest(*signal.rho) : "k=" + std::to_string(signal.k)) +
                     ",p=" + std::to_string(signal.p) + ",amplitudes=" + to_string(signal.amplitudes);
  if (signal.instance > 1) text += "#" + std::to_string(signal.instance);
  return text;
}

[[noreturn]] void bad_source(const std::string& source) {
  throw UsageError("the source " + printable(source) +
                   " must be such as sparse:k=10..200:20,p=784 or "
                   "sparse:rho=0.05..0.95:19,p=400,amplitudes=signs,count=2, with amplitudes gaussian, signs "
                   "or ones");
}

// "k=10,20,p=784" -> {k: "10,20", p: "784"}
std::map<std::string, std::string> fields_of(const std::string& source) {
  std::map<std::string, std::string> fields;
  std::string key;
  for (const std::string& part : split(source.substr(std::strlen(prefix)), ',')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos) {
      if (key.empty()) bad_source(source);
      fields[key] += "," + part;
      continue;
    }
    key = part.substr(0, equals);
    if (!fields.emplace(key, part.substr(equals + 1)).second) bad_source(source);
  }
  return fields;
}

Amplitudes parse_amplitudes(const std::string& text, const std::string& source) {
  for (const Amplitudes one : {Amplitudes::gaussian, Amplitudes::signs, Amplitudes::ones})
    if (text == to_string(one)) return one;
  bad_source(source);
}

Index whole(const std::string& text, Index most, const std::string& source) {
  const double value = number_of("source " + source, text);
  if (value != std::floor(value) || value < 1 || value > static_cast<double>(most)) bad_source(source);
  return static_cast<Index>(value);
}

}  // namespace

Index SparseSignal::nonzero(Index measurements) const {
  if (!rho) return k;
  return std::clamp<Index>(std::llround(*rho * static_cast<double>(measurements)), 1, p);
}

Eigen::MatrixXf SparseSignal::make(Index measurements, std::uint32_t seed) const {
  const Index count = nonzero(measurements);
  SparseSignal named = *this;
  named.rho.reset(), named.k = count;
  RandomStream stream = RandomStream::named(seed, describe(named));
  std::vector<Index> places(static_cast<std::size_t>(p));
  std::iota(places.begin(), places.end(), Index{0});
  Eigen::MatrixXf signal = Eigen::MatrixXf::Zero(p, 1);
  for (Index i = 0; i < count; ++i) {
    const auto other = i + static_cast<Index>(stream.below(static_cast<std::uint64_t>(p - i)));
    std::swap(places[static_cast<std::size_t>(i)], places[static_cast<std::size_t>(other)]);
    double value = 1;
    if (amplitudes == Amplitudes::gaussian) value = stream.normal();
    if (amplitudes == Amplitudes::signs) value = stream.uniform() < 0.5 ? -1 : 1;
    signal(places[static_cast<std::size_t>(i)], 0) = static_cast<float>(value);
  }
  return signal;
}

Eigen::MatrixXf Subject::truth(Index measurements, std::uint32_t seed) const {
  return picture ? picture->pixels : signal.make(measurements, seed);
}

Subject subject_of(LabelledImage image) {
  Subject subject;
  subject.source = std::move(image.source);
  subject.label = std::move(image.label);
  subject.picture = std::make_shared<const Image>(std::move(image.image));
  return subject;
}

bool is_sparse_source(const std::string& source) {
  return source.starts_with(prefix);
}

std::vector<Subject> parse_sparse_source(const std::string& source) {
  std::map<std::string, std::string> fields = fields_of(source);
  const bool by_rho = fields.contains("rho");
  if (by_rho == fields.contains("k")) bad_source(source);
  SparseSignal signal;
  int count = 1;
  for (const auto& [key, value] : fields) {
    if (key == "p")
      signal.p = whole(value, most_values, source);
    else if (key == "count")
      count = static_cast<int>(whole(value, 1000000, source));
    else if (key == "amplitudes")
      signal.amplitudes = parse_amplitudes(value, source);
    else if (key != "k" && key != "rho")
      bad_source(source);
  }
  std::vector<Subject> subjects;
  const std::string key = by_rho ? "rho" : "k";
  for (const auto& value : expand_values(key, by_rho ? Spacing::linear : Spacing::whole, fields[key])) {
    if (by_rho) {
      signal.rho = number_of("rho", value);
      if (!(*signal.rho > 0)) bad_source(source);
    } else {
      signal.k = whole(value, signal.p, source);
    }
    for (signal.instance = 1; signal.instance <= count; ++signal.instance)
      subjects.push_back({describe(signal), key + "=" + value, nullptr, signal});
  }
  return subjects;
}

std::string fingerprint(const std::vector<Subject>& subjects) {
  std::uint64_t hash = 0xcbf29ce484222325ull;  // FNV-1a, 64 bits
  const auto mix = [&](const void* data, std::size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    // NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): each byte of a number has a value.
    for (std::size_t i = 0; i < size; ++i) hash = (hash ^ bytes[i]) * 0x100000001b3ull;
  };
  for (const Subject& subject : subjects) {
    mix(subject.source.data(), subject.source.size() + 1);
    const std::int64_t shape[] = {subject.height(), subject.width(), subject.channels()};
    mix(shape, sizeof shape);
    if (subject.picture)
      mix(subject.picture->pixels.data(),
          static_cast<std::size_t>(subject.picture->pixels.size()) * sizeof(float));
  }
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

}  // namespace isr
