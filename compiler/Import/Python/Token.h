// Tokens of Python 3.11.

#ifndef INGOT_COMPILER_IMPORT_PYTHON_TOKEN_H
#define INGOT_COMPILER_IMPORT_PYTHON_TOKEN_H

#include "compiler/Import/Python/Source.h"

#include <cstdint>
#include <string_view>

namespace ingot::import::python {

/// Punctuation, longest first among those with a common start, so that a scan takes the longest.
#define INGOT_PUNCTUATION(X)                                                                       \
  X(DoubleStarEqual, "**=")                                                                        \
  X(DoubleSlashEqual, "//=")                                                                       \
  X(LeftShiftEqual, "<<=")                                                                         \
  X(RightShiftEqual, ">>=")                                                                        \
  X(EllipsisMark, "...")                                                                           \
  X(NotEqual, "!=")                                                                                \
  X(PercentEqual, "%=")                                                                            \
  X(AmpersandEqual, "&=")                                                                          \
  X(DoubleStar, "**")                                                                              \
  X(StarEqual, "*=")                                                                               \
  X(PlusEqual, "+=")                                                                               \
  X(MinusEqual, "-=")                                                                              \
  X(Arrow, "->")                                                                                   \
  X(DoubleSlash, "//")                                                                             \
  X(SlashEqual, "/=")                                                                              \
  X(ColonEqual, ":=")                                                                              \
  X(LeftShift, "<<")                                                                               \
  X(LessEqual, "<=")                                                                               \
  X(EqualEqual, "==")                                                                              \
  X(GreaterEqual, ">=")                                                                            \
  X(RightShift, ">>")                                                                              \
  X(AtEqual, "@=")                                                                                 \
  X(CaretEqual, "^=")                                                                              \
  X(BarEqual, "|=")                                                                                \
  X(Percent, "%")                                                                                  \
  X(Ampersand, "&")                                                                                \
  X(LeftParenthesis, "(")                                                                          \
  X(RightParenthesis, ")")                                                                         \
  X(Star, "*")                                                                                     \
  X(Plus, "+")                                                                                     \
  X(Comma, ",")                                                                                    \
  X(Minus, "-")                                                                                    \
  X(Dot, ".")                                                                                      \
  X(Slash, "/")                                                                                    \
  X(Colon, ":")                                                                                    \
  X(Semicolon, ";")                                                                                \
  X(Less, "<")                                                                                     \
  X(Equal, "=")                                                                                    \
  X(Greater, ">")                                                                                  \
  X(At, "@")                                                                                       \
  X(LeftBracket, "[")                                                                              \
  X(RightBracket, "]")                                                                             \
  X(Caret, "^")                                                                                    \
  X(LeftBrace, "{")                                                                                \
  X(Bar, "|")                                                                                      \
  X(RightBrace, "}")                                                                               \
  X(Tilde, "~")

#define INGOT_KEYWORDS(X)                                                                          \
  X(KwFalse, "False")                                                                              \
  X(KwNone, "None")                                                                                \
  X(KwTrue, "True")                                                                                \
  X(KwAnd, "and")                                                                                  \
  X(KwAs, "as")                                                                                    \
  X(KwAssert, "assert")                                                                            \
  X(KwAsync, "async")                                                                              \
  X(KwAwait, "await")                                                                              \
  X(KwBreak, "break")                                                                              \
  X(KwClass, "class")                                                                              \
  X(KwContinue, "continue")                                                                        \
  X(KwDef, "def")                                                                                  \
  X(KwDel, "del")                                                                                  \
  X(KwElif, "elif")                                                                                \
  X(KwElse, "else")                                                                                \
  X(KwExcept, "except")                                                                            \
  X(KwFinally, "finally")                                                                          \
  X(KwFor, "for")                                                                                  \
  X(KwFrom, "from")                                                                                \
  X(KwGlobal, "global")                                                                            \
  X(KwIf, "if")                                                                                    \
  X(KwImport, "import")                                                                            \
  X(KwIn, "in")                                                                                    \
  X(KwIs, "is")                                                                                    \
  X(KwLambda, "lambda")                                                                            \
  X(KwNonlocal, "nonlocal")                                                                        \
  X(KwNot, "not")                                                                                  \
  X(KwOr, "or")                                                                                    \
  X(KwPass, "pass")                                                                                \
  X(KwRaise, "raise")                                                                              \
  X(KwReturn, "return")                                                                            \
  X(KwTry, "try")                                                                                  \
  X(KwWhile, "while")                                                                              \
  X(KwWith, "with")                                                                                \
  X(KwYield, "yield")

enum class TokenKind : uint8_t {
  EndOfFile,
  Newline,
  Indent,
  Dedent,
  Identifier,
  Number,
  String, // prefix, quotes and all
  Bad,    // an error was given for it
#define INGOT_KIND(NAME, SPELLING) NAME,
  INGOT_PUNCTUATION(INGOT_KIND) INGOT_KEYWORDS(INGOT_KIND)
#undef INGOT_KIND
};

struct Token {
  TokenKind kind = TokenKind::EndOfFile;
  SourceRange range;
};

/// How a punctuation mark or keyword is written; empty for other kinds.
std::string_view spelling(TokenKind kind);
bool isKeyword(TokenKind kind);

} // namespace ingot::import::python

#endif
