// The operand of grad_input: the filter with exchanged channels and reversed kernel axes, or
// grad_output with batch and channels exchanged. Both go by blocks of 8x8 that are transposed in
// registers.
#include "compiler/Codegen/CPU/Contraction/GradInput.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace ingot::cpu {
namespace {

/// operand[ceil(inC/block)][kH][kW][outC/groups][block], from the packed filter. A unit is a block
/// and a tap. Lanes beyond inC are zero. Eight lanes never straddle groups.
void transposeFilter(LoopNest &nest, const ConvProblem &p, const GradInputSchedule &s, Value source,
                     Value operand, const UnitRange &range) {
  int64_t taps = p.kH * p.kW, block = s.tile.filterBlock;
  nest.loop(Index(range.begin), Index(range.end), 1, [&](Index unit) {
    Index tap = nest.rem(unit, taps), inputBlock = nest.floorDiv(unit, taps);
    Index reversed = nest.sub(Index(taps - 1), tap);
    Index target = nest.mul(nest.add(nest.mul(inputBlock, taps), reversed), p.groupOutC() * block);
    nest.loop(0, p.groupOutC(), 8, [&](Index oc) {
      nest.loop(0, block, 8, [&](Index lane) {
        Index ic = nest.add(nest.mul(inputBlock, block), lane), sourceChannel = oc, first = ic;
        if (p.groups > 1) {
          Index group = nest.floorDiv(ic, p.groupInC());
          sourceChannel = nest.add(oc, nest.mul(group, p.groupOutC()));
          first = nest.rem(ic, p.groupInC());
        }
        Index sourceBlock = nest.floorDiv(sourceChannel, s.sourceBlock);
        Index from = nest.add(
            nest.mul(nest.add(nest.mul(sourceBlock, taps), tap), p.groupInC() * s.sourceBlock),
            nest.rem(sourceChannel, s.sourceBlock));
        SmallVector<Value> rows;
        for (int64_t r = 0; r < 8; ++r) {
          Index row = nest.min(nest.add(first, r), Index(p.groupInC() - 1));
          Value channel = loadAt(nest.builder, nest.loc, source, nest.vector(8),
                                 nest.value(nest.add(from, nest.mul(row, s.sourceBlock))), Value());
          if (p.inC % block)
            channel = arith::SelectOp::create(nest.builder, nest.loc,
                                              nest.less(nest.add(ic, r), Index(p.inC)), channel,
                                              nest.zero(8));
          rows.push_back(channel);
        }
        rows = transpose8x8(nest, rows);
        for (int64_t r = 0; r < 8; ++r) {
          Index column = nest.add(oc, r);
          bool partial = p.groupOutC() % 8 && r > 0;
          nest.when(partial ? nest.less(column, Index(p.groupOutC())) : Value(), [&] {
            Index to = nest.add(target, nest.add(nest.mul(column, block), lane));
            storeAt(nest.builder, nest.loc, rows[r], operand, nest.value(to), Value());
          });
        }
      });
    });
  });
}

/// operand[outC][rows] from grad_output [batch][outC]; rows beyond the valid count become zero. A
/// unit is 8 channels.
void transposeGradOutput(LoopNest &nest, const ConvProblem &p, const GradInputSchedule &s,
                         Value source, Value operand, const UnitRange &range) {
  int64_t rowsOfOperand = transposedRows(p, s);
  Index count = range.count ? Index(range.count) : Index(p.batch);
  Value zero = nest.zero(8);
  nest.loop(Index(range.begin), Index(range.end), 1, [&](Index unit) {
    Index channel = nest.mul(unit, 8);
    Value mask;
    if (p.outC % 8)
      mask = nest.mask(nest.sub(Index(p.outC), channel), 8);
    nest.loop(0, rowsOfOperand, 8, [&](Index row) {
      SmallVector<Value> rows;
      for (int64_t r = 0; r < 8; ++r) {
        Index n = nest.add(row, r);
        Index clamped = nest.min(n, nest.sub(count, 1));
        Value vector = loadAt(nest.builder, nest.loc, source, nest.vector(8),
                              nest.value(nest.add(nest.mul(clamped, p.outC), channel)), mask);
        rows.push_back(
            arith::SelectOp::create(nest.builder, nest.loc, nest.less(n, count), vector, zero));
      }
      rows = transpose8x8(nest, rows);
      for (int64_t r = 0; r < 8; ++r) {
        Index column = nest.add(channel, r);
        nest.when(p.outC % 8 && r > 0 ? nest.less(column, Index(p.outC)) : Value(), [&] {
          storeAt(nest.builder, nest.loc, rows[r], operand,
                  nest.value(nest.add(nest.mul(column, rowsOfOperand), row)), Value());
        });
      }
    });
  });
}

} // namespace

void emitGradInputOperand(OpBuilder &builder, Location loc, const ConvProblem &problem,
                          const GradInputSchedule &schedule, Value source, Value operand,
                          const UnitRange &range) {
  LoopNest nest(builder, loc);
  source = flatten(builder, loc, source);
  operand = flatten(builder, loc, operand);
  if (gradInputOperandIsFilter(schedule))
    transposeFilter(nest, problem, schedule, source, operand, range);
  else
    transposeGradOutput(nest, problem, schedule, source, operand, range);
}

} // namespace ingot::cpu
