// nn.map: any scalar function of elements; and nn.stop_gradient.

#include "dialects/NN/ScalarRegion.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace ingot::nn;

void MapOp::build(OpBuilder &builder, OperationState &state, TypeRange outputs, ValueRange inputs,
                  ArrayRef<SmallVector<int64_t>> dims,
                  function_ref<SmallVector<Value>(OpBuilder &, Location, ValueRange)> body) {
  state.addTypes(outputs);
  state.addOperands(inputs);
  state.addAttribute(getOperandDimsAttrName(state.name), operandDimsAttr(builder, dims));
  Block &block = state.addRegion()->emplaceBlock();
  for (Value input : inputs)
    block.addArgument(cast<RankedTensorType>(input.getType()).getElementType(), state.location);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&block);
  SmallVector<Value> yielded = body(builder, state.location, block.getArguments());
  YieldOp::create(builder, state.location, yielded);
}

Value ingot::nn::buildMap(OpBuilder &builder, Location loc, Type output, ValueRange inputs,
                          function_ref<Value(OpBuilder &, Location, ValueRange)> body) {
  int64_t rank = cast<RankedTensorType>(output).getRank();
  SmallVector<SmallVector<int64_t>> dims(inputs.size(), allDims(rank));
  return MapOp::create(builder, loc, output, inputs, dims,
                       [&](OpBuilder &b, Location l, ValueRange e) {
                         return SmallVector<Value>{body(b, l, e)};
                       })
      .getResult(0);
}

static RankedTensorType domainType(MapOp op) {
  return cast<RankedTensorType>(op.getResult(0).getType());
}

SmallVector<int64_t> MapOp::getDims(unsigned i) { return operandDims(getOperandDims(), i); }

void MapOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  printScalarOperands(printer, getBody().front(), getInputs(), getOperandDims(),
                      domainType(*this).getRank());
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(), {"operand_dims"});
  printer << " : ";
  printer.printFunctionalType(getInputs().getTypes(), getResultTypes());
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

ParseResult MapOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::Argument> arguments;
  SmallVector<OpAsmParser::UnresolvedOperand> inputs;
  SmallVector<SmallVector<int64_t>> dims;
  SmallVector<bool> silent;
  FunctionType type;
  SMLoc loc = parser.getCurrentLocation();
  if (parseScalarOperands(parser, arguments, inputs, dims, silent) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes) || parser.parseColonType(type))
    return failure();
  if (type.getNumInputs() != inputs.size() || type.getNumResults() == 0)
    return parser.emitError(loc, "expected as many operand types as operands, and a result");
  if (typeScalarOperands(parser, loc, type.getInputs(), arguments, dims, silent))
    return failure();
  result.addTypes(type.getResults());
  result.addAttribute("operand_dims", operandDimsAttr(parser.getBuilder(), dims));
  if (parser.resolveOperands(inputs, type.getInputs(), loc, result.operands) ||
      parser.parseRegion(*result.addRegion(), arguments))
    return failure();
  return success();
}

LogicalResult MapOp::verify() {
  if (getNumResults() == 0)
    return emitOpError("needs a result");
  for (Value output : getOutputs())
    if (cast<RankedTensorType>(output.getType()).getShape() != domainType(*this).getShape())
      return emitOpError("has results of different shapes");
  Block &body = getBody().front();
  if (failed(verifyScalarRegion(*this, body, getInputs(), getOperandDims(),
                                domainType(*this).getShape())))
    return failure();
  auto yielded = body.getTerminator()->getOperands();
  if (yielded.size() != getNumResults())
    return emitOpError("yields ") << yielded.size() << " elements for " << getNumResults()
                                  << " results";
  for (auto [value, output] : llvm::zip_equal(yielded, getOutputs()))
    if (value.getType() != cast<RankedTensorType>(output.getType()).getElementType())
      return emitOpError("yields ") << value.getType() << " for elements of " << output.getType();
  return success();
}

SmallVector<int64_t> MapOp::getIterationDomain() {
  return llvm::to_vector(domainType(*this).getShape());
}

SmallVector<AffineMap> MapOp::getIndexingMaps() {
  unsigned rank = domainType(*this).getRank();
  SmallVector<AffineMap> maps;
  for (unsigned i = 0; i < getNumOperands(); ++i) {
    SmallVector<AffineExpr> exprs;
    for (int64_t dim : getDims(i))
      exprs.push_back(getAffineDimExpr(dim, getContext()));
    maps.push_back(AffineMap::get(rank, 0, exprs, getContext()));
  }
  maps.append(getNumResults(), AffineMap::getMultiDimIdentityMap(rank, getContext()));
  return maps;
}

SmallVector<bool> MapOp::getReducedDims() {
  return SmallVector<bool>(domainType(*this).getRank(), false);
}

TypedAttr MapOp::getInit() { return {}; }

SmallVector<Value> MapOp::buildBody(OpBuilder &builder, ValueRange elements, ValueRange point) {
  return cloneScalarBody(builder, getBody().front(), elements, point);
}

int64_t MapOp::getPointFlops() {
  return llvm::count_if(getBody().front().without_terminator(), [](Operation &op) {
    return op.getNumResults() == 1 && isa<FloatType>(op.getResult(0).getType()) &&
           op.getNumOperands() > 0;
  });
}

SmallVector<Value> MapOp::buildGradients(OpBuilder &builder, ValueRange gradResults) {
  SmallVector<Value> gradients;
  SmallVector<int64_t> domain = getIterationDomain();
  for (unsigned i = 0; i < getNumOperands(); ++i) {
    gradients.push_back(buildOperandGradient(builder, *this, getBody().front(), i, getOperandDims(),
                                             domain, getResults(), gradResults,
                                             allDims(domain.size())));
    if (!gradients.back() && isa<FloatType>(getElementTypeOrSelf(getOperand(i))))
      return {};
  }
  return gradients;
}

namespace {
struct SimplifyOperands : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op, PatternRewriter &rewriter) const override {
    return success(simplifyScalarOperands(op, op.getBody().front(), rewriter));
  }
};
/// A map that yields its operand as it is.
struct DropIdentity : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op, PatternRewriter &rewriter) const override {
    if (op.getNumResults() != 1)
      return failure();
    auto element = dyn_cast<BlockArgument>(op.getBody().front().getTerminator()->getOperand(0));
    if (!element || op.getOperand(element.getArgNumber()).getType() != op.getResult(0).getType() ||
        op.getDims(element.getArgNumber()) != allDims(domainType(op).getRank()))
      return failure();
    rewriter.replaceOp(op, op.getOperand(element.getArgNumber()));
    return success();
  }
};
struct SimplifyReduceOperands : OpRewritePattern<ReduceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReduceOp op, PatternRewriter &rewriter) const override {
    return success(simplifyScalarOperands(op, op.getBody().front(), rewriter));
  }
};
} // namespace

void MapOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<SimplifyOperands, DropIdentity, SimplifyReduceOperands>(context);
}

SmallVector<Value> StopGradientOp::buildGradients(OpBuilder &, ValueRange) { return {Value()}; }

SmallVector<Value> StopGradientOp::decompose(OpBuilder &) { return {getInput()}; }
