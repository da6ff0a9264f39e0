// What the live page computes, in its worker: problems, and their paths at every depth. A request is one JSON
// object; a reply is a JSON object and numbers in binary.
//
//   {op: "problem", height, width, pixels: [0 … 255], ensemble, basis ("auto" or a name), measurements: n,
//   noise,
//    seed}
//       makes the measurements and keeps them. Reply: {n, p, basis, ensemble, subtitle, image: see
//       compare_page.h}; binary: y, n doubles, then the picture in thousandths, int16.
//   {op: "path", depth, init, signed, moments, rough: whether quickly, to a residual of 1e-5}
//       follows a path on them, to its limit where it is not rough. Reply: {run: an entry of "runs" in
//       compare_page.h}; binary: the frames in thousandths, int16, frame after frame.
//   {op: "rule", depth, init, signed, stop, time: [τ], residual: [‖Xw − y‖/‖y‖]}
//       Reply: {moment, held_out_residual}: which of the moments the rule ends that path at, and the residual
//       of what it held out at each of them, or null.
//   {op: "solve", depth, init, signed, stop}
//       Reply: {status, residual}; binary: w, p doubles.
//   {op: "findings", depths: [N], variants, rules, chosen_rule, runs}
//       Reply: {findings: sentences} of these parts of a page's data; needs no problem.
//
// A request that cannot be met has the reply {error: a sentence}.
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
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
  Eigen::VectorXf coefficients;  // of the picture in the problem's basis
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
  if (request.value("rough", false)) options.tolerance = 1e-2, options.limit_residual = 1e-5;
  options.stop = parse_stop(request.value("stop", "limit"));
  options.validate();
  return options;
}

Reply follow_path(const Json& request) {
  const Work& at = current();
  const PathSubject subject{at.picture.image, at.coefficients, *at.recoverer, at.problem};
  const ComparedPath path =
      study_path(subject, options_of(request), {}, request.at("moments").get<std::size_t>());
  Reply reply;
  reply.json["run"] = path_numbers(path);
  for (const auto& frame : path.pictures.frames) reply.append(frame.data(), frame.size());
  return reply;
}

Reply apply_rule(const Json& request) {
  std::vector<PathMoment> moments;
  for (std::size_t i = 0; i < request.at("time").size(); ++i) {
    PathMoment moment;
    moment.flow_time = request["time"][i].get<double>();
    moment.residual = request.at("residual").at(i).get<double>();
    moments.push_back(moment);
  }
  if (moments.empty()) throw Error("the path has no moments");
  const StoppingPoint point = current().recoverer->stopping_point(0, options_of(request));
  set_held_out(moments, point);
  Reply reply;
  reply.json = {{"moment", moment_of(point, moments)}, {"held_out_residual", nullptr}};
  if (!std::isnan(moments[0].held_out_residual)) {
    reply.json["held_out_residual"] = Json::array();
    for (const auto& moment : moments) reply.json["held_out_residual"].push_back(moment.held_out_residual);
  }
  return reply;
}

Reply solve(const Json& request) {
  const Recovery found = current().recoverer->solve(0, options_of(request));
  Reply reply;
  reply.json = {{"status", to_string(found.status)}, {"residual", found.residual}};
  reply.append(found.w.data(), static_cast<std::size_t>(found.w.size()));
  return reply;
}

// Of an entry of "runs" what findings() reads.
ComparedPath path_of(const Json& run) {
  ComparedPath path;
  path.image = run.at("image").get<std::size_t>();
  path.variant = run.at("variant").get<std::size_t>();
  path.depth = run.at("depth").get<int>();
  for (std::size_t i = 0; i < run.at("time").size(); ++i) {
    PathMoment moment;
    moment.flow_time = run["time"][i].get<double>();
    const Json& psnr = run.at("psnr").at(i);
    moment.psnr = psnr.is_null() ? std::numeric_limits<double>::infinity() : psnr.get<double>();
    path.moments.push_back(moment);
  }
  path.window = {run.at("window").at(0).get<std::size_t>(), run.at("window").at(1).get<std::size_t>()};
  path.stops = run.at("stops").get<std::map<std::string, std::size_t>>();
  path.settled_time = run.at("settled").get<double>();
  path.status = run.at("status").get<std::string>();
  path.reaches_limit = run.at("reaches_limit").get<bool>();
  return path;
}

Reply find(const Json& request) {
  Comparison comparison;
  comparison.images.resize(1);
  comparison.chosen_rule = request.at("chosen_rule").get<std::string>();
  comparison.depths = request.at("depths").get<std::vector<int>>();
  for (const auto& variant : request.at("variants"))
    comparison.variants.push_back({variant.at("init").get<double>(), variant.at("noise").get<double>(),
                                   variant.at("label").get<std::string>(),
                                   variant.at("short").get<std::string>()});
  for (const auto& rule : request.at("rules"))
    comparison.rules.push_back({rule.at("key").get<std::string>(), rule.at("name").get<std::string>(),
                                rule.at("meaning").get<std::string>()});
  for (const auto& run : request.at("runs")) comparison.paths.push_back(path_of(run));
  Reply reply;
  reply.json["findings"] = findings(comparison);
  return reply;
}

Reply answer(const Json& request) {
  const std::string op = request.at("op").get<std::string>();
  if (op == "problem") return make_problem(request);
  if (op == "path") return follow_path(request);
  if (op == "solve") return solve(request);
  if (op == "rule") return apply_rule(request);
  if (op == "findings") return find(request);
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
