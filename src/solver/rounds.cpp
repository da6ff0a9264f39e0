#include "solver/rounds.h"

#include <algorithm>
#include <cmath>

#include "sensing/composite_operator.h"
#include "sensing/shifted_basis.h"
#include "solver/newton_flow.h"
#include "solver/reweighted_flow.h"

namespace isr {
namespace {

constexpr float settled_change = 1e-3f;  // of the sizes, below which a further round would change nothing

// How far a path is: by the residual it seeks, or the iterations it has.
struct Destination {
  double residual = 0;  // 0: none
  std::int64_t steps = 0;
  bool by_steps = true;  // its end is the same when it is taken step by step

  double share(const Path& path) const {
    double share = steps > 0 ? static_cast<double>(path.steps()) / static_cast<double>(steps) : 0;
    const double now = path.residual();
    if (residual > 0 && now < 1 && now > 0) share = std::max(share, std::log(now) / std::log(residual));
    return std::min(share, 1.0);
  }
};

class UserStep final : public PathStep {
 public:
  UserStep(std::shared_ptr<const PathStep> inner, std::shared_ptr<const Scaling> scaling)
      : inner_(std::move(inner)), scaling_(std::move(scaling)) {}
  void w_at(double time, Eigen::MatrixXd& w) const override {
    inner_->w_at(time, w);
    scaling_->to_user(w);
  }

 private:
  std::shared_ptr<const PathStep> inner_;
  std::shared_ptr<const Scaling> scaling_;
};

// A path in the units of a scaling, seen in the user's units.
class UserPath final : public Path {
 public:
  // Counts as so many paths. Keeps a reference to what is told of its progress.
  UserPath(OperatorPtr system, std::unique_ptr<Path> inner, const Scaling& scaling, Destination destination,
           double paths, const PathProgress& progress)
      : system_(std::move(system)),
        inner_(std::move(inner)),
        scaling_(std::make_shared<const Scaling>(scaling)),
        destination_(destination),
        paths_(paths),
        progress_(progress) {}
  ~UserPath() override { tell(1); }

  bool advance() override {
    const bool more = inner_->advance();
    if (more) tell(destination_.share(*inner_));
    return more;
  }
  void finish() override {
    if (!destination_.by_steps) return inner_->finish();
    while (advance()) {
    }
  }
  Status status() const override { return inner_->status(); }
  double begin_time() const override { return inner_->begin_time(); }
  double end_time() const override { return inner_->end_time(); }
  std::int64_t steps() const override { return inner_->steps(); }
  bool interpolates() const override { return inner_->interpolates(); }
  void w_at(double time, Eigen::MatrixXd& w) const override {
    inner_->w_at(time, w);
    scaling_->to_user(w);
  }
  double residual_at(double time) const override { return inner_->residual_at(time); }
  std::shared_ptr<const PathStep> kept_step() const override {
    std::shared_ptr<const PathStep> step = inner_->kept_step();
    return step ? std::make_shared<UserStep>(std::move(step), scaling_) : step;
  }
  std::optional<double> step_size() const override { return inner_->step_size(); }
  std::optional<Certificate> certificate() const override { return inner_->certificate(); }

 private:
  void tell(double share) {
    if (share <= told_) return;
    progress_((share - told_) * paths_);
    told_ = share;
  }

