// libFuzzer's entry for the readers of checkpoints: any bytes give tensors or an Error.

#include "runtime/Checkpoint/Safetensors.h"
#include "runtime/Core/Error.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

using namespace ingot::runtime;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::vector<std::byte> content(size);
  if (size)
    std::memcpy(content.data(), data, size);
  try {
    SafetensorsFile file("fuzz", std::move(content));
    volatile std::byte sum{};
    for (const Tensor &tensor : file.tensors())
      for (std::byte each : tensor.data)
        sum = sum ^ each;
  } catch (const Error &error) {
    if (error.message.empty())
      std::abort();
  }
  return 0;
}
