// Which characters may stand in an identifier, and the form in which identifiers are compared.

#ifndef INGOT_COMPILER_IMPORT_PYTHON_IDENTIFIER_H
#define INGOT_COMPILER_IMPORT_PYTHON_IDENTIFIER_H

#include <string>
#include <string_view>

namespace ingot::import::python {

/// Unicode's XID_Start (with '_') and XID_Continue.
bool startsIdentifier(char32_t codePoint);
bool continuesIdentifier(char32_t codePoint);

/// The identifier in Unicode's normal form NFKC (PEP 3131).
std::string normalIdentifier(std::string_view text);

} // namespace ingot::import::python

#endif
