// Reductions along any dimensions but the last, one or several over the same domain: gradients of
// biases, statistics of batch normalization, sums over all of a weight in a blocked layout. A unit
// is some vectors of columns at one place of the other dimensions that are kept; it adds several
// rows at a time to as many sums, since one chain of additions would wait for its own latency. The
// order of additions depends on nothing but the shape and the schedule.

#include "compiler/Codegen/CPU/Columns.h"

#include "compiler/Codegen/CPU/Flat.h"
#include "compiler/Codegen/CPU/ScalarBody.h"
#include "dialects/NN/ScalarRegion.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;
using namespace ingot::cpu;

/// Sums in registers at once.
static constexpr int64_t accumulators = 8;

//===- Which launches -------------------------------------------------------------------------===//

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

static int64_t blockOf(Attribute encoding) {
  auto blocked = dyn_cast_or_null<kernel::BlockedAttr>(encoding);
  return blocked ? blocked.getBlock() : 0;
}

/// True if the result has the layout of its operands, whose blocks it then keeps, and not that of a
/// plain vector.
static bool keepsBlocks(nn::ReduceOp reduce) {
  return blockOf(typeOf(reduce.getOutput()).getEncoding()) != 0;
}

/// The block of the layout that the operands of full rank have, 0 for a plain one; none where they
/// differ or others do not fit to it.
static std::optional<int64_t> commonBlock(ArrayRef<nn::ReduceOp> reduces, int64_t rank) {
  std::optional<int64_t> block;
  for (nn::ReduceOp reduce : reduces)
    for (auto [i, input] : llvm::enumerate(reduce.getInputs())) {
      auto encoding = typeOf(input).getEncoding();
      auto blocked = dyn_cast_or_null<kernel::BlockedAttr>(encoding);
      if (encoding && !blocked)
        return std::nullopt;
      if (static_cast<int64_t>(reduce.getDims(i).size()) != rank) {
        if (blocked)
          return std::nullopt;
        continue;
      }
      int64_t own = blocked ? blocked.getBlock() : 0;
      if (block && *block != own)
        return std::nullopt;
      block = own;
    }
  return block.value_or(0);
}

std::optional<ColumnLaunch> ColumnLaunch::of(kernel::LaunchOp launch, int64_t batch) {
  SmallVector<nn::ReduceOp> reduces;
  for (Operation &op : launch.getBody().front().without_terminator()) {
    auto reduce = dyn_cast<nn::ReduceOp>(op);
    if (!reduce ||
        !isVectorizable(reduce.getBody().front(), /*withPositions=*/true,
                        /*withLinearPositions=*/true) ||
        (typeOf(reduce.getOutput()).getEncoding() && !keepsBlocks(reduce)) ||
        (!reduces.empty() &&
         (reduce.getAxes() != reduces.front().getAxes() ||
          reduce.getIterationDomain() != reduces.front().getIterationDomain())) ||
        !llvm::all_of(reduce.getInputs(), llvm::IsaPred<BlockArgument>))
      return std::nullopt;
    reduces.push_back(reduce);
  }
  if (reduces.empty() || reduces.front().getAxes().empty())
    return std::nullopt;
  SmallVector<int64_t> shape = reduces.front().getIterationDomain();
  int64_t rank = shape.size();
  std::optional<int64_t> block = commonBlock(reduces, rank);
  if (!block || (shape.back() == 1 && !*block) ||
      llvm::is_contained(reduces.front().getAxes(), rank - 1))
    return std::nullopt;
  int64_t last = shape.back();
  for (nn::ReduceOp reduce : reduces) {
    auto result = typeOf(reduce.getOutput());
    if (keepsBlocks(reduce) != keepsBlocks(reduces.front()) ||
        (keepsBlocks(reduce) ? blockOf(result.getEncoding()) != *block
                             : *block && result.getRank() != 1))
      return std::nullopt;
  }
  // Lanes that only pad blocks are summed like others where the result has them too.
  if (keepsBlocks(reduces.front()))
    last = llvm::alignTo(last, *block);
  if (*block) {
    shape.back() = *block;
    shape.insert(shape.begin(), llvm::divideCeil(last, *block));
  }
  ColumnLaunch form{Domain(shape, batch)};
  form.reduces = reduces;
  form.block = *block;
  form.last = last;
  form.domain.access(form.resultDims());
  for (nn::ReduceOp reduce : reduces) {
    Block &body = reduce.getBody().front();
    if (form.block && !cpu::isVectorizable(body))
      return std::nullopt;
    form.domain.positionsOf(body);
    for (unsigned i = 0; i < reduce.getNumOperands(); ++i) {
      SmallVector<int64_t> dims = reduce.getDims(i);
      if (form.block && dims.size() > 1 && static_cast<int64_t>(dims.size()) != rank)
        return std::nullopt;
      if (form.block && dims.size() == 1 && rank > 1 && dims.front() != rank - 1)
        return std::nullopt;
      form.domain.access(form.dimsOf(reduce, i));
    }
  }
  if (*block)
    form.domain.separate(shape.size() - 1);
  SmallVector<int64_t> strides = form.domain.strides(form.resultDims());
  if (form.domain.rank() < 2 || strides.back() != 1)
    return std::nullopt;
  for (unsigned i = 0; i + 1 < form.domain.rank(); ++i)
    (strides[i] ? form.kept : form.reduced).push_back(i);
  return form.reduced.empty() ? std::nullopt : std::optional(form);
}

