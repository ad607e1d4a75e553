// Errors and warnings about a script, collected over a whole run and shown as clang shows them.

#ifndef INGOT_COMPILER_IMPORT_PYTHON_DIAGNOSTICS_H
#define INGOT_COMPILER_IMPORT_PYTHON_DIAGNOSTICS_H

#include "compiler/Import/Python/Source.h"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::import::python {

enum class Severity { Error, Warning, Note };

/// One message about one place. Messages start in lower case, have no full stop at the end, and say
/// what to do where that is not plain.
struct Diagnostic {
  Severity severity = Severity::Error;
  SourceRange range; // an empty range is shown as a caret alone
  std::string message;
  std::vector<Diagnostic> notes;    // severity Note, shown below in this order
  std::optional<std::string> fixIt; // text to put in place of the range, shown below the caret

  /// Adds a note and gives this diagnostic back, so that notes can be chained.
  Diagnostic &note(SourceRange place, std::string text);
  Diagnostic &fix(std::string replacement);
};

/// Collects diagnostics. References that it gives stay valid while it lives.
class DiagnosticSink {
public:
  Diagnostic &error(SourceRange range, std::string message);
  Diagnostic &warning(SourceRange range, std::string message);

  bool hasErrors() const { return errors != 0; }
  size_t errorCount() const { return errors; }
  const std::deque<Diagnostic> &diagnostics() const { return list; }

  /// All diagnostics, sorted by place (equal places keep their order), notes below their parents:
  ///   file:line:column: error: message
  ///       source line
  ///       ~~~~~~ ^~~~
  std::string render(const Source &source, bool colour) const;

private:
  Diagnostic &add(Severity severity, SourceRange range, std::string message);

  std::deque<Diagnostic> list;
  size_t errors = 0;
};

/// One diagnostic with its notes, as DiagnosticSink::render shows it.
std::string render(const Diagnostic &diagnostic, const Source &source, bool colour);

/// The number of insertions, deletions, replacements and swaps of neighbours that turn one into the
/// other (optimal string alignment distance). Letters that differ in case alone cost nothing.
unsigned editDistance(std::string_view first, std::string_view second);

/// The candidate that was probably meant by `name`: the nearest by edit distance, if that is at
/// most a third of the name's length (at least 1). Of equally near ones, that with the same case,
/// then the first.
std::optional<std::string> nearestName(std::string_view name,
                                       const std::vector<std::string> &candidates);

} // namespace ingot::import::python

#endif
