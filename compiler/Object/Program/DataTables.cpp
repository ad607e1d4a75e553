// Parameters, layers and arrays.

#include "compiler/Object/Program/Tables.h"

#include "runtime/ABI/Program.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::object;

//===- Parameters -----------------------------------------------------------------------------===//

static_assert(static_cast<int>(train::Role::Trainable) == INGOT_TRAINABLE &&
              static_cast<int>(train::Role::NonTrainable) == INGOT_NON_TRAINABLE &&
              static_cast<int>(train::Role::Slot) == INGOT_SLOT &&
              static_cast<int>(train::Role::Value) == INGOT_VALUE);

static std::optional<IngotInitializer> initializerOf(StringRef distribution) {
  return llvm::StringSwitch<std::optional<IngotInitializer>>(distribution)
      .Case("zeros", INGOT_INIT_ZEROS)
      .Case("ones", INGOT_INIT_ONES)
      .Case("constant", INGOT_INIT_CONSTANT)
      .Case("uniform", INGOT_INIT_UNIFORM)
      .Case("normal", INGOT_INIT_NORMAL)
      .Case("truncated_normal", INGOT_INIT_TRUNCATED_NORMAL)
      .Case("orthogonal", INGOT_INIT_ORTHOGONAL)
      .Case("identity", INGOT_INIT_IDENTITY)
      .Default(std::nullopt);
}

static FailureOr<llvm::Constant *> buildParameter(train::ParameterOp parameter, int64_t batch,
                                                  Constants &c) {
  auto type = dyn_cast<RankedTensorType>(parameter.getType());
  if (!type || type.getRank() > INGOT_MAX_RANK)
    return parameter.emitOpError("needs a tensor of at most ") << INGOT_MAX_RANK << " dimensions";
  auto blocked = dyn_cast_or_null<kernel::BlockedAttr>(type.getEncoding());
  if (type.getEncoding() && !blocked)
    return parameter.emitOpError("has a layout that the runtime does not know: ")
           << type.getEncoding();
  if (!parameter.getOffset())
    return parameter.emitOpError("has no place in the arena: run the phase plan before");
  auto init = parameter.getInit();
  std::optional<IngotInitializer> initializer = initializerOf(init.getDistribution());
  if (!initializer)
    return parameter.emitOpError("has an unknown initializer: ") << init;
  auto number = [&](FloatAttr attr) { return c.f64(attr ? attr.getValueAsDouble() : 0.0); };
  return llvm::ConstantStruct::get(
      c.types.parameter,
      {c.text(parameter.getSymName()), c.u32(static_cast<uint32_t>(parameter.getRole())),
       c.u32(type.getRank()), c.shape(type.getShape()), c.i64(blocked ? blocked.getBlock() : 0),
       c.u64(*parameter.getOffset()), c.u64(kernel::physicalBytes(type, batch)),
       c.u32(*initializer), c.u32(0), number(init.getA()), number(init.getB()),
       c.u64(parameter.getStream())});
}

FailureOr<Table> object::buildParameters(train::ProgramOp program, Constants &constants) {
  SmallVector<llvm::Constant *> rows;
  for (bool slots : {false, true})
    for (auto parameter : program.getBody().getOps<train::ParameterOp>()) {
      if ((parameter.getRole() == train::Role::Slot) != slots)
        continue;
      auto row = buildParameter(parameter, program.getBatch(), constants);
      if (failed(row))
        return failure();
      rows.push_back(*row);
    }
  return Table{constants.table(constants.types.parameter, rows, "parameters"),
               static_cast<uint32_t>(rows.size())};
}

//===- Layers ---------------------------------------------------------------------------------===//

Table object::buildLayers(train::ProgramOp program, Constants &c) {
  SmallVector<llvm::Constant *> rows;
  for (auto layer : program.getBody().getOps<train::LayerOp>()) {
    rows.push_back(llvm::ConstantStruct::get(
        c.types.layer,
        {c.text(layer.getLayerName()), c.text(layer.getType()), c.text(layer.getOutputShape()),
         c.u64(layer.getParameters()), c.u32(layer.getIsInput()), c.u32(layer.getTrainable()),
         c.text(layer.getConnectedTo().value_or(""))}));
  }
  return {c.table(c.types.layer, rows, "layers"), static_cast<uint32_t>(rows.size())};
}

//===- Keras's files --------------------------------------------------------------------------===//

llvm::Constant *object::buildKerasModel(train::ProgramOp program, Constants &c) {
  StringAttr config = program.getKerasConfigAttr();
  if (!config)
    return c.null();
  llvm::Constant *model =
      llvm::ConstantStruct::get(c.types.kerasModel, {c.kerasFiles(), c.text(config)});
  return c.table(c.types.kerasModel, model, "keras");
}

//===- Arrays ---------------------------------------------------------------------------------===//

/// How a sample's elements lie in memory: integers of 8 bits are pixels, without a sign.
static std::optional<IngotElement> elementOf(Type type) {
  if (type.isInteger(8))
    return INGOT_U8;
  if (type.isInteger(32))
    return INGOT_I32;
  if (type.isInteger(64))
    return INGOT_I64;
  if (type.isF32())
    return INGOT_F32;
  if (type.isF64())
    return INGOT_F64;
  return std::nullopt;
}

static FailureOr<llvm::Constant *> buildArray(train::ArrayOp array, Constants &c) {
  auto samples = dyn_cast<RankedTensorType>(array.getSamples());
  std::optional<IngotElement> element;
  if (samples && samples.hasStaticShape() && samples.getRank() <= INGOT_MAX_RANK)
    element = elementOf(samples.getElementType());
  if (!element)
    return array.emitOpError("has samples of a type that the runtime does not know: ")
           << array.getSamples();
  uint32_t split = array.getTest() ? INGOT_SPLIT_TEST : INGOT_SPLIT_TRAIN;
  StringAttr options = array.getOptionsAttr();
  return llvm::ConstantStruct::get(
      c.types.array,
      {c.text(array.getSource()), c.text(array.getKey()), c.u32(split), c.u32(*element),
       c.u32(samples.getRank()), c.u32(array.getClasses()), c.shape(samples.getShape()),
       c.reader(array.getReaderAttr()), options ? c.text(options) : c.null()});
}

FailureOr<Table> object::buildArrays(train::ProgramOp program, Constants &constants) {
  SmallVector<llvm::Constant *> rows;
  for (auto array : program.getBody().getOps<train::ArrayOp>()) {
    auto row = buildArray(array, constants);
    if (failed(row))
      return failure();
    rows.push_back(*row);
  }
  return Table{constants.table(constants.types.array, rows, "arrays"),
               static_cast<uint32_t>(rows.size())};
}
