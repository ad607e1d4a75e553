// The train dialect: registration, and what of its assembly is not generated.

#include "dialects/Train/Predict.h"

#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

#include "dialects/Train/TrainDialect.cpp.inc"
#include "dialects/Train/TrainEnums.cpp.inc"

#include "dialects/Train/TrainAttrInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Train/TrainAttributes.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/Train/TrainTypes.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/Train/TrainOps.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/Train/PredictOps.cpp.inc"

void TrainDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Train/TrainAttributes.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/Train/TrainTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Train/TrainOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Train/PredictOps.cpp.inc"
      >();
}

std::string ingot::train::slotName(StringRef weight, StringRef slot) {
  return (weight + "/" + slot).str();
}

std::string ingot::train::scalarName(StringRef scalar) { return ("optimizer/" + scalar).str(); }

LogicalResult train::ProgramOp::verify() {
  if (getBatch() < 1 || getBatch() > INT32_MAX)
    return emitOpError("needs a batch of at least 1 that 31 bits hold, not ")
           << static_cast<int64_t>(getBatch());
  // As many parts as kernels write: others would be written beyond the result, or not at all.
  WalkResult result = walk([&](nn::Conv2DGradFilterOp op) -> WalkResult {
    int64_t parts = op.getGradFilter().getType().getDimSize(0);
    if (auto images = op.getPartImages();
        images && parts != (int64_t(getBatch()) + int64_t(*images) - 1) / int64_t(*images))
      return op.emitOpError("has ")
             << parts << " parts of " << *images << " images for a batch of " << getBatch();
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult CompileOp::verify() {
  if (!isa<train::OptimizerAttrInterface>(getOptimizer()))
    return emitOpError("needs an optimizer, but has ") << getOptimizer();
  if (auto schedule = getSchedule(); schedule && !isa<ScheduleAttrInterface>(*schedule))
    return emitOpError("needs a schedule, but has ") << *schedule;
  if (!isa<LossAttrInterface>(getLoss()))
    return emitOpError("needs a loss, but has ") << getLoss();
  for (Attribute metric : getMetrics())
    if (!isa<MetricAttrInterface>(metric))
      return emitOpError("needs metrics, but has ") << metric;
  return success();
}

LogicalResult ParameterOp::verify() {
  if (auto regularizer = getRegularizer();
      regularizer && !isa<RegularizerAttrInterface>(*regularizer))
    return emitOpError("needs a regularizer, but has ") << *regularizer;
  return success();
}

// train.step train @train_step(%image: tensor<...> {train.images = @x_train}, ...) -> (...) { ... }
void StepOp::print(OpAsmPrinter &printer) {
  printer << ' ' << stringifyStepKind(getKind()) << ' ';
  printer.printSymbolName(getSymName());
  call_interface_impl::printFunctionSignature(printer, getArgumentTypes(), getArgAttrsAttr(),
                                              /*isVariadic=*/false, getResultTypes(),
                                              getResAttrsAttr(), &getBody(),
                                              /*printEmptyResult=*/false);
  function_interface_impl::printFunctionAttributes(
      printer, *this,
      {getKindAttrName(), getFunctionTypeAttrName(), getArgAttrsAttrName(), getResAttrsAttrName()});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

ParseResult StepOp::parse(OpAsmParser &parser, OperationState &result) {
  StringRef keyword;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&keyword))
    return failure();
  std::optional<StepKind> kind = symbolizeStepKind(keyword);
  if (!kind)
    return parser.emitError(loc, "expected 'train', 'evaluate' or 'predict'");
  result.addAttribute(getKindAttrName(result.name), StepKindAttr::get(parser.getContext(), *kind));
  auto build = [](Builder &builder, ArrayRef<Type> inputs, ArrayRef<Type> results,
                  function_interface_impl::VariadicFlag,
                  std::string &) { return builder.getFunctionType(inputs, results); };
  return function_interface_impl::parseFunctionOp(
      parser, result, /*allowVariadic=*/false, getFunctionTypeAttrName(result.name), build,
      getArgAttrsAttrName(result.name), getResAttrsAttrName(result.name));
}
