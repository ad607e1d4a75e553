// Successors are written in place, or copied at the step's end.

#include "compiler/Plan/Successors.h"

#include "compiler/Plan/Copies.h"
#include "compiler/Plan/InPlace.h"
#include "compiler/Plan/Segments.h"
#include "compiler/Plan/Views.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::plan;

namespace {
class Resolver {
public:
  explicit Resolver(train::StepOp step)
      : step(step), terminator(step.getBody().front().getTerminator()), builder(terminator) {
    for (unsigned i = 0; i < step.getNumArguments(); ++i)
      if (auto name = step.getArgAttrOfType<FlatSymbolRefAttr>(i, "train.parameter"))
        arguments[name.getAttr()] = step.getArgument(i);
  }

  FailureOr<InPlace> run() {
    if (failed(checkResults()))
      return failure();
    copyArguments();
    for (OpOperand &operand : terminator->getOpOperands())
      propose(operand);
    keepSegmentsTogether();
    copyRest();
    return std::move(inPlace);
  }

private:
  StringAttr parameterOf(OpOperand &operand) {
    auto name =
        step.getResultAttrOfType<FlatSymbolRefAttr>(operand.getOperandNumber(), "train.parameter");
    return name ? name.getAttr() : StringAttr();
  }

  LogicalResult checkResults() {
    for (OpOperand &operand : terminator->getOpOperands()) {
      unsigned i = operand.getOperandNumber();
      if (StringAttr name = parameterOf(operand)) {
        BlockArgument old = arguments.lookup(name);
        if (!old)
          return step.emitOpError("returns a successor of @")
                 << name.getValue() << ", which it does not take";
        if (old.getType() != operand.get().getType())
          return step.emitOpError("returns a successor of @")
                 << name.getValue() << " of type " << operand.get().getType() << " instead of "
                 << old.getType();
        if (!taken.insert(name).second)
          return step.emitOpError("returns two successors of @") << name.getValue();
      } else if (!step.getResultAttr(i, "train.metric") && !step.getResultAttr(i, "train.output")) {
        return step.emitOpError("result ")
               << i << " needs an attribute train.parameter, train.metric or train.output";
      }
    }
    return success();
  }

  /// Layer and operation of a copy for a result: "conv2d.copy_kernel", "copy_loss".
  std::string copyName(OpOperand &operand) {
    if (StringAttr name = parameterOf(operand)) {
      auto [layer, weight] = name.getValue().rsplit('/');
      std::string result =
          weight.empty() ? "copy_" + layer.str() : layer.str() + ".copy_" + weight.str();
      std::replace(result.begin(), result.end(), '/', '.');
      return result;
    }
    auto metric = step.getResultAttrOfType<StringAttr>(operand.getOperandNumber(), "train.metric");
    return metric ? "copy_" + metric.getValue().str() : "copy_output";
  }

  void copy(OpOperand &operand) {
    operand.set(insertCopy(builder, operand.get(), copyName(operand)));
  }

  bool isUnchanged(OpOperand &operand) {
    StringAttr name = parameterOf(operand);
    return name && operand.get() == arguments.lookup(name);
  }

  /// An argument that is returned as something else than its own successor may be overwritten: keep
  /// it.
  void copyArguments() {
    for (OpOperand &operand : terminator->getOpOperands())
      if (isa<BlockArgument>(rootOf(operand.get())) && !isUnchanged(operand))
        copy(operand);
  }

  void propose(OpOperand &operand) {
    StringAttr name = parameterOf(operand);
    auto result = dyn_cast<OpResult>(operand.get());
    if (!name || !result || !isa<kernel::LaunchOp>(result.getOwner()) || inPlace.contains(result))
      return;
    BlockArgument old = arguments.lookup(name);
    if (canWriteOver(result, old)) {
      inPlace[result] = old;
      written[operand.getOperandNumber()] = true;
    }
  }

  /// The results of a segmented launch at one position lie side by side: all in place, or none.
  void keepSegmentsTogether() {
    for (auto launch : step.getBody().getOps<kernel::LaunchOp>()) {
      std::optional<Segments> segments = findSegments(launch);
      if (!segments)
        continue;
      for (ArrayRef<unsigned> group : segments->results) {
        auto isInPlace = [&](unsigned i) { return inPlace.contains(launch->getResult(i)); };
        if (llvm::all_of(group, isInPlace))
          continue;
        for (unsigned i : group)
          withdraw(launch->getResult(i));
      }
    }
  }

  void withdraw(OpResult result) {
    inPlace.erase(result);
    for (OpOperand &operand : terminator->getOpOperands())
      if (operand.get() == result)
        written[operand.getOperandNumber()] = false;
  }

  void copyRest() {
    for (OpOperand &operand : terminator->getOpOperands())
      if (parameterOf(operand) && !isUnchanged(operand) &&
          !written.lookup(operand.getOperandNumber())) {
        copy(operand);
        inPlace[cast<OpResult>(operand.get())] = arguments.lookup(parameterOf(operand));
      }
  }

  train::StepOp step;
  Operation *terminator;
  OpBuilder builder;
  llvm::DenseMap<StringAttr, BlockArgument> arguments;
  llvm::DenseSet<StringAttr> taken;
  InPlace inPlace;
  llvm::DenseMap<unsigned, bool> written; // results of the step that are in place
};
} // namespace

FailureOr<InPlace> plan::resolveSuccessors(train::StepOp step) { return Resolver(step).run(); }
