#include "cli/plan.h"

#include <iomanip>
#include <iostream>

#include "base/memory.h"
#include "base/parallel.h"
#include "cli/memory_limit.h"

namespace isr {
namespace {

std::string text_of(const std::string& key, const nlohmann::ordered_json& value) {
  if (key.ends_with("_bytes")) return shown_bytes(value.get<double>());
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string list;
  for (const auto& entry : value) list += (list.empty() ? "" : ", ") + text_of("", entry);
  return list;
}

// "memory_bytes" -> "memory", "positive_probability" -> "positive probability"
std::string title_of(std::string key) {
  if (key.ends_with("_bytes")) key.resize(key.size() - 6);
  for (char& letter : key)
    if (letter == '_') letter = ' ';
  return key;
}

}  // namespace

nlohmann::ordered_json plan_of(const MeasurementModel& model, Index pictures) {
  nlohmann::ordered_json plan;
  plan["pictures"] = pictures;
  plan["height"] = model.height;
  plan["width"] = model.width;
  plan["channels"] = model.channels;
  plan["measurements"] = model.measurements;
  plan["pixels"] = model.pixels();
  plan["ensemble"] = model.ensemble;
  if (model.ensemble != given_matrix) plan["seed"] = model.seed;
  plan["basis"] = model.basis;
  if (model.block > 0) plan["block"] = model.block;
  plan["threads"] = thread_count();
  plan["memory_bytes"] = estimated_bytes(model, static_cast<std::size_t>(pictures));
  plan["free_memory_bytes"] = available_memory();
  return plan;
}

void print_plan(const nlohmann::ordered_json& plan, const CommonOptions& common) {
  if (common.json) {
    std::cout << plan.dump(2) << "\n";
    return;
  }
  for (const auto& [key, value] : plan.items())
    std::cout << std::left << std::setw(22) << title_of(key) << text_of(key, value) << "\n";
}

}  // namespace isr
