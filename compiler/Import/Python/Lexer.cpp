// Lines, indentation and brackets: Python's lexical analysis by
// https://docs.python.org/3.11/reference/lexical_analysis.html.

#include "compiler/Import/Python/Lexer.h"

#include "compiler/Import/Python/Identifier.h"
#include "compiler/Import/Python/LexerState.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::import::python {

Lexer::Lexer(const Source &source)
    : source(source), text(source.text()), end(static_cast<uint32_t>(text.size())) {}

Lexer::Lexer(const Source &source, SourceRange field)
    : source(source), text(source.text()), offset(field.begin), end(field.end), inField(true) {
  brackets.push_back({'(', field.begin - 1});
  result.tokens.push_back({TokenKind::LeftParenthesis, {field.begin - 1, field.begin}});
}

Diagnostic &Lexer::error(SourceRange range, std::string message) {
  result.errors.push_back({Severity::Error, range, std::move(message), {}, std::nullopt});
  return result.errors.back();
}

Tokens Lexer::run() {
  run(!inField);
  if (inField) {
    result.tokens.push_back({TokenKind::RightParenthesis, {end, end + 1}});
    add(TokenKind::EndOfFile, end);
  }
  return std::move(result);
}

void Lexer::run(bool atLineStart) {
  for (;;) {
    if (atLineStart && !stopped)
      beginLine();
    atLineStart = false;
    if (!skipBlanks() || stopped) {
      if (inField)
        return;
      if (restartAtBracket())
        continue;
      return endOfText();
    }
    if (current() != '\n') {
      lexToken();
    } else if (brackets.empty()) {
      endLine();
      atLineStart = true;
    } else {
      atLineStart = newlineInBrackets();
    }
  }
}

/// A bracket that is still open at the end was forgotten where its statement ends, not here: reads
/// on from the outermost one, knowing so.
bool Lexer::restartAtBracket() {
  constexpr unsigned maximumRestarts = 100;
  bool again = unclosed && !brackets.empty() && brackets.front().offset == *unclosed;
  if (brackets.empty() || again || gaveUp || restarts >= maximumRestarts)
    return false;
  ++restarts;
  stopped = false;
  unclosed = restart.offset;
  offset = restart.offset;
  result.tokens.resize(restart.tokens);
  result.errors.erase(result.errors.begin() + static_cast<ptrdiff_t>(restart.errors),
                      result.errors.end());
  lineStart = restart.lineStart;
  brackets.clear();
  return true;
}

/// Skips blanks, comments and joined lines. False at the end of the text.
bool Lexer::skipBlanks() {
  for (;;) {
    char c = current();
    if (offset >= end)
      return false;
    if (c == ' ' || c == '\t' || c == '\f') {
      ++offset;
    } else if (c == '#') {
      offset = static_cast<uint32_t>(std::min<size_t>(text.find('\n', offset), end));
    } else if (c == '\\') {
      continueLine();
    } else {
      return true;
    }
  }
}

/// A backslash outside of strings.
void Lexer::continueLine() {
  uint32_t begin = offset++;
  if (current() == '\n' && offset + 1 < end) {
    ++offset;
    return;
  }
  if (offset >= end || current() == '\n') {
    error({begin, begin + 1}, "a line follows '\\', but the file ends here; remove the '\\'");
    offset = end;
    return;
  }
  error({begin, begin + 1},
        "unexpected character after '\\'; a '\\' that continues a line must be its last character");
}

Lexer::Indentation Lexer::readIndentation() {
  Indentation result{0, 0};
  for (;; ++offset) {
    char c = current();
    if (c == ' ') {
      ++result.column;
      ++result.altColumn;
    } else if (c == '\t') {
      result.column = (result.column / 8 + 1) * 8;
      ++result.altColumn;
    } else if (c == '\f') {
      result = {0, 0};
    } else {
      return result;
    }
  }
}

/// Skips empty lines, and makes Indent or Dedent of the first other line's indentation.
void Lexer::beginLine() {
  for (;;) {
    Indentation indentation = readIndentation();
    // The indentation of a line that goes on below is that of its first part.
    while (current() == '\\' && at(offset + 1) == '\n' && offset + 2 < end) {
      offset += 2;
      Indentation next = readIndentation();
      if (indentation.column == 0)
        indentation = next;
    }
    if (current() == '#')
      offset = static_cast<uint32_t>(std::min<size_t>(text.find('\n', offset), end));
    if (offset >= end)
      return;
    if (current() == '\n') {
      ++offset;
      continue;
    }
    return setIndentation(indentation);
  }
}

void Lexer::setIndentation(Indentation now) {
  auto inconsistent = [&] {
    error({source.lineBegin(source.position(offset).line), offset},
          "tabs and spaces are mixed in the indentation, so that its depth depends on the width of "
          "a tab; indent with spaces only");
  };
  uint32_t lineBegin = source.lineBegin(source.position(offset).line);
  lineStart = result.tokens.size();
  if (now.column == indents.back().column) {
    if (now.altColumn != indents.back().altColumn)
      inconsistent();
    return;
  }
  if (now.column > indents.back().column) {
    if (now.altColumn <= indents.back().altColumn)
      inconsistent();
    if (indents.size() >= maximumIndents)
      return giveUp({lineBegin, offset}, fmt::format("too many levels of indentation (the limit "
                                                     "is {})",
                                                     maximumIndents));
    indents.push_back(now);
    add(TokenKind::Indent, lineBegin);
    ++lineStart;
    return;
  }
  while (now.column < indents.back().column) {
    indents.pop_back();
    add(TokenKind::Dedent, offset);
    ++lineStart;
  }
  if (now.column != indents.back().column)
    error({lineBegin, offset}, "the indentation matches no line above; align this line with the "
                               "block that it belongs to");
  else if (now.altColumn != indents.back().altColumn)
    inconsistent();
}

