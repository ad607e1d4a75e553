// Entries, their launches, and the launches' buffers.

#include "compiler/Object/Program/Tables.h"

#include "runtime/ABI/Program.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::object;

static_assert(static_cast<int>(kernel::Space::Arena) == INGOT_SPACE_ARENA &&
              static_cast<int>(kernel::Space::StepState) == INGOT_SPACE_STEP_STATE &&
              static_cast<int>(kernel::Space::Samples) == INGOT_SPACE_SAMPLES &&
              static_cast<int>(kernel::Space::Order) == INGOT_SPACE_ORDER);
static_assert(static_cast<int>(train::StepKind::Train) == INGOT_TRAIN_STEP &&
              static_cast<int>(train::StepKind::Evaluate) == INGOT_EVALUATE_STEP &&
              static_cast<int>(train::StepKind::Predict) == INGOT_PREDICT_STEP);

namespace {
constexpr uint32_t reads = 1, writes = 2;

class EntryBuilder {
public:
  EntryBuilder(kernel::EntryOp entry, const Symbols &symbols, Constants &constants)
      : entry(entry), symbols(symbols), c(constants) {}

  FailureOr<llvm::Constant *> build() {
    for (Operation &op : entry.getBody().front())
      if (isa<kernel::LaunchOp>(op))
        return op.emitOpError("has no kernel: run the phase codegen before");
    FailureOr<int32_t> images = symbols.array(entry, entry.getImagesAttr());
    FailureOr<int32_t> labels = -1;
    if (entry.getLabelsAttr())
      labels = symbols.array(entry, entry.getLabelsAttr());
    FailureOr<Table> launches = buildLaunches();
    FailureOr<Table> metrics = buildMetrics();
    if (failed(images) || failed(labels) || failed(launches) || failed(metrics) ||
        failed(readOutput()))
      return failure();
    return llvm::ConstantStruct::get(
        c.types.entry,
        {c.text(entry.getSymName()), c.u32(entry.getKind()), c.u32(launches->count), launches->rows,
         metrics->rows, c.u32(metrics->count), c.u32(outputShape.size()), c.shape(outputShape),
         c.u64(outputOffset), c.i32(*images), c.i32(*labels)});
  }

private:
  std::string nameOf(const Twine &table) { return (entry.getSymName() + "." + table).str(); }

  //===- Launches -----------------------------------------------------------------------------===//

  FailureOr<Table> buildLaunches() {
    SmallVector<llvm::Constant *> rows;
    for (auto call : entry.getBody().getOps<kernel::CallOp>()) {
      FailureOr<llvm::Constant *> row = buildLaunch(call, rows.size());
      if (failed(row))
        return failure();
      rows.push_back(*row);
    }
    return Table{c.table(c.types.launch, rows, nameOf("launches")),
                 static_cast<uint32_t>(rows.size())};
  }

  FailureOr<llvm::Constant *> buildLaunch(kernel::CallOp call, int64_t index) {
    SmallVector<kernel::BufferOp> buffers;
    for (Value value : call.getBuffers()) {
      auto buffer = value.getDefiningOp<kernel::BufferOp>();
      if (!buffer)
        return call.emitOpError("takes memory that is no kernel.buffer");
      buffers.push_back(buffer);
    }
    for (int64_t before : call.getAfter())
      if (before < 0 || before >= index)
        return call.emitOpError("comes after launch ") << before << ", which is not an earlier one";
    for (kernel::BufferOp buffer : buffers)
      if (failed(checkPlace(buffer)))
        return failure();
    SmallVector<llvm::Constant *> rows;
    for (unsigned i = 0; i < buffers.size(); ++i)
      rows.push_back(buildBuffer(buffers[i], accessOf(buffers, i, call.getOutputsBegin())));
    std::string suffix = (".launch" + Twine(index)).str();
    return llvm::ConstantStruct::get(
        c.types.launch, {c.text(call.getLayer()), c.text(call.getSchedule()),
                         c.kernel(call.getKernel()), c.kernel(call.getReference().value_or("")),
                         c.table(c.types.buffer, rows, nameOf("buffers" + suffix)),
                         c.indices(call.getAfter(), nameOf("after" + suffix)), c.u32(rows.size()),
                         c.u32(call.getAfter().size()), c.i64(call.getGrid()),
                         c.u64(call.getFlops()), c.u64(call.getBytes())});
  }

