// A stack machine for the opcodes of plain data: Lib/pickletools.py of CPython says what each does.

#include "runtime/Data/Pickle.h"

#include "runtime/Core/Error.h"

#include <cstring>
#include <deque>
#include <fmt/format.h>

namespace ingot::runtime {

const Pickled *Pickled::find(std::string_view key) const {
  for (size_t i = 0; kind == Dict && i + 1 < items.size(); i += 2)
    if (items[i]->kind == Bytes && items[i]->bytes == key)
      return items[i + 1];
  return nullptr;
}

namespace {

class Machine {
public:
  Machine(std::span<const uint8_t> pickle, const std::string &path)
      : itsLeft(pickle), itsPath(path) {}

  std::shared_ptr<const Pickled> run() {
    for (char opcode = take(1)[0]; opcode != '.'; opcode = take(1)[0])
      if (!constant(opcode) && !memory(opcode) && !container(opcode) && !object(opcode))
        throw Error{fmt::format("{}: a pickle of more than plain data (opcode {:#04x})", itsPath,
                                static_cast<uint8_t>(opcode))};
    // All values are freed together, without recursion, however deep or circular they are.
    return {itsValues, pop()};
  }

private:
  [[noreturn]] void fail() const { throw Error{itsPath + ": a damaged pickle, or cut short"}; }

  //===- Bytes of the pickle
  //-------------------------------------------------------------------===//

  std::string_view take(size_t count) {
    if (count > itsLeft.size())
      fail();
    std::string_view bytes(reinterpret_cast<const char *>(itsLeft.data()), count);
    itsLeft = itsLeft.subspan(count);
    return bytes;
  }
  uint64_t number(size_t bytes) {
    uint64_t value = 0;
    std::string_view taken = take(bytes);
    for (size_t i = bytes; i-- > 0;)
      value = value << 8 | static_cast<uint8_t>(taken[i]);
    return value;
  }
  std::string_view line() {
    std::string_view rest(reinterpret_cast<const char *>(itsLeft.data()), itsLeft.size());
    size_t end = rest.find('\n');
    if (end == rest.npos)
      fail();
    return take(end + 1).substr(0, end);
  }

  //===- The stack
  //-----------------------------------------------------------------------------===//

  Pickled *push(Pickled::Kind kind, int64_t integer = 0, std::string_view bytes = {},
                std::vector<const Pickled *> items = {}) {
    itsValues->push_back({kind, integer, bytes, std::move(items)});
    itsStack.push_back(&itsValues->back());
    return itsStack.back();
  }
  Pickled *pop() {
    if (itsStack.empty() || !itsStack.back())
      fail();
    Pickled *value = itsStack.back();
    itsStack.pop_back();
    return value;
  }
  Pickled *top(Pickled::Kind kind) {
    if (itsStack.empty() || !itsStack.back() || itsStack.back()->kind != kind)
      fail();
    return itsStack.back();
  }
  std::vector<const Pickled *> popToMark() {
    size_t at = itsStack.size();
    while (at > 0 && itsStack[at - 1])
      --at;
    if (at == 0)
      fail();
    std::vector<const Pickled *> items(itsStack.begin() + static_cast<ptrdiff_t>(at),
                                       itsStack.end());
    itsStack.resize(at - 1);
    return items;
  }
  std::vector<const Pickled *> popMany(size_t count) {
    std::vector<const Pickled *> items(count);
    while (count > 0)
      items[--count] = pop();
    return items;
  }

  //===- Opcodes
  //-------------------------------------------------------------------------------===//

  bool constant(char opcode) {
    switch (opcode) {
    case 'N':
      return push(Pickled::None), true;
    case '\x88':
    case '\x89':
      return push(Pickled::Int, opcode == '\x88'), true;
    case 'K':
      return push(Pickled::Int, static_cast<int64_t>(number(1))), true;
    case 'M':
      return push(Pickled::Int, static_cast<int64_t>(number(2))), true;
    case 'J':
      return push(Pickled::Int, static_cast<int32_t>(number(4))), true;
    case 'U': // short binstring, short unicode, short bytes; their long forms
    case '\x8c':
    case 'C':
      return push(Pickled::Bytes, 0, take(number(1))), true;
    case 'T':
    case 'X':
    case 'B':
      return push(Pickled::Bytes, 0, take(number(4))), true;
    case '\x8d':
    case '\x8e':
      return push(Pickled::Bytes, 0, take(number(8))), true;
    default:
      return false;
    }
  }

