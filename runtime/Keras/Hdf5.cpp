// On the HDF5 library's C interface and its core driver, which keeps files in memory. What the
// library gives of a file that is still open (H5Fget_file_image) has a superblock whose checksum is
// wrong, so that a writer lends the driver its own memory and closes the file.

#include "runtime/Keras/Hdf5.h"

#include "runtime/Core/Error.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <hdf5.h>
#include <utility>

namespace ingot::runtime {

namespace {
/// An identifier of the library and the function that gives it back.
class Id {
public:
  using Close = herr_t (*)(hid_t);
  Id() = default;
  Id(hid_t id, Close close) : itsId(id), itsClose(close) {}
  Id(Id &&other) noexcept
      : itsId(std::exchange(other.itsId, H5I_INVALID_HID)), itsClose(other.itsClose) {}
  Id &operator=(Id &&other) noexcept {
    std::swap(itsId, other.itsId);
    std::swap(itsClose, other.itsClose);
    return *this;
  }
  ~Id() { reset(); }

  void reset() {
    if (itsId >= 0)
      itsClose(itsId);
    itsId = H5I_INVALID_HID;
  }
  explicit operator bool() const { return itsId >= 0; }
  operator hid_t() const { return itsId; }

private:
  hid_t itsId = H5I_INVALID_HID;
  Close itsClose = nullptr;
};

/// A file's access properties. The library's own messages are silenced: ours say which file it is.
Id fileAccess() {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  return Id(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
}

/// What the library calls a file that is in memory alone. It looks for such a file all the same and
/// would take one that is there for the file, so that the name must be one that no file can have.
constexpr const char *inMemory = "/dev/null/in memory";

Id textType(size_t length) {
  Id type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, std::max<size_t>(length, 1));
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

const char *pathOrRoot(const std::string &path) { return path.empty() ? "/" : path.c_str(); }
} // namespace

//===- Writing --------------------------------------------------------------------------------===//

namespace {
/// The memory of a file that the core driver writes.
void *resizeImage(void *, size_t size, H5FD_file_image_op_t, void *image) {
  auto &content = *static_cast<std::vector<std::byte> *>(image);
  content.resize(size);
  return content.data();
}

void *allocateImage(size_t size, H5FD_file_image_op_t op, void *image) {
  return resizeImage(nullptr, size, op, image);
}

void *copyImage(void *to, const void *from, size_t size, H5FD_file_image_op_t, void *) {
  return std::memmove(to, from, size);
}

herr_t keepImage(void *, H5FD_file_image_op_t, void *) { return 0; }
void *sameOwner(void *image) { return image; }
herr_t keepOwner(void *) { return 0; }

/// Where superblocks of version 2 and 3 have the number of the file's bytes.
constexpr size_t placeOfEnd = 28;
} // namespace

/// Of a file, group or array, without the time at which it is made: what is written depends on
/// nothing but what it holds.
static Id creation(hid_t kind) {
  Id properties(H5Pcreate(kind), H5Pclose);
  H5Pset_obj_track_times(properties, false);
  return properties;
}

struct Hdf5Writer::Parts {
  std::vector<std::byte> image;
  Id file, groups = creation(H5P_GROUP_CREATE);

  /// The group and all on the way to it.
  void group(const std::string &path) {
    for (size_t at = 0; at < path.size(); ++at) {
      at = std::min(path.find('/', at), path.size());
      std::string part = path.substr(0, at);
      if (H5Lexists(file, part.c_str(), H5P_DEFAULT) > 0)
        continue;
      Id made(H5Gcreate2(file, part.c_str(), H5P_DEFAULT, groups, H5P_DEFAULT), H5Gclose);
      check(bool(made));
    }
  }

  static void check(bool done) {
    if (!done)
      throw Error{"an HDF5 file cannot be made in memory: there is not enough of it"};
  }
  static void check(herr_t status) { check(status >= 0); }

  void dataset(const std::string &path, hid_t stored, hid_t native, std::span<const int64_t> shape,
               const void *elements) {
    std::vector<hsize_t> sizes(shape.begin(), shape.end());
    bool empty = std::find(shape.begin(), shape.end(), 0) != shape.end();
    Id space(sizes.empty()
                 ? H5Screate(H5S_SCALAR)
                 : H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr),
             H5Sclose);
    Id properties = creation(H5P_DATASET_CREATE);
    if (!sizes.empty() && !empty) {
      H5Pset_chunk(properties, static_cast<int>(sizes.size()), sizes.data());
      H5Pset_fletcher32(properties);
    }
    if (size_t slash = path.rfind('/'); slash != path.npos)
      group(path.substr(0, slash));
    Id data(H5Dcreate2(file, path.c_str(), stored, space, H5P_DEFAULT, properties, H5P_DEFAULT),
            H5Dclose);
    check(data && H5Dwrite(data, native, H5S_ALL, H5S_ALL, H5P_DEFAULT, elements) >= 0);
  }

