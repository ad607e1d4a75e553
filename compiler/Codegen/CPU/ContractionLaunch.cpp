#include "compiler/Codegen/CPU/ContractionLaunch.h"

#include "compiler/Codegen/CPU/ScalarBody.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::cpu;

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// The problem of a convolution whose tensors have these types under the names of its forward pass.
template <typename Op>
static ConvProblem convProblem(Op op, int64_t batch, RankedTensorType input,
                               ArrayRef<int64_t> kernel, RankedTensorType output) {
  ConvProblem p;
  p.batch = batch;
  p.inH = input.getDimSize(1), p.inW = input.getDimSize(2), p.inC = input.getDimSize(3);
  p.kH = kernel[0], p.kW = kernel[1];
  p.outH = output.getDimSize(1), p.outW = output.getDimSize(2), p.outC = output.getDimSize(3);
  p.strideH = op.getStrides()[0], p.strideW = op.getStrides()[1];
  p.padTop = op.getPadding()[0], p.padLeft = op.getPadding()[2];
  p.dilationH = op.getDilation()[0], p.dilationW = op.getDilation()[1];
  p.groups = op.getGroups();
  return p;
}

static std::optional<Contraction> matmulOf(nn::MatmulOp op, int64_t batch) {
  auto lhs = typeOf(op.getLhs()), rhs = typeOf(op.getRhs()), output = typeOf(op.getOutput());
  bool lhsT = op.getLhsTransposed(), rhsT = op.getRhsTransposed();
  if (lhsT && !rhsT && nn::isBatched(lhs) && nn::isBatched(rhs))
    return Contraction{op, ContractionRole::GradFilter,
                       ConvProblem::matmul(batch, output.getDimSize(0), output.getDimSize(1))};
  if (lhsT || !nn::isBatched(lhs) || nn::isBatched(rhs))
    return std::nullopt;
  if (rhsT)
    return Contraction{op, ContractionRole::GradInput,
                       ConvProblem::matmul(batch, output.getDimSize(1), lhs.getDimSize(1))};
  return Contraction{op, ContractionRole::Forward,
                     ConvProblem::matmul(batch, lhs.getDimSize(1), output.getDimSize(1))};
}

std::optional<Contraction> ingot::cpu::contractionOf(Operation *op, int64_t batch) {
  if (auto conv = dyn_cast<nn::Conv2DOp>(op))
    return Contraction{op, ContractionRole::Forward,
                       convProblem(conv, batch, typeOf(conv.getInput()),
                                   typeOf(conv.getFilter()).getShape(), typeOf(conv.getOutput()))};
  if (auto conv = dyn_cast<nn::Conv2DGradInputOp>(op))
    return Contraction{op, ContractionRole::GradInput,
                       convProblem(conv, batch, typeOf(conv.getGradInput()),
                                   typeOf(conv.getFilterTransposed()).getShape(),
                                   typeOf(conv.getGradOutput()))};
  if (auto conv = dyn_cast<nn::Conv2DGradFilterOp>(op)) {
    ConvProblem problem = convProblem(conv, batch, typeOf(conv.getInput()),
                                      typeOf(conv.getGradFilter()).getShape().take_back(4),
                                      typeOf(conv.getGradOutput()));
    problem.partImages = conv.getPartImages().value_or(0);
    return Contraction{op, ContractionRole::GradFilter, problem};
  }
  if (auto matmul = dyn_cast<nn::MatmulOp>(op))
    return matmulOf(matmul, batch);
  return std::nullopt;
}

Value Contraction::filter() const {
  return role == ContractionRole::GradFilter ? op->getResult(0) : op->getOperand(1);
}

ConvProblem ingot::cpu::operandProblem(kernel::LaunchOp launch, const GradInputSchedule &schedule,
                                       int64_t batch) {
  Operation &op = launch.getBody().front().front();
  auto source = typeOf(op.getOperand(0));
  ConvProblem p;
  if (!gradInputOperandIsFilter(schedule)) {
    p.batch = batch;
    p.outC = source.getDimSize(1);
    return p;
  }
  auto shape = source.getShape();
  p.groups = schedule.groups;
  p.inC = shape[shape.size() - 2] * p.groups, p.outC = shape.back();
  if (shape.size() == 4)
    p.kH = shape[0], p.kW = shape[1];
  return p;
}

