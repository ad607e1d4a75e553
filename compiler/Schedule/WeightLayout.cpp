#include "compiler/Schedule/WeightLayout.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::schedule;

StringAttr ingot::schedule::parameterOf(Value value) {
  while (auto reshape = value ? value.getDefiningOp<nn::ReshapeOp>() : nn::ReshapeOp())
    value = reshape.getInput();
  auto argument = dyn_cast_if_present<BlockArgument>(value);
  auto step =
      argument ? dyn_cast<train::StepOp>(argument.getOwner()->getParentOp()) : train::StepOp();
  auto symbol =
      step ? step.getArgAttrOfType<FlatSymbolRefAttr>(argument.getArgNumber(), "train.parameter")
           : FlatSymbolRefAttr();
  return symbol ? symbol.getAttr() : StringAttr();
}

/// The parameter whose successor a step returns by that operand, or null.
static StringAttr successorOf(OpOperand &returned) {
  auto step = cast<train::StepOp>(returned.getOwner()->getParentOp());
  auto symbol =
      step.getResultAttrOfType<FlatSymbolRefAttr>(returned.getOperandNumber(), "train.parameter");
  return symbol ? symbol.getAttr() : StringAttr();
}

Type ingot::schedule::withEncoding(Type type, Attribute encoding) {
  auto tensor = cast<RankedTensorType>(type);
  return RankedTensorType::get(tensor.getShape(), tensor.getElementType(), encoding);
}

WeightLayout::WeightLayout(train::ProgramOp program, StringAttr weight) : program(program) {
  visitParameter(weight);
}

void WeightLayout::visitParameter(StringAttr name) {
  if (!parameters.insert(name))
    return;
  for (train::StepOp step : program.getOps<train::StepOp>()) {
    for (BlockArgument argument : step.getBody().getArguments())
      if (parameterOf(argument) == name)
        visit(argument);
    for (OpOperand &result : step.getBody().front().getTerminator()->getOpOperands())
      if (successorOf(result) == name)
        visit(result.get());
  }
}

void WeightLayout::visit(Value value) {
  if (!takes || !values.insert(value))
    return;
  if (StringAttr parameter = isa<BlockArgument>(value) ? parameterOf(value) : StringAttr())
    visitParameter(parameter);
  visitUses(value);
  if (auto result = dyn_cast<OpResult>(value))
    visitDefinition(result);
}

void WeightLayout::visitUses(Value value) {
  for (OpOperand &use : value.getUses()) {
    if (auto launch = dyn_cast<kernel::LaunchOp>(use.getOwner()))
      values.insert(launch.getBody().front().getArgument(use.getOperandNumber()));
    else if (auto reshape = dyn_cast<nn::ReshapeOp>(use.getOwner()))
      visitReshape(reshape);
    else if (!isa<train::ReturnOp>(use.getOwner()))
      takes = false;
    else if (StringAttr parameter = successorOf(use))
      visitParameter(parameter);
  }
}

void WeightLayout::visitDefinition(OpResult value) {
  if (auto launch = dyn_cast<kernel::LaunchOp>(value.getOwner()))
    visitInLaunch(launch,
                  launch.getBody().front().getTerminator()->getOperand(value.getResultNumber()));
  else if (auto reshape = dyn_cast<nn::ReshapeOp>(value.getOwner()))
    visitReshape(reshape);
  else
    takes = false;
}

/// A value of a launch's region: maps are followed backward, along operands of the whole domain.
void WeightLayout::visitInLaunch(kernel::LaunchOp launch, Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return visit(launch.getInputs()[argument.getArgNumber()]);
  if (!takes || !values.insert(value))
    return;
  // The sum of a gradient's parts.
  if (auto reduce = value.getDefiningOp<nn::ReduceOp>();
      reduce && reduce.getAxes() == ArrayRef<int64_t>(0) && reduce.getInputs().size() == 1 &&
      reduce.getDims(0) == nn::allDims(reduce.getIterationDomain().size()))
    return visitInLaunch(launch, reduce.getInputs()[0]);
  auto map = value.getDefiningOp<nn::MapOp>();
  if (!map)
    return;
  int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
  for (auto [i, input] : llvm::enumerate(map.getInputs()))
    if (map.getDims(i) == nn::allDims(rank))
      visitInLaunch(launch, input);
}

void WeightLayout::visitReshape(nn::ReshapeOp reshape) {
  auto input = reshape.getInput().getType(), output = reshape.getOutput().getType();
  takes &= input.getRank() > 0 && output.getRank() > 0 &&
           input.getShape().back() == output.getShape().back();
  visit(reshape.getInput());
  visit(reshape.getOutput());
}

void WeightLayout::apply(int64_t block) {
  auto encoding = kernel::BlockedAttr::get(program.getContext(), block);
  for (train::ParameterOp parameter : program.getOps<train::ParameterOp>())
    if (parameters.contains(parameter.getSymNameAttr()))
      parameter.setType(withEncoding(parameter.getType(), encoding));
  for (Value value : values)
    value.setType(withEncoding(value.getType(), encoding));
  for (train::StepOp step : program.getOps<train::StepOp>()) {
    Block &body = step.getBody().front();
    step.setFunctionType(FunctionType::get(step.getContext(), body.getArgumentTypes(),
                                           body.getTerminator()->getOperandTypes()));
  }
}
