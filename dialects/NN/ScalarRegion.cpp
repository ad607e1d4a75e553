// What nn.map and nn.reduce share: assembly, checks, cloning of the scalar region, operands'
// gradients.

#include "dialects/NN/ScalarRegion.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace ingot::nn;

SmallVector<int64_t> ingot::nn::operandDims(ArrayAttr dims, unsigned i) {
  return llvm::to_vector(cast<DenseI64ArrayAttr>(dims[i]).asArrayRef());
}

ArrayAttr ingot::nn::operandDimsAttr(Builder &builder, ArrayRef<SmallVector<int64_t>> dims) {
  SmallVector<Attribute> attributes;
  for (const auto &d : dims)
    attributes.push_back(builder.getDenseI64ArrayAttr(d));
  return builder.getArrayAttr(attributes);
}

void ingot::nn::printScalarOperands(OpAsmPrinter &printer, Block &body, ValueRange inputs,
                                    ArrayAttr dims, int64_t rank) {
  printer << '(';
  for (unsigned i = 0; i < inputs.size(); ++i) {
    if (i)
      printer << ", ";
    printer.printRegionArgument(body.getArgument(i), {}, /*omitType=*/true);
    printer << " = " << inputs[i];
    SmallVector<int64_t> along = operandDims(dims, i);
    if (along != allDims(rank)) {
      printer << " along [";
      llvm::interleaveComma(along, printer);
      printer << ']';
    }
  }
  printer << ')';
}

ParseResult ingot::nn::parseScalarOperands(OpAsmParser &parser,
                                           SmallVectorImpl<OpAsmParser::Argument> &arguments,
                                           SmallVectorImpl<OpAsmParser::UnresolvedOperand> &inputs,
                                           SmallVectorImpl<SmallVector<int64_t>> &dims,
                                           SmallVectorImpl<bool> &silent) {
  return parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, [&]() -> ParseResult {
    if (parser.parseArgument(arguments.emplace_back()) || parser.parseEqual() ||
        parser.parseOperand(inputs.emplace_back()))
      return failure();
    auto &along = dims.emplace_back();
    silent.push_back(failed(parser.parseOptionalKeyword("along")));
    if (silent.back())
      return success();
    return parser.parseCommaSeparatedList(
        OpAsmParser::Delimiter::Square, [&] { return parser.parseInteger(along.emplace_back()); });
  });
}

ParseResult ingot::nn::typeScalarOperands(OpAsmParser &parser, SMLoc loc, TypeRange types,
                                          MutableArrayRef<OpAsmParser::Argument> arguments,
                                          MutableArrayRef<SmallVector<int64_t>> dims,
                                          ArrayRef<bool> silent) {
  for (auto [i, type] : llvm::enumerate(types)) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      return parser.emitError(loc, "expected operands of ranked tensor type");
    arguments[i].type = tensor.getElementType();
    if (silent[i])
      dims[i] = allDims(tensor.getRank());
  }
  return success();
}

SmallVector<int64_t> ingot::nn::coveredDomain(ValueRange inputs, ArrayAttr dims, int64_t rank) {
  SmallVector<int64_t> domain(rank, 0);
  for (auto [i, input] : llvm::enumerate(inputs)) {
    auto type = cast<RankedTensorType>(input.getType());
    for (auto [axis, dim] : llvm::enumerate(operandDims(dims, i)))
      if (dim >= 0 && dim < rank && static_cast<int64_t>(axis) < type.getRank())
        domain[dim] = type.getDimSize(axis);
  }
  return domain;
}

LogicalResult ingot::nn::verifyScalarRegion(Operation *op, Block &body, ValueRange inputs,
                                            ArrayAttr dims, ArrayRef<int64_t> domain) {
  if (dims.size() != inputs.size() || body.getNumArguments() != inputs.size())
    return op->emitOpError("needs one region argument and one list of dimensions for each operand");
  if (!llvm::all_of(dims, [](Attribute each) { return isa<DenseI64ArrayAttr>(each); }))
    return op->emitOpError("needs operand_dims that are arrays of i64");
  for (auto index : body.getOps<IndexOp>())
    if (index.getDim() >= domain.size())
      return index.emitOpError("asks for dimension ")
             << index.getDim() << " of a domain of rank " << domain.size();
  for (auto [i, input] : llvm::enumerate(inputs)) {
    auto type = cast<RankedTensorType>(input.getType());
    if (body.getArgument(i).getType() != type.getElementType())
      return op->emitOpError("has a region argument of type ")
             << body.getArgument(i).getType() << " for elements of " << type;
    SmallVector<int64_t> along = operandDims(dims, i);
    if (static_cast<int64_t>(along.size()) != type.getRank())
      return op->emitOpError("operand ") << i << " of rank " << type.getRank() << " runs along "
                                         << along.size() << " dimensions";
    for (auto [axis, dim] : llvm::enumerate(along)) {
      if (dim < 0 || dim >= static_cast<int64_t>(domain.size()) || (axis && along[axis - 1] >= dim))
        return op->emitOpError("operand ")
               << i << " must run along increasing dimensions of the domain";
      if (type.getDimSize(axis) != domain[dim])
        return op->emitOpError("operand ")
               << i << " has another size along dimension " << dim << " than the domain";
    }
  }
  return success();
}

/// Row-major position of a point, modulo 2^32. The batch, whose size is dynamic, is the first
/// dimension.
static Value linearIndex(OpBuilder &builder, Location loc, ArrayRef<int64_t> domain,
                         ValueRange point) {
  Value position = arith::ConstantIndexOp::create(builder, loc, 0);
  for (auto [dim, size] : llvm::enumerate(domain)) {
    if (dim > 0)
      position = arith::MulIOp::create(builder, loc, position,
                                       arith::ConstantIndexOp::create(builder, loc, size));
    position = arith::AddIOp::create(builder, loc, position, point[dim]);
  }
  return arith::IndexCastOp::create(builder, loc, builder.getI32Type(), position);
}

