// libFuzzer's entry for the whole front end: any bytes give a program or errors.

#include "compiler/Import/Import.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace ingot::import;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  python::DiagnosticSink sink;
  python::Source source("fuzz.py", {reinterpret_cast<const char *>(data), size}, sink);
  auto program = importScript(source, sink, {});
  sink.render(source, false);
  if (program.has_value() == sink.hasErrors())
    std::abort(); // neither a program nor a reason, or both
  return 0;
}