/// Dims of the logical shape as those of a blocked one.
static SmallVector<int64_t> unfolded(ArrayRef<int64_t> dims, int64_t rank) {
  SmallVector<int64_t> result;
  if (llvm::is_contained(dims, rank - 1))
    result.push_back(0);
  for (int64_t dim : dims)
    result.push_back(dim + 1);
  return result;
}

SmallVector<int64_t> ColumnLaunch::dimsOf(nn::ReduceOp reduce, unsigned operand) const {
  SmallVector<int64_t> dims = reduce.getDims(operand);
  return block ? unfolded(dims, reduce.getIterationDomain().size()) : dims;
}

SmallVector<int64_t> ColumnLaunch::resultDims() const {
  nn::ReduceOp reduce = reduces.front();
  int64_t rank = nn::ReduceOp(reduce).getIterationDomain().size();
  SmallVector<int64_t> dims;
  for (int64_t dim = 0; dim < rank; ++dim)
    if (!llvm::is_contained(reduce.getAxes(), dim))
      dims.push_back(dim);
  return block ? unfolded(dims, rank) : dims;
}

//===- Their kernels --------------------------------------------------------------------------===//

static int64_t chunksOf(const ColumnLaunch &form, int64_t vectors) {
  return llvm::divideCeil(form.columns(), vectors * flatLanes);
}

namespace {
class Columns {
public:
  Columns(OpBuilder &builder, Kernel &kernel, ColumnLaunch form)
      : builder(builder), kernel(kernel), loc(kernel.launch.getLoc()), form(std::move(form)),
        vectors(kernel.launch.getSchedule()->getTile("vectors")) {}

  LogicalResult run() {
    for (nn::ReduceOp reduce : form.reduces) {
      auto &own = operands.emplace_back();
      for (auto [i, input] : llvm::enumerate(reduce.getInputs()))
        own.push_back({flatView(builder, loc, kernel.input(input).memory),
                       form.domain.strides(form.dimsOf(reduce, i))});
      targets.push_back(flatView(builder, loc, kernel.output(reduce.getOutput())->memory));
    }
    SmallVector<int64_t> sizes;
    for (unsigned dim : form.kept)
      sizes.push_back(form.domain.capacity(dim));
    sizes.push_back(chunksOf(form, vectors));
    Value end = kernel.end;
    if (!form.kept.empty() && form.domain.isDynamic(form.kept.front())) {
      int64_t rest = 1;
      for (int64_t size : ArrayRef(sizes).drop_front())
        rest *= size;
      Value valid = form.domain.size(builder, loc, form.kept.front(), kernel.count);
      end = arith::MinSIOp::create(builder, loc, end,
                                   arith::MulIOp::create(builder, loc, valid, index(rest)));
    }
    auto units = scf::ForOp::create(builder, loc, kernel.begin, end, index(1));
    builder.setInsertionPointToStart(units.getBody());
    emitUnit(pointOf(builder, loc, units.getInductionVar(), sizes));
    return success();
  }

private:
  struct Operand {
    Value memory;
    SmallVector<int64_t> strides;
  };

