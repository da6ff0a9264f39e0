// The matrix of a problem in the units of its solver, and its factors, made once for all that ask for them.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>

#include "solver/rounds.h"

namespace isr {

// Safe to use from several threads.
class SharedSystems {
 public:
  // Keeps a reference.
  explicit SharedSystems(const Problem& problem) : problem_(problem) {}

  const Problem& problem() const { return problem_; }

  // The units of the first round for these measurements, n × channels.
  Scaling picture_units(const Plan& plan, const Eigen::MatrixXd& y) const;

  // All of the measurements y.
  Part whole(const Plan& plan, const Eigen::MatrixXd& y) const;

  // Of plans without expected sizes, that all pictures share.
  const NewtonFactory& newton(const Plan& plan) const { return *shared(plan).newton; }

 private:
  struct Shared {
    Scaling units;  // but for the size of w, which differs from picture to picture
    OperatorPtr system;
    std::shared_ptr<NewtonFactory> newton;
  };

  // For plans without expected sizes: by all that the units depend on.
  const Shared& shared(const Plan& plan) const;

  const Problem& problem_;
  mutable std::mutex mutex_;
  // By Plan::relative_start, Plan::equal_columns, and whether the depth is 1.
  mutable std::map<std::array<bool, 3>, Shared> shared_;
};

}  // namespace isr
