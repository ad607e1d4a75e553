// Standard output, and files that will be written later.

#ifndef INGOT_RUNTIME_COMMAND_OUTPUT_H
#define INGOT_RUNTIME_COMMAND_OUTPUT_H

#include <string>

namespace ingot::runtime {

/// Writes at once, so that prints, bars and what others print come in order. Throws Error where the
/// pipe is closed or the disk full.
void writeOut(const std::string &text);

/// Flushes what others have printed by stdio. Throws Error as writeOut does.
void finishOut();

/// Whether standard output is a terminal.
bool onTerminal();

/// Columns: $COLUMNS, the terminal's, 80.
int terminalColumns();

/// Throws Error if no file can be made at `path`: found out before hours of training, not after.
/// Leaves nothing behind.
void checkWritable(const std::string &path, const char *flag);

} // namespace ingot::runtime

#endif
