// The kernel dialect's ops, layouts and their checks.

#include "dialects/Kernel/Kernel.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot::kernel;

#include "dialects/Kernel/KernelDialect.cpp.inc"
#include "dialects/Kernel/KernelEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Kernel/KernelAttributes.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/Kernel/KernelOps.cpp.inc"

void KernelDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Kernel/KernelAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Kernel/KernelOps.cpp.inc"
      >();
}

//===- Checks of attributes and rows
//-----------------------------------------------------------===//

LogicalResult BlockedAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t block) {
  return block >= 1 ? success() : emitError() << "a block holds at least 1 element, not " << block;
}

LogicalResult BlockedAttr::verifyEncoding(ArrayRef<int64_t> shape, Type,
                                          function_ref<InFlightDiagnostic()> emitError) const {
  return shape.empty() ? emitError() << "a tensor without dimensions has no blocks" : success();
}

LogicalResult PermutedAttr::verify(function_ref<InFlightDiagnostic()> emitError, AffineMap map,
                                   ArrayRef<int64_t> shape) {
  if (map.getNumSymbols() || map.getNumResults() != shape.size())
    return emitError() << "a permuted layout needs a dimension of memory for each result of its "
                          "map";
  return llvm::all_of(shape, [](int64_t size) { return size >= 1; })
             ? success()
             : emitError() << "a permuted layout has a dimension without elements";
}

LogicalResult PermutedAttr::verifyEncoding(ArrayRef<int64_t> shape, Type,
                                           function_ref<InFlightDiagnostic()> emitError) const {
  return shape.size() == getMap().getNumDims()
             ? success()
             : emitError() << "a permuted layout of " << getMap().getNumDims()
                           << " dimensions on a tensor of " << shape.size();
}

LogicalResult BufferOp::verify() {
  if (static_cast<int64_t>(getOffset()) < 0)
    return emitOpError("lies before its space: ") << static_cast<int64_t>(getOffset());
  if (!cast<MemRefType>(getMemory().getType()).hasStaticShape())
    return emitOpError("needs memory of a known size, not ") << getMemory().getType();
  return success();
}

LogicalResult CallOp::verify() {
  if (static_cast<int64_t>(getGrid()) < 0)
    return emitOpError("has a negative number of units");
  if (getOutputsBegin() > getBuffers().size())
    return emitOpError("has fewer buffers than it reads");
  return success();
}

//===- Layout ---------------------------------------------------------------------------------===//

MemRefType ingot::kernel::physicalType(RankedTensorType type, int64_t batch) {
  SmallVector<int64_t> shape(type.getShape());
  if (!shape.empty() && ShapedType::isDynamic(shape.front()))
    shape.front() = batch;
  if (auto permuted = dyn_cast_or_null<PermutedAttr>(type.getEncoding()))
    return MemRefType::get(permuted.getShape(), type.getElementType());
  if (auto blocked = dyn_cast_or_null<BlockedAttr>(type.getEncoding())) {
    int64_t last = shape.pop_back_val();
    shape.insert(shape.begin(), llvm::divideCeil(last, blocked.getBlock()));
    shape.push_back(blocked.getBlock());
  }
  return MemRefType::get(shape, type.getElementType());
}

int64_t ingot::kernel::physicalBytes(RankedTensorType type, int64_t batch) {
  MemRefType memory = physicalType(type, batch);
  Type element = memory.getElementType();
  int64_t bits = element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
  return memory.getNumElements() * llvm::divideCeil(bits, 8);
}

//===- Launch ---------------------------------------------------------------------------------===//

