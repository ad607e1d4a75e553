// Pooling, depthwise convolution and the gradients of their inputs: every result gathers the taps
// of its window. Vectors run over channels. A unit is a block of result rows of one image
// (WindowAxis).
//
//   for each unit: if all taps of its rows exist: straight code over all taps
//                  else:                          a loop over the rows of taps that exist
//     for each column: those near the border each with the taps that they have, known here;
//                      between them a loop, all taps unrolled
//
// Pools go over pixels and then their channels, memory in order. Depthwise convolutions keep a
// channel vector's whole filter in registers and go over the row's pixels for each.

#include "compiler/Codegen/CPU/ChannelVectors.h"
#include "compiler/Codegen/CPU/Epilogue.h"
#include "compiler/Codegen/CPU/WindowProblem.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;
using namespace ingot::cpu;

static WindowProblem problemOf(kernel::LaunchOp launch) {
  return *windowOf(&launch.getBody().front().front());
}

namespace {
using Values = LoopNest::Values;

/// A tap of a window while it is emitted.
struct Tap {
  Index row;          ///< of the window
  int64_t column;     ///< of the window
  Index offset;       ///< of the source's element at channel 0
  Value filter;       ///< loaded before, or null
  bool first = false; ///< it is the window's element 0 and nothing was gathered before it
};

/// Where a result is computed: its pixel, and which residues its row and column are.
struct Place {
  Index image, rowBlock, columnBlock; ///< blocks of the axes
  Index row, column;                  ///< of the result
  const ResidueTaps *rows, *columns;
  int64_t firstColumn = 0, lastColumn = 0; ///< taps of the column that exist
  bool wholeRows = false;                  ///< all row taps exist
};

/// Vectors of filter elements by [row tap][column tap of a residue], loaded before the columns.
using FilterVectors = llvm::DenseMap<std::pair<int64_t, int64_t>, Value>;

class WindowEmitter {
public:
  WindowEmitter(OpBuilder &builder, Kernel &kernel)
      : kernel(kernel), problem(problemOf(kernel.launch)), nest(builder, kernel.launch.getLoc()),
        lanes(kernel.launch.getSchedule()->getTile("lanes")),
        epilogue(builder, kernel, problem.op->getResult(0),
                 /*fromBias=*/problem.kind == WindowKind::Depthwise && !problem.gradient) {
    source = flatten(builder, nest.loc, kernel.input(problem.op->getOperand(0)).memory);
    if (problem.kind == WindowKind::Depthwise || problem.kind == WindowKind::MaxGradient)
      second = flatten(builder, nest.loc, kernel.input(problem.op->getOperand(1)).memory);
    if (problem.kind == WindowKind::Max)
      if (const Tensor *indices = kernel.output(problem.op->getResult(1)))
        index = flatten(builder, nest.loc, indices->memory);
    if (epilogue.bias)
      bias = flatten(builder, nest.loc, epilogue.bias);
  }

  void run() {
    int64_t blocks = problem.blocksOfRows();
    Index end(kernel.end);
    if (kernel.count)
      end = nest.min(end, nest.mul(Index(kernel.count), blocks));
    nest.loop(Index(kernel.begin), end, 1, [&](Index unit) {
      Place place;
      place.image = nest.floorDiv(unit, blocks);
      place.rowBlock = nest.add(nest.rem(unit, blocks), problem.rows.firstBlock());
      emitBlock(place);
    });
  }

private:
  //===- Rows and columns ---------------------------------------------------------------------===//

