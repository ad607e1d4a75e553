// Files of events that TensorBoard reads.

#ifndef INGOT_RUNTIME_CALLBACKS_EVENT_FILE_H
#define INGOT_RUNTIME_CALLBACKS_EVENT_FILE_H

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

namespace ingot::runtime {

/// Records of TFRecord (tensorflow/core/lib/io/record_writer.cc): length and data, each followed by
/// its masked CRC-32C. The data are messages of tensorflow/core/util/event.proto.
class EventFile {
public:
  /// Makes the folder, and a file in it whose name no other has. Throws Error, as all below.
  explicit EventFile(const std::string &folder);

  /// A number under a name at a step, as tf.summary.scalar writes it.
  void scalar(const std::string &tag, float value, int64_t step);
  void flush();

private:
  struct Close {
    void operator()(std::FILE *file) const { std::fclose(file); }
  };

  void write(const std::string &event);
  [[noreturn]] void fail() const;

  std::string itsPath;
  std::unique_ptr<std::FILE, Close> itsFile;
};

} // namespace ingot::runtime

#endif
