// Numbers of arrays, parameters, entries and callbacks.

#include "compiler/Object/Program/Symbols.h"

using namespace mlir;
using namespace ingot;

object::Symbols::Symbols(train::ProgramOp program) {
  for (auto array : program.getBody().getOps<train::ArrayOp>())
    arrays.try_emplace(array.getSymNameAttr(), arrays.size());
  for (bool slots : {false, true})
    for (auto parameter : program.getBody().getOps<train::ParameterOp>())
      if ((parameter.getRole() == train::Role::Slot) == slots)
        parameters.try_emplace(parameter.getSymNameAttr(), parameters.size());
  for (auto entry : program.getBody().getOps<kernel::EntryOp>())
    entries.try_emplace(entry.getSymNameAttr(), entries.size());
  for (auto callback : program.getBody().getOps<train::CallbackOp>())
    callbacks.try_emplace(callback.getSymNameAttr(), callbacks.size());
}

static FailureOr<int32_t> find(const llvm::DenseMap<StringAttr, int32_t> &numbers, Operation *user,
                               FlatSymbolRefAttr name, StringRef kind) {
  auto found = numbers.find(name.getAttr());
  if (found == numbers.end())
    return user->emitOpError("names ") << name << ", which is no " << kind << " of the program";
  return found->second;
}

FailureOr<int32_t> object::Symbols::array(Operation *user, FlatSymbolRefAttr name) const {
  return find(arrays, user, name, "train.array");
}

FailureOr<int32_t> object::Symbols::parameter(Operation *user, FlatSymbolRefAttr name) const {
  return find(parameters, user, name, "train.parameter");
}

FailureOr<int32_t> object::Symbols::entry(Operation *user, FlatSymbolRefAttr name) const {
  return find(entries, user, name, "kernel.entry");
}

FailureOr<int32_t> object::Symbols::callback(Operation *user, FlatSymbolRefAttr name) const {
  return find(callbacks, user, name, "train.callback");
}
