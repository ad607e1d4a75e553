#include "runtime/Callbacks/EventFile.h"

#include "runtime/Core/Error.h"

#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

namespace ingot::runtime {

namespace {
/// CRC-32C (Castagnoli, 1993; polynomial 0x1edc6f41, reflected), masked as TFRecord has it.
uint32_t maskedCrc(const std::string &bytes) {
  static const std::array<uint32_t, 256> table = [] {
    std::array<uint32_t, 256> made{};
    for (uint32_t i = 0; i < 256; ++i) {
      made[i] = i;
      for (int bit = 0; bit < 8; ++bit)
        made[i] = (made[i] >> 1) ^ (made[i] & 1 ? 0x82f63b78u : 0);
    }
    return made;
  }();
  uint32_t crc = 0xffffffffu;
  for (char byte : bytes)
    crc = table[(crc ^ static_cast<unsigned char>(byte)) & 0xff] ^ (crc >> 8);
  return std::rotr(~crc, 15) + 0xa282ead8u;
}

template <typename T> std::string littleEndian(T value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

/// Fields of a message of Protocol Buffers.
class Message {
public:
  Message &integer(uint32_t field, uint64_t value) {
    varint(field << 3);
    varint(value);
    return *this;
  }
  Message &number(uint32_t field, double value) {
    varint(field << 3 | 1);
    bytes += littleEndian(value);
    return *this;
  }
  Message &text(uint32_t field, const std::string &value) {
    varint(field << 3 | 2);
    varint(value.size());
    bytes += value;
    return *this;
  }
  Message &message(uint32_t field, const Message &value) { return text(field, value.bytes); }

  std::string bytes;

private:
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7)
      bytes += static_cast<char>(value | 0x80);
    bytes += static_cast<char>(value);
  }
};

double secondsOfToday() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}
} // namespace

EventFile::EventFile(const std::string &folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  char host[256] = "localhost";
  gethostname(host, sizeof host - 1);
  for (int number = 0; !itsFile && number < 1000; ++number) {
    itsPath = fmt::format("{}/events.out.tfevents.{}.{}.{}.{}.v2", folder,
                          static_cast<int64_t>(secondsOfToday()), host, getpid(), number);
    itsFile.reset(std::fopen(itsPath.c_str(), "wbx"));
    if (!itsFile && errno != EEXIST)
      fail();
  }
  if (!itsFile)
    fail();
  // Event: wall_time 1, step 2, file_version 3, summary 5.
  write(Message().number(1, secondsOfToday()).text(3, "brain.Event:2").bytes);
}

void EventFile::scalar(const std::string &tag, float value, int64_t step) {
  // TensorProto: dtype 1 (DT_FLOAT is 1), tensor_shape 2, float_val 5.
  Message tensor = Message().integer(1, 1).message(2, {}).text(5, littleEndian(value));
  // SummaryMetadata: plugin_data 1 (plugin_name 1), data_class 4 (DATA_CLASS_SCALAR is 1).
  Message metadata = Message().message(1, Message().text(1, "scalars")).integer(4, 1);
  // Summary.Value: tag 1, tensor 8, metadata 9.
  Message entry = Message().text(1, tag).message(8, tensor).message(9, metadata);
  write(Message()
            .number(1, secondsOfToday())
            .integer(2, static_cast<uint64_t>(step))
            .message(5, Message().message(1, entry))
            .bytes);
}

void EventFile::write(const std::string &event) {
  std::string length = littleEndian<uint64_t>(event.size());
  std::string record =
      length + littleEndian(maskedCrc(length)) + event + littleEndian(maskedCrc(event));
  if (std::fwrite(record.data(), 1, record.size(), itsFile.get()) != record.size())
    fail();
}

void EventFile::flush() {
  if (std::fflush(itsFile.get()))
    fail();
}

void EventFile::fail() const {
  throw Error{fmt::format("cannot write {}: {}", itsPath, std::strerror(errno))};
}

} // namespace ingot::runtime
