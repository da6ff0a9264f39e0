// What the live page computes, in its worker: problems, and their paths at every depth. A request is one JSON
// object; a reply is a JSON object and numbers in binary.
//
//   {op: "problem", height, width, pixels: [0 … 255], ensemble, basis ("auto" or a name), measurements: n,
//   noise,
//    seed}
//       makes the measurements and keeps them. Reply: {n, p, basis, ensemble, subtitle, image: see
//       compare_page.h}; binary: y, n doubles, then the picture in thousandths, int16.
//   {op: "path", depth, init, signed, step, rules: ["hold-out", "discrepancy"], moments}
//       follows a path on them. Reply: {run: an entry of "runs" in compare_page.h}; binary: the frames in
//       thousandths, int16, frame after frame.
//   {op: "solve", depth, init, signed, stop}
//       Reply: {status, flow_time, residual}; binary: w, p doubles.
//   {op: "words", depths: [N], inits: [w0], rules: [...], chosen_rule}
//       Reply: what the page says of the paths followed since "problem": see comparison_words.
//
// A request that cannot be met has the reply {error: a sentence}.
#include <cstdint>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "experiments/path_study.h"
#include "report/compare_data.h"
#include "sensing/choose_model.h"

namespace isr {
namespace {

using Json = nlohmann::json;

struct Reply {
  Json json = Json::object();
  std::vector<std::uint8_t> binary;

