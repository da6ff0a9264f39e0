// Conjugate gradients on (diag(c) + XᵀX) w = b whose c changes on the way: what is done to all coefficients,
// compiled for each instruction set and chosen at run time.
#pragma once

#include <cstddef>

namespace isr {

// One column of the unknowns and what goes with them, `count` values each.
struct SystemVectors {
  float *w, *r;                        // r = b − (diag(c) + XᵀX) w
  float* c;                            // > 0
  const float* diagonal;               // of XᵀX, about
  float *direction, *direction_image;  // the image by diag(c) + XᵀX of what it belongs to
  float *preconditioned, *image;       // r / (c + diagonal); its image
};

struct SystemProducts {
  double image_direction = 0, direction_direction = 0;  // by the matrix of the system
  double image_preconditioned = 0;
  double r_direction = 0, r_preconditioned = 0;

  SystemProducts& operator+=(const SystemProducts& other);
};

struct StepSizes {
  double step = 0, w = 0;  // squares of the norms of the step and of w after it

  StepSizes& operator+=(const StepSizes& other);
};

// On the values from first to last − 1:
// image ← image + c·preconditioned, and the products of what the next direction comes from.
SystemProducts complete_image(const SystemVectors& v, std::size_t first, std::size_t last);
// direction ← preconditioned + beta·direction, the same of the images, w ← w + alpha·direction, r
// accordingly.
StepSizes take_step(const SystemVectors& v, float beta, float alpha, std::size_t first, std::size_t last);
// c ← changed[0 …]; r and the image of the direction accordingly.
void change_diagonal(const SystemVectors& v, const float* changed, std::size_t first, std::size_t last);
void precondition(const SystemVectors& v, std::size_t first, std::size_t last);

}  // namespace isr
