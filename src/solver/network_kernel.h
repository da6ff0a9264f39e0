// One gradient step on the weights of the network, vectorised.
#pragma once

#include <cstddef>

namespace isr {

// For `count` weights, with scale = 2ηN/n and gradient = Xᵀ(Xw − y):
//     u ← u − scale · u^(N−1) · gradient,   v ← v + scale · v^(N−1) · gradient,   w = u^N − v^N.
// v null: the nonnegative model, w = u^N.
void network_step(int depth, float scale, std::size_t count, const float* gradient, float* u, float* v,
                  float* w);

}  // namespace isr
