// The compiler's passes: how each is created and registered (see Passes.td). A file that defines a
// pass FOO includes this header, then Passes.h.inc under GEN_PASS_DEF_FOO within namespace ingot;
// its class is an ingot::impl::FooBase<Foo> with `using Base::Base`.

#ifndef INGOT_COMPILER_PIPELINE_PASSES_H
#define INGOT_COMPILER_PIPELINE_PASSES_H

#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassRegistry.h"

namespace ingot {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/Pipeline/Passes.h.inc"

} // namespace ingot

#endif
