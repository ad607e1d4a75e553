// Facts of published data sets, which never change.

#ifndef INGOT_RUNTIME_DATA_PUBLISHED_H
#define INGOT_RUNTIME_DATA_PUBLISHED_H

#include "runtime/Data/Reader.h"

namespace ingot::runtime {

/// Adds a notice for an array that is not the published one: people train on parts and copies.
/// `crc` is that of the whole file, null where there is no one file. Fashion-MNIST's files are
/// known by their CRC; of MNIST and CIFAR the number of samples and the first labels are, which
/// other orders and parts do not share.
void noticeUnlessPublished(IngotReadRequest &request, const ArrayRequest &array,
                           const uint32_t *crc);

} // namespace ingot::runtime

#endif