// kernel.launch "conv2d" (%x = %image : tensor<...>) outs(%a : memref<...>) schedule <...> after
// [0]
//     -> tensor<...> { ... }
void LaunchOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getLayerAttr() << " (";
  llvm::interleaveComma(llvm::zip_equal(getBody().getArguments(), getInputs()), printer,
                        [&](auto pair) {
                          auto [argument, input] = pair;
                          printer.printRegionArgument(argument, {}, /*omitType=*/true);
                          printer << " = " << input << " : " << argument.getType();
                          if (input.getType() != argument.getType())
                            printer << " in " << input.getType();
                        });
  printer << ')';
  if (!getOutputs().empty()) {
    printer << " outs(" << getOutputs() << " : " << getOutputs().getTypes() << ')';
  }
  if (getSchedule())
    printer << " schedule " << getScheduleAttr();
  if (getAfter())
    printer << " after " << getAfterAttr();
  if (getNumResults())
    printer.printArrowTypeList(getResultTypes());
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(),
                                           {"layer", "schedule", "after", "operandSegmentSizes"});
}

ParseResult LaunchOp::parse(OpAsmParser &parser, OperationState &result) {
  StringAttr layer;
  if (parser.parseAttribute(layer, "layer", result.attributes))
    return failure();
  SmallVector<OpAsmParser::Argument> arguments;
  SmallVector<OpAsmParser::UnresolvedOperand> inputs, outputs;
  SmallVector<Type> inputTypes, outputTypes;
  auto parseInput = [&]() -> ParseResult {
    OpAsmParser::Argument &argument = arguments.emplace_back();
    if (parser.parseArgument(argument) || parser.parseEqual() ||
        parser.parseOperand(inputs.emplace_back()) || parser.parseColonType(argument.type))
      return failure();
    Type &type = inputTypes.emplace_back(argument.type);
    return succeeded(parser.parseOptionalKeyword("in")) ? parser.parseType(type) : success();
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, parseInput))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("outs")) &&
      (parser.parseLParen() || parser.parseOperandList(outputs) ||
       parser.parseColonTypeList(outputTypes) || parser.parseRParen()))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("schedule"))) {
    ScheduleAttr schedule;
    if (parser.parseAttribute(schedule, "schedule", result.attributes))
      return failure();
  }
  if (succeeded(parser.parseOptionalKeyword("after"))) {
    DenseI64ArrayAttr after;
    if (parser.parseAttribute(after, "after", result.attributes))
      return failure();
  }
  if (parser.parseOptionalArrowTypeList(result.types) ||
      parser.parseRegion(*result.addRegion(), arguments) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      parser.resolveOperands(inputs, inputTypes, parser.getCurrentLocation(), result.operands) ||
      parser.resolveOperands(outputs, outputTypes, parser.getCurrentLocation(), result.operands))
    return failure();
  ensureTerminator(*result.regions.front(), parser.getBuilder(), result.location);
  result.addAttribute("operandSegmentSizes", parser.getBuilder().getDenseI32ArrayAttr(
                                                 {static_cast<int32_t>(inputs.size()),
                                                  static_cast<int32_t>(outputs.size())}));
  return success();
}

LogicalResult LaunchOp::verify() {
  Block &body = getBody().front();
  if (body.getNumArguments() != getInputs().size())
    return emitOpError("has ") << getInputs().size() << " inputs, but its region takes "
                               << body.getNumArguments();
  for (auto [argument, input] : llvm::zip_equal(body.getArguments(), getInputs()))
    if (!isa<MemRefType>(input.getType()) && argument.getType() != input.getType())
      return emitOpError("passes ")
             << input.getType() << " for an argument of type " << argument.getType();
  auto yielded = cast<YieldOp>(body.getTerminator()).getValues();
  bool onBuffers = !getOutputs().empty();
  size_t expected = onBuffers ? getOutputs().size() : getNumResults();
  if (onBuffers && getNumResults())
    return emitOpError("has both output buffers and results");
  if (yielded.size() != expected)
    return emitOpError("yields ") << yielded.size() << " values for " << expected << " results";
  if (!onBuffers)
    for (auto [value, type] : llvm::zip_equal(yielded, getResultTypes()))
      if (value.getType() != type)
        return emitOpError("yields ") << value.getType() << " for a result of type " << type;
  return success();
}
