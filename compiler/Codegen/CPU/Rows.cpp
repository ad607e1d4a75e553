// Row by row: a map with operands that are broadcast, a softmax, a layer normalization. The row
// that is being worked on stays in the nearest cache.
//
// The ops of a launch fall into passes over a row: an op that needs what a reduction makes of the
// row waits for the next pass. A pass is one loop of vectors along the row, in which every op of
// the pass handles the vector at hand; a reduction keeps several vectors of partial results, since
// one chain of additions would wait for its own latency. Values with one element a row are scalars
// between the passes. The order of additions depends on nothing but the shape.

#include "compiler/Codegen/CPU/Rows.h"

#include "compiler/Codegen/CPU/Flat.h"
#include "compiler/Codegen/CPU/ScalarBody.h"
#include "dialects/NN/ScalarRegion.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <map>

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;
using namespace ingot::cpu;

/// Vectors that a loop handles at once.
static constexpr int64_t mostAtOnce = 4;
/// Elements of a piece of a row of maps; a multiple of all vectors handled at once.
static constexpr int64_t chunkElements = 4096;
/// Elements of values that are kept from pass to pass on the stack.
static constexpr int64_t mostScratch = 64 * 1024;

//===- Which launches -------------------------------------------------------------------------===//

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

static SmallVector<int64_t> dimsOf(Operation *op, unsigned operand) {
  auto map = dyn_cast<nn::MapOp>(op);
  return map ? map.getDims(operand) : cast<nn::ReduceOp>(op).getDims(operand);
}

static SmallVector<int64_t> domainOf(Operation *op) {
  return cast<StructureOpInterface>(op).getIterationDomain();
}

static bool isPlain(Value value) { return !typeOf(value).getEncoding(); }

static bool isVectorizable(Operation &op) {
  return isa<nn::MapOp, nn::ReduceOp>(op) &&
         cpu::isVectorizable(op.getRegion(0).front(), /*withPositions=*/true,
                             /*withLinearPositions=*/true) &&
         llvm::all_of(op.getOperands(), isPlain) && llvm::all_of(op.getResults(), isPlain);
}

std::optional<RowLaunch> RowLaunch::of(kernel::LaunchOp launch, int64_t batch) {
  auto ops = launch.getBody().front().without_terminator();
  if (ops.empty() || !llvm::all_of(ops, [](Operation &op) { return ::isVectorizable(op); }))
    return std::nullopt;
  SmallVector<int64_t> shape;
  nn::ReduceOp reduce;
  for (Operation &op : ops) {
    SmallVector<int64_t> own = domainOf(&op);
    if (own.size() > shape.size())
      shape = own;
    if (auto each = dyn_cast<nn::ReduceOp>(op))
      reduce = each;
  }
  RowLaunch form{Domain(shape, batch)};
  form.rank = shape.size();
  form.reduces = static_cast<bool>(reduce);
  form.leadingDims = reduce ? reduce.getOutput().getType().getRank() : form.rank;
  if (form.rank == 0)
    return std::nullopt;
  int64_t scratch = 0;
  for (Operation &op : ops) {
    SmallVector<int64_t> own = domainOf(&op);
    bool perElement = static_cast<int64_t>(own.size()) == form.rank;
    if (ArrayRef(own) != ArrayRef(shape).take_front(own.size()) ||
        (!perElement && static_cast<int64_t>(own.size()) != form.leadingDims))
      return std::nullopt;
    if (auto each = dyn_cast<nn::ReduceOp>(op))
      if (!perElement || each.getAxes().empty() || each.getAxes().front() != form.leadingDims ||
          each.getAxes().back() != form.rank - 1 ||
          static_cast<int64_t>(each.getAxes().size()) != form.rank - form.leadingDims)
        return std::nullopt;
    form.domain.positionsOf(op.getRegion(0).front());
    for (auto [i, input] : llvm::enumerate(op.getOperands())) {
      SmallVector<int64_t> dims = ::dimsOf(&op, i);
      // What the launch makes itself is at hand for the row, or for the element, only.
      if (input.getDefiningOp() && dims != nn::allDims(typeOf(input).getRank()))
        return std::nullopt;
      form.domain.access(dims);
    }
    if (isa<nn::MapOp>(op) && perElement)
      scratch += form.reduces;
  }
  if (form.reduces)
    form.domain.separate(form.leadingDims);
  form.leading = form.reduces ? form.domain.rankBefore(form.leadingDims)
                              : std::max(form.domain.rank(), 1u) - 1;
  if (scratch * form.rowElements() > mostScratch)
    return std::nullopt;
  return form;
}

