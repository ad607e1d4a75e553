// The header of .npy files: a dict as Python writes it.

#include "runtime/Data/Npy.h"

#include "runtime/Core/Error.h"

#include <charconv>
#include <cstring>
#include <fmt/format.h>
#include <string_view>

namespace ingot::runtime {

namespace {

/// Reads {'descr': '|u1', 'fortran_order': False, 'shape': (3, 28, 28), } in any order of its keys.
class HeaderReader {
public:
  HeaderReader(std::string_view text, const std::string &path) : itsText(text), itsPath(path) {}

  std::string descr;
  int fortran = -1; // -1: not seen
  bool sawShape = false;
  std::vector<int64_t> shape;

  void read() {
    expect('{');
    while (!accept('}')) {
      readItem();
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip();
    if (!itsText.empty() || descr.empty() || fortran < 0 || !sawShape)
      fail();
  }

private:
  [[noreturn]] void fail() { throw Error{itsPath + ": no .npy file: its header is damaged"}; }

  void skip() {
    while (!itsText.empty() && std::strchr(" \t\r\n", itsText[0]) && itsText[0])
      itsText.remove_prefix(1);
  }
  bool accept(char wanted) {
    skip();
    if (itsText.empty() || itsText[0] != wanted)
      return false;
    itsText.remove_prefix(1);
    return true;
  }
  void expect(char wanted) {
    if (!accept(wanted))
      fail();
  }
  bool acceptWord(std::string_view word) {
    skip();
    if (!itsText.starts_with(word))
      return false;
    itsText.remove_prefix(word.size());
    return true;
  }
  std::string string() {
    skip();
    char quote = itsText.empty() ? '\0' : itsText[0];
    size_t end = quote == '\'' || quote == '"' ? itsText.find(quote, 1) : std::string_view::npos;
    if (end == std::string_view::npos)
      fail();
    std::string result(itsText.substr(1, end - 1));
    itsText.remove_prefix(end + 1);
    return result;
  }

  void readItem() {
    std::string key = string();
    expect(':');
    if (key == "descr")
      readDescr();
    else if (key == "fortran_order")
      fortran = acceptWord("True") ? 1 : acceptWord("False") ? 0 : (fail(), -1);
    else if (key == "shape")
      readShape();
    else
      fail();
  }
  void readDescr() {
    skip();
    if (itsText.starts_with("["))
      throw Error{itsPath + ": records with named fields; an array of numbers is needed"};
    descr = string();
  }
  void readShape() {
    expect('(');
    sawShape = true;
    shape.clear();
    while (!accept(')')) {
      skip();
      int64_t size = 0;
      auto [end, error] = std::from_chars(itsText.data(), itsText.data() + itsText.size(), size);
      if (error != std::errc() || size < 0)
        fail();
      itsText.remove_prefix(static_cast<size_t>(end - itsText.data()));
      shape.push_back(size);
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
  }

  std::string_view itsText;
  const std::string &itsPath;
};

} // namespace

static IngotElement elementOf(std::string_view descr, const std::string &path) {
  if (descr.starts_with(">") && descr != ">u1")
    throw Error{fmt::format("{}: big-endian elements ({}); write it again with "
                            "x.astype(x.dtype.newbyteorder('<'))",
                            path, descr)};
  std::string_view kind = descr.substr(descr.empty() ? 0 : 1);
  bool order = !descr.empty() && std::strchr("<>|=", descr[0]);
  if (order && kind == "u1")
    return INGOT_U8;
  if (order && kind == "i4")
    return INGOT_I32;
  if (order && kind == "i8")
    return INGOT_I64;
  if (order && kind == "f4")
    return INGOT_F32;
  if (order && kind == "f8")
    return INGOT_F64;
  throw Error{fmt::format("{}: elements of type '{}'; uint8, int32, int64, float32 and float64 can "
                          "be read",
                          path, descr)};
}

static size_t elementBytes(IngotElement element) {
  return element == INGOT_U8 ? 1 : element == INGOT_I32 || element == INGOT_F32 ? 4 : 8;
}

/// Where the dict begins and how long it is.
static std::string_view headerText(std::span<const uint8_t> file, const std::string &path) {
  if (file.size() < 10 || std::memcmp(file.data(), "\x93NUMPY", 6) != 0)
    throw Error{path + ": no .npy file; numpy.save writes one"};
  uint8_t version = file[6];
  if (version < 1 || version > 3 || file[7] != 0)
    throw Error{fmt::format("{}: version {}.{} of the .npy format; 1.0 to 3.0 can be read", path,
                            version, file[7])};
  size_t begin = version == 1 ? 10 : 12;
  if (file.size() < begin)
    throw Error{path + ": cut short within its header"};
  size_t length = file[8] | file[9] << 8;
  if (version > 1)
    length |= static_cast<size_t>(file[10]) << 16 | static_cast<size_t>(file[11]) << 24;
  if (length > file.size() - begin)
    throw Error{path + ": cut short within its header"};
  return {reinterpret_cast<const char *>(file.data()) + begin, length};
}

NpyHeader readNpyHeader(std::span<const uint8_t> file, const std::string &path) {
  std::string_view text = headerText(file, path);
  HeaderReader reader(text, path);
  reader.read();
  NpyHeader header;
  header.element = elementOf(reader.descr, path);
  header.shape = reader.shape;
  header.bytes =
      static_cast<size_t>(text.data() + text.size() - reinterpret_cast<const char *>(file.data()));
  if (reader.fortran && header.shape.size() > 1)
    throw Error{path + ": in Fortran's order; write it again with numpy.ascontiguousarray"};
  unsigned __int128 bytes = elementBytes(header.element);
  for (int64_t size : header.shape) {
    bytes *= static_cast<uint64_t>(size);
    if (bytes > INT64_MAX)
      throw Error{path + ": its shape is absurd"};
  }
  size_t has = file.size() - header.bytes, needed = static_cast<size_t>(bytes);
  if (has != needed)
    throw Error{fmt::format("{}: {}: {} bytes of elements, its shape says {}", path,
                            has < needed ? "cut short" : "longer than it should be", has, needed)};
  return header;
}

} // namespace ingot::runtime
