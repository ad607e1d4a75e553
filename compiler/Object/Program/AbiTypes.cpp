// The ABI's structs, and the proof that they lie in memory as the header says.

#include "compiler/Object/Program/AbiTypes.h"

#include "runtime/ABI/Program.h"
#include "llvm/IR/DataLayout.h"
#include <cstddef>

using namespace llvm;

namespace ingot::object {

AbiTypes::AbiTypes(LLVMContext &context)
    : pointer(PointerType::getUnqual(context)), i32(Type::getInt32Ty(context)),
      i64(Type::getInt64Ty(context)), f64(Type::getDoubleTy(context)),
      shape(ArrayType::get(i64, INGOT_MAX_RANK)) {
  auto create = [&](StringRef name, ArrayRef<Type *> fields) {
    return StructType::create(context, fields, name);
  };
  buffer = create("IngotBuffer", {i32, i32, i64, i64, i64});
  launch = create("IngotLaunch",
                  {pointer, pointer, pointer, pointer, pointer, pointer, i32, i32, i64, i64, i64});
  metric = create("IngotMetric", {pointer, i64});
  entry =
      create("IngotEntry", {pointer, i32, i32, pointer, pointer, i32, i32, shape, i64, i32, i32});
  parameter =
      create("IngotParameter", {pointer, i32, i32, shape, i64, i64, i64, i32, i32, f64, f64, i64});
  array = create("IngotArray", {pointer, pointer, i32, i32, i32, i32, shape, pointer, pointer});
  layer = create("IngotLayer", {pointer, pointer, pointer, i64, i32, i32, pointer});
  instruction = create("IngotInstruction", {i32, i32, pointer, i64, f64, pointer, i32, i32});
  function = create("IngotFunction", {pointer, i32, i32, i32, i32});
  callback = create("IngotCallback", {i32, i32, i32, i32, pointer, pointer, pointer, i64, i64, i64,
                                      i64, f64, f64, f64, f64, pointer});
  fit = create("IngotFit", {i32, i32, i64, i64, i64, i32, i32, i64, pointer, i32, i32});
  evaluation = create("IngotEvaluation", {i32, i32, i64});
  program =
      create("IngotProgram",
             {i32, i32, pointer, pointer, pointer, pointer, pointer, pointer, pointer, pointer, i64,
              i64, f64, pointer, pointer, pointer, pointer, pointer, pointer, pointer, pointer, i32,
              i32, i32, i32,     i32,     i32,     i32,     i32,     pointer});
  kerasModel = create("IngotKerasModel", {pointer, pointer});
}

namespace {
class Comparison {
public:
  explicit Comparison(const DataLayout &layout) : layout(layout) {}

  void compare(StructType *type, size_t size, ArrayRef<size_t> offsets) {
    const StructLayout *fields = layout.getStructLayout(type);
    if (type->getNumElements() != offsets.size())
      return note(type, "has " + std::to_string(type->getNumElements()) + " fields");
    for (size_t i = 0; i < offsets.size(); ++i)
      if (fields->getElementOffset(i) != offsets[i])
        return note(type, "has field " + std::to_string(i) + " at another offset");
    if (layout.getTypeAllocSize(type) != size)
      note(type, "has another size");
  }

  std::string mismatch;

private:
  void note(StructType *type, const std::string &what) {
    if (mismatch.empty())
      mismatch = type->getName().str() + " " + what + " than in runtime/ABI/Program.h";
  }

