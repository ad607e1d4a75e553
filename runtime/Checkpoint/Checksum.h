// Tells whether a file is as it was written.

#ifndef INGOT_RUNTIME_CHECKPOINT_CHECKSUM_H
#define INGOT_RUNTIME_CHECKPOINT_CHECKSUM_H

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace ingot::runtime {

/// FNV-1a's multiply and xor (Fowler, Noll, Vo) on words of eight bytes instead of single ones,
/// with the high half folded in so that every bit of a word reaches every bit of the sum. Each step
/// is a bijection of the word, so a change within one word is never missed. Against accidents, not
/// against forgers.
class Checksum {
public:
  /// The last word of the bytes is filled up with zeros, and their number is added.
  void add(std::span<const std::byte> bytes) {
    size_t whole = bytes.size() / 8 * 8;
    for (size_t at = 0; at < whole; at += 8)
      addWord(load(bytes.data() + at, 8));
    if (whole < bytes.size())
      addWord(load(bytes.data() + whole, bytes.size() - whole));
    addWord(bytes.size());
  }
  uint64_t value() const { return itsValue; }

private:
  static uint64_t load(const std::byte *bytes, size_t count) {
    uint64_t word = 0;
    std::memcpy(&word, bytes, count);
    return word;
  }
  void addWord(uint64_t word) {
    itsValue = (itsValue ^ word) * 0x100000001b3;
    itsValue ^= itsValue >> 32;
  }

  uint64_t itsValue = 0xcbf29ce484222325;
};

} // namespace ingot::runtime

#endif
