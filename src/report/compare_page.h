// The page of `isr compare`: one HTML file that needs nothing else, no network either.
//
// Its data are one JSON object, which src/report/compare_page/data.js reads:
//   isr, title, subtitle, command     texts
//   findings                          sentences
//   settings                          [name, value] pairs
//   window.definition                 what the early-stopping window is, in words
//   exact                             true: frames are exact to a thousandth; false: WebP
//   depths                            [N]
//   variant_name                      what the variants differ in: "Starts", "Noises", "Rows"
//   variants                          [{label, short, init, noise}]
//   rules                             [{key, name, meaning}]; chosen_rule: a key
//   images                            [{source (a file's name without its folder), label, height, width,
//                                       channels, truth: FRAMES}]
//   runs                              [{image, variant, depth, eta, settled, status, reaches_limit, seconds,
//                                       decades, time, psnr, relative_error, residual, held_out_residual,
//                                       off_support_max, on_support_min, support: [a value per moment],
//                                       window: [first, last], stops: {rule key: moment},
//                                       frames: FRAMES, coordinates: {on, off: [[a value per moment]]}}]
// reaches_limit (of a run): its end is the limit τ → ∞.
// settled: the flow time at which the axis may end; decades: the width of the window.
// image and variant are indices, moments count from 0, times are flow times τ, τ/eta are iterations. A value
// that does not exist (no held-out measurements, an infinite PSNR) is null.
//   FRAMES {encoding: "delta16-deflate", data: base64 of delta_deflate} or {encoding: "webp", data: [base64]}
#pragma once

#include <string>

#include "report/comparison.h"

namespace isr {

// How the pictures are written.
struct PageOptions {
  int exact_side = 96;      // pictures up to this many pixels wide and high are exact, others lossy WebP
  float webp_quality = 80;  // of the lossy ones, 0 to 100
};

// The whole file.
std::string compare_page(const Comparison& comparison, const PageOptions& options = {});

}  // namespace isr