  void emitBlock(Place place) {
    const WindowAxis &rows = problem.rows;
    int64_t first = rows.firstInterior(), last = rows.lastInterior();
    if (first <= rows.firstBlock() && last >= rows.lastBlock())
      return emitRows(place, /*whole=*/true);
    if (first == last)
      return emitRows(place, /*whole=*/false);
    Value above = nest.less(place.rowBlock, Index(first));
    Value below = nest.less(Index(last - 1), place.rowBlock);
    Value border = arith::OrIOp::create(nest.builder, nest.loc, above, below);
    auto branch = scf::IfOp::create(nest.builder, nest.loc, border, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(nest.builder);
    nest.builder.setInsertionPointToStart(branch.thenBlock());
    emitRows(place, /*whole=*/false);
    nest.builder.setInsertionPointToStart(branch.elseBlock());
    emitRows(place, /*whole=*/true);
  }

  void emitRows(Place place, bool whole) {
    const WindowAxis &rows = problem.rows;
    place.wholeRows = whole;
    for (auto [r, taps] : llvm::enumerate(rows.residues)) {
      place.rows = &taps;
      place.row =
          nest.add(nest.mul(place.rowBlock, rows.period), static_cast<int64_t>(r) - rows.shift);
      if (whole || rows.period == 1) {
        emitRow(place);
        continue;
      }
      Value exists = arith::AndIOp::create(nest.builder, nest.loc, nest.less(Index(-1), place.row),
                                           nest.less(place.row, Index(rows.resultSize)));
      nest.when(exists, [&] { emitRow(place); });
    }
  }

  void emitRow(const Place &place) {
    auto forEachVector = [&](int64_t unrolled, function_ref<void(Index, Value)> body) {
      forEachChannelVector(nest, problem.resultChannels, lanes, unrolled, body);
    };
    if (problem.kind != WindowKind::Depthwise)
      return forEachColumn(place, [&](const Place &at) {
        forEachVector(/*unrolled=*/4, [&](Index channel, Value mask) {
          emitResult(at, channel, mask, FilterVectors());
        });
      });
    forEachVector(/*unrolled=*/1, [&](Index channel, Value mask) {
      FilterVectors filter;
      if (place.wholeRows && problem.windowHeight * problem.windowWidth <= heldTaps)
        filter = loadFilter(place, channel, mask);
      forEachColumn(place, [&](const Place &at) { emitResult(at, channel, mask, filter); });
    });
  }

  void forEachColumn(Place place, function_ref<void(const Place &)> body) {
    const WindowAxis &columns = problem.columns;
    auto emit = [&](Index block, int64_t residue, bool whole) {
      place.columnBlock = block;
      place.columns = &columns.residues[residue];
      place.column = nest.add(nest.mul(block, columns.period), residue - columns.shift);
      place.firstColumn = 0, place.lastColumn = place.columns->count;
      if (!whole) {
        auto [first, last] = clippedTaps(nest, columns, *place.columns, block);
        place.firstColumn = first.constant, place.lastColumn = last.constant;
      }
      body(place);
    };
    auto border = [&](int64_t from, int64_t to) {
      for (int64_t column = from; column < to; ++column)
        emit(Index((column + columns.shift) / columns.period),
             (column + columns.shift) % columns.period, /*whole=*/false);
    };
    int64_t first = columns.firstInterior(), last = columns.lastInterior();
    int64_t left = std::min(first * columns.period - columns.shift, columns.resultSize);
    border(0, left);
    nest.loop(Index(first), Index(last), 1, [&](Index block) {
      for (int64_t residue = 0; residue < columns.period; ++residue)
        emit(block, residue, /*whole=*/true);
    });
    border(std::max(last * columns.period - columns.shift, left), columns.resultSize);
  }

  //===- One vector of results ----------------------------------------------------------------===//

  void emitResult(const Place &place, Index channel, Value mask, const FilterVectors &filter) {
    bool fromFirst = place.wholeRows && place.rows->count > 0 && place.rows->first == 0 &&
                     place.firstColumn == 0 && place.lastColumn > 0 && place.columns->first == 0;
    Values gathered = initial(channel, mask);
    if (place.wholeRows) {
      for (int64_t t = 0; t < place.rows->count; ++t)
        gathered = emitTapRow(place, Index(t), channel, mask, filter, std::move(gathered),
                              fromFirst && t == 0);
    } else {
      auto [first, last] = clippedTaps(nest, problem.rows, *place.rows, place.rowBlock);
      gathered = nest.loop(first, last, 1, std::move(gathered), [&](Index t, Values carried) {
        return emitTapRow(place, t, channel, mask, filter, std::move(carried), false);
      });
    }
    Index pixel =
        nest.add(nest.mul(nest.add(nest.mul(place.image, problem.rows.resultSize), place.row),
                          problem.columns.resultSize),
                 place.column);
    StorePoint point;
    point.n = nest.value(place.image), point.h = nest.value(place.row);
    point.w = nest.value(place.column), point.channel = nest.value(channel);
    point.offset = nest.value(nest.add(nest.mul(pixel, problem.resultChannels), channel));
    point.mask = mask;
    if (index)
      storeAt(nest.builder, nest.loc, gathered[1], index, point.offset, mask);
    epilogue.store(nest.builder, nest.loc, gathered[0], point);
  }

  Values emitTapRow(const Place &place, Index t, Index channel, Value mask,
                    const FilterVectors &filter, Values gathered, bool fromFirst) {
    const WindowAxis &rows = problem.rows, &columns = problem.columns;
    Index sourceRow = nest.add(nest.mul(place.rowBlock, rows.factor), place.rows->offset);
    sourceRow = nest.add(sourceRow, nest.mul(t, place.rows->offsetStep));
    Index rowStart = nest.mul(nest.add(nest.mul(place.image, rows.sourceSize), sourceRow),
                              columns.sourceSize * problem.sourceChannels);
    Index start =
        nest.add(rowStart, nest.mul(place.columnBlock, columns.factor * problem.sourceChannels));
    for (int64_t s = place.firstColumn; s < place.lastColumn; ++s) {
      int64_t distance = place.columns->offset + s * place.columns->offsetStep;
      Tap tap;
      tap.row = nest.add(nest.mul(t, place.rows->step), place.rows->first);
      tap.column = place.columns->first + s * place.columns->step;
      tap.offset = nest.add(start, distance * problem.sourceChannels);
      tap.first = fromFirst && s == 0;
      if (tap.row.isConstant())
        tap.filter = filter.lookup({tap.row.constant, tap.column});
      gathered = addTap(tap, channel, mask, std::move(gathered));
    }
    return gathered;
  }

  Values initial(Index channel, Value mask) {
    if (problem.kind != WindowKind::Max)
      return {
          bias ? loadAt(nest.builder, nest.loc, bias, nest.vector(lanes), nest.value(channel), mask)
               : nest.zero(lanes)};
    auto lowest = nest.builder.getFloatAttr(
        nest.builder.getF32Type(), APFloat::getInf(APFloat::IEEEsingle(), /*Negative=*/true));
    Value value = arith::ConstantOp::create(nest.builder, nest.loc,
                                            DenseElementsAttr::get(nest.vector(lanes), lowest));
    if (!index)
      return {value};
    return {value, position(Tap{Index(0), 0, Index(0), {}})};
  }

  //===- What a tap adds ----------------------------------------------------------------------===//

  Values addTap(const Tap &tap, Index channel, Value mask, Values gathered) {
    switch (problem.kind) {
    case WindowKind::Max:
      return addMax(tap, load(source, nest.add(tap.offset, channel), mask), std::move(gathered));
    case WindowKind::MaxGradient:
      return {addMaxGradient(tap, nest.add(tap.offset, channel), mask, gathered[0])};
    case WindowKind::Sum: {
      Value element = load(source, nest.add(tap.offset, channel), mask);
      return {tap.first ? element
                        : arith::AddFOp::create(nest.builder, nest.loc, gathered[0], element)};
    }
    case WindowKind::Depthwise:
      return {addDepthwise(tap, channel, mask, gathered[0])};
    }
    llvm_unreachable("unknown kind of window");
  }

  Value load(Value flat, Index offset, Value mask) {
    return loadAt(nest.builder, nest.loc, flat, nest.vector(lanes), nest.value(offset), mask);
  }

  /// As nn.max_pool2d's body.
  Values addMax(const Tap &tap, Value element, Values gathered) {
    if (tap.first)
      return index ? Values{element, position(tap)} : Values{element};
    auto compare = [&](arith::CmpFPredicate predicate, Value a, Value b) {
      return arith::CmpFOp::create(nest.builder, nest.loc, predicate, a, b);
    };
    Value takes = arith::OrIOp::create(nest.builder, nest.loc,
                                       compare(arith::CmpFPredicate::OGT, element, gathered[0]),
                                       compare(arith::CmpFPredicate::UNO, element, element));
    auto select = [&](Value a, Value b) -> Value {
      return arith::SelectOp::create(nest.builder, nest.loc, takes, a, b);
    };
    Values results{select(element, gathered[0])};
    if (index)
      results.push_back(select(position(tap), gathered[1]));
    return results;
  }

  /// The tap's position in the window, in every lane.
  Value position(const Tap &tap) {
    Index place = nest.add(nest.mul(tap.row, problem.windowWidth), tap.column);
    Type element = cast<RankedTensorType>(problem.kind == WindowKind::Max
                                              ? problem.op->getResult(1).getType()
                                              : problem.op->getOperand(1).getType())
                       .getElementType();
    auto type = VectorType::get({lanes}, element);
    if (place.isConstant())
      return arith::ConstantOp::create(
          nest.builder, nest.loc,
          DenseElementsAttr::get(type, APInt(element.getIntOrFloatBitWidth(), place.constant)));
    Value scalar = arith::IndexCastOp::create(nest.builder, nest.loc, element, nest.value(place));
    return vector::BroadcastOp::create(nest.builder, nest.loc, type, scalar);
  }

  Value addMaxGradient(const Tap &tap, Index offset, Value mask, Value sum) {
    Value places = position(tap);
    Value taken = loadAt(nest.builder, nest.loc, second, cast<VectorType>(places.getType()),
                         nest.value(offset), mask);
    Value here =
        arith::CmpIOp::create(nest.builder, nest.loc, arith::CmpIPredicate::eq, taken, places);
    Value part = arith::SelectOp::create(nest.builder, nest.loc, here, load(source, offset, mask),
                                         nest.zero(lanes));
    return tap.first ? part : arith::AddFOp::create(nest.builder, nest.loc, sum, part);
  }

  Value addDepthwise(const Tap &tap, Index channel, Value mask, Value sum) {
    int64_t multiplier = problem.multiplier;
    if (!problem.gradient || multiplier == 1) {
      Value element = loadSpread(nest, source, tap.offset, channel,
                                 problem.gradient ? 1 : multiplier, lanes, mask);
      return nest.fma(element, tap.filter ? tap.filter : filterAt(tap, channel, 0, mask), sum);
    }
    for (int64_t m = 0; m < multiplier; ++m) {
      Index offset = nest.add(tap.offset, nest.add(nest.mul(channel, multiplier), m));
      Value element = loadStrided(nest, source, offset, multiplier, lanes, mask);
      sum = nest.fma(element, filterAt(tap, channel, m, mask), sum);
    }
    return sum;
  }

  /// Filter elements that meet a vector of results: of all its lanes in order, or of a gradient
  /// those of output `m` of each channel.
  Value filterAt(const Tap &tap, Index channel, int64_t m, Value mask) {
    int64_t perTap = problem.gradient ? problem.sourceChannels : problem.resultChannels;
    int64_t stride = problem.gradient ? problem.multiplier : 1;
    Index place = nest.add(nest.mul(tap.row, problem.windowWidth), tap.column);
    Index offset = nest.add(nest.mul(place, perTap), nest.add(nest.mul(channel, stride), m));
    return loadStrided(nest, second, offset, stride, lanes, mask);
  }

  FilterVectors loadFilter(const Place &place, Index channel, Value mask) {
    FilterVectors filter;
    if (problem.gradient && problem.multiplier > 1)
      return filter;
    for (int64_t t = 0; t < place.rows->count; ++t)
      for (int64_t column = 0; column < problem.windowWidth; ++column) {
        int64_t row = place.rows->first + t * place.rows->step;
        filter[{row, column}] = filterAt(Tap{Index(row), column, Index(0), {}}, channel, 0, mask);
      }
    return filter;
  }

  /// Taps of a filter that registers hold beside sums; LLVM spills what a smaller machine cannot.
  static constexpr int64_t heldTaps = 25;

  Kernel &kernel;
  WindowProblem problem;
  LoopNest nest;
  int64_t lanes;
  Epilogue epilogue;
  Value source, second; ///< second: the filter, or the index that a maximum's gradient reads
  Value index, bias;    ///< or null
};
} // namespace

const Emitter ingot::codegen::windowEmitter = {
    [](kernel::LaunchOp launch, int64_t batch) -> int64_t {
      return batch * problemOf(launch).blocksOfRows();
    },
    [](OpBuilder &builder, Kernel &kernel) -> LogicalResult {
      WindowEmitter(builder, kernel).run();
      return success();
    },
    {"lanes"},
};
