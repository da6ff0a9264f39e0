// Products of packed matrices, of which a tile at a time is summed in registers: what the kernels in double
// and in single precision share. Include it after <hwy/highway.h>, between HWY_BEFORE_NAMESPACE() and
// HWY_AFTER_NAMESPACE(), inside isr::HWY_NAMESPACE or a namespace of its own in it that knows the type Value
// and the namespace hn of the operations on it.

#if HWY_HAVE_SCALABLE
using D = hn::FixedTag<Value, 16 / sizeof(Value)>;  // the kernel must know its lanes when it is compiled
#else
using D = hn::CappedTag<Value, cache_line / sizeof(Value)>;
#endif
using V = hn::Vec<D>;

constexpr std::size_t lanes = hn::MaxLanes(D());
constexpr bool many_registers = lanes * sizeof(Value) == cache_line;  // 32 of them, or 16
// Packed matrices lie in strips of so many rows, each strip column after column. A tile of a product is a few
// strips high: its sums stay in registers, and tiles never straddle the diagonal by more than a strip.
constexpr std::size_t strip = std::max<std::size_t>(lanes, 4);
constexpr std::size_t tile_width = many_registers ? 8 : 4;  // a tile; divides the strip
constexpr std::size_t vectors = strip / lanes;              // high
constexpr std::size_t stride = strip * packed_depth + cache_line / sizeof(Value);  // from strip to strip
constexpr std::size_t tallest = vectors == 1 ? 3 : 1;                              // strips of a tile at most
// Strips whose products are made one after the other, so many as the second-level cache holds besides others.
constexpr std::size_t block = (many_registers ? 2048 : 768) / sizeof(Value) / strip;

constexpr std::size_t StripsOf(std::size_t rows) {
  return (rows + strip - 1) / strip;
}

// The sums of a tile: column c of rows v·lanes … (v + 1)·lanes − 1.
template <std::size_t high>
using Sums = V[high * vectors][tile_width];

template <std::size_t high>
HWY_INLINE void SetZero(Sums<high>& sums) {
  HWY_UNROLL(8)
  for (std::size_t c = 0; c < tile_width; ++c) {
    HWY_UNROLL(8)
    for (std::size_t v = 0; v < high * vectors; ++v) sums[v][c] = hn::Zero(D());
  }
}

template <std::size_t high>
HWY_INLINE void StoreWhole(const Sums<high>& sums, Value* to, std::size_t ld) {
  HWY_UNROLL(8)
  for (std::size_t c = 0; c < tile_width; ++c) {
    HWY_UNROLL(8)
    for (std::size_t v = 0; v < high * vectors; ++v) hn::StoreU(sums[v][c], D(), to + c * ld + v * lanes);
  }
}

// sums ±= a bᵀ, of `high` strips a and `tile_width` rows b of a strip, over their first `depth` columns.
template <std::size_t high, bool minus>
HWY_INLINE void AddProducts(const Value* HWY_RESTRICT a, const Value* HWY_RESTRICT b, std::size_t depth,
                            Sums<high>& sums) {
  const D d;
  for (std::size_t k = 0; k < depth; ++k, a += strip, b += strip) {
    V rows[high * vectors];
    HWY_UNROLL(8)
    for (std::size_t v = 0; v < high * vectors; ++v)
      rows[v] = hn::Load(d, a + v / vectors * stride + v % vectors * lanes);
    HWY_UNROLL(8)
    for (std::size_t c = 0; c < tile_width; ++c) {
      const V column = hn::Set(d, b[c]);
      HWY_UNROLL(8)
      for (std::size_t v = 0; v < high * vectors; ++v)
        sums[v][c] =
            minus ? hn::NegMulAdd(rows[v], column, sums[v][c]) : hn::MulAdd(rows[v], column, sums[v][c]);
    }
  }
}

// Calls body.run<high>(s) for strips first … last−1 in tiles, as even as they go.
template <class Body>
HWY_INLINE void ForTiles(std::size_t first, std::size_t last, const Body& body) {
  if constexpr (tallest == 3) {
    while (last - first > 4 || last - first == 3) {
      body.template run<3>(first);
      first += 3;
    }
    while (last - first >= 2) {
      body.template run<2>(first);
      first += 2;
    }
  }
  for (; first < last; ++first) body.template run<1>(first);
}

// Calls body(first, depth) for pieces of p columns, of equal depth.
template <class Body>
void ForPieces(std::size_t p, const Body& body) {
  const std::size_t pieces = std::max<std::size_t>(1, (p + packed_depth - 1) / packed_depth);
  for (std::size_t piece = 0; piece < pieces; ++piece) {
    const std::size_t first = p * piece / pieces;
    body(first, p * (piece + 1) / pieces - first);
  }
}
