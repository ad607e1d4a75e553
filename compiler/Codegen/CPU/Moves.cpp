// Padding, cropping, concatenation and permutation, a row of the batch at a time. What lies
// together in both tensors is copied in vectors: of a padding the last padded dimension with all
// behind it, of a concatenation its axis with all behind it.

#include "compiler/Codegen/CPU/Moves.h"

#include "compiler/Codegen/CPU/Flat.h"
#include "dialects/NN/Moves.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

bool ingot::cpu::isMove(Block &body) {
  Operation &op = body.front();
  if (!isa<nn::PadOp, nn::ConcatenateOp, nn::TransposeOp>(op) ||
      op.getNextNode() != body.getTerminator() || !nn::isBatched(op.getResult(0).getType()))
    return false;
  if (auto transpose = dyn_cast<nn::TransposeOp>(op);
      transpose && transpose.getPermutation()[0] != 0)
    return false;
  auto plain = [](Value value) {
    return typeOf(value).getElementType().isF32() && !typeOf(value).getEncoding();
  };
  return plain(op.getResult(0)) && llvm::all_of(op.getOperands(), plain);
}

namespace {
int64_t product(ArrayRef<int64_t> sizes) {
  int64_t result = 1;
  for (int64_t size : sizes)
    result *= size;
  return result;
}

class MoveEmitter {
public:
  MoveEmitter(OpBuilder &builder, Kernel &kernel)
      : builder(builder), kernel(kernel), loc(kernel.launch.getLoc()),
        op(kernel.launch.getBody().front().front()) {}

  LogicalResult run() {
    for (Value operand : op.getOperands())
      inputs.push_back(flat(operand, kernel.input(operand).memory));
    output = flat(op.getResult(0), kernel.outputs.front().memory);
    Value end = arith::MinSIOp::create(builder, loc, kernel.end, kernel.count);
    auto rows = scf::ForOp::create(builder, loc, kernel.begin, end, index(1));
    builder.setInsertionPointToStart(rows.getBody());
    row = rows.getInductionVar();
    if (auto pad = dyn_cast<nn::PadOp>(op))
      emit(pad);
    else if (auto concatenate = dyn_cast<nn::ConcatenateOp>(op))
      emit(concatenate);
    else
      emit(cast<nn::TransposeOp>(op));
    return success();
  }

private:
  Value index(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  Value add(Value a, Value b) { return arith::AddIOp::create(builder, loc, a, b); }
  Value times(Value a, int64_t factor) {
    return arith::MulIOp::create(builder, loc, a, index(factor));
  }
  Value flat(Value tensor, Value memory) {
    return cpu::flatView(builder, loc, memory, nn::elementsPerRow(typeOf(tensor)) * kernel.batch);
  }
  static ArrayRef<int64_t> rowShape(Value tensor) { return typeOf(tensor).getShape().drop_front(); }
  Value rowOffset(Value tensor) { return times(row, nn::elementsPerRow(typeOf(tensor))); }

  /// Loops over all points of a domain; `body` gets them.
  void forEach(ArrayRef<int64_t> domain, function_ref<void(ValueRange)> body) {
    OpBuilder::InsertionGuard guard(builder);
    SmallVector<Value> point;
    for (int64_t size : domain) {
      auto loop = scf::ForOp::create(builder, loc, index(0), index(size), index(1));
      point.push_back(loop.getInductionVar());
      builder.setInsertionPointToStart(loop.getBody());
    }
    body(point);
  }

  /// The position of a point within dimensions of these sizes, row-major.
  Value linear(ValueRange point, ArrayRef<int64_t> sizes) {
    Value result = index(0);
    for (auto [position, size] : llvm::zip_equal(point, sizes))
      result = add(times(result, size), position);
    return result;
  }

  void copy(Value from, Value source, Value to, int64_t count) {
    cpu::forEachVector(builder, loc, index(0), index(count), [&](Value position, int64_t lanes) {
      Value element = cpu::loadFlat(builder, loc, from, add(source, position), lanes);
      cpu::storeFlat(builder, loc, element, output, add(to, position));
    });
  }

  void fillZero(Value to, int64_t count) {
    cpu::forEachVector(builder, loc, index(0), index(count), [&](Value position, int64_t lanes) {
      Value zero = arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(0));
      if (lanes)
        zero = vector::BroadcastOp::create(builder, loc,
                                           VectorType::get({lanes}, builder.getF32Type()), zero);
      cpu::storeFlat(builder, loc, zero, output, add(to, position));
    });
  }

