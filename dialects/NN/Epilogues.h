// Which ops of the network take the map behind them into their launch.

#ifndef INGOT_DIALECTS_NN_EPILOGUES_H
#define INGOT_DIALECTS_NN_EPILOGUES_H

namespace mlir {
class Operation;
}

namespace ingot::nn {

/// True if a kernel of this op can pass each element of its first result through a map before it
/// stores it: there is one place in the kernel where the element is complete.
bool takesEpilogue(mlir::Operation *op);

} // namespace ingot::nn

#endif