int64_t RowLaunch::rows() const {
  int64_t count = 1;
  for (unsigned i = 0; i < leading; ++i)
    count *= domain.capacity(i);
  return count;
}

int64_t RowLaunch::rowElements() const {
  int64_t count = 1;
  for (unsigned i = leading; i < domain.rank(); ++i)
    count *= domain.capacity(i);
  return count;
}

int64_t RowLaunch::chunksPerRow() const {
  bool fixed = leading < domain.rank() && !domain.isDynamic(leading);
  return reduces || !fixed ? 1 : llvm::divideCeil(rowElements(), chunkElements);
}

bool RowLaunch::isPerRow(Value value) const { return typeOf(value).getRank() != rank; }

//===- Their kernels --------------------------------------------------------------------------===//

namespace {
class Rows {
public:
  Rows(OpBuilder &builder, Kernel &kernel, RowLaunch form)
      : builder(builder), kernel(kernel), loc(kernel.launch.getLoc()), form(std::move(form)),
        body(kernel.launch.getBody().front()) {}

  LogicalResult run() {
    assignPasses();
    findMemory();
    int64_t unit = kernel.launch.getSchedule()->getTile("pieces"), chunks = form.chunksPerRow();
    SmallVector<int64_t> sizes;
    for (unsigned i = 0; i < form.leading; ++i)
      sizes.push_back(form.domain.capacity(i));
    Value valid = index(form.pieces());
    if (form.leading && form.domain.isDynamic(0))
      valid = arith::MulIOp::create(builder, loc, form.domain.size(builder, loc, 0, kernel.count),
                                    index(form.pieces() / sizes.front()));
    sizes.push_back(chunks);
    auto clipped = [&](Value units) -> Value {
      return arith::MinSIOp::create(builder, loc,
                                    arith::MulIOp::create(builder, loc, units, index(unit)), valid);
    };
    auto pieces =
        scf::ForOp::create(builder, loc, clipped(kernel.begin), clipped(kernel.end), index(1));
    builder.setInsertionPointToStart(pieces.getBody());
    row = pointOf(builder, loc, pieces.getInductionVar(), sizes);
    chunk = row.pop_back_val();
    emitRow();
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
  bool isInside(Value value) const { return value.getDefiningOp() != nullptr; }
  bool isPerElement(Operation &op) {
    return static_cast<int64_t>(domainOf(&op).size()) == form.rank;
  }

  //===- Before the first row -----------------------------------------------------------------===//

  /// The pass of each op; of an op with one value a row, the pass before which it is computed.
  void assignPasses() {
    llvm::DenseMap<Value, unsigned> available;
    for (Operation &op : body.without_terminator()) {
      unsigned pass = 0;
      for (Value input : op.getOperands())
        pass = std::max(pass, available.lookup(input));
      passOf[&op] = pass;
      lastPass = std::max(lastPass, pass);
      for (Value result : op.getResults())
        available[result] = isa<nn::ReduceOp>(op) ? pass + 1 : pass;
    }
  }

  /// Where the values lie that the launch reads, writes, or keeps from pass to pass.
  void findMemory() {
    for (BlockArgument argument : body.getArguments())
      memory[argument] = flatView(builder, loc, kernel.input(argument).memory);
    for (Operation &op : body.without_terminator())
      for (Value result : op.getResults()) {
        if (const Tensor *output = kernel.output(result))
          memory[result] = flatView(builder, loc, output->memory);
        else if (!form.isPerRow(result) && llvm::any_of(result.getUsers(), [&](Operation *user) {
                   return passOf.lookup(user) > passOf[&op];
                 }))
          scratch[result] = memref::AllocaOp::create(
              builder, loc, MemRefType::get({form.rowElements()}, typeOf(result).getElementType()),
              builder.getI64IntegerAttr(64));
      }
  }

  Operand operandOf(Operation *op, unsigned i) {
    return {memory.lookup(op->getOperand(i)), form.domain.strides(::dimsOf(op, i))};
  }

  SmallVector<int64_t> stridesOf(Value value) {
    return form.domain.strides(nn::allDims(typeOf(value).getRank()));
  }

  //===- A row ----------------------------------------------------------------------------------//

  void emitRow() {
    perRow.clear(), scalars.clear();
    for (unsigned pass = 0; pass <= lastPass; ++pass) {
      SmallVector<Operation *> ops;
      for (Operation &op : body.without_terminator()) {
        if (passOf[&op] != pass)
          continue;
        if (isPerElement(op))
          ops.push_back(&op);
        else
          emitPerRow(op);
      }
      if (!ops.empty())
        emitPass(ops);
    }
  }

  /// An op with one value a row.
  void emitPerRow(Operation &op) {
    SmallVector<Value> elements;
    for (unsigned i = 0; i < op.getNumOperands(); ++i)
      elements.push_back(isInside(op.getOperand(i)) ? perRow.lookup(op.getOperand(i))
                                                    : loadScalar(operandOf(&op, i)));
    auto position = [&](int64_t dim) -> Value {
      if (dim != allDimensions)
        return positionAt(dim, {});
      Value place =
          offsetAt(builder, loc, row, form.domain.strides(nn::allDims(domainOf(&op).size())));
      return linearPositions(builder, loc, place, 0);
    };
    SmallVector<Value> results =
        buildScalarBody(builder, loc, op.getRegion(0).front(), elements, 0, position);
    for (auto [result, element] : llvm::zip_equal(op.getResults(), results))
      finishPerRow(result, element);
  }

  void finishPerRow(Value result, Value element) {
    perRow[result] = element;
    if (Value target = memory.lookup(result))
      memref::StoreOp::create(builder, loc, element, target,
                              offsetAt(builder, loc, row, stridesOf(result)));
  }

  Value loadScalar(const Operand &operand) {
    return memref::LoadOp::create(builder, loc, operand.memory,
                                  offsetAt(builder, loc, row, operand.strides));
  }

  Value positionAt(int64_t dim, ValueRange inRow) {
    SmallVector<Value> point(row);
    llvm::append_range(point, inRow);
    point.resize(form.domain.rank(), index(0));
    return form.domain.position(builder, loc, dim, point);
  }

  //===- A pass over a row ----------------------------------------------------------------------//

  /// Vectors along the last dimension: how many there are, how many at once.
  struct Stretch {
    int64_t size;    // elements, at most
    int64_t vectors; // whole ones
    int64_t atOnce;
  };

  Stretch stretch() {
    int64_t size =
        form.leading < form.domain.rank() ? form.domain.capacity(form.domain.rank() - 1) : 1;
    int64_t vectors = isDynamicStretch() ? 0 : size / flatLanes;
    return {size, vectors, std::clamp<int64_t>(vectors, 1, mostAtOnce)};
  }

  bool isDynamicStretch() {
    unsigned last = form.domain.rank() - 1;
    return form.leading == 0 && form.domain.rank() == 1 && form.domain.isDynamic(last);
  }

  void emitPass(ArrayRef<Operation *> ops) {
    current = ops;
    loadScalars();
    SmallVector<Value> sums;
    for (Operation *op : ops)
      if (auto reduce = dyn_cast<nn::ReduceOp>(op))
        sums.append(stretch().atOnce, initial(reduce));
    sums = along(form.leading, {}, sums);
    size_t first = 0, each = stretch().atOnce;
    for (Operation *op : ops)
      if (auto reduce = dyn_cast<nn::ReduceOp>(op)) {
        SmallVector<Value> own(ArrayRef(sums).slice(first, each));
        first += each;
        Value sum = combineAll(builder, loc, reduce.getKind(), own);
        finishPerRow(reduce.getOutput(), combineLanes(builder, loc, reduce.getKind(), sum));
      }
  }

  /// Loads operands that have one element for the row.
  void loadScalars() {
    for (Operation *op : current)
      for (unsigned i = 0; i < op->getNumOperands(); ++i) {
        if (isInside(op->getOperand(i)))
          continue;
        Operand operand = operandOf(op, i);
        bool constant = llvm::all_of(ArrayRef(operand.strides).drop_front(form.leading),
                                     [](int64_t stride) { return stride == 0; });
        auto key = std::make_pair(op->getOperand(i), ArrayRef(operand.strides).vec());
        if (constant && !scalars.contains(key))
          scalars[key] = loadScalar(operand);
      }
  }

  Value initial(nn::ReduceOp reduce) {
    TypedAttr init = reduce.getInit();
    return arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(vectorOf(init.getType()), Attribute(init)));
  }