void Lexer::endLine() {
  uint32_t begin = offset++;
  if (result.tokens.size() > lineStart)
    add(TokenKind::Newline, begin);
  lineStart = result.tokens.size();
}

void Lexer::endOfText() {
  if (!brackets.empty())
    closeAll(!stopped);
  offset = end;
  if (result.tokens.size() > lineStart)
    add(TokenKind::Newline, end);
  for (; indents.size() > 1; indents.pop_back())
    add(TokenKind::Dedent, end);
  add(TokenKind::EndOfFile, end);
}

void Lexer::giveUp(SourceRange range, std::string message) {
  error(range, std::move(message));
  stopped = gaveUp = true;
  offset = end;
}

/// Whether the line at `offset` starts with a keyword that no expression can hold: then brackets
/// that are open there were forgotten.
bool Lexer::startsStatement(uint32_t begin) const {
  uint32_t finish = begin;
  while (finish < end && continuesIdentifier(static_cast<unsigned char>(text[finish])))
    ++finish;
  std::string_view word = text.substr(begin, finish - begin);
  static constexpr std::string_view words[] = {
      "assert", "break",    "class", "continue", "def",    "del", "except", "finally", "global",
      "import", "nonlocal", "pass",  "raise",    "return", "try", "while",  "with"};
  if (std::find(std::begin(words), std::end(words), word) == std::end(words))
    return false;
  while (at(finish) == ' ' || at(finish) == '\t')
    ++finish;
  // class="x" in a call is an argument with a bad name.
  return at(finish) != '=' && at(finish) != ',' && at(finish) != ')';
}

/// True if the line ends here after all, since brackets were forgotten in it.
bool Lexer::newlineInBrackets() {
  uint32_t newline = offset++;
  uint32_t resume = offset;
  Indentation next = readIndentation();
  uint32_t first = offset;
  offset = resume;
  if (inField || first >= end || at(first) == '\n' || at(first) == '#')
    return false;
  bool statement = startsStatement(first);
  if (!statement && unclosed && brackets.front().offset == *unclosed) {
    const Token &last = result.tokens.back();
    bool header = last.kind == TokenKind::Colon && brackets.back().mark == '(' &&
                  isKeyword(result.tokens[lineStart].kind);
    bool shallow = next.column <= indents.back().column && at(first) != ')' && at(first) != ']' &&
                   at(first) != '}';
    statement = header || shallow;
  }
  if (!statement || restartAtBracket())
    return false;
  offset = newline;
  closeAll(true);
  endLine();
  return true;
}

static TokenKind closing(char mark) {
  return mark == '('   ? TokenKind::RightParenthesis
         : mark == '[' ? TokenKind::RightBracket
                       : TokenKind::RightBrace;
}

/// Closes what is open, before the ':' of a statement's head if the text has just passed one.
void Lexer::closeAll(bool report) {
  if (report) {
    const OpenBracket &innermost = brackets.back();
    error({innermost.offset, innermost.offset + 1},
          fmt::format("'{}' was never closed", innermost.mark));
  }
  std::optional<Token> colon;
  if (result.tokens.back().kind == TokenKind::Colon && brackets.back().mark == '(') {
    colon = result.tokens.back();
    result.tokens.pop_back();
  }
  uint32_t place = colon ? colon->range.begin : offset;
  for (; !brackets.empty(); brackets.pop_back())
    result.tokens.push_back({closing(brackets.back().mark), {place, place}});
  if (colon)
    result.tokens.push_back(*colon);
}

void Lexer::openBracket(TokenKind kind) {
  if (brackets.size() >= maximumBrackets)
    return giveUp({offset, offset + 1},
                  fmt::format("too many nested brackets (the limit is {})", maximumBrackets));
  if (brackets.empty())
    restart = {offset, result.tokens.size(), result.errors.size(), lineStart};
  brackets.push_back({current(), offset});
  ++offset;
  add(kind, offset - 1);
}

void Lexer::closeBracket(TokenKind kind) {
  uint32_t begin = offset++;
  size_t least = inField ? 1 : 0;
  if (brackets.size() == least) {
    error({begin, offset}, fmt::format("unmatched '{}'; remove it, or add the bracket that it "
                                       "closes",
                                       text[begin]));
    return;
  }
  size_t match = brackets.size();
  while (match > least && closing(brackets[match - 1].mark) != kind)
    --match;
  const OpenBracket innermost = brackets.back();
  if (match != brackets.size())
    error({begin, offset}, fmt::format("'{}' does not match '{}'", text[begin], innermost.mark))
        .note({innermost.offset, innermost.offset + 1},
              fmt::format("'{}' was opened here", innermost.mark));
  if (match == least) { // no open bracket is of this kind: take it for the innermost one's
    brackets.pop_back();
    return add(closing(innermost.mark), begin);
  }
  for (; brackets.size() > match; brackets.pop_back())
    result.tokens.push_back({closing(brackets.back().mark), {begin, begin}});
  brackets.pop_back();
  add(kind, begin);
}

Tokens tokenize(const Source &source) { return Lexer(source).run(); }

Tokens tokenizeReplacementField(const Source &source, SourceRange range) {
  return Lexer(source, range).run();
}

} // namespace ingot::import::python
