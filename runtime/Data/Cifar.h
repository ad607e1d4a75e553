// CIFAR-10 and CIFAR-100 in their binary version: records of one or two label bytes and 3072
// pixels, planes of red, green and blue. https://www.cs.toronto.edu/~kriz/cifar.html defines it.

#ifndef INGOT_RUNTIME_DATA_CIFAR_H
#define INGOT_RUNTIME_DATA_CIFAR_H

#include "runtime/Data/Samples.h"

#include <string>
#include <vector>

namespace ingot::runtime {

/// Names of the files that hold a split, in order.
std::vector<std::string> cifarFiles(bool hundred, bool test);

/// Images as uint8 [count][32][32][3], or labels as uint8 [count] (of CIFAR-100 the fine ones).
/// Throws Error naming the file that does not consist of whole records, ending with `advice`.
Samples readCifar(const std::vector<std::string> &paths, bool hundred, bool labels,
                  const std::string &advice);

} // namespace ingot::runtime

#endif
