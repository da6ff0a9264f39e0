// The module isr_mat: MATLAB's .mat files by matio, behind three functions (see mat.h).
#include <matio.h>

#include <cstdint>
#include <memory>
#include <stdexcept>

#include "formats/mat.h"

using isr::mat::NamedFloats;
using isr::mat::Values;
using isr::mat::Variable;

namespace {

struct CloseMat {
  void operator()(mat_t* file) const { Mat_Close(file); }
};
struct FreeVariable {
  void operator()(matvar_t* variable) const { Mat_VarFree(variable); }
};
using MatFile = std::unique_ptr<mat_t, CloseMat>;
using MatVariable = std::unique_ptr<matvar_t, FreeVariable>;

// matio would print, and at its errors end the process.
void stay_quiet(int level, char* message) {
  if (level == MATIO_LOG_LEVEL_ERROR) throw std::runtime_error(message);
}

MatFile open_to_read(const char* path) {
  Mat_LogInitFunc("isr", stay_quiet);
  MatFile file(Mat_Open(path, MAT_ACC_RDONLY));
  if (!file) throw std::runtime_error("it is no .mat file, or damaged");
  return file;
}

const char* type_name(const matvar_t& variable) {
  if (variable.isLogical) return "logical";
  switch (variable.class_type) {
    case MAT_C_CELL:
      return "cell";
    case MAT_C_STRUCT:
      return "struct";
    case MAT_C_OBJECT:
      return "object";
    case MAT_C_CHAR:
      return "char";
    case MAT_C_SPARSE:
      return "sparse";
    case MAT_C_DOUBLE:
      return "double";
    case MAT_C_SINGLE:
      return "single";
    case MAT_C_INT8:
      return "int8";
    case MAT_C_UINT8:
      return "uint8";
    case MAT_C_INT16:
      return "int16";
    case MAT_C_UINT16:
      return "uint16";
    case MAT_C_INT32:
      return "int32";
    case MAT_C_UINT32:
      return "uint32";
    case MAT_C_INT64:
      return "int64";
    case MAT_C_UINT64:
      return "uint64";
    case MAT_C_FUNCTION:
      return "function";
    default:
      return "unknown";
  }
}

bool holds_numbers(const matvar_t& variable) {
  return variable.class_type >= MAT_C_SPARSE && variable.class_type <= MAT_C_UINT64;
}

std::vector<std::size_t> shape_of(const matvar_t& variable) {
  if (variable.rank < 0 || variable.rank > 64 || (variable.rank > 0 && variable.dims == nullptr))
    throw std::runtime_error("the file is damaged");
  return {variable.dims, variable.dims + variable.rank};
}

std::size_t count_of(const std::vector<std::size_t>& shape) {
  std::size_t count = 1;
  for (const std::size_t length : shape)
    if (__builtin_mul_overflow(count, length, &count)) throw std::runtime_error("its size is too large");
  return count;
}

template <typename Stored>
void convert(const void* from, std::size_t count, std::vector<double>& to) {
  const auto* values = static_cast<const Stored*>(from);
  to.assign(values, values + count);
}

void convert(matio_types type, const void* from, std::size_t count, std::vector<double>& to) {
  if (from == nullptr && count > 0) throw std::runtime_error("the file is damaged: values are missing");
  switch (type) {
    case MAT_T_DOUBLE:
      return convert<double>(from, count, to);
    case MAT_T_SINGLE:
      return convert<float>(from, count, to);
    case MAT_T_INT8:
      return convert<std::int8_t>(from, count, to);
    case MAT_T_UINT8:
      return convert<std::uint8_t>(from, count, to);
    case MAT_T_INT16:
      return convert<std::int16_t>(from, count, to);
    case MAT_T_UINT16:
      return convert<std::uint16_t>(from, count, to);
    case MAT_T_INT32:
      return convert<std::int32_t>(from, count, to);
    case MAT_T_UINT32:
      return convert<std::uint32_t>(from, count, to);
    case MAT_T_INT64:
      return convert<std::int64_t>(from, count, to);
    case MAT_T_UINT64:
      return convert<std::uint64_t>(from, count, to);
    default:
      throw std::runtime_error("it holds numbers of an unknown type");
  }
}

void read_full(const matvar_t& variable, std::size_t count, Values& values) {
  const bool is_complex = variable.isComplex != 0;
  const std::size_t bytes = count * Mat_SizeOf(variable.data_type);
  if (variable.nbytes < bytes || (count > 0 && variable.data == nullptr))
    throw std::runtime_error("the file is damaged: values are missing");
  if (!is_complex) return convert(variable.data_type, variable.data, count, values.real);
  const auto& parts = *static_cast<const mat_complex_split_t*>(variable.data);
  convert(variable.data_type, parts.Re, count, values.real);
  convert(variable.data_type, parts.Im, count, values.imaginary);
}

// Columns are compressed: those of column c are entries jc[c] … jc[c+1] − 1, in rows ir.
void read_sparse(const matvar_t& variable, std::size_t count, Values& values) {
  if (variable.data == nullptr || values.shape.size() != 2) throw std::runtime_error("the file is damaged");
  const auto& sparse = *static_cast<const mat_sparse_t*>(variable.data);
  const std::size_t rows = values.shape[0], columns = values.shape[1], stored = sparse.ndata;
  Values packed;
  if (variable.isComplex) {
    const auto& parts = *static_cast<const mat_complex_split_t*>(sparse.data);
    convert(variable.data_type, parts.Re, stored, packed.real);
    convert(variable.data_type, parts.Im, stored, packed.imaginary);
    values.imaginary.assign(count, 0.0);
  } else {
    convert(variable.data_type, sparse.data, stored, packed.real);
  }
  values.real.assign(count, 0.0);
  if (sparse.njc < columns + 1) throw std::runtime_error("the file is damaged");
  for (std::size_t c = 0; c < columns; ++c)
    for (std::size_t k = sparse.jc[c]; k < sparse.jc[c + 1]; ++k) {
      if (k >= stored || k >= sparse.nir || sparse.ir[k] >= rows)
        throw std::runtime_error("the file is damaged");
      values.real[c * rows + sparse.ir[k]] = packed.real[k];
      if (variable.isComplex) values.imaginary[c * rows + sparse.ir[k]] = packed.imaginary[k];
    }
}

template <class Body>
bool guarded(std::string& why, const Body& body) {
  try {
    body();
    return true;
  } catch (const std::bad_alloc&) {
    why = "there is not enough memory for it";
  } catch (const std::exception& error) {
    why = error.what();
  }
  return false;
}

}  // namespace

