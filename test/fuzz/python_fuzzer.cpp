// libFuzzer's entry for the Python front end: any bytes give a tree and messages.

#include "compiler/Import/Python/Parser.h"

#include <cstddef>
#include <cstdint>

using namespace ingot::import::python;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  DiagnosticSink sink;
  Source source("fuzz.py", {reinterpret_cast<const char *>(data), size}, sink);
  Tree tree = parse(source, sink);
  sink.render(source, false);
  return tree.module ? 0 : 1;
}
