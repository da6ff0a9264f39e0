#include "solver/shared_systems.h"

#include "solver/units.h"

namespace isr {

const SharedSystems::Shared& SharedSystems::shared(const Plan& plan) const {
  const std::lock_guard lock(mutex_);
  const auto [place, is_new] =
      shared_.try_emplace({plan.relative_start, plan.equal_columns, plan.network.depth == 1});
  Shared& made = place->second;
  if (!is_new) return made;
  made.units = operator_units(problem_.operators, plan);
  for (const auto& [key, other] : shared_)  // with one matrix where the units agree
    if (other.newton && other.units.same_system(made.units)) {
      made.system = other.system, made.newton = other.newton;
      return made;
    }
  made.system = made.units.system(*problem_.operators.system);
  made.newton = std::make_shared<NewtonFactory>(*made.system);
  return made;
}

Scaling SharedSystems::picture_units(const Plan& plan, const Eigen::MatrixXd& y) const {
  if (plan.sized) return sized_units(problem_.operators, y);
  Scaling units = shared(plan).units;
  if (plan.relative_start) units.weights = size_of_solution(*problem_.operators.system, units, y);
  return units;
}

Part SharedSystems::whole(const Plan& plan, const Eigen::MatrixXd& y) const {
  const Operators& all = problem_.operators;
  return {*all.sensing, all.synthesis.get(), *all.system, plan.sized ? nullptr : shared(plan).newton.get(),
          y};
}

}  // namespace isr
