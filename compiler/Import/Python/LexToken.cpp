// Names, numbers, strings and punctuation.

#include "compiler/Import/Python/Encoding.h"
#include "compiler/Import/Python/Identifier.h"
#include "compiler/Import/Python/LexerState.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace ingot::import::python {

static bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// CPython takes every byte above 0x7f for part of a name first, and looks at the characters later.
static bool mayBeInName(char c) {
  return isDigit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c & 0x80) != 0;
}

void Lexer::lexToken() {
  char c = current();
  if (isDigit(c) || (c == '.' && isDigit(at(offset + 1))))
    return lexNumber();
  if (c == '"' || c == '\'' || (mayBeInName(c) && startsString()))
    return lexString();
  if (mayBeInName(c))
    return lexIdentifier();
  lexPunctuation();
}

void Lexer::lexPunctuation() {
  struct Mark {
    std::string_view spelling;
    TokenKind kind;
  };
  static constexpr Mark marks[] = {
#define INGOT_MARK(NAME, SPELLING) {SPELLING, TokenKind::NAME},
      INGOT_PUNCTUATION(INGOT_MARK)
#undef INGOT_MARK
  };
  std::string_view rest = text.substr(offset, std::min<uint32_t>(3, end - offset));
  if (rest.starts_with("<>")) {
    error({offset, offset + 2}, "'<>' is not an operator of Python 3; write '!='").fix("!=");
    offset += 2;
    return add(TokenKind::NotEqual, offset - 2);
  }
  const Mark *mark = std::find_if(std::begin(marks), std::end(marks),
                                  [&](const Mark &m) { return rest.starts_with(m.spelling); });
  char c = rest[0];
  if ((c == '%' || c == '!' || c == '?') && result.tokens.size() == lineStart && !inField)
    return skipCommand();
  if (mark == std::end(marks))
    return lexBadCharacter();
  if (c == '(' || c == '[' || c == '{')
    return openBracket(mark->kind);
  if (c == ')' || c == ']' || c == '}')
    return closeBracket(mark->kind);
  offset += static_cast<uint32_t>(mark->spelling.size());
  add(mark->kind, offset - static_cast<uint32_t>(mark->spelling.size()));
}

/// %matplotlib inline, !pip install: what notebooks add to Python.
void Lexer::skipCommand() {
  uint32_t begin = offset;
  while (offset < end && text[offset] != '\n')
    ++offset;
  error({begin, offset}, "a notebook's command is not Python; remove this line");
}

void Lexer::lexBadCharacter() {
  uint32_t begin = offset;
  size_t next = offset;
  char32_t c = nextCodePoint(text, next);
  offset = static_cast<uint32_t>(next);
  SourceRange range{begin, offset};
  if (c == '!')
    error(range, "unexpected '!'; write 'not' for negation, '!=' for comparison").fix("not ");
  else if (c == '&' || c == '$' || c == '?' || c == '`' || (c > 0x20 && c < 0x7f))
    error(range, fmt::format("unexpected character '{}'", static_cast<char>(c)));
  else
    error(range, fmt::format("invalid character U+{:04X} outside of a string; retype this line",
                             static_cast<uint32_t>(c)));
}

/// What a typographic character was probably meant to be.
static const char *plainSpelling(char32_t c) {
  switch (c) {
  case 0x2018:
  case 0x2019:
  case 0x201a:
    return "'";
  case 0x201c:
  case 0x201d:
  case 0x201e:
    return "\"";
  case 0x2013:
  case 0x2014:
  case 0x2212:
    return "-";
  case 0xd7:
    return "*";
  case 0xa0:
  case 0x3000:
    return "a space";
  case 0xff08:
    return "(";
  case 0xff09:
    return ")";
  case 0xff0c:
    return ",";
  case 0xff1a:
    return ":";
  default:
    return nullptr;
  }
}

void Lexer::lexIdentifier() {
  uint32_t begin = offset;
  size_t next = offset;
  while (next < end && mayBeInName(text[next])) {
    size_t place = next;
    char32_t c = nextCodePoint(text, next);
    bool good = place == begin ? startsIdentifier(c) : continuesIdentifier(c);
    if (good)
      continue;
    offset = static_cast<uint32_t>(next);
    SourceRange range{static_cast<uint32_t>(place), offset};
    std::string_view shown = text.substr(place, next - place);
    bool visible = c >= 0xa1 && c != 0x3000 && !(c >= 0x2000 && c <= 0x200f) && c != 0xfeff;
    std::string message =
        visible ? fmt::format("invalid character '{}' (U+{:04X})", shown, static_cast<uint32_t>(c))
                : fmt::format("invalid non-printable character U+{:04X}", static_cast<uint32_t>(c));
    if (const char *plain = plainSpelling(c))
      message += c == 0xa0 || c == 0x3000 ? "; type a space" : fmt::format("; write {}", plain);
    if (c != 0xfffd) // U+FFFD stands for a byte about which there was an error
      error(range, std::move(message));
    while (offset < end && mayBeInName(text[offset]))
      ++offset;
    return add(TokenKind::Bad, begin);
  }
  offset = static_cast<uint32_t>(next);
  static const std::unordered_map<std::string_view, TokenKind> keywords = {
#define INGOT_KEYWORD(NAME, SPELLING) {SPELLING, TokenKind::NAME},
      INGOT_KEYWORDS(INGOT_KEYWORD)
#undef INGOT_KEYWORD
  };
  auto keyword = keywords.find(text.substr(begin, offset - begin));
  add(keyword == keywords.end() ? TokenKind::Identifier : keyword->second, begin);
}