extern "C" {

bool isr_mat_list(const char* path, std::vector<Variable>& variables, std::string& why) {
  return guarded(why, [&] {
    const MatFile file = open_to_read(path);
    while (const MatVariable variable{Mat_VarReadNextInfo(file.get())}) {
      if (variable->name == nullptr || *variable->name == '\0' || *variable->name == '#') continue;
      variables.push_back(
          {variable->name, shape_of(*variable), type_name(*variable), holds_numbers(*variable)});
    }
  });
}

bool isr_mat_read(const char* path, const char* name, Values& values, std::string& why) {
  return guarded(why, [&] {
    const MatFile file = open_to_read(path);
    const MatVariable variable(Mat_VarRead(file.get(), name));
    if (!variable || !holds_numbers(*variable)) throw std::runtime_error("the variable cannot be read");
    values.shape = shape_of(*variable);
    const std::size_t count = count_of(values.shape);
    if (variable->class_type == MAT_C_SPARSE)
      read_sparse(*variable, count, values);
    else
      read_full(*variable, count, values);
  });
}

bool isr_mat_write(const char* path, const std::vector<NamedFloats>& variables, std::string& why) {
  return guarded(why, [&] {
    Mat_LogInitFunc("isr", stay_quiet);
    const MatFile file(Mat_CreateVer(path, nullptr, MAT_FT_MAT5));
    if (!file) throw std::runtime_error("the file cannot be made");
    for (const NamedFloats& one : variables) {
      std::vector<std::size_t> shape = one.shape;
      const MatVariable variable(Mat_VarCreate(one.name.c_str(), MAT_C_SINGLE, MAT_T_SINGLE,
                                               static_cast<int>(shape.size()), shape.data(),
                                               const_cast<float*>(one.values.data()), MAT_F_DONT_COPY_DATA));
      if (!variable || Mat_VarWrite(file.get(), variable.get(), MAT_COMPRESSION_NONE) != 0)
        throw std::runtime_error("the variable " + one.name + " cannot be written");
    }
  });
}

}  // extern "C"
