// What one flat kernel reads lies side by side; what cannot is copied there.
// RUN: %ingot_opt --ingot-plan --split-input-file %s | FileCheck %s

#elementwise = #kernel.schedule<elementwise, {}, "">
#reference = #kernel.schedule<reference, {}, "">

// The two parameters share a gradient: it lies beside a copy of it.
// CHECK-LABEL: train.program @shared_gradient
// CHECK: %[[G:.*]] = kernel.buffer arena{{\[}}[[#%u,START:]]] : memref<20xf32>
// CHECK: kernel.launch "gradient" {{.*}} outs(%[[G]] : memref<20xf32>)
// CHECK: %[[C:.*]] = kernel.buffer arena{{\[}}[[#START + 128]]] : memref<20xf32>
// CHECK: kernel.launch "sgd.copy_3" (%{{.*}} = %[[G]] : {{.*}} outs(%[[C]] :
// CHECK: kernel.launch "sgd" (%{{[^ ]*}} = %[[A:[^ ]*]] : {{[^=]*}} = %[[G]] : {{[^=]*}} = %[[B:[^ ]*]] : {{[^=]*}} = %[[C]] : {{.*}} outs(%[[A]], %[[B]] :
train.program @shared_gradient attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @a : tensor<20xf32> role trainable init <"zeros"> stream 0
  train.parameter @b : tensor<20xf32> role trainable init <"zeros"> stream 1
  train.step train @s(%x: tensor<?x20xf32> {train.images = @x}, %a: tensor<20xf32> {train.parameter = @a}, %b: tensor<20xf32> {train.parameter = @b})
      -> (tensor<20xf32> {train.parameter = @a}, tensor<20xf32> {train.parameter = @b}) {
    %g = kernel.launch "gradient" (%v = %x : tensor<?x20xf32>) schedule #reference -> tensor<20xf32> {
      %0 = nn.reduce sum (%e = %v) axes [0] : (tensor<?x20xf32>) -> tensor<20xf32> {
        nn.yield %e : f32
      }
      kernel.yield %0 : tensor<20xf32>
    }
    %na, %nb = kernel.launch "sgd" (%p = %a : tensor<20xf32>, %q = %g : tensor<20xf32>, %r = %b : tensor<20xf32>, %t = %g : tensor<20xf32>)
        schedule #elementwise -> (tensor<20xf32>, tensor<20xf32>) {
      %0 = nn.map (%e = %p, %f = %q) : (tensor<20xf32>, tensor<20xf32>) -> tensor<20xf32> {
        %2 = arith.subf %e, %f : f32
        nn.yield %2 : f32
      }
      %1 = nn.map (%e = %r, %f = %t) : (tensor<20xf32>, tensor<20xf32>) -> tensor<20xf32> {
        %2 = arith.subf %e, %f : f32
        nn.yield %2 : f32
      }
      kernel.yield %0, %1 : tensor<20xf32>, tensor<20xf32>
    }
    train.return %na, %nb : tensor<20xf32>, tensor<20xf32>
  }
}

// -----

#elementwise = #kernel.schedule<elementwise, {}, "">
#reference = #kernel.schedule<reference, {}, "">

// One of the two cannot be written in place (its old value is read later): neither is, and both are copied.
// CHECK-LABEL: train.program @together
// CHECK: kernel.buffer arena[128]
// CHECK: %[[NA:.*]] = kernel.buffer arena{{\[}}[[#%u,START:]]] : memref<20xf32>
// CHECK: %[[NB:.*]] = kernel.buffer arena{{\[}}[[#START + 128]]] : memref<20xf32>
// CHECK: kernel.launch "double" {{.*}} outs(%[[NA]], %[[NB]] :
// CHECK: kernel.launch "loss" {{.*}} after array<i64>
// CHECK: kernel.launch "copy_a" {{.*}} after array<i64: 0>
// CHECK: kernel.launch "copy_b" {{.*}} after array<i64: 0, 1>
train.program @together attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @a : tensor<20xf32> role trainable init <"zeros"> stream 0
  train.parameter @b : tensor<20xf32> role trainable init <"zeros"> stream 1
  train.step train @s(%x: tensor<?x20xf32> {train.images = @x}, %a: tensor<20xf32> {train.parameter = @a}, %b: tensor<20xf32> {train.parameter = @b})
      -> (tensor<20xf32> {train.parameter = @a}, tensor<20xf32> {train.parameter = @b}, tensor<f32> {train.metric = "loss"}) {
    %na, %nb = kernel.launch "double" (%p = %a : tensor<20xf32>, %r = %b : tensor<20xf32>) schedule #elementwise -> (tensor<20xf32>, tensor<20xf32>) {
      %0 = nn.map (%e = %p) : (tensor<20xf32>) -> tensor<20xf32> {
        %2 = arith.addf %e, %e : f32
        nn.yield %2 : f32
      }
      %1 = nn.map (%e = %r) : (tensor<20xf32>) -> tensor<20xf32> {
        %2 = arith.addf %e, %e : f32
        nn.yield %2 : f32
      }
      kernel.yield %0, %1 : tensor<20xf32>, tensor<20xf32>
    }
    %loss = kernel.launch "loss" (%v = %b : tensor<20xf32>) schedule #reference -> tensor<f32> {
      %0 = nn.reduce sum (%e = %v) axes [0] : (tensor<20xf32>) -> tensor<f32> {
        nn.yield %e : f32
      }
      kernel.yield %0 : tensor<f32>
    }
    train.return %na, %nb, %loss : tensor<20xf32>, tensor<20xf32>, tensor<f32>
  }
}
