// Fills parameters with their first values.

#ifndef INGOT_RUNTIME_CORE_INITIALIZERS_H
#define INGOT_RUNTIME_CORE_INITIALIZERS_H

#include "runtime/ABI/Program.h"

#include <cstdint>
#include <vector>

namespace ingot::runtime {

/// The logical elements, row-major in Keras's shape. They depend on the seed, the parameter's
/// stream, shape and initializer, not on its layout. Throws Error on an initializer that the ABI
/// does not have, or that the shape does not admit.
std::vector<float> initialValues(const IngotParameter &parameter, uint64_t seed);

} // namespace ingot::runtime

#endif
