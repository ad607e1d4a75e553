// Spellings of tokens.

#include "compiler/Import/Python/Token.h"

namespace ingot::import::python {

std::string_view spelling(TokenKind kind) {
  switch (kind) {
#define INGOT_SPELLING(NAME, SPELLING)                                                             \
  case TokenKind::NAME:                                                                            \
    return SPELLING;
    INGOT_PUNCTUATION(INGOT_SPELLING)
    INGOT_KEYWORDS(INGOT_SPELLING)
#undef INGOT_SPELLING
  default:
    return {};
  }
}

bool isKeyword(TokenKind kind) { return kind >= TokenKind::KwFalse; }

} // namespace ingot::import::python
