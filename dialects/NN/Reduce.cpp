// nn.reduce: combines a scalar function of elements along dimensions.

#include "dialects/NN/ScalarRegion.h"

using namespace mlir;
using namespace ingot::nn;

void ReduceOp::build(OpBuilder &builder, OperationState &state, Type output, ReduceKind kind,
                     ValueRange inputs, ArrayRef<SmallVector<int64_t>> dims, ArrayRef<int64_t> axes,
                     function_ref<Value(OpBuilder &, Location, ValueRange)> body) {
  state.addTypes(output);
  state.addOperands(inputs);
  state.addAttribute(getKindAttrName(state.name), ReduceKindAttr::get(builder.getContext(), kind));
  state.addAttribute(getOperandDimsAttrName(state.name), operandDimsAttr(builder, dims));
  state.addAttribute(getAxesAttrName(state.name), builder.getDenseI64ArrayAttr(axes));
  Block &block = state.addRegion()->emplaceBlock();
  for (Value input : inputs)
    block.addArgument(cast<RankedTensorType>(input.getType()).getElementType(), state.location);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&block);
  YieldOp::create(builder, state.location,
                  ValueRange{body(builder, state.location, block.getArguments())});
}

static int64_t domainRank(ReduceOp op) {
  return op.getOutput().getType().getRank() + op.getAxes().size();
}

/// The domain's dimensions that the result keeps.
static SmallVector<int64_t> keptDims(ReduceOp op) {
  SmallVector<int64_t> kept;
  for (int64_t dim = 0; dim < domainRank(op); ++dim)
    if (!llvm::is_contained(op.getAxes(), dim))
      kept.push_back(dim);
  return kept;
}

SmallVector<int64_t> ReduceOp::getDims(unsigned i) { return operandDims(getOperandDims(), i); }

void ReduceOp::print(OpAsmPrinter &printer) {
  printer << ' ' << stringifyReduceKind(getKind()) << ' ';
  printScalarOperands(printer, getBody().front(), getInputs(), getOperandDims(), domainRank(*this));
  printer << " axes [";
  llvm::interleaveComma(getAxes(), printer);
  printer << ']';
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(), {"operand_dims", "kind", "axes"});
  printer << " : ";
  printer.printFunctionalType(getInputs().getTypes(), (*this)->getResultTypes());
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

ParseResult ReduceOp::parse(OpAsmParser &parser, OperationState &result) {
  StringRef keyword;
  SmallVector<OpAsmParser::Argument> arguments;
  SmallVector<OpAsmParser::UnresolvedOperand> inputs;
  SmallVector<SmallVector<int64_t>> dims;
  SmallVector<bool> silent;
  SmallVector<int64_t> axes;
  FunctionType type;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&keyword))
    return failure();
  std::optional<ReduceKind> kind = symbolizeReduceKind(keyword);
  if (!kind)
    return parser.emitError(loc, "expected 'sum', 'max' or 'min'");
  if (parseScalarOperands(parser, arguments, inputs, dims, silent) || parser.parseKeyword("axes") ||
      parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square,
                                     [&] { return parser.parseInteger(axes.emplace_back()); }) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes) || parser.parseColonType(type))
    return failure();
  if (type.getNumInputs() != inputs.size() || type.getNumResults() != 1)
    return parser.emitError(loc, "expected as many operand types as operands, and one result");
  if (typeScalarOperands(parser, loc, type.getInputs(), arguments, dims, silent))
    return failure();
  Builder &builder = parser.getBuilder();
  result.addTypes(type.getResults());
  result.addAttribute("kind", ReduceKindAttr::get(parser.getContext(), *kind));
  result.addAttribute("operand_dims", operandDimsAttr(builder, dims));
  result.addAttribute("axes", builder.getDenseI64ArrayAttr(axes));
  if (parser.resolveOperands(inputs, type.getInputs(), loc, result.operands) ||
      parser.parseRegion(*result.addRegion(), arguments))
    return failure();
  return success();
}

LogicalResult ReduceOp::verify() {
  int64_t rank = domainRank(*this);
  auto axes = getAxes();
  for (auto [i, axis] : llvm::enumerate(axes))
    if (axis < 0 || axis >= rank || (i && axes[i - 1] >= axis))
      return emitOpError("needs increasing axes of its domain of rank ") << rank;
  SmallVector<int64_t> domain = getIterationDomain();
  if (llvm::is_contained(domain, 0))
    return emitOpError("has a dimension of the domain along which no operand runs");
  if (failed(verifyScalarRegion(*this, getBody().front(), getInputs(), getOperandDims(), domain)))
    return failure();
  for (auto [axis, dim] : llvm::enumerate(keptDims(*this)))
    if (getOutput().getType().getDimSize(axis) != domain[dim])
      return emitOpError("has a result of the wrong shape: ") << getOutput().getType();
  auto yielded = getBody().front().getTerminator()->getOperands();
  if (yielded.size() != 1 || yielded[0].getType() != getOutput().getType().getElementType())
    return emitOpError("must yield one element of its result's type");
  return success();
}

SmallVector<int64_t> ReduceOp::getIterationDomain() {
  return coveredDomain(getInputs(), getOperandDims(), domainRank(*this));
}

SmallVector<AffineMap> ReduceOp::getIndexingMaps() {
  SmallVector<AffineMap> maps;
  auto add = [&](ArrayRef<int64_t> dims) {
    SmallVector<AffineExpr> exprs;
    for (int64_t dim : dims)
      exprs.push_back(getAffineDimExpr(dim, getContext()));
    maps.push_back(AffineMap::get(domainRank(*this), 0, exprs, getContext()));
  };
  for (unsigned i = 0; i < getNumOperands(); ++i)
    add(getDims(i));
  add(keptDims(*this));
  return maps;
}