  void attribute(const std::string &path, const std::string &name, hid_t type, const Id &space,
                 const void *value) {
    Id object(H5Oopen(file, pathOrRoot(path), H5P_DEFAULT), H5Oclose);
    Id attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    check(attribute && (!value || H5Awrite(attribute, type, value) >= 0));
  }
};

Hdf5Writer::Hdf5Writer() : itsParts(std::make_unique<Parts>()) {
  Id access = fileAccess();
  H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110);
  H5Pset_fapl_core(access, 1 << 20, /*backing_store=*/false);
  H5FD_file_image_callbacks_t memory = {allocateImage, copyImage, resizeImage,     keepImage,
                                        sameOwner,     keepOwner, &itsParts->image};
  H5Pset_file_image_callbacks(access, &memory);
  itsParts->file =
      Id(H5Fcreate(inMemory, H5F_ACC_TRUNC, creation(H5P_FILE_CREATE), access), H5Fclose);
  Parts::check(bool(itsParts->file));
}

Hdf5Writer::~Hdf5Writer() = default;

void Hdf5Writer::group(const std::string &path) { itsParts->group(path); }

void Hdf5Writer::array(const std::string &path, std::span<const int64_t> shape,
                       std::span<const float> elements) {
  itsParts->dataset(path, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, shape, elements.data());
}

void Hdf5Writer::number(const std::string &path, float value) {
  itsParts->dataset(path, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, {}, &value);
}

void Hdf5Writer::number(const std::string &path, int64_t value) {
  itsParts->dataset(path, H5T_STD_I64LE, H5T_NATIVE_INT64, {}, &value);
}

void Hdf5Writer::text(const std::string &path, const std::string &name, const std::string &value) {
  itsParts->attribute(path, name, textType(value.size()), Id(H5Screate(H5S_SCALAR), H5Sclose),
                      value.data());
}

void Hdf5Writer::texts(const std::string &path, const std::string &name,
                       const std::vector<std::string> &values) {
  hsize_t count = values.size();
  Id space(H5Screate_simple(1, &count, nullptr), H5Sclose);
  if (values.empty())
    return itsParts->attribute(path, name, H5T_IEEE_F64LE, space, nullptr);
  size_t longest = 1;
  for (const std::string &value : values)
    longest = std::max(longest, value.size());
  std::vector<char> padded(values.size() * longest);
  for (size_t i = 0; i < values.size(); ++i)
    std::memcpy(padded.data() + i * longest, values[i].data(), values[i].size());
  itsParts->attribute(path, name, textType(longest), space, padded.data());
}

std::vector<std::byte> Hdf5Writer::finish() {
  itsParts->file.reset();
  std::vector<std::byte> &content = itsParts->image;
  uint64_t size = 0;
  if (content.size() >= placeOfEnd + sizeof size)
    std::memcpy(&size, content.data() + placeOfEnd, sizeof size);
  Parts::check(size > 0 && size <= content.size());
  content.resize(size); // the driver's memory grows by steps
  return std::move(content);
}

//===- Reading --------------------------------------------------------------------------------===//

std::string printable(std::string message) {
  std::replace_if(message.begin(), message.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return message;
}

struct Hdf5Reader::Parts {
  std::string name;
  Id file;

  [[noreturn]] void fail(const std::string &what) const {
    throw Error{fmt::format("{}: {}", name, printable(what))};
  }
  [[noreturn]] void damaged(const std::string &path) const {
    fail(fmt::format("damaged: '{}' cannot be read", path.empty() ? "/" : path));
  }

  /// Every link on the way must be the object itself: soft and external ones lead elsewhere.
  bool has(const std::string &path) const {
    for (size_t at = 0; at < path.size();) {
      at = std::min(path.find('/', at), path.size());
      std::string part = path.substr(0, at++);
      H5L_info_t info;
      if (H5Lexists(file, part.c_str(), H5P_DEFAULT) <= 0 ||
          H5Lget_info(file, part.c_str(), &info, H5P_DEFAULT) < 0 || info.type != H5L_TYPE_HARD)
        return false;
    }
    return true;
  }

  Id open(const std::string &path) const {
    if (!has(path))
      fail(fmt::format("'{}' is missing", path));
    Id object(H5Oopen(file, pathOrRoot(path), H5P_DEFAULT), H5Oclose);
    if (!object)
      damaged(path);
    return object;
  }

  Id openArray(const std::string &path) const {
    Id object = open(path);
    if (H5Iget_type(object) != H5I_DATASET)
      fail(fmt::format("'{}' is not an array", path));
    return object;
  }

  static std::vector<int64_t> shapeOf(const Id &space) {
    int rank = H5Sget_simple_extent_ndims(space);
    std::vector<hsize_t> sizes(static_cast<size_t>(std::max(rank, 0)));
    if (rank > 0)
      H5Sget_simple_extent_dims(space, sizes.data(), nullptr);
    return {sizes.begin(), sizes.end()};
  }
};

Hdf5Reader::Hdf5Reader(std::string name, std::span<const std::byte> content)
    : itsParts(std::make_unique<Parts>(Parts{std::move(name), {}})) {
  static constexpr unsigned char signature[] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  if (content.size() < sizeof signature ||
      std::memcmp(content.data(), signature, sizeof signature) != 0)
    itsParts->fail("is not an HDF5 file");
  Id access = fileAccess();
  H5Pset_fapl_core(access, 1 << 16, /*backing_store=*/false);
  H5Pset_file_image(access, const_cast<std::byte *>(content.data()), content.size());
  itsParts->file = Id(H5Fopen(inMemory, H5F_ACC_RDONLY, access), H5Fclose);
  if (!itsParts->file)
    itsParts->fail("is truncated or damaged: HDF5 cannot open it");
}

Hdf5Reader::~Hdf5Reader() = default;

bool Hdf5Reader::has(const std::string &path) const { return itsParts->has(path); }

std::vector<std::string> Hdf5Reader::members(const std::string &path) const {
  Id group = itsParts->open(path);
  std::vector<std::string> names;
  auto add = [](hid_t, const char *name, const H5L_info_t *, void *names) -> herr_t {
    static_cast<std::vector<std::string> *>(names)->push_back(name);
    return 0;
  };
  if (H5Iget_type(group) != H5I_GROUP ||
      H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, add, &names) < 0)
    itsParts->damaged(path);
  std::sort(names.begin(), names.end());
  return names;
}

