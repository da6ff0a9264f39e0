// MATLAB's .mat files, by the module isr_mat.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "formats/mat.h"

namespace isr {

// The variables of a file. Throws Error, naming it, when it is none or damaged.
std::vector<mat::Variable> mat_variables(const std::filesystem::path& file);

// One of them. Throws Error.
mat::Values read_mat(const std::filesystem::path& file, const std::string& variable);

// Writes a file of version 5, whole or not at all. Throws Error.
void write_mat(const std::filesystem::path& file, const std::vector<mat::NamedFloats>& variables);

}  // namespace isr
