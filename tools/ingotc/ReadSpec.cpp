// The front end's course, and its messages.

#include "tools/ingotc/ReadSpec.h"

#include "compiler/Import/Import.h"

#include <cstdio>
#include <unistd.h>

using namespace ingot;

std::optional<import::Program> ingot::readSpec(const std::string &path,
                                               const import::ImportOptions &options) {
  import::python::DiagnosticSink sink;
  std::string error;
  std::optional<import::python::Source> source = import::python::Source::read(path, sink, error);
  if (!source) {
    std::fprintf(stderr, "ingotc: error: %s\n", error.c_str());
    return std::nullopt;
  }
  std::optional<import::Program> program = import::importScript(*source, sink, options);
  std::string text = sink.render(*source, isatty(STDERR_FILENO));
  std::fwrite(text.data(), 1, text.size(), stderr);
  return sink.hasErrors() ? std::nullopt : std::move(program);
}