/// Texts of variable length belong to the library until they are given back.
static bool readVariable(const Id &attribute, const Id &type, const Id &space, size_t count,
                         std::vector<std::string> &texts) {
  std::vector<char *> pointers(count);
  Id memory(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(memory, H5T_VARIABLE);
  H5Tset_cset(memory, H5Tget_cset(type));
  if (H5Aread(attribute, memory, pointers.data()) < 0)
    return false;
  for (const char *text : pointers)
    texts.emplace_back(text ? text : "");
  H5Dvlen_reclaim(memory, space, H5P_DEFAULT, pointers.data());
  return true;
}

static bool readFixed(const Id &attribute, const Id &type, size_t count,
                      std::vector<std::string> &texts) {
  size_t length = H5Tget_size(type);
  if (H5Aget_storage_size(attribute) != length * count)
    return false;
  std::vector<char> content(length * count);
  if (H5Aread(attribute, type, content.data()) < 0)
    return false;
  for (size_t i = 0; i < count; ++i) {
    const char *text = content.data() + i * length;
    texts.emplace_back(text, strnlen(text, length));
  }
  return true;
}

std::optional<std::vector<std::string>> Hdf5Reader::texts(const std::string &path,
                                                          const std::string &name) const {
  Id object = itsParts->open(path);
  htri_t exists = H5Aexists(object, name.c_str());
  if (exists == 0)
    return std::nullopt;
  Id attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  if (!attribute)
    itsParts->damaged(path);
  Id type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
  hssize_t count = H5Sget_simple_extent_npoints(space);
  std::vector<std::string> texts;
  if (count == 0)
    return texts;
  if (!type || count < 0 || H5Tget_class(type) != H5T_STRING)
    itsParts->damaged(path + "@" + name);
  if (H5Tis_variable_str(type) > 0
          ? !readVariable(attribute, type, space, static_cast<size_t>(count), texts)
          : !readFixed(attribute, type, static_cast<size_t>(count), texts))
    itsParts->damaged(path + "@" + name);
  return texts;
}

std::vector<int64_t> Hdf5Reader::shape(const std::string &path) const {
  Id data = itsParts->openArray(path);
  return Parts::shapeOf(Id(H5Dget_space(data), H5Sclose));
}

std::vector<float> Hdf5Reader::elements(const std::string &path, int64_t count) const {
  Id data = itsParts->openArray(path);
  Id type(H5Dget_type(data), H5Tclose), space(H5Dget_space(data), H5Sclose),
      creation(H5Dget_create_plist(data), H5Pclose);
  if (H5Tget_class(type) != H5T_FLOAT)
    itsParts->fail(fmt::format("'{}' does not hold floating point numbers", path));
  if (H5Pget_layout(creation) == H5D_VIRTUAL || H5Pget_external_count(creation) != 0)
    itsParts->fail(fmt::format("'{}' lies in another file, which is not read", path));
  if (H5Sget_simple_extent_npoints(space) != count)
    itsParts->damaged(path);
  std::vector<float> elements(static_cast<size_t>(count));
  if (H5Dread(data, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, elements.data()) < 0)
    itsParts->damaged(path);
  return elements;
}

int64_t Hdf5Reader::integer(const std::string &path) const {
  Id data = itsParts->openArray(path);
  Id type(H5Dget_type(data), H5Tclose), space(H5Dget_space(data), H5Sclose);
  int64_t value = 0;
  if (H5Tget_class(type) != H5T_INTEGER || H5Sget_simple_extent_npoints(space) != 1)
    itsParts->fail(fmt::format("'{}' does not hold an integer", path));
  if (H5Dread(data, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value) < 0)
    itsParts->damaged(path);
  return value;
}

} // namespace ingot::runtime
