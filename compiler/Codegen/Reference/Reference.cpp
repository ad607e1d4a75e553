// The reference lowering: every op of the region as the naive loop nest that its structure says,
// one after the other, intermediate tensors in memory of their own. Obviously right, and the oracle
// for everything else.
//
//   %c = nn.conv2d %x, %w …
//     ->
//   for every element of c: c = 0
//   for n, y, x, o, u, v, c: if in range: c[n,y,x,o] = c[n,y,x,o] + x[…] * w[…]

#include "compiler/Codegen/Resample.h"
#include "dialects/NN/Moves.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

namespace {
class ReferenceLowering {
public:
  ReferenceLowering(OpBuilder &builder, Kernel &kernel)
      : builder(builder), kernel(kernel), loc(kernel.launch.getLoc()) {}

  LogicalResult run() {
    Block &body = kernel.launch.getBody().front();
    for (BlockArgument argument : body.getArguments())
      tensors[argument] = kernel.input(argument);
    for (Operation &op : body.without_terminator()) {
      for (Value result : op.getResults())
        tensors[result] = memoryOf(result);
      if (auto gather = dyn_cast<nn::GatherOp>(op))
        lowerGather(gather);
      else if (auto concatenate = dyn_cast<nn::ConcatenateOp>(op))
        lowerConcatenate(concatenate);
      else if (auto resample = dyn_cast<nn::ResampleOp>(op))
        lowerResample(builder, resample, tensors[resample.getInput()],
                      llvm::map_to_vector(resample.getCoefficients(),
                                          [&](Value each) { return tensors[each]; }),
                      tensors[resample.getOutput()], index(0), kernel.count);
      else if (auto structure = dyn_cast<StructureOpInterface>(op))
        lowerStructure(structure);
      else
        return op.emitOpError("has no reference lowering");
    }
    for (Value temporary : temporaries)
      memref::DeallocOp::create(builder, loc, temporary);
    return success();
  }

private:
  Tensor memoryOf(Value result) {
    if (const Tensor *output = kernel.output(result))
      return *output;
    auto type = cast<RankedTensorType>(result.getType());
    MemRefType physical = kernel::physicalType(type, kernel.batch);
    // Small ones on the stack: a launch of small ops is this lowering also in a tuned program.
    if (kernel::physicalBytes(type, kernel.batch) <= 16 * 1024)
      return {memref::AllocaOp::create(builder, loc, physical), type};
    Value memory = memref::AllocOp::create(builder, loc, physical);
    temporaries.push_back(memory);
    return {memory, type};
  }

  Value index(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }

  Value sizeOf(int64_t size) { return ShapedType::isDynamic(size) ? kernel.count : index(size); }

  /// Loops over all points of a domain.
  void forEach(ArrayRef<int64_t> domain, function_ref<void(ValueRange)> body) {
    OpBuilder::InsertionGuard guard(builder);
    SmallVector<Value> point;
    for (int64_t size : domain) {
      auto loop = scf::ForOp::create(builder, loc, index(0), sizeOf(size), index(1));
      point.push_back(loop.getInductionVar());
      builder.setInsertionPointToStart(loop.getBody());
    }
    body(point);
  }

  Value zero(Type type) {
    return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  }

  /// Layouts have places that no element lies in; they hold zero. Of a blocked layout only these
  /// are written, since a parameter's successor may be written over the parameter.
  void zeroPadding(const Tensor &tensor) {
    auto memory = cast<MemRefType>(tensor.memory.getType());
    if (isa_and_nonnull<kernel::PermutedAttr>(tensor.type.getEncoding()))
      return forEach(memory.getShape(), [&](ValueRange point) {
        memref::StoreOp::create(builder, loc, zero(memory.getElementType()), tensor.memory, point);
      });
    auto blocked = dyn_cast_or_null<kernel::BlockedAttr>(tensor.type.getEncoding());
    int64_t used = blocked ? tensor.type.getShape().back() % blocked.getBlock() : 0;
    if (!used)
      return;
    SmallVector<int64_t> domain(memory.getShape().drop_front());
    domain.back() -= used;
    forEach(domain, [&](ValueRange point) {
      SmallVector<Value> place{index(memory.getDimSize(0) - 1)};
      llvm::append_range(place, point);
      place.back() = arith::AddIOp::create(builder, loc, place.back(), index(used));
      memref::StoreOp::create(builder, loc, zero(memory.getElementType()), tensor.memory, place);
    });
  }

