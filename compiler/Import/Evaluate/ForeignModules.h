// Modules that scripts import and often do not use. Importing one is nothing; using it is an error.

#ifndef INGOT_COMPILER_IMPORT_EVALUATE_FOREIGNMODULES_H
#define INGOT_COMPILER_IMPORT_EVALUATE_FOREIGNMODULES_H

#include <string>
#include <string_view>

namespace ingot::import {

/// Whether a module, or a name in one ("PIL.Image"), is of these.
bool isForeignModule(std::string_view path);
/// What to use in its place; empty where nothing is like it.
std::string foreignRemedy(std::string_view path);

} // namespace ingot::import

#endif
