#include <malloc.h>

#include "cli/commands.h"

int main(int argc, char** argv) {
  // Vectors of megabytes come and go with every product: keep their pages instead of returning them to the
  // system.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  return isr::run_program(isr::Arguments(argv + 1, argv + argc));
}
