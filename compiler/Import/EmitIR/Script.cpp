// The script's actions, one op an instruction.

#include "compiler/Import/EmitIR/Emitter.h"
#include "dialects/Train/Predict.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::import;

namespace {
/// IngotOpcode's name in lower case, and which constants it has.
struct OpcodeRow {
  StringLiteral name;
  bool integer = false, number = false, text = false;
};

OpcodeRow rowOf(Instruction::Opcode opcode) {
  switch (opcode) {
  case Instruction::None:
    return {"none"};
  case Instruction::Bool:
    return {"bool", true};
  case Instruction::Int:
    return {"int", true};
  case Instruction::Float:
    return {"float", false, true};
  case Instruction::Str:
    return {"str", false, false, true};
  case Instruction::Tuple:
    return {"tuple"};
  case Instruction::List:
    return {"list"};
  case Instruction::SampleCount:
    return {"sample_count"};
  case Instruction::Print:
    return {"print"};
  case Instruction::Fit:
    return {"fit"};
  case Instruction::Evaluate:
    return {"evaluate"};
  case Instruction::Summary:
    return {"summary"};
  case Instruction::History:
    return {"history"};
  case Instruction::Subscript:
    return {"subscript"};
  case Instruction::Slice:
    return {"slice"};
  case Instruction::Unary:
    return {"unary", false, false, true};
  case Instruction::Binary:
    return {"binary", false, false, true};
  case Instruction::Call:
    return {"call", false, false, true};
  case Instruction::Format:
    return {"format", false, false, true};
  case Instruction::Join:
    return {"join"};
  case Instruction::Predict:
    return {"predict"};
  case Instruction::Rows:
    return {"rows"};
  case Instruction::Assign:
    return {"assign"};
  case Instruction::Samples:
    return {"samples"};
  case Instruction::Variable:
    return {"variable", false, false, true};
  case Instruction::Set:
    return {"set"};
  case Instruction::Label:
    return {"label", true};
  case Instruction::Jump:
    return {"jump", true};
  case Instruction::Branch:
    return {"branch", true};
  case Instruction::Append:
    return {"append"};
  case Instruction::SaveModel:
    return {"save_model"};
  case Instruction::SaveWeights:
    return {"save_weights"};
  case Instruction::LoadWeights:
    return {"load_weights"};
  }
  llvm_unreachable("all opcodes are above");
}

class ScriptEmitter {
public:
  explicit ScriptEmitter(Emitter &emitter)
      : emitter(emitter), builder(emitter.builder),
        type(train::ValueType::get(builder.getContext())) {}

  FailureOr<Value> emit(const Instruction &instruction, ArrayRef<Value> values) {
    Location loc = emitter.at(instruction.position);
    switch (instruction.opcode) {
    case Instruction::Fit:
      return emitFit(loc, emitter.program.fits[instruction.integer]);
    case Instruction::Evaluate:
      return emitEvaluate(loc, emitter.program.evaluations[instruction.integer]);
    case Instruction::Predict:
      return emitPredict(loc, instruction, values);
    default:
      return emitAction(loc, instruction, values);
    }
  }

  Value emitAction(Location loc, const Instruction &instruction, ArrayRef<Value> values) {
    OpcodeRow row = rowOf(instruction.opcode);
    SmallVector<Value> operands;
    for (int operand : instruction.operands)
      operands.push_back(values[operand]);
    bool ofArray = instruction.opcode == Instruction::SampleCount ||
                   instruction.opcode == Instruction::Samples;
    bool assigns = instruction.opcode == Instruction::Assign;
    bool hasText = row.text || (!instruction.text.empty() && !assigns);
    return train::ActionOp::create(
        builder, loc, type, builder.getStringAttr(row.name), operands,
        row.integer ? builder.getI64IntegerAttr(instruction.integer) : IntegerAttr(),
        row.number ? builder.getF64FloatAttr(instruction.number) : FloatAttr(),
        hasText ? builder.getStringAttr(instruction.text) : StringAttr(),
        ofArray ? array(instruction.integer) : FlatSymbolRefAttr(),
        assigns ? assigned(instruction) : FlatSymbolRefAttr());
  }

private:
  /// The parameter that an instruction gives a value: a weight, or a number of the program.
  FlatSymbolRefAttr assigned(const Instruction &instruction) {
    return FlatSymbolRefAttr::get(builder.getContext(),
                                  instruction.text.empty()
                                      ? emitter.program.values[instruction.integer].name
                                      : instruction.text);
  }