  LogicalResult checkPlace(kernel::BufferOp buffer) {
    auto program = entry->getParentOfType<train::ProgramOp>();
    if (buffer.getSpace() != kernel::Space::Arena || !program || !program.getArena())
      return success();
    auto type = cast<MemRefType>(buffer.getMemory().getType());
    uint64_t bytes = type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
    if (buffer.getOffset() > *program.getArena() ||
        bytes > *program.getArena() - buffer.getOffset())
      return buffer.emitOpError("ends behind the arena of ") << *program.getArena() << " bytes";
    return success();
  }

  /// Outputs are written, the others read; memory that is both is told at each place.
  static uint32_t accessOf(ArrayRef<kernel::BufferOp> buffers, unsigned i, unsigned outputsBegin) {
    uint32_t access = 0;
    for (unsigned other = 0; other < buffers.size(); ++other) {
      kernel::BufferOp a = buffers[i], b = buffers[other];
      if (other == i || (a.getSpace() == b.getSpace() && a.getOffset() == b.getOffset()))
        access |= other < outputsBegin ? reads : writes;
    }
    return access;
  }

  llvm::Constant *buildBuffer(kernel::BufferOp buffer, uint32_t access) {
    auto type = cast<MemRefType>(buffer.getMemory().getType());
    int64_t bytes = 0, rowBytes = 0;
    if (buffer.getSpace() != kernel::Space::Samples) {
      bytes = type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
      if (buffer->hasAttr("batched"))
        rowBytes = bytes / type.getDimSize(0);
    }
    return llvm::ConstantStruct::get(
        c.types.buffer, {c.u32(static_cast<uint32_t>(buffer.getSpace())), c.u32(access),
                         c.u64(buffer.getOffset()), c.u64(bytes), c.u64(rowBytes)});
  }

  //===- Results ------------------------------------------------------------------------------===//

  FailureOr<Table> buildMetrics() {
    SmallVector<llvm::Constant *> rows;
    for (Attribute attr : entry.getMetrics()) {
      auto metric = dyn_cast<DictionaryAttr>(attr);
      auto name = metric ? metric.getAs<StringAttr>("name") : StringAttr();
      auto offset = metric ? metric.getAs<IntegerAttr>("offset") : IntegerAttr();
      if (!name || !offset)
        return entry.emitOpError("needs metrics {name, offset}, but has ") << attr;
      rows.push_back(
          llvm::ConstantStruct::get(c.types.metric, {c.text(name), c.u64(offset.getInt())}));
    }
    return Table{c.table(c.types.metric, rows, nameOf("metrics")),
                 static_cast<uint32_t>(rows.size())};
  }

  LogicalResult readOutput() {
    DictionaryAttr output = entry.getOutputAttr();
    if (!output)
      return success();
    auto shape = output.getAs<DenseI64ArrayAttr>("shape");
    auto offset = output.getAs<IntegerAttr>("offset");
    if (!shape || !offset || shape.size() > INGOT_MAX_RANK)
      return entry.emitOpError("needs an output {shape, offset} of at most ")
             << INGOT_MAX_RANK << " dimensions, but has " << output;
    outputShape = shape.asArrayRef();
    outputOffset = offset.getInt();
    return success();
  }

  kernel::EntryOp entry;
  const Symbols &symbols;
  Constants &c;
  ArrayRef<int64_t> outputShape;
  uint64_t outputOffset = 0;
};
} // namespace

FailureOr<Table> object::buildEntries(train::ProgramOp program, const Symbols &symbols,
                                      Constants &constants) {
  for (auto step : program.getBody().getOps<train::StepOp>())
    return step.emitOpError("has no place in memory: run the phase plan before");
  SmallVector<llvm::Constant *> rows;
  for (auto entry : program.getBody().getOps<kernel::EntryOp>()) {
    FailureOr<llvm::Constant *> row = EntryBuilder(entry, symbols, constants).build();
    if (failed(row))
      return failure();
    rows.push_back(*row);
  }
  return Table{constants.table(constants.types.entry, rows, "entries"),
               static_cast<uint32_t>(rows.size())};
}
