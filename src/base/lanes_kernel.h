// A loop over vectors of single precision for the kernels. Include it after <hwy/highway.h>, between
// HWY_BEFORE_NAMESPACE() and HWY_AFTER_NAMESPACE(), inside isr::HWY_NAMESPACE.

// body(tag, i) for i of [first, last), a vector at a time and then one by one.
template <class Body>
HWY_INLINE void ForLanes(std::size_t first, std::size_t last, const Body& body) {
  const hwy::HWY_NAMESPACE::ScalableTag<float> d;
  std::size_t i = first;
  for (; i + hwy::HWY_NAMESPACE::Lanes(d) <= last; i += hwy::HWY_NAMESPACE::Lanes(d)) body(d, i);
  for (; i < last; ++i) body(hwy::HWY_NAMESPACE::CappedTag<float, 1>(), i);
}