  FlatSymbolRefAttr array(int index) {
    return index < 0 ? FlatSymbolRefAttr()
                     : FlatSymbolRefAttr::get(builder.getContext(), emitter.arrayNames[index]);
  }

  ArrayAttr callbacks(const Fit &fit) {
    SmallVector<Attribute> names;
    for (int callback : fit.callbacks)
      names.push_back(
          FlatSymbolRefAttr::get(builder.getContext(), emitter.callbackNames[callback]));
    return names.empty() ? ArrayAttr() : builder.getArrayAttr(names);
  }

  Value emitFit(Location loc, const Fit &fit) {
    auto number = [&](int64_t value) { return builder.getI64IntegerAttr(value); };
    return train::FitOp::create(
        builder, loc, type, array(fit.x), array(fit.y), array(fit.validation_x),
        array(fit.validation_y), number(fit.epochs), number(fit.batch),
        number(fit.validation_batch), number(fit.initial_epoch), builder.getBoolAttr(fit.shuffle),
        number(fit.verbose),
        fit.class_weight.empty() ? DenseF64ArrayAttr()
                                 : builder.getDenseF64ArrayAttr(fit.class_weight),
        callbacks(fit), /*steps=*/ArrayAttr());
  }

  Value emitEvaluate(Location loc, const Evaluation &evaluation) {
    return train::EvaluateOp::create(builder, loc, type, array(evaluation.x), array(evaluation.y),
                                     builder.getI64IntegerAttr(evaluation.batch),
                                     builder.getI64IntegerAttr(evaluation.verbose),
                                     /*step=*/FlatSymbolRefAttr());
  }

  Value emitPredict(Location loc, const Instruction &instruction, ArrayRef<Value> values) {
    const Prediction &prediction = emitter.program.predictions[instruction.integer];
    Value rows = instruction.operands.empty() ? Value() : values[instruction.operands[0]];
    auto other =
        prediction.model < 0
            ? FlatSymbolRefAttr()
            : FlatSymbolRefAttr::get(builder.getContext(), Emitter::nameOfOther(prediction.model));
    return train::PredictOp::create(builder, loc, type, array(prediction.x), other, rows,
                                    builder.getI64IntegerAttr(prediction.batch),
                                    builder.getI64IntegerAttr(prediction.verbose),
                                    /*step=*/FlatSymbolRefAttr());
  }

  Emitter &emitter;
  OpBuilder &builder;
  Type type;
};
} // namespace

LogicalResult ingot::import::emitScript(Emitter &emitter) {
  OpBuilder::InsertionGuard guard(emitter.builder);
  auto script = train::ScriptOp::create(emitter.builder, emitter.at({1, 1}));
  emitter.builder.setInsertionPointToEnd(&script.getBody().emplaceBlock());
  ScriptEmitter scriptEmitter(emitter);
  SmallVector<Value> values;
  for (const Instruction &instruction : emitter.program.script) {
    FailureOr<Value> value = scriptEmitter.emit(instruction, values);
    if (failed(value))
      return failure();
    values.push_back(*value);
  }
  return success();
}

void ingot::import::emitFunction(Emitter &emitter, const CallbackFunction &function,
                                 Region &region) {
  OpBuilder::InsertionGuard guard(emitter.builder);
  Block &block = region.emplaceBlock();
  emitter.builder.setInsertionPointToEnd(&block);
  ScriptEmitter scriptEmitter(emitter);
  SmallVector<Value> values;
  Location loc = emitter.at({1, 1});
  for (const Instruction &instruction : function.instructions) {
    loc = emitter.at(instruction.position);
    values.push_back(
        static_cast<int>(values.size()) < function.arguments
            ? block.addArgument(train::ValueType::get(emitter.builder.getContext()), loc)
            : scriptEmitter.emitAction(loc, instruction, values));
  }
  train::PreprocessYieldOp::create(emitter.builder, loc, values[function.result]);
}
