// The extension module isr._core: what isr/*.py calls. Its texts and defaults are the library's.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cmath>
#include <string>

#include "arrays.h"
#include "base/error.h"
#include "base/instruction_set.h"
#include "base/parallel.h"
#include "call.h"
#include "experiments/compare_paths.h"
#include "image/mnist.h"
#include "metrics/metrics.h"
#include "python_operator.h"
#include "report/compare_page.h"
#include "sensing/choose_model.h"
#include "solver/path_record.h"
#include "solver/recover.h"

namespace isr::python {
namespace {

namespace py = pybind11;
using namespace py::literals;

py::dict described(Recovery found) {
  py::object certificate = py::none();
  if (const auto& c = found.certificate)
    certificate = py::make_tuple(c->residual, c->map_mismatch, c->stationarity);
  return py::dict("w"_a = to_array<double>(std::move(found.w)), "status"_a = to_string(found.status),
                  "stopped_by"_a = describe(found), "residual"_a = found.residual,
                  "flow_time"_a = found.flow_time, "steps"_a = found.steps, "step_size"_a = found.step_size,
                  "certificate"_a = certificate, "depth"_a = found.network.depth,
                  "model"_a = to_string(found.network.model), "init"_a = found.network.init,
                  "init_is_relative"_a = found.relative_start, "sigma"_a = found.rule.sigma,
                  "seconds"_a = found.seconds);
}

template <class Value>
Problem matrix_problem(const Array<Value>& x, const Array<double>& y, double noise) {
  return make_problem(view(x), view(y), noise);
}

// Of an operator that is small enough to be solved exactly the matrix is taken: calls back into Python are
// slow.
Problem operator_problem(Index rows, Index cols, py::object apply, py::object adjoint, py::object dense,
                         const py::object& norms, const Array<double>& y, double noise) {
  if (rows < 1 || cols < 1) throw UsageError("X must have at least one row and one column");
  const OperatorPtr x =
      make_python_operator(rows, cols, std::move(apply), std::move(adjoint), std::move(dense), norms);
  Problem problem = make_problem(x, view(y), noise);
  if (plan(problem.model, problem.noise, {}).is_exact()) return make_problem(x->dense(), view(y), noise);
  return problem;
}

// pixels: (height·width) × channels.
Image image_of(Index height, Index width, const Array<float>& pixels) {
  return {static_cast<int>(height), static_cast<int>(width), view(pixels)};
}

Problem simulated_problem(Index height, Index width, const Array<float>& pixels,
                          const MeasurementChoice& choice, double noise) {
  if (!(noise >= 0) || !std::isfinite(noise)) throw UsageError("noise must be a number of at least 0");
  const Eigen::MatrixXf values = view(pixels);
  return simulate(choose_model(height, width, values.cols(), values, choice), values, noise);
}

// Results [options][picture], and of each option the picture that went worst.
py::list recovered(const Problem& problem, const std::vector<RecoverOptions>& options,
                   const py::object& truth, const py::object& progress) {
  Eigen::MatrixXf pixels;
  if (!truth.is_none()) pixels = view(truth.cast<Array<float>>());
  std::vector<std::vector<Recovery>> found;
  call(progress, [&](const RecoverWatch& watch) {
    RecoverWatch watching = watch;
    if (pixels.size() > 0)
      watching.error = [&](Index, const Eigen::MatrixXd& w) {
        return squared_error(problem.operators.pixels(w.cast<float>()).reshaped(), pixels.reshaped());
      };
    found = recover_each(problem, options, watching);
  });
  py::list all;
  for (std::vector<Recovery>& of_option : found) {
    py::list pictures;
    for (Recovery& one : of_option) pictures.append(described(std::move(one)));
    all.append(pictures);
  }
  return all;
}

py::tuple traced(const Problem& problem, const RecoverOptions& options, const py::object& progress) {
  PathRecord record;
  Recovery end;
  call(progress, [&](const RecoverWatch& watch) {
    end = Recoverer(problem, watch).trace(0, options, [&](const Path& path) { record.add(path); });
  });
  const bool exact = plan(problem.model, problem.noise, options).is_exact();
  return py::make_tuple(described(std::move(end)), std::move(record), exact);
}

py::array_t<float> pixels_of(const Problem& problem, const Array<double>& w) {
  const Eigen::MatrixXf coefficients = view(w).cast<float>();
  return to_array<float>(problem.operators.pixels(coefficients));
}

double psnr_of(Index height, Index width, const Array<float>& pixels, const Array<float>& truth) {
  return psnr(image_of(height, width, pixels), image_of(height, width, truth));
}

// images: [(height, width, pixels, source, label)]
py::tuple compared(const py::list& images, const MeasurementChoice& choice, const PathsToCompare& asked,
                   const py::object& progress) {
  std::vector<LabelledImage> pictures;
  for (const py::handle& item : images) {
    const auto [height, width, pixels, source, label] =
        item.cast<std::tuple<Index, Index, Array<float>, std::string, std::string>>();
    pictures.push_back({image_of(height, width, pixels), source, label});
  }
  std::string page;
  std::vector<std::string> sentences;
  call(progress, [&](const RecoverWatch& watch) {
    const auto groups = group_pictures(pictures, [&](const Image& image) {
      return choose_model(image.height, image.width, image.channels(), image.pixels, choice);
    });
    const Comparison comparison = compare_paths(pictures, groups, asked, watch);
    if (watch.cancelled()) return;
    page = compare_page(comparison);
    sentences = findings(comparison);
  });
  return py::make_tuple(page, sentences);
}

py::list digits(const std::string& source, const std::string& directory) {
  py::list all;
  for (LabelledImage& digit : load_mnist(parse_mnist_source(source), find_mnist_directory(directory)))
    all.append(py::make_tuple(to_array<float>(std::move(digit.image.pixels)), digit.image.height,
                              digit.image.width, digit.source, digit.label));
  return all;
}

py::dict build_info() {
  const std::string eigen = std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) +
                            "." + std::to_string(EIGEN_MINOR_VERSION);
#ifdef __clang__
  const std::string compiler = "Clang " __clang_version__;
#else
  const std::string compiler = "GCC " __VERSION__;
#endif
  return py::dict("version"_a = ISR_VERSION, "instruction_set"_a = instruction_set(),
                  "instruction_sets"_a = compiled_instruction_sets(), "threads"_a = thread_count(),
                  "blas"_a = "none: kernels of isr's own, for each instruction set", "eigen"_a = eigen,
                  "compiler"_a = compiler);
}

void declare_options(py::module_& module) {
  py::class_<RecoverOptions>(module, "Options")
      .def(py::init<>())
      .def_readwrite("depth", &RecoverOptions::depth)
      .def_readwrite("init", &RecoverOptions::init)
      .def_readwrite("seed", &RecoverOptions::seed)
      .def_readwrite("rounds", &RecoverOptions::rounds)
      .def_readwrite("shifts", &RecoverOptions::shifts)
      .def_readwrite("step", &RecoverOptions::step)
      .def_readwrite("iterations", &RecoverOptions::iterations)
      .def_readwrite("tolerance", &RecoverOptions::tolerance)
      .def_readwrite("limit_residual", &RecoverOptions::limit_residual)
      .def("set_model", [](RecoverOptions& o, const std::string& name) { o.model = parse_model(name); })
      .def("set_solver", [](RecoverOptions& o, const std::string& name) { o.solver = parse_solver(name); })
      .def("set_stop", [](RecoverOptions& o, const std::string& text) { o.stop = parse_stop(text); })
      .def("choose_step", [](RecoverOptions& o) { o.step_rule = StepRule::operator_norm; })
      .def("validate", &RecoverOptions::validate);
  py::class_<MeasurementChoice>(module, "MeasurementChoice")
      .def(py::init<>())
      .def_readwrite("share", &MeasurementChoice::share)
      .def_readwrite("measurements", &MeasurementChoice::measurements)
      .def_readwrite("ensemble", &MeasurementChoice::ensemble)
      .def_readwrite("basis", &MeasurementChoice::basis)
      .def_readwrite("block", &MeasurementChoice::block)
      .def_readwrite("positive_probability", &MeasurementChoice::positive_probability)
      .def_readwrite("seed", &MeasurementChoice::seed);
  py::class_<PathsToCompare>(module, "PathsToCompare")
      .def(py::init<>())
      .def_readwrite("title", &PathsToCompare::title)
      .def_readwrite("command", &PathsToCompare::command)
      .def_readwrite("depths", &PathsToCompare::depths)
      .def_readwrite("inits", &PathsToCompare::inits)
      .def_readwrite("noises", &PathsToCompare::noises)
      .def_readwrite("recover", &PathsToCompare::recover)
      .def_readwrite("frames", &PathsToCompare::frames);
}

void declare_problems(py::module_& module) {
  py::class_<Problem>(module, "Problem")
      .def_property_readonly("n", [](const Problem& p) { return p.model.measurements; })
      .def_property_readonly("ensemble", [](const Problem& p) { return p.model.ensemble; })
      .def_property_readonly("basis", [](const Problem& p) { return p.model.basis; })
      .def_property_readonly("measurements",
                             [](const Problem& p) { return to_array<double>(p.measurements); });
  py::class_<PathRecord>(module, "PathRecord")
      .def_property_readonly("times", &PathRecord::times)
      .def_property_readonly("residuals", &PathRecord::residuals)
      .def("w_at", [](const PathRecord& path, double time) { return to_array<double>(path.w_at(time)); });
}

}  // namespace

PYBIND11_MODULE(_core, module) {
  // The last registered is asked first.
  py::register_exception<Error>(module, "Error", PyExc_RuntimeError);
  py::register_exception_translator([](std::exception_ptr failure) {
    try {
      std::rethrow_exception(std::move(failure));
    } catch (const UsageError& error) {
      PyErr_SetString(PyExc_ValueError, error.what());
    }
  });
  declare_options(module);
  declare_problems(module);
  module.attr("version") = ISR_VERSION;
  module.def("matrix_problem", &matrix_problem<float>, py::arg().noconvert(), py::arg(), py::arg());
  module.def("matrix_problem", &matrix_problem<double>, py::arg().noconvert(), py::arg(), py::arg());
  module.def("operator_problem", &operator_problem);
  module.def("simulated_problem", &simulated_problem);
  module.def("recover", &recovered);
  module.def("trace", &traced);
  module.def("pixels", &pixels_of);
  module.def("psnr", &psnr_of);
  module.def("compare", &compared);
  module.def("digits", &digits);
  module.def("build_info", &build_info);
  module.def("thread_count", &thread_count);
  module.def("set_thread_count", &set_thread_count);
}

}  // namespace isr::python
