#include "cli/commands.h"

int main(int argc, char** argv) {
  return isr::run_program(isr::Arguments(argv + 1, argv + argc));
}
