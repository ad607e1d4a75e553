// Few dialects are registered, since each costs start-up time.

#include "compiler/Pipeline/Dialects.h"

#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "dialects/Train/Train.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

void ingot::registerPhaseDialects(mlir::DialectRegistry &registry) {
  registry.insert<nn::NNDialect, train::TrainDialect, kernel::KernelDialect,
                  mlir::affine::AffineDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                  mlir::math::MathDialect, mlir::memref::MemRefDialect, mlir::scf::SCFDialect,
                  mlir::vector::VectorDialect>();
}
