// The product of a ±1 matrix, kept as bits, with a vector: far fewer operations than multiply-adds.
//
// Columns are taken in groups of k = log2(lanes). The 2^k signed sums of a group's k inputs fill one vector
// register; the k bits of each row then select its sum by one lane permute, for as many rows as there are
// lanes. With AVX-512 (k = 4) a permute, an add and a shift do the work of 64 multiply-adds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/aligned_vector.h"

namespace isr {

// Matrix bits, row-major: entry (i, j) is +1 if bit j % 64 of word[i·words_per_row + j / 64] is set, else −1.
struct SignBits {
  std::size_t rows = 0, cols = 0, words_per_row = 0;
  std::vector<std::uint64_t> words;

  SignBits(std::size_t n, std::size_t p)
      : rows(n), cols(p), words_per_row((p + 63) / 64), words(n * words_per_row, 0) {}
  bool positive(std::size_t i, std::size_t j) const {
    return words[i * words_per_row + j / 64] >> (j % 64) & 1;
  }
  void set_positive(std::size_t i, std::size_t j) {
    words[i * words_per_row + j / 64] |= std::uint64_t{1} << (j % 64);
  }
  SignBits transposed() const;
};

// Columns whose bits share a 32-bit word: as many groups of log2(lanes) as fit, 30 for 8 lanes and 32 for any
// other.
constexpr std::size_t columns_in_word(std::size_t lanes) {
  return lanes == 8 ? 30 : 32;
}

// Terms are added in pairs, pairs of them in pairs and so on: of `count` terms as many make the left summand.
// So the first terms' sum does not depend on how many zeros follow.
constexpr std::size_t left_of_pair(std::size_t count) {
  std::size_t left = 1;
  while (2 * left < count) left *= 2;
  return left;
}

// The same bits in the order in which the kernel of this processor reads them.
struct PackedSigns {
  std::size_t rows = 0, cols = 0;
  std::size_t lanes = 0;                 // rows in a block: vector lanes of the processor
  std::size_t row_blocks = 0;            // ceil(rows / lanes)
  std::size_t column_blocks = 0;         // ceil(cols / columns_in_word(lanes))
  AlignedVector<std::uint32_t> indices;  // [column block][row block][lane]: a word, the first column lowest
};

PackedSigns pack_signs(const SignBits& bits);

// out[i] = Σ_j ±x[j] for the rows of row blocks [first, last); out has room for row_blocks·lanes floats.
void multiply_signs(const PackedSigns& matrix, const float* x, float* out, std::size_t first,
                    std::size_t last);

}  // namespace isr
