// Vectors of doubles for the kernels: Highway's operations; where Highway has none of doubles, as for
// WebAssembly, the few that the kernels use. Include it after <hwy/highway.h>, between HWY_BEFORE_NAMESPACE()
// and HWY_AFTER_NAMESPACE(), inside isr::HWY_NAMESPACE.
#if HWY_TARGET == HWY_WASM

namespace double_vectors {

using Vector = v128_t;

// Every tag: two doubles.
template <class Value>
struct ScalableTag {};
template <class Value, std::size_t lanes>
using FixedTag = ScalableTag<Value>;
template <class Value, std::size_t lanes>
using CappedTag = ScalableTag<Value>;
template <class Tag>
using Vec = Vector;

constexpr std::size_t MaxLanes(ScalableTag<double>) {
  return 2;
}
constexpr std::size_t Lanes(ScalableTag<double>) {
  return 2;
}
HWY_INLINE Vector Zero(ScalableTag<double>) {
  return wasm_f64x2_splat(0);
}
HWY_INLINE Vector Set(ScalableTag<double>, double value) {
  return wasm_f64x2_splat(value);
}
HWY_INLINE Vector Load(ScalableTag<double>, const double* from) {
  return wasm_v128_load(from);
}
HWY_INLINE Vector LoadU(ScalableTag<double>, const double* from) {
  return wasm_v128_load(from);
}
HWY_INLINE void Store(Vector v, ScalableTag<double>, double* to) {
  wasm_v128_store(to, v);
}
HWY_INLINE void StoreU(Vector v, ScalableTag<double>, double* to) {
  wasm_v128_store(to, v);
}
HWY_INLINE Vector Mul(Vector a, Vector b) {
  return wasm_f64x2_mul(a, b);
}
HWY_INLINE Vector MulAdd(Vector a, Vector b, Vector sum) {
  return wasm_f64x2_add(wasm_f64x2_mul(a, b), sum);
}
HWY_INLINE Vector NegMulAdd(Vector a, Vector b, Vector sum) {
  return wasm_f64x2_sub(sum, wasm_f64x2_mul(a, b));
}
HWY_INLINE Vector SumOfLanes(ScalableTag<double>, Vector v) {
  return wasm_f64x2_add(v, wasm_i64x2_shuffle(v, v, 1, 0));
}
HWY_INLINE double GetLane(Vector v) {
  return wasm_f64x2_extract_lane(v, 0);
}

}  // namespace double_vectors
namespace hn = double_vectors;

#else
namespace hn = hwy::HWY_NAMESPACE;
#endif
