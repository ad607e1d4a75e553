// From text to tokens.

#ifndef INGOT_COMPILER_IMPORT_PYTHON_LEXER_H
#define INGOT_COMPILER_IMPORT_PYTHON_LEXER_H

#include "compiler/Import/Python/Diagnostics.h"
#include "compiler/Import/Python/Token.h"

#include <vector>

namespace ingot::import::python {

/// What a lexer makes of a text. Brackets are always balanced and well nested: where a closing one
/// is missing or wrong there is an error, and the right token. Each logical line but the empty ones
/// ends in a Newline, each Indent has its Dedent, and the last token is EndOfFile.
struct Tokens {
  std::vector<Token> tokens;
  std::vector<Diagnostic> errors;
};

/// CPython's limits on nesting, which are ours (Parser/tokenizer.h: MAXLEVEL, MAXINDENT).
constexpr unsigned maximumBrackets = 200;
constexpr unsigned maximumIndents = 100;

Tokens tokenize(const Source &source);

/// The tokens of an expression in an f-string, as if in parentheses: the range is that of the text
/// between. The parentheses are the first and last tokens before EndOfFile.
Tokens tokenizeReplacementField(const Source &source, SourceRange range);

} // namespace ingot::import::python

#endif