  Value index(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  Value add(Value a, Value b) { return arith::AddIOp::create(builder, loc, a, b); }
  VectorType vectorOf(Type element) { return VectorType::get({flatLanes}, element); }

  /// The unit at `place`: positions along the kept dimensions, then the number of a chunk.
  void emitUnit(ArrayRef<Value> place) {
    point.assign(form.domain.rank(), Value());
    for (auto [dim, position] : llvm::zip(form.kept, place))
      point[dim] = position;
    Value first = arith::MulIOp::create(builder, loc, place.back(), index(vectors * flatLanes));
    starts.clear(), masks.clear();
    for (int64_t v = 0; v < vectors; ++v) {
      starts.push_back(v ? add(first, index(v * flatLanes)) : first);
      masks.push_back(maskOf(starts.back()));
    }
    hoist();
    SmallVector<Value> sums;
    for (nn::ReduceOp reduce : form.reduces)
      sums.append(vectors * rowsAtOnce(), initial(reduce));
    sums = reduceAlong(0, sums);
    store(sums);
  }

  /// Null where every lane exists.
  Value maskOf(Value start) {
    int64_t columns = form.columns();
    bool whole =
        columns % flatLanes == 0 && chunksOf(form, vectors) * vectors * flatLanes == columns;
    if (whole && (!form.block || form.last % form.block == 0))
      return {};
    Value limit = index(columns);
    if (form.block && form.last % form.block) {
      Value block = point[0] ? point[0] : index(0);
      Value before = arith::MulIOp::create(builder, loc, block, index(form.block));
      limit = arith::MinSIOp::create(builder, loc, limit,
                                     arith::SubIOp::create(builder, loc, index(form.last), before));
    }
    return vector::CreateMaskOp::create(
        builder, loc, vectorOf(builder.getI1Type()),
        ValueRange{arith::SubIOp::create(builder, loc, limit, start)});
  }

  int64_t rowsAtOnce() const {
    int64_t each = vectors * static_cast<int64_t>(form.reduces.size());
    return std::max<int64_t>(1, accumulators / each);
  }

  Value initial(nn::ReduceOp reduce) {
    auto init = reduce.getInit();
    auto type = vectorOf(init.getType());
    return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, Attribute(init)));
  }

  bool isHoisted(const Operand &operand) {
    return llvm::all_of(form.reduced, [&](unsigned dim) { return !operand.strides[dim]; });
  }

  /// Loads what does not change along the reduced dimensions.
  void hoist() {
    hoisted.clear();
    for (auto &own : operands)
      for (Operand &operand : own)
        for (int64_t v = 0; v < vectors; ++v)
          hoisted.push_back(isHoisted(operand) ? load(operand, v) : Value());
  }

  /// One element where the operand is broadcast along columns, else a vector.
  Value load(const Operand &operand, int64_t v) {
    SmallVector<Value> place(point);
    for (Value &position : place)
      if (!position)
        position = index(0);
    place.back() = starts[v];
    Value offset = offsetAt(builder, loc, place, operand.strides);
    if (!operand.strides.back())
      return memref::LoadOp::create(builder, loc, operand.memory, offset);
    return loadMasked(builder, loc, operand.memory, offset, masks[v], flatLanes);
  }

  /// Adds all points along the reduced dimensions from number `depth` on to `sums`.
  SmallVector<Value> reduceAlong(unsigned depth, SmallVector<Value> sums) {
    unsigned dim = form.reduced[depth];
    Value size = form.domain.size(builder, loc, dim, kernel.count);
    if (depth + 1 < form.reduced.size())
      return loop(dim, index(0), size, 1, sums,
                  [&](SmallVector<Value> inner) { return reduceAlong(depth + 1, inner); });
    int64_t step = rowsAtOnce();
    Value rest = arith::RemUIOp::create(builder, loc, size, index(step));
    Value middle = arith::SubIOp::create(builder, loc, size, rest);
    sums = loop(dim, index(0), middle, step, sums, [&](SmallVector<Value> inner) {
      Value row = point[dim];
      for (int64_t i = 0; i < step; ++i) {
        point[dim] = i ? add(row, index(i)) : row;
        accumulate(inner, i);
      }
      return inner;
    });
    if (step == 1)
      return sums;
    return loop(dim, middle, size, 1, sums, [&](SmallVector<Value> inner) {
      accumulate(inner, 0);
      return inner;
    });
  }