  void emit(nn::ConcatenateOp concatenate) {
    ArrayRef<int64_t> shape = rowShape(concatenate.getOutput());
    int64_t axis = static_cast<int64_t>(concatenate.getAxis()) - 1;
    ArrayRef<int64_t> outer = shape.take_front(axis);
    int64_t run = product(shape.drop_front(axis));
    forEach(outer, [&](ValueRange point) {
      Value place = linear(point, outer);
      Value to = add(rowOffset(concatenate.getOutput()), times(place, run));
      for (auto [input, memory] : llvm::zip_equal(concatenate.getInputs(), inputs)) {
        int64_t length = product(rowShape(input).drop_front(axis));
        copy(memory, add(rowOffset(input), times(place, length)), to, length);
        to = add(to, index(length));
      }
    });
  }

  void emit(nn::PadOp pad) {
    ArrayRef<int64_t> from = rowShape(pad.getInput()), to = rowShape(pad.getOutput()),
                      before = pad.getBefore().drop_front();
    // The last dimension that changes; without one the whole row is one run.
    int64_t last = 0;
    for (int64_t dim = 0; dim < static_cast<int64_t>(to.size()); ++dim)
      if (before[dim] != 0 || from[dim] != to[dim])
        last = dim;
    int64_t inner = product(to.drop_front(last + 1)), run = to[last] * inner;
    int64_t begin = std::clamp<int64_t>(before[last], 0, to[last]),
            end = std::clamp<int64_t>(before[last] + from[last], begin, to[last]);
    ArrayRef<int64_t> outer = to.take_front(last);
    forEach(outer, [&](ValueRange point) {
      Value target = add(rowOffset(pad.getOutput()), times(linear(point, outer), run));
      SmallVector<Value> source;
      Value inside;
      for (auto [position, first, size] :
           llvm::zip_equal(point, before.take_front(last), from.take_front(last))) {
        source.push_back(arith::SubIOp::create(builder, loc, position, index(first)));
        // Unsigned, so that a negative position is beyond the size too.
        Value within = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, source.back(),
                                             index(size));
        inside = inside ? arith::AndIOp::create(builder, loc, inside, within) : within;
      }
      auto inRange = [&] {
        fillZero(target, begin * inner);
        Value place = times(linear(source, from.take_front(last)), from[last]);
        place = add(place, index(begin - before[last]));
        copy(inputs[0], add(rowOffset(pad.getInput()), times(place, inner)),
             add(target, index(begin * inner)), (end - begin) * inner);
        fillZero(add(target, index(end * inner)), run - end * inner);
      };
      if (!inside)
        return inRange();
      auto branch = scf::IfOp::create(builder, loc, inside, /*withElseRegion=*/true);
      builder.setInsertionPointToStart(branch.thenBlock());
      inRange();
      builder.setInsertionPointToStart(branch.elseBlock());
      fillZero(target, run);
    });
  }

  void emit(nn::TransposeOp transpose) {
    ArrayRef<int64_t> from = rowShape(transpose.getInput()), to = rowShape(transpose.getOutput()),
                      permutation = transpose.getPermutation().drop_front();
    forEach(to, [&](ValueRange point) {
      SmallVector<Value> source(point.size());
      for (auto [position, dim] : llvm::zip_equal(point, permutation))
        source[dim - 1] = position;
      Value element =
          cpu::loadFlat(builder, loc, inputs[0],
                        add(rowOffset(transpose.getInput()), linear(source, from)), /*lanes=*/0);
      cpu::storeFlat(builder, loc, element, output,
                     add(rowOffset(transpose.getOutput()), linear(point, to)));
    });
  }

  OpBuilder &builder;
  Kernel &kernel;
  Location loc;
  Operation &op;
  SmallVector<Value> inputs;
  Value output, row;
};
} // namespace

LogicalResult ingot::cpu::emitMove(OpBuilder &builder, Kernel &kernel) {
  return MoveEmitter(builder, kernel).run();
}