SmallVector<Value> ingot::nn::cloneScalarBody(OpBuilder &builder, Block &body, ValueRange elements,
                                              ValueRange point) {
  IRMapping mapping;
  mapping.map(body.getArguments(), elements.take_front(body.getNumArguments()));
  for (Operation &op : body.without_terminator()) {
    if (auto index = dyn_cast<IndexOp>(op))
      mapping.map(index.getPosition(), point[index.getDim()]);
    else if (auto index = dyn_cast<LinearIndexOp>(op); index && !point.empty())
      mapping.map(index.getPosition(),
                  linearIndex(builder, op.getLoc(),
                              cast<StructureOpInterface>(body.getParentOp()).getIterationDomain(),
                              point));
    else
      builder.clone(op, mapping);
  }
  SmallVector<Value> yielded;
  for (Value value : body.getTerminator()->getOperands())
    yielded.push_back(mapping.lookupOrDefault(value));
  return yielded;
}

Value ingot::nn::buildOperandGradient(OpBuilder &builder, Operation *op, Block &body, unsigned i,
                                      ArrayAttr dims, ArrayRef<int64_t> domain, ValueRange forward,
                                      ValueRange grads, ArrayRef<int64_t> resultDims) {
  auto type = cast<RankedTensorType>(op->getOperand(i).getType());
  if (!isa<FloatType>(type.getElementType()))
    return {};
  SmallVector<Value> inputs(op->getOperands());
  SmallVector<SmallVector<int64_t>> inputDims;
  for (unsigned operand = 0; operand < op->getNumOperands(); ++operand)
    inputDims.push_back(operandDims(dims, operand));
  for (ValueRange values : {forward, grads})
    for (Value value : values)
      if (value) {
        inputs.push_back(value);
        inputDims.emplace_back(resultDims);
      }

  bool failed = false;
  auto gradient = [&](OpBuilder &b, Location loc, ValueRange elements) -> Value {
    ValueRange rest = elements.drop_front(op->getNumOperands());
    auto spread = [&](ValueRange values) {
      SmallVector<Value> result;
      for (Value value : values) {
        result.push_back(value ? rest.front() : Value());
        if (value)
          rest = rest.drop_front();
      }
      return result;
    };
    SmallVector<Value> results = spread(forward), seeds = spread(grads);
    SmallVector<Value> gradients =
        buildScalarGradients(b, body, elements.take_front(op->getNumOperands()), results, seeds);
    failed |= gradients.empty() && body.getNumArguments();
    if (gradients.empty() || !gradients[i])
      return arith::ConstantOp::create(b, loc, b.getZeroAttr(type.getElementType()));
    return gradients[i];
  };

  SmallVector<int64_t> along = operandDims(dims, i), summed;
  for (int64_t dim = 0; dim < static_cast<int64_t>(domain.size()); ++dim)
    if (!llvm::is_contained(along, dim))
      summed.push_back(dim);
  Value result;
  if (summed.empty())
    result = MapOp::create(builder, op->getLoc(), type, inputs, inputDims,
                           [&](OpBuilder &b, Location loc, ValueRange e) {
                             return SmallVector<Value>{gradient(b, loc, e)};
                           })
                 .getResult(0);
  else
    result = ReduceOp::create(builder, op->getLoc(), type, ReduceKind::Sum, inputs, inputDims,
                              summed, gradient);
  return failed ? Value() : result;
}

bool ingot::nn::simplifyScalarOperands(Operation *op, Block &body, PatternRewriter &rewriter) {
  auto dims = op->getAttrOfType<ArrayAttr>("operand_dims");
  unsigned count = op->getNumOperands();
  SmallVector<bool> drop(count, false);
  for (unsigned i = 0; i < count; ++i) {
    for (unsigned j = 0; j < i; ++j)
      if (op->getOperand(i) == op->getOperand(j) && dims[i] == dims[j] && !drop[j]) {
        rewriter.replaceAllUsesWith(body.getArgument(i), body.getArgument(j));
        drop[i] = true;
        break;
      }
    drop[i] = drop[i] || body.getArgument(i).use_empty();
  }
  // A reduction knows its domain from its operands alone: what only an unused operand covers must
  // stay.
  int64_t rank = 0;
  for (unsigned i = 0; i < count; ++i)
    for (int64_t dim : operandDims(dims, i))
      rank = std::max(rank, dim + 1);
  if (isa<ReduceOp>(op))
    for (int64_t dim = 0; dim < rank; ++dim) {
      auto covers = [&](unsigned i) { return llvm::is_contained(operandDims(dims, i), dim); };
      if (llvm::none_of(llvm::seq(count), [&](unsigned i) { return !drop[i] && covers(i); }))
        for (unsigned i = 0; i < count; ++i)
          if (drop[i] && covers(i)) {
            drop[i] = false;
            break;
          }
    }
  if (llvm::none_of(drop, [](bool d) { return d; }))
    return false;
  rewriter.modifyOpInPlace(op, [&] {
    SmallVector<Value> kept;
    SmallVector<Attribute> keptDims;
    llvm::BitVector erased(count);
    for (unsigned i = 0; i < count; ++i) {
      if (drop[i]) {
        erased.set(i);
        continue;
      }
      kept.push_back(op->getOperand(i));
      keptDims.push_back(dims[i]);
    }
    body.eraseArguments(erased);
    op->setOperands(kept);
    op->setAttr("operand_dims", rewriter.getArrayAttr(keptDims));
  });
  return true;
}