  template <class Value>
  void append(const Value* values, std::size_t count) {
    const std::size_t at = binary.size();
    binary.resize(at + count * sizeof(Value));
    std::memcpy(binary.data() + at, values, count * sizeof(Value));
  }
};

// The problem at work, and what is shared by all its paths.
struct Work {
  LabelledImage picture;
  Problem problem;
  std::unique_ptr<Recoverer> recoverer;
  Eigen::VectorXf coefficients;
  Comparison comparison;
};
std::unique_ptr<Work> work;

Work& current() {
  if (!work) throw Error("there is no problem yet");
  return *work;
}

Image picture_of(const Json& request) {
  Image image(request.at("height").get<int>(), request.at("width").get<int>());
  const auto& bytes = request.at("pixels");
  if (bytes.size() != static_cast<std::size_t>(image.pixels.size()))
    throw Error("pixels must have height × width values");
  for (Eigen::Index i = 0; i < image.pixels.rows(); ++i)
    image.pixels(i, 0) = static_cast<float>(bytes[static_cast<std::size_t>(i)].get<int>()) / 255.0f;
  return image;
}

MeasurementModel model_of(const Json& request, const Image& image) {
  MeasurementChoice choice;
  choice.measurements = request.at("measurements").get<Index>();
  choice.ensemble = request.at("ensemble").get<std::string>();
  if (request.at("basis") != "auto") choice.basis = request.at("basis").get<std::string>();
  choice.seed = request.at("seed").get<std::uint32_t>();
  choice.validate();
  return choose_model(image.height, image.width, 1, image.pixels, choice);
}

Reply make_problem(const Json& request) {
  auto made = std::make_unique<Work>();
  made->picture = {picture_of(request), request.value("source", "drawing"), request.value("label", "")};
  const Image& image = made->picture.image;
  const MeasurementModel model = model_of(request, image);
  made->problem = simulate(model, image.pixels, request.at("noise").get<double>());
  made->recoverer = std::make_unique<Recoverer>(made->problem);
  made->coefficients = image.pixels.reshaped();
  if (const auto& synthesis = made->problem.operators.synthesis) {
    Eigen::MatrixXf coefficients(synthesis->cols(), 1);
    synthesis->analyze(image.pixels, coefficients);
    made->coefficients = coefficients.reshaped();
  }
  work = std::move(made);

  Reply reply;
  const Eigen::MatrixXd& y = work->problem.measurements;
  reply.json = {{"n", model.measurements},
                {"p", work->problem.operators.system->cols()},
                {"basis", model.basis},
                {"image", image_words(work->picture)}};
  reply.append(y.data(), static_cast<std::size_t>(y.size()));
  FrameSequence truth;
  truth.add(image);
  reply.append(truth.frames[0].data(), truth.frames[0].size());
  return reply;
}

RecoverOptions options_of(const Json& request) {
  RecoverOptions options;
  options.depth = request.at("depth").get<int>();
  options.init = request.at("init").get<double>();
  options.model = request.at("signed").get<bool>() ? Model::signed_model : Model::nonnegative;
  options.shifts = 1;
  options.stop = parse_stop(request.value("stop", "limit"));
  options.validate();
  return options;
}

Reply follow_path(const Json& request) {
  const Work& at = current();
  const RecoverOptions options = options_of(request);
  std::vector<Stop> rules;
  for (const auto& rule : request.at("rules")) rules.push_back(parse_stop(rule.get<std::string>()));
  const PathSubject subject{at.picture.image, at.coefficients, *at.recoverer, at.problem, 0};
  const ComparedPath path = study_path(subject, options, rules, request.value("moments", 100u));
  Reply reply;
  reply.json["run"] = path_numbers(path);
  for (const auto& frame : path.pictures.frames) reply.append(frame.data(), frame.size());
  work->comparison.paths.push_back(path);
  work->comparison.paths.back().pictures = {};
  return reply;
}

Reply solve(const Json& request) {
  const Recovery found = current().recoverer->solve(0, options_of(request));
  Reply reply;
  reply.json = {{"status", to_string(found.status)}, {"residual", found.residual}};
  reply.append(found.w.data(), static_cast<std::size_t>(found.w.size()));
  return reply;
}

// The sentences about the paths followed last at these depths.
Reply say(const Json& request) {
  Comparison& comparison = current().comparison;
  comparison.images = {work->picture};
  comparison.variants = {{request.at("init").get<double>(), work->problem.noise, "", ""}};
  comparison.depths = request.at("depths").get<std::vector<int>>();
  comparison.chosen_rule = request.at("chosen_rule").get<std::string>();
  comparison.rules.clear();
  for (const auto& rule : request.at("rules"))
    comparison.rules.push_back({rule.at("key"), rule.at("name"), rule.at("meaning")});
  std::vector<ComparedPath> paths;
  for (const int depth : comparison.depths)
    for (auto path = comparison.paths.rbegin(); path != comparison.paths.rend(); ++path)
      if (path->depth == depth) {
        paths.push_back(*path);
        break;
      }
  comparison.paths = std::move(paths);
  if (comparison.paths.size() != comparison.depths.size()) throw Error("a depth has no path yet");
  Reply reply;
  reply.json = comparison_words(comparison);
  return reply;
}

Reply answer(const Json& request) {
  const std::string op = request.at("op").get<std::string>();
  if (op == "problem") return make_problem(request);
  if (op == "path") return follow_path(request);
  if (op == "solve") return solve(request);
  if (op == "words") return say(request);
  throw Error("\"" + op + "\" is no request");
}

std::vector<std::uint8_t> reply_bytes;

}  // namespace
}  // namespace isr

extern "C" {

// Takes a request of `size` bytes; what isr_engine_reply points to then is the reply: the length of its JSON
// (4 bytes, little-endian), the JSON, filled up with spaces so that the binary part begins at a multiple of
// 8, and that.
void isr_engine_call(const char* request, int size) {
  isr::Reply reply;
  try {
    reply = isr::answer(isr::Json::parse(request, request + size));
  } catch (const std::exception& error) {
    reply = {};
    reply.json["error"] = error.what();
  }
  std::string text = reply.json.dump();
  while ((4 + text.size()) % 8 != 0) text += ' ';
  const auto length = static_cast<std::uint32_t>(text.size());
  auto& bytes = isr::reply_bytes;
  bytes.resize(4 + text.size() + reply.binary.size());
  std::memcpy(bytes.data(), &length, 4);
  std::memcpy(bytes.data() + 4, text.data(), text.size());
  if (!reply.binary.empty())
    std::memcpy(bytes.data() + 4 + text.size(), reply.binary.data(), reply.binary.size());
}

const std::uint8_t* isr_engine_reply() {
  return isr::reply_bytes.data();
}
int isr_engine_reply_size() {
  return static_cast<int>(isr::reply_bytes.size());
}
}