//===- Tiles as attributes --------------------------------------------------------------------===//

Tiles ingot::cpu::tilesOf(const TileSchedule &s) {
  return {{"lanes", s.lanes},        {"dots", s.dots},
          {"vectors", s.vectors},    {"images", s.images},
          {"rows", s.rows},          {"columns", s.columns},
          {"unit_rows", s.unitRows}, {"filter_block", s.filterBlock},
          {"unroll", s.unroll},      {"step_block", s.stepBlock}};
}

TileSchedule ingot::cpu::forwardSchedule(kernel::ScheduleAttr a) {
  TileSchedule s;
  s.lanes = a.getTile("lanes"), s.vectors = a.getTile("vectors"), s.images = a.getTile("images");
  s.rows = a.getTile("rows"), s.columns = a.getTile("columns"), s.unitRows = a.getTile("unit_rows");
  s.filterBlock = a.getTile("filter_block"), s.unroll = a.getTile("unroll");
  s.dots = a.getTile("dots"), s.stepBlock = a.getTile("step_block");
  return s;
}

Tiles ingot::cpu::tilesOf(const GradInputSchedule &s) {
  Tiles tiles = tilesOf(s.tile);
  tiles.push_back({"method", static_cast<int64_t>(s.method)});
  tiles.push_back({"source_block", s.sourceBlock});
  if (s.groups > 1)
    tiles.push_back({"groups", s.groups});
  return tiles;
}

GradInputSchedule ingot::cpu::gradInputSchedule(kernel::ScheduleAttr a) {
  GradInputSchedule s;
  s.tile = forwardSchedule(a);
  s.method = static_cast<GradInputMethod>(a.getTile("method"));
  s.sourceBlock = a.getTile("source_block");
  s.groups = std::max<int64_t>(a.getTile("groups"), 1);
  return s;
}

Tiles ingot::cpu::tilesOf(const GradFilterSchedule &s) {
  return {{"lanes", s.lanes},
          {"vectors", s.vectors},
          {"kernel_rows", s.kernelRows},
          {"kernel_columns", s.kernelColumns},
          {"channels", s.channels},
          {"channel_group", s.channelGroup},
          {"filter_block", s.filterBlock},
          {"all_taps", s.allTaps},
          {"image_block", s.imageBlock},
          {"row_block", s.rowBlock},
          {"unroll", s.unroll},
          {"pack_grad_output", s.packGradOutput},
          {"pack_input", s.packInput}};
}

GradFilterSchedule ingot::cpu::gradFilterSchedule(kernel::ScheduleAttr a) {
  GradFilterSchedule s;
  s.lanes = a.getTile("lanes"), s.vectors = a.getTile("vectors");
  s.kernelRows = a.getTile("kernel_rows"), s.kernelColumns = a.getTile("kernel_columns");
  s.channels = a.getTile("channels"), s.channelGroup = a.getTile("channel_group");
  s.filterBlock = a.getTile("filter_block"), s.imageBlock = a.getTile("image_block");
  s.allTaps = a.getTile("all_taps"), s.rowBlock = a.getTile("row_block");
  s.unroll = a.getTile("unroll"), s.packGradOutput = a.getTile("pack_grad_output");
  s.packInput = a.getTile("pack_input");
  return s;
}

bool ingot::cpu::isEpilogue(nn::MapOp map, Value anchor) {
  if (map.getNumResults() != 1 || !isVectorizable(map.getBody().front()))
    return false;
  auto type = typeOf(anchor);
  int64_t rank = type.getRank();
  for (auto [i, input] : llvm::enumerate(map.getInputs())) {
    SmallVector<int64_t> dims = map.getDims(i);
    bool whole = dims == nn::allDims(rank);
    bool known = whole || dims.empty() || dims == SmallVector<int64_t>{rank - 1};
    if (!known || !typeOf(input).getElementType().isF32() ||
        typeOf(input).getEncoding() != (whole ? type.getEncoding() : Attribute()))
      return false;
  }
  return true;
}
