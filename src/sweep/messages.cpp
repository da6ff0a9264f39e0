#include "sweep/messages.h"

#include <nlohmann/json.hpp>

namespace isr {
namespace {

using Json = nlohmann::json;

template <class T>
Json maybe(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

template <class T>
void read(const Json& json, std::optional<T>& value) {
  if (!json.is_null()) value = json.get<T>();
}

Json to_array(const SolveResult& r) {
  return {r.id,
          r.n,
          r.p,
          r.k,
          r.ensemble,
          r.basis,
          r.model,
          maybe(r.w0),
          r.status,
          r.stop_reason,
          maybe(r.flow_time),
          maybe(r.steps),
          maybe(r.relative_residual),
          maybe(r.relative_error),
          maybe(r.psnr),
          r.support,
          maybe(r.window_begin),
          maybe(r.window_end),
          maybe(r.least_error),
          r.seconds};
}

SolveResult from_array(const Json& json) {
  SolveResult r;
  std::size_t i = 0;
  json.at(i++).get_to(r.id);
  json.at(i++).get_to(r.n);
  json.at(i++).get_to(r.p);
  json.at(i++).get_to(r.k);
  json.at(i++).get_to(r.ensemble);
  json.at(i++).get_to(r.basis);
  json.at(i++).get_to(r.model);
  read(json.at(i++), r.w0);
  json.at(i++).get_to(r.status);
  json.at(i++).get_to(r.stop_reason);
  read(json.at(i++), r.flow_time);
  read(json.at(i++), r.steps);
  read(json.at(i++), r.relative_residual);
  read(json.at(i++), r.relative_error);
  read(json.at(i++), r.psnr);
  json.at(i++).get_to(r.support);
  read(json.at(i++), r.window_begin);
  read(json.at(i++), r.window_end);
  read(json.at(i++), r.least_error);
  json.at(i++).get_to(r.seconds);
  return r;
}

}  // namespace

Bytes packed(const WorkerReport& report) {
  Json results = Json::array();
  for (const SolveResult& result : report.results) results.push_back(to_array(result));
  return Json::to_msgpack(Json::array({results, report.wants, report.ended, report.failure}));
}

Bytes packed(const WriterOrder& order) {
  return Json::to_msgpack(Json::array({order.assignment, order.close, order.stop}));
}

WorkerReport unpacked_report(const Bytes& bytes) {
  const Json json = Json::from_msgpack(bytes);
  WorkerReport report;
  for (const Json& result : json.at(0)) report.results.push_back(from_array(result));
  json.at(1).get_to(report.wants);
  json.at(2).get_to(report.ended);
  json.at(3).get_to(report.failure);
  return report;
}

WriterOrder unpacked_order(const Bytes& bytes) {
  const Json json = Json::from_msgpack(bytes);
  return {json.at(0).get<Assignment>(), json.at(1).get<bool>(), json.at(2).get<bool>()};
}

}  // namespace isr