  const DataLayout &layout;
};
} // namespace

std::string AbiTypes::findMismatch(const DataLayout &layout) const {
  Comparison c(layout);
#define AT(field) offsetof(STRUCT, field)
#define STRUCT IngotBuffer
  c.compare(buffer, sizeof(STRUCT), {AT(space), AT(access), AT(offset), AT(bytes), AT(row_bytes)});
#undef STRUCT
#define STRUCT IngotLaunch
  c.compare(launch, sizeof(STRUCT),
            {AT(name), AT(schedule), AT(kernel), AT(reference), AT(buffers), AT(after),
             AT(buffer_count), AT(after_count), AT(grid), AT(flops), AT(bytes)});
#undef STRUCT
#define STRUCT IngotMetric
  c.compare(metric, sizeof(STRUCT), {AT(name), AT(offset)});
#undef STRUCT
#define STRUCT IngotEntry
  c.compare(entry, sizeof(STRUCT),
            {AT(name), AT(kind), AT(launch_count), AT(launches), AT(metrics), AT(metric_count),
             AT(output_rank), AT(output_shape), AT(output_offset), AT(images), AT(labels)});
#undef STRUCT
#define STRUCT IngotParameter
  c.compare(parameter, sizeof(STRUCT),
            {AT(name), AT(role), AT(rank), AT(shape), AT(block), AT(offset), AT(bytes),
             AT(initializer), AT(reserved), AT(a), AT(b), AT(stream)});
#undef STRUCT
#define STRUCT IngotArray
  c.compare(array, sizeof(STRUCT),
            {AT(source), AT(key), AT(split), AT(element), AT(rank), AT(classes), AT(shape),
             AT(reader), AT(options)});
#undef STRUCT
#define STRUCT IngotLayer
  c.compare(layer, sizeof(STRUCT),
            {AT(name), AT(type), AT(output_shape), AT(parameters), AT(is_input), AT(trainable),
             AT(connected_to)});
#undef STRUCT
#define STRUCT IngotInstruction
  c.compare(instruction, sizeof(STRUCT),
            {AT(opcode), AT(operand_count), AT(operands), AT(integer), AT(number), AT(text),
             AT(line), AT(reserved)});
#undef STRUCT
#define STRUCT IngotFunction
  c.compare(
      function, sizeof(STRUCT),
      {AT(instructions), AT(instruction_count), AT(argument_count), AT(result), AT(reserved)});
#undef STRUCT
#define STRUCT IngotCallback
  c.compare(callback, sizeof(STRUCT),
            {AT(kind), AT(flags), AT(verbose), AT(higher_is_better), AT(monitor), AT(path),
             AT(separator), AT(patience), AT(cooldown), AT(start_from_epoch), AT(save_frequency),
             AT(min_delta), AT(factor), AT(min_lr), AT(baseline), AT(function)});
#undef STRUCT
#define STRUCT IngotFit
  c.compare(fit, sizeof(STRUCT),
            {AT(train_entry), AT(validation_entry), AT(epochs), AT(batch), AT(validation_batch),
             AT(shuffle), AT(verbose), AT(initial_epoch), AT(callbacks), AT(callback_count),
             AT(reserved)});
#undef STRUCT
#define STRUCT IngotEvaluation
  c.compare(evaluation, sizeof(STRUCT), {AT(entry), AT(verbose), AT(batch)});
#undef STRUCT
#define STRUCT IngotProgram
  c.compare(program, sizeof(STRUCT),
            {AT(abi_version),
             AT(batch),
             AT(name),
             AT(spec),
             AT(spec_digest),
             AT(compiler),
             AT(target_cpu),
             AT(target_features),
             AT(schedule_hash),
             AT(model_name),
             AT(arena_bytes),
             AT(state_bytes),
             AT(learning_rate),
             AT(parameters),
             AT(layers),
             AT(arrays),
             AT(entries),
             AT(fits),
             AT(evaluations),
             AT(script),
             AT(callbacks),
             AT(parameter_count),
             AT(layer_count),
             AT(array_count),
             AT(entry_count),
             AT(fit_count),
             AT(evaluation_count),
             AT(script_count),
             AT(callback_count),
             AT(keras)});
#undef STRUCT
#define STRUCT IngotKerasModel
  c.compare(kerasModel, sizeof(STRUCT), {AT(files), AT(config)});
#undef STRUCT
#undef AT
  return c.mismatch;
}

} // namespace ingot::object