  void lowerStructure(StructureOpInterface op) {
    SmallVector<AffineMap> maps = op.getIndexingMaps();
    SmallVector<Tensor> accessed;
    for (Value value : op->getOperands())
      accessed.push_back(tensors[value]);
    for (Value value : op->getResults()) {
      zeroPadding(tensors[value]);
      accessed.push_back(tensors[value]);
    }
    // One init serves all results; those of another type, such as positions, begin as zero.
    if (TypedAttr init = op.getInit())
      for (Value value : op->getResults()) {
        Type type = tensors[value].type.getElementType();
        forEach(tensors[value].type.getShape(), [&](ValueRange point) {
          Value element = type == init.getType()
                              ? arith::ConstantOp::create(builder, loc, init).getResult()
                              : zero(type);
          tensors[value].store(builder, loc, element, point);
        });
      }
    forEach(op.getIterationDomain(),
            [&](ValueRange point) { lowerPoint(op, maps, accessed, point); });
  }

  void lowerPoint(StructureOpInterface op, ArrayRef<AffineMap> maps, ArrayRef<Tensor> accessed,
                  ValueRange point) {
    SmallVector<SmallVector<Value>> indices;
    SmallVector<int64_t> domain = op.getIterationDomain();
    Value inRange;
    for (auto [map, tensor] : llvm::zip_equal(maps, accessed)) {
      auto &position = indices.emplace_back();
      for (auto [expr, size] : llvm::zip_equal(map.getResults(), tensor.type.getShape())) {
        position.push_back(affine::expandAffineExpr(builder, loc, expr, point, {}));
        auto dim = dyn_cast<AffineDimExpr>(expr);
        if (!dim || domain[dim.getPosition()] != size)
          inRange = both(inRange, isInRange(position.back(), size));
      }
    }
    if (inRange) {
      auto guard = scf::IfOp::create(builder, loc, inRange);
      builder.setInsertionPointToStart(guard.thenBlock());
    }
    SmallVector<Value> elements;
    bool readsResults = static_cast<bool>(op.getInit());
    for (auto [i, tensor] : llvm::enumerate(accessed))
      elements.push_back(i < op->getNumOperands() || readsResults
                             ? tensor.load(builder, loc, indices[i])
                             : Value());
    if (!readsResults)
      elements.resize(op->getNumOperands());
    SmallVector<Value> computed = op.buildBody(builder, elements, point);
    for (auto [i, element] : llvm::enumerate(computed))
      accessed[op->getNumOperands() + i].store(builder, loc, element,
                                               indices[op->getNumOperands() + i]);
  }

  Value isInRange(Value position, int64_t size) {
    auto compare = [&](arith::CmpIPredicate predicate, Value a, Value b) -> Value {
      return arith::CmpIOp::create(builder, loc, predicate, a, b);
    };
    return both(compare(arith::CmpIPredicate::sge, position, index(0)),
                compare(arith::CmpIPredicate::slt, position, sizeOf(size)));
  }

  Value both(Value a, Value b) {
    return a ? arith::AndIOp::create(builder, loc, a, b).getResult() : b;
  }

  void lowerGather(nn::GatherOp op) {
    Tensor samples = tensors[op.getSamples()], order = tensors[op.getOrder()],
           output = tensors[op.getOutput()];
    forEach(output.type.getShape(), [&](ValueRange point) {
      Value sample = order.load(builder, loc, point.front());
      SmallVector<Value> source(point);
      source.front() = arith::IndexCastOp::create(builder, loc, builder.getIndexType(), sample);
      output.store(builder, loc, samples.load(builder, loc, source), point);
    });
  }

  void lowerConcatenate(nn::ConcatenateOp op) {
    Tensor output = tensors[op.getOutput()];
    int64_t axis = op.getAxis(), before = 0;
    for (Value operand : op.getInputs()) {
      Tensor input = tensors[operand];
      forEach(input.type.getShape(), [&](ValueRange point) {
        SmallVector<Value> place(point);
        place[axis] = arith::AddIOp::create(builder, loc, place[axis], index(before));
        output.store(builder, loc, input.load(builder, loc, point), place);
      });
      before += input.type.getDimSize(axis);
    }
  }

  OpBuilder &builder;
  Kernel &kernel;
  Location loc;
  llvm::DenseMap<Value, Tensor> tensors;
  SmallVector<Value> temporaries;
};
} // namespace

const Emitter ingot::codegen::referenceEmitter = {
    [](kernel::LaunchOp, int64_t) -> int64_t { return 1; },
    [](OpBuilder &builder, Kernel &kernel) { return ReferenceLowering(builder, kernel).run(); },
};