  OperatorPtr system_;  // what the inner path refers to
  std::unique_ptr<Path> inner_;
  std::shared_ptr<const Scaling> scaling_;
  const Destination destination_;
  const double paths_;  // that it counts as
  const PathProgress& progress_;
  double told_ = 0;
};

}  // namespace

Status worse(Status a, Status b) {
  const auto rank = [](Status status) {
    switch (status) {
      case Status::cancelled:
        return 4;
      case Status::diverged:
        return 3;
      case Status::stalled:
        return 2;
      case Status::inconsistent:
        return 1;
      default:
        return 0;
    }
  };
  return rank(b) > rank(a) ? b : a;
}

bool reads_paths(const Plan& plan) {
  return plan.stop.rule == StopRule::hold_out || plan.stop.rule == StopRule::automatic ||
         (plan.stop.rule == StopRule::discrepancy && !plan.stop.sigma);
}

double counted_paths(const Plan& plan, bool first_of_rounds) {
  if (plan.path != PathKind::reweighted_flow) return 1;
  const int depth = plan.network.depth;
  const double by_depth = depth == 1 ? 0.2 : depth == 2 ? 1 : depth == 3 ? 2 : 3.2;
  return first_of_rounds && !reads_paths(plan) ? 2.2 * by_depth : by_depth;
}

Rounds::Rounds(const Plan& plan, const Part& part, Scaling first, const Cancelled& cancelled,
               const PathProgress& progress)
    : plan_(plan), part_(part), first_(std::move(first)), cancelled_(cancelled), progress_(progress) {}

void Rounds::run(const Goal& goal, const std::function<void(Path&)>& last) {
  Scaling scaling = first_;
  Eigen::MatrixXd guess;
  for (int round = 0; round < plan_.rounds; ++round) {
    Goal rough;
    rough.limit_residual =
        std::min(0.999, std::max({plan_.rough_residual, goal.limit_residual, goal.rough_residual}));
    rough.by_short_steps = goal.rough_residual > plan_.limit_residual;
    rough.by_products = goal.by_products;
    PathEnd end = follow(*make_path(part_.system, scaling, rough, guess, round));
    iterations_ += end.steps;
    if (end.status == Status::cancelled) break;
    const Eigen::VectorXf sizes =
        part_.synthesis->expected_sizes_near((end.w / scaling.weights).cast<float>());
    if (sizes.size() == 0 || !(sizes.maxCoeff() > 0) || !sizes.allFinite()) break;
    const bool settled = scaling.columns.size() == sizes.size() &&
                         (sizes - scaling.columns).norm() <= settled_change * sizes.norm();
    scaling.columns = sizes;
    adapted_ = true;
    guess = std::move(end.w);
    if (settled) break;
  }
  last(*make_path(part_.system, scaling, goal, guess, plan_.rounds));
}

std::unique_ptr<Path> Rounds::make_path(const LinearOperator& x, const Scaling& scaling, const Goal& goal,
                                        const Eigen::MatrixXd& guess, int round) const {
  const bool last = round == plan_.rounds;
  const OperatorPtr system = scaling.system(x);
  const Eigen::MatrixXd y = scaling.measurements(part_.y);
  const double limit = goal.limit_residual > 0 ? goal.limit_residual : plan_.limit_residual;
  std::unique_ptr<Path> path;
  double paths = counted_paths(plan_);
  Destination destination{limit, 0, plan_.path != PathKind::newton_flow};
  switch (plan_.path) {
    case PathKind::descent: {
      const DescentOptions options = descent_options(scaling, goal, round);
      destination.steps = options.iterations;
      path = std::make_unique<DescentPath>(
          *system, y, options, DescentSchedule::logarithmic(options.iterations, goal.readings_per_decade),
          cancelled_);
      break;
    }
    case PathKind::newton_flow: {
      const bool shared = part_.newton && &x == &part_.system && scaling.same_system(first_);
      std::optional<NewtonFactory> own;
      const NewtonFactory& factory = shared ? *part_.newton : own.emplace(*system);
      FlowOptions options{plan_.network, goal.end_time, plan_.tolerance, limit};
      if (goal.tolerance > 0) options.tolerance = goal.tolerance;
      path = std::make_unique<NewtonFlow>(goal.by_products ? factory.by_products() : factory.exact(),
                                          y.col(0), options, cancelled_);
      break;
    }
    case PathKind::reweighted_flow: {
      ReweightedOptions options;
      options.network = plan_.network;
      options.end_time = goal.end_time;
      options.limit_residual = limit;
      options.squared_norms = scaling.scaled_squared_norms();
      if (goal.by_short_steps || limit < ReweightedOptions().limit_residual) options.most_steps = 40;
      // The limit does not depend on the way: from near it the first steps are left out.
      const bool only_the_limit = !goal.by_short_steps && !goal.from_the_start && std::isinf(goal.end_time);
      if (only_the_limit && guess.size() > 0) options.first_step_factor = std::pow(options.step_growth, 3);
      if (only_the_limit && guess.size() == 0 && !last) paths = counted_paths(plan_, true);
      if (goal.by_short_steps) options.step_growth = 2;
      if (last && goal.from_the_start) options.first_step_factor = 0.02, options.most_steps = 60;
      Eigen::MatrixXd start = guess;
      if (start.size() > 0) scaling.from_user(start);
      path = std::make_unique<ReweightedFlow>(*system, y, options, start.size() > 0 ? &start : nullptr,
                                              cancelled_);
      break;
    }
  }
  return std::make_unique<UserPath>(system, std::move(path), scaling, destination, paths, progress_);
}

// Two fifths of the iterations at most go to the rounds before the last, which seek sizes: at depth 2, where
// descent is fastest (depth 1 stays itself).
DescentOptions Rounds::descent_options(const Scaling& scaling, const Goal& goal, int round) const {
  DescentOptions options;
  options.network = plan_.network;
  options.step_rule = plan_.step_rule;
  options.step = plan_.step;
  options.end_time = goal.end_time;
  options.limit_residual = goal.limit_residual;
  const bool last = round == plan_.rounds;
  options.iterations = last ? std::max<std::int64_t>(0, plan_.iterations - iterations_)
                            : plan_.iterations / (std::int64_t{5} * plan_.rounds) * 2;
  if (!last) options.network.depth = std::min(2, plan_.network.depth);
  // Coefficients of pictures and their expected sizes s span four orders of magnitude, and the curvature
  // their square: speeds of s^(−1/4) at N = 2 and s^(−1/2) at N ≥ 3 take some of that range away, and with it
  // some of the preference of coefficients that are expected to be large.
  const Eigen::VectorXf& s = scaling.columns;
  if (plan_.sized && plan_.step_rule == StepRule::adaptive && s.size() > 0) {
    const double exponent = -std::min(0.5, (options.network.depth - 1) / 4.0);
    options.speed = (s.array() / s.mean()).pow(static_cast<float>(exponent));
    if (!options.speed.allFinite()) options.speed.resize(0);
  }
  return options;
}

void Rounds::spin(const Goal& goal, const std::optional<double>& residual, Index width, PathEnd& end) const {
  constexpr Index down = 11, right = 13;  // from grid to grid: odd, and different
  const Basis& basis = *part_.synthesis;
  const Index columns = part_.y.cols();
  Eigen::MatrixXf picture(part_.sensing.cols(), columns), start(basis.cols(), columns);
  const auto unit = [&](const Eigen::MatrixXd& w) -> Eigen::MatrixXf {
    return (w / first_.weights).cast<float>();
  };
  basis.apply(unit(end.w), picture);
  const Eigen::MatrixXf unshifted = picture;
  Eigen::MatrixXf sum = picture;
  for (int k = 1; k < plan_.shifts; ++k) {
    const ShiftedBasis shifted(basis, width, k * down, k * right);
    const OperatorPtr system = compose({OperatorPtr(), &part_.sensing}, {BasisPtr(), &shifted});
    shifted.analyze(unshifted, start);
    Scaling scaling = first_;
    scaling.columns = shifted.expected_sizes_near(start);
    const PathEnd one = follow(
        *make_path(*system, scaling, goal, start.cast<double>() * first_.weights, plan_.rounds), residual);
    end.status = worse(end.status, one.status);
    end.steps += one.steps;
    if (one.status == Status::cancelled) return;
    shifted.apply(unit(one.w), picture);
    sum += picture;
  }
  basis.analyze(sum / static_cast<float>(plan_.shifts), start);
  end.w = start.cast<double>() * first_.weights;
  end.certificate.reset();  // a mean of limits lies on no flow's manifold
}

}  // namespace isr