  SmallVector<Value> loop(unsigned dim, Value from, Value to, int64_t step, ValueRange sums,
                          function_ref<SmallVector<Value>(SmallVector<Value>)> body) {
    auto each = scf::ForOp::create(builder, loc, from, to, index(step), sums);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(each.getBody());
    point[dim] = each.getInductionVar();
    scf::YieldOp::create(builder, loc, body(llvm::to_vector_of<Value>(each.getRegionIterArgs())));
    point[dim] = Value();
    return llvm::to_vector_of<Value>(each.getResults());
  }

  /// Adds the row at `point` to the sums of set `set`.
  void accumulate(SmallVector<Value> &sums, int64_t set) {
    size_t operandsBefore = 0;
    for (auto [r, reduce] : llvm::enumerate(form.reduces)) {
      for (int64_t v = 0; v < vectors; ++v) {
        SmallVector<Value> elements;
        for (auto [i, operand] : llvm::enumerate(operands[r])) {
          Value known = hoisted[(operandsBefore + i) * vectors + v];
          elements.push_back(known ? known : load(operand, v));
        }
        auto position = [&](int64_t dim) -> Value {
          SmallVector<Value> place(point);
          if (dim == allDimensions) {
            place.back() = starts[v];
            int64_t rank = reduce.getIterationDomain().size();
            Value first = offsetAt(builder, loc, place, form.domain.strides(nn::allDims(rank)));
            return linearPositions(builder, loc, first, flatLanes);
          }
          place.back() = vectorOfPositions(builder, loc, starts[v], flatLanes);
          return form.domain.position(builder, loc, dim, place);
        };
        Value element = buildScalarBody(builder, loc, reduce.getBody().front(), elements, flatLanes,
                                        position)[0];
        Value &sum = sums[(r * vectors + v) * rowsAtOnce() + set];
        sum = nn::combineElements(builder, loc, reduce.getKind(), sum, element);
      }
      operandsBefore += operands[r].size();
    }
  }

  void store(ArrayRef<Value> sums) {
    SmallVector<int64_t> strides = form.domain.strides(form.resultDims());
    for (auto [r, reduce] : llvm::enumerate(form.reduces))
      for (int64_t v = 0; v < vectors; ++v) {
        SmallVector<Value> own(sums.slice((r * vectors + v) * rowsAtOnce(), rowsAtOnce()));
        Value sum = combineAll(builder, loc, reduce.getKind(), own);
        SmallVector<Value> place(point);
        for (Value &position : place)
          if (!position)
            position = index(0);
        place.back() = starts[v];
        storeMasked(builder, loc, sum, targets[r], offsetAt(builder, loc, place, strides),
                    masks[v]);
      }
  }

  OpBuilder &builder;
  Kernel &kernel;
  Location loc;
  ColumnLaunch form;
  int64_t vectors;
  SmallVector<SmallVector<Operand>> operands; // of each reduction
  SmallVector<Value> targets;
  SmallVector<Value> point;         // along the domain; null where not yet in a loop
  SmallVector<Value> starts, masks; // of each vector of columns
  SmallVector<Value> hoisted;       // of each operand, each vector
};
} // namespace

int64_t ColumnLaunch::stretches() const {
  int64_t count = 1;
  for (unsigned dim : kept)
    count *= domain.capacity(dim);
  return count;
}

const Emitter ingot::codegen::columnsEmitter = {
    [](kernel::LaunchOp launch, int64_t batch) -> int64_t {
      ColumnLaunch form = *ColumnLaunch::of(launch, batch);
      return form.stretches() * chunksOf(form, launch.getSchedule()->getTile("vectors"));
    },
    [](OpBuilder &builder, Kernel &kernel) {
      return Columns(builder, kernel, *ColumnLaunch::of(kernel.launch, kernel.batch)).run();
    },
    {"vectors"},
    [](kernel::LaunchOp launch, int64_t batch) {
      return ColumnLaunch::of(launch, batch).has_value();
    },
};