  bool memory(char opcode) {
    switch (opcode) {
    case '\x80': // protocol
      return take(1), true;
    case '\x95': // frame
      return take(8), true;
    case 'q':
      return remember(number(1)), true;
    case 'r':
      return remember(number(4)), true;
    case '\x94':
      return remember(itsMemo.size()), true;
    case 'h':
      return recall(number(1)), true;
    case 'j':
      return recall(number(4)), true;
    default:
      return false;
    }
  }
  void remember(size_t index) {
    // Pickles number what they remember; a damaged one shall not ask for all memory.
    if (itsStack.empty() || !itsStack.back() || index > itsMemo.size() + itsLeft.size())
      fail();
    if (index >= itsMemo.size())
      itsMemo.resize(index + 1);
    itsMemo[index] = itsStack.back();
  }
  void recall(size_t index) {
    if (index >= itsMemo.size() || !itsMemo[index])
      fail();
    itsStack.push_back(itsMemo[index]);
  }

  bool container(char opcode) {
    switch (opcode) {
    case '(':
      return itsStack.push_back(nullptr), true;
    case ')':
      return push(Pickled::Tuple), true;
    case ']':
      return push(Pickled::List), true;
    case '}':
      return push(Pickled::Dict), true;
    case '\x85':
    case '\x86':
    case '\x87': {
      std::vector<const Pickled *> items = popMany(static_cast<uint8_t>(opcode) - 0x84);
      return push(Pickled::Tuple, 0, {}, std::move(items)), true;
    }
    case 't': {
      std::vector<const Pickled *> items = popToMark();
      return push(Pickled::Tuple, 0, {}, std::move(items)), true;
    }
    case 'a':
      return extend(Pickled::List, popMany(1)), true;
    case 'e':
      return extend(Pickled::List, popToMark()), true;
    case 's':
      return extend(Pickled::Dict, popMany(2)), true;
    case 'u':
      return extend(Pickled::Dict, popToMark()), true;
    default:
      return false;
    }
  }
  void extend(Pickled::Kind kind, std::vector<const Pickled *> items) {
    std::vector<const Pickled *> &to = top(kind)->items;
    to.insert(to.end(), items.begin(), items.end());
  }

  bool object(char opcode) {
    switch (opcode) {
    case 'c': {
      const char *start = reinterpret_cast<const char *>(itsLeft.data());
      size_t length = line().size() + 1;
      length += line().size();
      return push(Pickled::Global, 0, {start, length}), true;
    }
    case '\x93': { // module and name from the stack
      const Pickled *name = popMany(2)[1];
      return push(Pickled::Global, 0, name->bytes), true;
    }
    case 'R': {
      std::vector<const Pickled *> parts = popMany(2);
      return push(Pickled::Object, 0, {}, std::move(parts)), true;
    }
    case 'b': {
      Pickled *state = pop();
      return top(Pickled::Object)->items.push_back(state), true;
    }
    default:
      return false;
    }
  }

  std::span<const uint8_t> itsLeft;
  const std::string &itsPath;
  std::shared_ptr<std::deque<Pickled>> itsValues = std::make_shared<std::deque<Pickled>>();
  std::vector<Pickled *> itsStack; // null: a mark
  std::vector<Pickled *> itsMemo;
};

} // namespace

std::shared_ptr<const Pickled> readPickle(std::span<const uint8_t> pickle,
                                          const std::string &path) {
  return Machine(pickle, path).run();
}

std::span<const uint8_t> pickledBytes(const Pickled &array, int64_t width, int64_t &count) {
  // numpy.ndarray.__reduce__: a callable, its arguments, (version, shape, dtype, fortran_order,
  // bytes).
  if (array.kind != Pickled::Object || array.items.size() != 3)
    return {};
  const std::vector<const Pickled *> &state = array.items[2]->items;
  if (state.size() != 5 || state[1]->items.size() != 2 || state[1]->items[1]->integer != width ||
      state[3]->integer != 0 || state[4]->kind != Pickled::Bytes)
    return {};
  count = state[1]->items[0]->integer;
  std::string_view bytes = state[4]->bytes;
  // One byte an element: its type need not be looked at.
  if (count < 0 || bytes.size() / static_cast<size_t>(width) != static_cast<size_t>(count) ||
      bytes.size() % static_cast<size_t>(width) != 0)
    return {};
  return {reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()};
}

} // namespace ingot::runtime
