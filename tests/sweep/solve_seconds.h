// Measured solve times, for the simulation of the scheduler.
#pragma once

namespace isr {

// Seconds of a solve on one thread: digits of MNIST, biased-sign, 10 % … 90 % of 784 measurements (across),
// by depths 1, 2, 3, 5, NNLS and ℓ1. Means of two digits on a busy machine.
inline constexpr double solve_seconds[6][9] = {
    {0.0178, 0.0134, 0.0344, 0.0592, 0.1079, 0.1701, 0.2074, 0.3018, 0.4134},
    {0.0020, 0.0214, 0.0476, 0.1161, 0.3734, 0.5330, 0.5586, 0.7347, 1.0217},
    {0.0025, 0.0233, 0.0676, 0.1102, 0.3348, 0.5170, 0.6133, 0.7378, 0.9416},
    {0.0198, 0.0360, 0.0808, 0.1530, 0.3740, 0.5994, 0.7100, 0.8264, 1.1337},
    {0.0010, 0.0213, 0.0927, 0.1871, 0.1340, 0.1288, 0.1295, 0.1104, 0.1513},
    {0.0029, 0.0666, 0.2443, 0.4373, 0.4791, 0.5370, 0.4867, 0.4911, 0.5469},
};

}  // namespace isr
