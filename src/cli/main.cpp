#include <malloc.h>

#include <cstdlib>

#include "cli/commands.h"

int main(int argc, char** argv) {
  // Vectors of megabytes come and go with every product: keep their pages instead of returning them to the
  // system.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  // OpenCV may bring OpenBLAS along, which isr never calls, and whose threads begin by turning round for 80
  // ms.
  setenv("OPENBLAS_NUM_THREADS", "1", 0);
  return isr::run_program(isr::Arguments(argv + 1, argv + argc));
}