SmallVector<bool> ReduceOp::getReducedDims() {
  SmallVector<bool> reduced(domainRank(*this), false);
  for (int64_t axis : getAxes())
    reduced[axis] = true;
  return reduced;
}

TypedAttr ReduceOp::getInit() {
  Builder builder(getContext());
  Type type = getOutput().getType().getElementType();
  if (getKind() == ReduceKind::Sum)
    return cast<TypedAttr>(builder.getZeroAttr(type));
  bool largest = getKind() == ReduceKind::Max;
  if (auto floating = dyn_cast<FloatType>(type))
    return builder.getFloatAttr(
        type, APFloat::getInf(floating.getFloatSemantics(), /*Negative=*/largest));
  unsigned width = type.getIntOrFloatBitWidth();
  return builder.getIntegerAttr(type, largest ? APInt::getSignedMinValue(width)
                                              : APInt::getSignedMaxValue(width));
}

static Value combine(OpBuilder &builder, Location loc, ReduceKind kind, Value a, Value b) {
  bool floating = isa<FloatType>(a.getType());
  switch (kind) {
  case ReduceKind::Sum:
    return floating ? arith::AddFOp::create(builder, loc, a, b).getResult()
                    : arith::AddIOp::create(builder, loc, a, b).getResult();
  case ReduceKind::Max:
    return floating ? arith::MaximumFOp::create(builder, loc, a, b).getResult()
                    : arith::MaxSIOp::create(builder, loc, a, b).getResult();
  case ReduceKind::Min:
    return floating ? arith::MinimumFOp::create(builder, loc, a, b).getResult()
                    : arith::MinSIOp::create(builder, loc, a, b).getResult();
  }
  llvm_unreachable("unknown reduction");
}

SmallVector<Value> ReduceOp::buildBody(OpBuilder &builder, ValueRange elements, ValueRange point) {
  Value element = cloneScalarBody(builder, getBody().front(), elements, point)[0];
  return {combine(builder, getLoc(), getKind(), elements.back(), element)};
}

int64_t ReduceOp::getPointFlops() {
  return 1 + llvm::count_if(getBody().front().without_terminator(), [](Operation &op) {
           return op.getNumResults() == 1 && isa<FloatType>(op.getResult(0).getType()) &&
                  op.getNumOperands() > 0;
         });
}

/// The gradient of a largest or smallest element is shared equally by all elements equal to it, as
/// TensorFlow does (tensorflow/python/ops/math_grad.py, `_MinOrMaxGrad`).
static Value buildExtremeGradient(OpBuilder &builder, ReduceOp op, Value grad) {
  Location loc = op.getLoc();
  Value input = op.getInputs()[0], extreme = op.getOutput();
  SmallVector<int64_t> all = allDims(domainRank(op)), kept = keptDims(op);
  auto isExtreme = [](OpBuilder &b, Location l, ValueRange e) -> Value {
    return arith::CmpFOp::create(b, l, arith::CmpFPredicate::OEQ, e[0], e[1]);
  };
  auto constant = [](OpBuilder &b, Location l, double value) -> Value {
    return arith::ConstantOp::create(b, l, b.getF32FloatAttr(value));
  };
  Value count =
      ReduceOp::create(builder, loc, extreme.getType(), ReduceKind::Sum, ValueRange{input, extreme},
                       ArrayRef<SmallVector<int64_t>>{all, kept}, op.getAxes(),
                       [&](OpBuilder &b, Location l, ValueRange e) -> Value {
                         return arith::SelectOp::create(b, l, isExtreme(b, l, e), constant(b, l, 1),
                                                        constant(b, l, 0));
                       });
  return MapOp::create(
             builder, loc, input.getType(), ValueRange{input, extreme, count, grad},
             ArrayRef<SmallVector<int64_t>>{all, kept, kept, kept},
             [&](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
               Value share = arith::DivFOp::create(b, l, constant(b, l, 1), e[2]);
               Value part = arith::MulFOp::create(b, l, share, e[3]);
               return {arith::SelectOp::create(b, l, isExtreme(b, l, e), part, constant(b, l, 0))};
             })
      .getResult(0);
}

/// True if the region yields its only element as it is.
static bool isPlain(ReduceOp op) {
  Block &body = op.getBody().front();
  return op.getNumOperands() == 1 && body.getTerminator()->getOperand(0) == body.getArgument(0) &&
         op.getDims(0) == allDims(domainRank(op)) && getElementTypeOrSelf(op.getOutput()).isF32();
}

SmallVector<Value> ReduceOp::buildGradients(OpBuilder &builder, ValueRange gradResults) {
  if (getKind() != ReduceKind::Sum) {
    if (isPlain(*this))
      return {buildExtremeGradient(builder, *this, gradResults[0])};
    emitOpError("has no gradient: only sums, and extremes of a tensor as it is, have one");
    return {};
  }
  SmallVector<Value> gradients;
  for (unsigned i = 0; i < getNumOperands(); ++i) {
    gradients.push_back(buildOperandGradient(builder, *this, getBody().front(), i, getOperandDims(),
                                             getIterationDomain(), {Value()}, gradResults,
                                             keptDims(*this)));
    if (!gradients.back() && isa<FloatType>(getElementTypeOrSelf(getOperand(i))))
      return {};
  }
  return gradients;
}
