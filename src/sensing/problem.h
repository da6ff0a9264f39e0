// A sparse-recovery problem: how the measurements were made, and what they are. It holds no truth.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "base/api.h"
#include "sensing/basis.h"
#include "sensing/ensembles.h"
#include "sensing/linear_operator.h"
#include "sensing/patterns.h"

namespace isr {

// The ensemble of operators that come as a matrix of the user's own: nothing makes them again.
inline constexpr const char* given_matrix = "matrix";
// And those that come as a function.
inline constexpr const char* given_operator = "operator";

// Those that are made of patterns, see MeasurementModel::patterns.
inline constexpr const char* pattern_ensemble = "patterns";

inline constexpr Index most_block_side = 1 << 16;

// What is enough to make the operators again, on any machine: the shape of the picture, the ensemble with its
// seed, and the basis in which the picture is taken to be sparse.
struct MeasurementModel {
  Index height = 0, width = 0;  // of the picture; pixels row by row
  Index channels = 1;           // all measured by the same operator
  bool is_picture = true;       // false: a vector of either sign, height 1
  Index measurements = 0;       // n, of each channel; in block mode a multiple of the number of blocks
  std::string ensemble = "rademacher";                       // one of ensemble_names(), or one of the above
  double positive_probability = paper_positive_probability;  // q of biased-sign
  std::uint32_t seed = 42;
  std::string basis = "pixel";  // one of bases()
  Index block = 0;  // side of the blocks that one small matrix measures in turn; 0: the whole picture
  std::optional<Patterns> patterns{};  // of the ensemble "patterns"; measurements are its readings
  OperatorPtr of_block{};              // of given_matrix in block mode: what measures one block
  bool corrected = false;              // by corrected(): X is not just that of the ensemble
  bool weighted = false;               // by corrected(): y in units of each measurement's own σ
  bool outliers = false;               // two unknowns more for each measurement: see Instrument

  Index pixels() const { return height * width; }
};

// The operators of a model.
struct ISR_API Operators {
  OperatorPtr sensing;  // Φ, n × pixels
  BasisPtr synthesis;   // W, pixels × p: coefficients to pixels; null for the basis "pixel", where W = I
  OperatorPtr system;   // X = Φ W, n × p: what the solvers see
  Index beside = 0;     // unknowns that belong to no picture, the last ones of Φ, W and X: see Instrument

  // The pixels of the pictures with these coefficients, W w, without what is beside them. w: p × B.
  Eigen::MatrixXf pixels(ConstColumns w) const;
};

// Blocks of this side that cover a picture; those at its right and bottom edges may overhang.
ISR_API Index count_blocks(Index height, Index width, Index block);

// "hadamard", "hadamard patterns (zigzag order)": the ensemble, for people.
ISR_API std::string describe_ensemble(const MeasurementModel& model);

// gaussian, rademacher and biased-sign (matrices: see Ensemble), hadamard and dct (structured, no matrix: see
// structured_operators.h).
ISR_API const std::vector<std::string>& ensemble_names();

// True for the ensembles that keep a matrix.
ISR_API bool is_dense_ensemble(const std::string& name);

// Throws UsageError for an unknown ensemble or basis, or sizes that do not fit them.
ISR_API Operators make_operators(const MeasurementModel& model);

// The same for pictures of the model's shape and basis measured by this operator (n × pixels).
ISR_API Operators operators_of(OperatorPtr sensing, const MeasurementModel& model);

// p, the number of unknowns, about (from above), without making the basis.
ISR_API Index coefficients_of(const MeasurementModel& model);

// Bytes that the operators of a model take, about; from the description alone, so that too large a problem
// can be refused before it is made.
ISR_API std::size_t estimated_operator_bytes(const MeasurementModel& model);

// What simulate() takes beside the operator while it measures.
ISR_API std::size_t estimated_measuring_bytes(const MeasurementModel& model);

// Measurements of one or more pictures by one model.
struct Problem {
  MeasurementModel model;
  Operators operators;
  Eigen::MatrixXd measurements;  // y, n × columns: a column for each channel of each picture in turn
  double noise = std::numeric_limits<double>::quiet_NaN();  // σ of each measurement where it is known
  Eigen::VectorXd picture_noise{};                          // in its place: of each picture's

  double noise_of(Index picture) const { return picture_noise.size() > 0 ? picture_noise[picture] : noise; }
};

// Matrices by columns or by rows, whole or a part of others: no copy is made for the call.
using AnyStride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
using MatrixView = Eigen::Ref<const Eigen::MatrixXd, 0, AnyStride>;
using FloatMatrixView = Eigen::Ref<const Eigen::MatrixXf, 0, AnyStride>;

// A problem of the user's own: y = X w + noise of standard deviation `noise` (NaN: unknown), w a vector of
// either sign. X: n × p; the problem keeps a copy. y: n values, or n × B for B problems with the same X.
// Throws UsageError when sizes do not match, or a value is not finite.
ISR_API Problem make_problem(const MatrixView& x, const MatrixView& y,
                             double noise = std::numeric_limits<double>::quiet_NaN());
ISR_API Problem make_problem(const FloatMatrixView& x, const MatrixView& y,
                             double noise = std::numeric_limits<double>::quiet_NaN());

// The same for an operator that is no matrix: a large one is solved by products alone.
ISR_API Problem make_problem(OperatorPtr x, const MatrixView& y,
                             double noise = std::numeric_limits<double>::quiet_NaN());

// Simulates the measurements Φ·pixels + noise of standard deviation `noise`. pixels: (height·width) ×
// columns. Throws UsageError as make_operators does, and for noise that leaves measurements infinite.
ISR_API Problem simulate(const MeasurementModel& model, ConstColumns pixels, double noise);

// The same with the operators of the model, made before.
ISR_API Problem simulate(const MeasurementModel& model, const Operators& operators, ConstColumns pixels,
                         double noise);

}  // namespace isr
