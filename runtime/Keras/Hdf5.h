// HDF5 files in memory: groups, float and integer arrays, attributes of text. The file's bytes come
// from and go to others, which write them atomically or into an archive.

#ifndef INGOT_RUNTIME_KERAS_HDF5_H
#define INGOT_RUNTIME_KERAS_HDF5_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ingot::runtime {

/// A file that is being made. Paths are of groups and arrays from the root: "layers/conv2d/vars/0";
/// the root itself is "". Groups on the way are made. Metadata and arrays carry checksums (format
/// of HDF5 1.10; arrays in one chunk with Fletcher's), so that a reader finds damage.
class Hdf5Writer {
public:
  Hdf5Writer();
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer &) = delete;
  Hdf5Writer &operator=(const Hdf5Writer &) = delete;

  void group(const std::string &path);
  void array(const std::string &path, std::span<const int64_t> shape,
             std::span<const float> elements);
  void number(const std::string &path, float value);
  void number(const std::string &path, int64_t value);
  void text(const std::string &path, const std::string &name, const std::string &value);
  /// An array of texts; an empty one is an array of no numbers, as h5py writes it.
  void texts(const std::string &path, const std::string &name,
             const std::vector<std::string> &values);

  /// The file's content.
  std::vector<std::byte> finish();

private:
  struct Parts;
  std::unique_ptr<Parts> itsParts;
};

/// A message with a name out of a file, which may be any bytes where it is damaged: those that are
/// no ASCII characters are shown as '?'.
std::string printable(std::string message);

/// A file that is read. Nothing outside of it is, whatever links it has.
class Hdf5Reader {
public:
  /// Throws Error naming `name`, as all members do, where the content is no HDF5 file or damaged.
  /// `content` lives as long as the reader.
  Hdf5Reader(std::string name, std::span<const std::byte> content);
  ~Hdf5Reader();
  Hdf5Reader(const Hdf5Reader &) = delete;
  Hdf5Reader &operator=(const Hdf5Reader &) = delete;

  bool has(const std::string &path) const;
  /// Names in a group, sorted.
  std::vector<std::string> members(const std::string &path) const;
  /// The texts of an attribute; none where the group has no such attribute.
  std::optional<std::vector<std::string>> texts(const std::string &path,
                                                const std::string &name) const;
  std::vector<int64_t> shape(const std::string &path) const;
  /// The elements of an array of floating point numbers of whatever width, `count` of them.
  std::vector<float> elements(const std::string &path, int64_t count) const;
  /// An integer of whatever width.
  int64_t integer(const std::string &path) const;

private:
  struct Parts;
  std::unique_ptr<Parts> itsParts;
};

} // namespace ingot::runtime

#endif