  /// Loops over the dimensions of a row from `dim` on; `sums` go along.
  SmallVector<Value> along(unsigned dim, SmallVector<Value> place, SmallVector<Value> sums) {
    if (dim + 1 < form.domain.rank()) {
      Value size = form.domain.size(builder, loc, dim, kernel.count);
      return loop(index(0), size, 1, sums, [&](Value position, SmallVector<Value> inner) {
        SmallVector<Value> next(place);
        next.push_back(position);
        return along(dim + 1, next, inner);
      });
    }
    return alongVectors(place, sums);
  }

  SmallVector<Value> loop(Value from, Value to, int64_t step, ValueRange sums,
                          function_ref<SmallVector<Value>(Value, SmallVector<Value>)> emit) {
    auto each = scf::ForOp::create(builder, loc, from, to, index(step), sums);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(each.getBody());
    SmallVector<Value> next =
        emit(each.getInductionVar(), llvm::to_vector_of<Value>(each.getRegionIterArgs()));
    if (!next.empty())
      scf::YieldOp::create(builder, loc, next);
    return llvm::to_vector_of<Value>(each.getResults());
  }

  SmallVector<Value> alongVectors(const SmallVector<Value> &place, SmallVector<Value> sums) {
    if (isDynamicStretch())
      return alongDynamic(sums);
    Stretch s = stretch();
    int64_t step = s.atOnce * flatLanes, middle = s.size / step * step;
    auto group = [&](Value first, SmallVector<Value> inner) {
      for (int64_t i = 0; i < s.atOnce; ++i)
        emitVector(place, i ? add(first, index(i * flatLanes)) : first, {}, inner, i);
      return inner;
    };
    int64_t chunks = form.chunksPerRow();
    if (chunks > 1) {
      Value from = arith::MulIOp::create(builder, loc, chunk, index(chunkElements));
      Value to =
          arith::MinSIOp::create(builder, loc, add(from, index(chunkElements)), index(middle));
      sums = loop(from, to, step, sums, group);
    } else if (middle == step)
      sums = group(index(0), sums);
    else if (middle)
      sums = loop(index(0), index(middle), step, sums, group);
    if (middle == s.size)
      return sums;
    OpBuilder::InsertionGuard guard(builder);
    if (chunks > 1) {
      // Maps alone: no sums leave the condition.
      Value isLast =
          arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, chunk, index(chunks - 1));
      builder.setInsertionPointToStart(
          scf::IfOp::create(builder, loc, isLast, /*withElseRegion=*/false).thenBlock());
    }
    int64_t set = 0;
    for (int64_t first = middle; first < s.size; first += flatLanes, ++set)
      emitVector(place, index(first), maskOf(s.size - first), sums, set % s.atOnce);
    return sums;
  }

