// From the elements that a file holds to those that a step reads.

#ifndef INGOT_RUNTIME_DATA_CONVERT_H
#define INGOT_RUNTIME_DATA_CONVERT_H

#include "runtime/ABI/Program.h"
#include "runtime/Data/Samples.h"

#include <string>

namespace ingot::runtime {

/// "uint8", as NumPy names it.
const char *elementName(uint32_t element);

/// Bytes of one element.
size_t elementSize(uint32_t element);

/// Number of elements of one sample.
int64_t sampleElements(const IngotArray &array);

/// Samples in array.element. Throws Error naming `path` where a value does not survive the
/// conversion: a fraction, or a number out of range, where whole numbers are read.
Samples convertSamples(Samples samples, IngotElement from, const IngotArray &array,
                       const std::string &path);

/// Throws Error with the first label that is not one of array.classes.
void checkLabels(const Samples &samples, const IngotArray &array, const std::string &path);

} // namespace ingot::runtime

#endif