/// Whether a string's prefix and quote stand here: r, u, b, f, br, fr in any case and order.
bool Lexer::startsString() const {
  std::string prefix;
  uint32_t i = offset;
  for (; i < end && prefix.size() < 3 && mayBeInName(text[i]); ++i)
    prefix += static_cast<char>(text[i] | 0x20);
  if (at(i) != '"' && at(i) != '\'')
    return false;
  static constexpr std::string_view prefixes[] = {"r", "u", "b", "f", "br", "rb", "fr", "rf"};
  return std::find(std::begin(prefixes), std::end(prefixes), prefix) != std::end(prefixes);
}

void Lexer::lexString() {
  uint32_t begin = offset;
  while (current() != '"' && current() != '\'')
    ++offset;
  uint32_t quoteOffset = offset;
  char quote = current();
  bool triple = at(offset + 1) == quote && at(offset + 2) == quote;
  offset += triple ? 3 : 1;
  for (;; ++offset) {
    if (offset >= end || (!triple && current() == '\n'))
      return unterminatedString(begin, quoteOffset, triple);
    if (current() == '\\') {
      ++offset;
      if (offset >= end)
        return unterminatedString(begin, quoteOffset, triple);
    } else if (current() == quote &&
               (!triple || (at(offset + 1) == quote && at(offset + 2) == quote))) {
      break;
    }
  }
  offset += triple ? 3 : 1;
  add(TokenKind::String, begin);
}

void Lexer::unterminatedString(uint32_t begin, uint32_t quote, bool triple) {
  if (triple) {
    error({begin, quote + 3},
          fmt::format("this string is never ended; add {0}{0}{0} where it ends", text[quote]));
    stopped = !inField;
    offset = end;
    return add(TokenKind::Bad, begin);
  }
  offset = std::min(offset, end);
  error({begin, offset}, fmt::format("unterminated string; add {} where it ends", text[quote]));
  // Brackets that stand last on the line probably belong to the code around the string.
  uint32_t last = offset;
  while (last > quote + 1 && std::string_view(")]},: \t").find(text[last - 1]) != std::string::npos)
    --last;
  offset = last;
  add(TokenKind::Bad, begin);
}

/// Digits with single underscores between. False, with an error given, where one is not followed by
/// a digit.
bool Lexer::lexDigits(std::string_view digits) {
  auto isOne = [&](char c) { return c != 0 && digits.find(c) != std::string_view::npos; };
  for (;;) {
    while (isOne(current()))
      ++offset;
    if (current() != '_')
      return true;
    if (!isOne(at(offset + 1)))
      return false;
    ++offset;
  }
}

void Lexer::badNumber(uint32_t begin, std::string message) {
  while (mayBeInName(current()))
    ++offset;
  error({begin, offset}, std::move(message));
  add(TokenKind::Bad, begin);
}

/// A number must not run into a name, but CPython lets keywords that can follow one do so ("1if x
/// else y").
bool Lexer::endNumber(uint32_t begin, const char *kind) {
  std::string_view rest = text.substr(offset, std::min<uint32_t>(4, end - offset));
  for (std::string_view word : {"and", "else", "for", "if", "in", "is", "or", "not"})
    if (rest.starts_with(word)) {
      add(TokenKind::Number, begin);
      return true;
    }
  if (mayBeInName(current())) {
    badNumber(begin, fmt::format("invalid {} literal; a name cannot start with a digit", kind));
    return false;
  }
  add(TokenKind::Number, begin);
  return true;
}

void Lexer::lexNumber() {
  uint32_t begin = offset;
  char radix = current() == '0' ? static_cast<char>(at(offset + 1) | 0x20) : '\0';
  struct Radix {
    char mark;
    std::string_view digits;
    const char *name;
  };
  for (Radix r : {Radix{'x', "0123456789abcdefABCDEF", "hexadecimal"},
                  Radix{'o', "01234567", "octal"}, Radix{'b', "01", "binary"}}) {
    if (radix != r.mark)
      continue;
    offset += 2;
    if (current() == '_')
      ++offset;
    uint32_t first = offset;
    if (!lexDigits(r.digits) || offset == first)
      return badNumber(begin, fmt::format("invalid {} literal", r.name));
    if (isDigit(current()))
      return badNumber(begin, fmt::format("invalid digit '{}' in {} literal", current(), r.name));
    endNumber(begin, r.name);
    return;
  }
  lexDecimal();
}

void Lexer::lexDecimal() {
  constexpr std::string_view digits = "0123456789";
  uint32_t begin = offset;
  const char *kind = "decimal";
  if (current() != '.' && !lexDigits(digits))
    return badNumber(begin, "invalid decimal literal");
  bool real = false;
  if (current() == '.') {
    real = true;
    ++offset;
    if (isDigit(current()) && !lexDigits(digits))
      return badNumber(begin, "invalid decimal literal");
  }
  if (current() == 'e' || current() == 'E') {
    bool sign = at(offset + 1) == '+' || at(offset + 1) == '-';
    if (isDigit(at(offset + (sign ? 2 : 1)))) {
      real = true;
      offset += sign ? 2 : 1;
      if (!lexDigits(digits))
        return badNumber(begin, "invalid decimal literal");
    } else if (sign) {
      return badNumber(begin, "invalid decimal literal");
    }
  }
  if (current() == 'j' || current() == 'J') {
    ++offset;
    kind = "imaginary";
    real = true;
  }
  std::string_view whole = text.substr(begin, offset - begin);
  bool zero = whole.find_first_not_of("0_") == std::string_view::npos;
  if (!real && whole[0] == '0' && !zero) {
    error({begin, offset}, "leading zeros are not permitted in an integer; remove them, or write "
                           "0o before an octal number");
    return add(TokenKind::Bad, begin);
  }
  endNumber(begin, kind);
}

} // namespace ingot::import::python