  SmallVector<Value> alongDynamic(SmallVector<Value> sums) {
    Value size = form.domain.size(builder, loc, 0, kernel.count);
    return loop(index(0), size, flatLanes, sums, [&](Value first, SmallVector<Value> inner) {
      Value left = arith::SubIOp::create(builder, loc, size, first);
      Value mask = vector::CreateMaskOp::create(builder, loc, vectorOf(builder.getI1Type()), left);
      emitVector({}, first, mask, inner, 0);
      return inner;
    });
  }

  /// Null for a whole vector.
  Value maskOf(int64_t lanes) {
    if (lanes >= flatLanes)
      return {};
    return vector::CreateMaskOp::create(builder, loc, vectorOf(builder.getI1Type()),
                                        ValueRange{index(lanes)});
  }

  //===- A vector of a pass ---------------------------------------------------------------------//

  /// Every op of the pass, for the vector from `first` on; reductions add to their sum `set`.
  void emitVector(ValueRange place, Value first, Value mask, SmallVector<Value> &sums,
                  int64_t set) {
    SmallVector<Value> point(row);
    llvm::append_range(point, place);
    if (point.size() < form.domain.rank())
      point.push_back(first);
    vectors.clear(), loaded.clear();
    size_t reductions = 0;
    for (Operation *op : current) {
      SmallVector<Value> elements;
      for (unsigned i = 0; i < op->getNumOperands(); ++i)
        elements.push_back(element(op, i, point, mask));
      auto position = [&](int64_t dim) -> Value {
        if (dim == allDimensions) {
          Value offset = offsetAt(builder, loc, point, form.domain.strides(nn::allDims(form.rank)));
          return linearPositions(builder, loc, offset, flatLanes);
        }
        SmallVector<Value> inRow(place);
        inRow.push_back(vectorOfPositions(builder, loc, first, flatLanes));
        return positionAt(dim, inRow);
      };
      SmallVector<Value> results =
          buildScalarBody(builder, loc, op->getRegion(0).front(), elements, flatLanes, position);
      if (auto reduce = dyn_cast<nn::ReduceOp>(op)) {
        Value &sum = sums[reductions++ * stretch().atOnce + set];
        Value addend = results[0];
        if (mask)
          addend = arith::SelectOp::create(builder, loc, mask, addend, initial(reduce));
        sum = nn::combineElements(builder, loc, reduce.getKind(), sum, addend);
        continue;
      }
      for (auto [result, vector] : llvm::zip_equal(op->getResults(), results)) {
        vectors[result] = vector;
        if (Value target = memory.lookup(result))
          storeMasked(builder, loc, vector, target,
                      offsetAt(builder, loc, point, stridesOf(result)), mask);
        else if (Value target = scratch.lookup(result))
          storeMasked(builder, loc, vector, target, inRow(point), mask);
      }
    }
  }

