// PyTorch's normal numbers, for repeating an experiment that was run with it.
#pragma once

#include <Eigen/Core>
#include <cstdint>

namespace isr {

// The values of torch.manual_seed(seed); torch.randn(count) in float32 on a CPU, up to the last bits of log,
// cos and sin. count >= 16 (PyTorch makes shorter vectors in another way); throws UsageError otherwise.
Eigen::VectorXf torch_normals(std::uint32_t seed, Eigen::Index count);

}  // namespace isr
