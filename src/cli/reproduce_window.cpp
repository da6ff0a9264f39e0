#include "cli/figures.h"

namespace isr {

int reproduce_window(const FigureRequest& request) {
  (void)request;
  return 0;
}

}  // namespace isr