  /// The number of the first element in its row.
  Value inRow(ValueRange point) {
    SmallVector<int64_t> strides = form.domain.strides(nn::allDims(form.rank));
    for (unsigned i = 0; i < form.leading; ++i)
      strides[i] = 0;
    return offsetAt(builder, loc, point, strides);
  }

  /// What operand `i` gives to the vector at `point`: a vector, or one element for all lanes.
  Value element(Operation *op, unsigned i, ValueRange point, Value mask) {
    Value value = op->getOperand(i);
    if (isInside(value)) {
      if (form.isPerRow(value))
        return perRow.lookup(value);
      if (Value vector = vectors.lookup(value))
        return vector;
      if (Value kept = scratch.lookup(value))
        return loadMasked(builder, loc, kept, inRow(point), mask, flatLanes);
    }
    Operand operand = operandOf(op, i);
    auto key = std::make_pair(value, ArrayRef(operand.strides).vec());
    if (auto known = scalars.find(key); known != scalars.end())
      return known->second;
    Value &known = loaded[key];
    if (known)
      return known;
    Value offset = offsetAt(builder, loc, point, operand.strides);
    known = operand.strides.empty() || !operand.strides.back()
                ? memref::LoadOp::create(builder, loc, operand.memory, offset).getResult()
                : loadMasked(builder, loc, operand.memory, offset, mask, flatLanes);
    return known;
  }

  OpBuilder &builder;
  Kernel &kernel;
  Location loc;
  RowLaunch form;
  Block &body;

  llvm::DenseMap<Operation *, unsigned> passOf;
  unsigned lastPass = 0;
  llvm::DenseMap<Value, Value> memory, scratch; // flat
  SmallVector<Value> row;                       // the point along the leading dimensions
  Value chunk;                                  // the number of the piece in its row
  llvm::DenseMap<Value, Value> perRow;          // what the launch made of this row
  using Key = std::pair<Value, std::vector<int64_t>>;
  struct LessKey {
    bool operator()(const Key &a, const Key &b) const {
      return std::make_pair(a.first.getAsOpaquePointer(), a.second) <
             std::make_pair(b.first.getAsOpaquePointer(), b.second);
    }
  };
  std::map<Key, Value, LessKey> scalars; // operands with one element for this row
  ArrayRef<Operation *> current;         // the ops of the pass
  std::map<Key, Value, LessKey> loaded;  // vectors of operands at the point at hand
  llvm::DenseMap<Value, Value> vectors;  // what the pass made at the point at hand
};
} // namespace

const Emitter ingot::codegen::rowsEmitter = {
    [](kernel::LaunchOp launch, int64_t batch) -> int64_t {
      return llvm::divideCeil(RowLaunch::of(launch, batch)->pieces(),
                              launch.getSchedule()->getTile("pieces"));
    },
    [](OpBuilder &builder, Kernel &kernel) {
      return Rows(builder, kernel, *RowLaunch::of(kernel.launch, kernel.batch)).run();
    },
    {"pieces"},
    [](kernel::LaunchOp launch, int64_t batch) { return RowLaunch::of(launch, batch).has_value(); },
};
