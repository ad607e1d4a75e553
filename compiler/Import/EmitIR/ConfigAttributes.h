// A configuration of the model, read as attributes.

#ifndef INGOT_COMPILER_IMPORT_EMITIR_CONFIGATTRIBUTES_H
#define INGOT_COMPILER_IMPORT_EMITIR_CONFIGATTRIBUTES_H

#include "compiler/Import/Keras/Api.h"

#include "mlir/IR/Builders.h"

namespace ingot::import {

struct ConfigAttributes {
  mlir::Builder builder;
  const Config &config;

  mlir::MLIRContext *context() const { return builder.getContext(); }
  bool flag(const char *name) const { return boolArgument(config, name); }
  int64_t integer(const char *name) const { return intArgument(config, name); }
  llvm::StringRef text(const char *name) const { return textArgument(config, name); }
  mlir::FloatAttr number(const char *name) {
    return builder.getF64FloatAttr(numberArgument(config, name));
  }
  mlir::FloatAttr numberOrNone(const char *name) {
    return hasArgument(config, name) ? number(name) : mlir::FloatAttr();
  }
  mlir::ArrayAttr numbers(const char *name) {
    return builder.getF64ArrayAttr(std::get<std::vector<double>>(config.arguments.at(name)));
  }
};

} // namespace ingot::import

#endif
