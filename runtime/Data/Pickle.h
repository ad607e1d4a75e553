// Python's pickles, as far as they hold plain data and NumPy arrays. Nothing in them is called: a
// callable is a name.

#ifndef INGOT_RUNTIME_DATA_PICKLE_H
#define INGOT_RUNTIME_DATA_PICKLE_H

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::runtime {

struct Pickled {
  enum Kind {
    None,
    Int,    // also True and False
    Bytes,  // str or bytes, in the pickle's own memory
    Tuple,  // items
    List,   // items
    Dict,   // items: key, value, key, value, ...
    Global, // bytes: "module name"
    Object  // items: what would be called, its arguments, and the state if it was given one
  } kind = None;
  int64_t integer = 0;
  std::string_view bytes;
  std::vector<const Pickled *> items; // a list may hold itself

  /// A dict's value; null if this is no dict or has no such key.
  const Pickled *find(std::string_view key) const;
};

/// Reads a pickle of protocol 0 to 5 that consists of the above. What it holds lives as long as the
/// result. Throws Error naming `path`.
std::shared_ptr<const Pickled> readPickle(std::span<const uint8_t> pickle, const std::string &path);

/// The elements of a pickled numpy.ndarray of unsigned bytes with these dimensions after the first,
/// which is returned in `count`; empty if it is none.
std::span<const uint8_t> pickledBytes(const Pickled &array, int64_t width, int64_t &count);

} // namespace ingot::runtime

#endif
