// A training step: places of arguments and results, gradients beside each other as the parameters are, update
// in place, dependencies.
// RUN: %ingot_opt --ingot-plan %s | FileCheck %s

// The gradients, 320 bytes apart as their parameters, overwrite the labels (6400): their launch waits for the last reader.
// CHECK: train.program @p attributes {arena = 8192 : i64, {{.*}} state = 4096 : i64}
// CHECK: train.parameter @"d/kernel" {{.*}} offset 0
// CHECK: train.parameter @"d/bias" {{.*}} offset 320
// CHECK: train.parameter @"d/kernel/momentum" {{.*}} offset 384
// CHECK: train.parameter @"d/bias/momentum" {{.*}} offset 704
// CHECK: kernel.entry @train_step attributes {images = @x, kind = 0 : i32, labels = @y,
// CHECK-SAME: metrics = [{name = "loss", offset = [[LOSS:[0-9]+]] : i64}]}

// CHECK: %[[SAMPLES:.*]] = kernel.buffer samples[0] : memref<32x8xi8>
// CHECK: %[[ORDER:.*]] = kernel.buffer order[0] {batched} : memref<32xi32>
// CHECK: %[[IN:.*]] = kernel.buffer arena[{{.*}}] {batched} : memref<32x8xf32>
// CHECK: kernel.launch "gather" (%{{.*}} = %[[SAMPLES]] : tensor<?x8xi8> in memref<32x8xi8>, %{{.*}} = %[[ORDER]] : {{.*}}) outs(%[[IN]] :
// CHECK-SAME: after array<i64>
// CHECK: kernel.buffer samples[1] : memref<32xi32>
// CHECK: kernel.launch "gather_labels" {{.*}} after array<i64>

// CHECK: %[[KERNEL:.*]] = kernel.buffer arena[0] : memref<8x10xf32>
// CHECK: %[[BIAS:.*]] = kernel.buffer arena[320] : memref<10xf32>
// CHECK: kernel.launch "d" (%{{.*}} = %[[IN]] : {{.*}} = %[[KERNEL]] : {{.*}} = %[[BIAS]] : {{.*}} after array<i64: 0>
// CHECK: kernel.buffer step_state[0] : memref<i64>
// CHECK: %[[GB:.*]] = kernel.buffer arena[6720] : memref<10xf32>
// CHECK: %{{.*}} = kernel.buffer arena{{\[}}[[LOSS]]] : memref<f32>
// CHECK: kernel.launch "d.grad_bias" {{.*}} after array<i64: 1, 2>
// CHECK: %[[GK:.*]] = kernel.buffer arena[6400] : memref<8x10xf32>
// CHECK: kernel.launch "d.grad_kernel" {{.*}} after array<i64: 3>
// CHECK: kernel.buffer step_state[32] : memref<f32>
// CHECK: kernel.buffer step_state[8] : memref<i64>
// CHECK: %[[KM:.*]] = kernel.buffer arena[384] : memref<8x10xf32>
// CHECK: %[[BM:.*]] = kernel.buffer arena[704] : memref<10xf32>
// CHECK: kernel.launch "sgd" {{.*}} outs(%[[KERNEL]], %[[KM]], %[[BIAS]], %[[BM]] : {{.*}} after array<i64: 4>
// CHECK-NOT: kernel.launch

#elementwise = #kernel.schedule<elementwise, {}, "">
#reference = #kernel.schedule<reference, {}, "">
train.program @p attributes {batch = 32 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.array @x attributes {source = "mnist", key = "images", test = false, classes = 0 : i64, samples = tensor<8xi8>, type = tensor<8xf32>}
  train.array @y attributes {source = "mnist", key = "labels", test = false, classes = 10 : i64, samples = tensor<i32>, type = tensor<i32>}
  train.parameter @"d/kernel" : tensor<8x10xf32> role trainable init <"zeros"> stream 0
  train.parameter @"d/bias" : tensor<10xf32> role trainable init <"zeros"> stream 1
  train.parameter @"d/kernel/momentum" : tensor<8x10xf32> role slot init <"zeros"> stream 2
  train.parameter @"d/bias/momentum" : tensor<10xf32> role slot init <"zeros"> stream 3
  train.step train @train_step(%x: tensor<?x8xi8> {train.images = @x}, %y: tensor<?xi32> {train.labels = @y}, %order: tensor<?xi32> {train.order},
      %count: tensor<i64> {train.step_state = "valid_count"}, %rate: tensor<f32> {train.step_state = "learning_rate"},
      %step: tensor<i64> {train.step_state = "step"},
      %k: tensor<8x10xf32> {train.parameter = @"d/kernel"}, %b: tensor<10xf32> {train.parameter = @"d/bias"},
      %km: tensor<8x10xf32> {train.parameter = @"d/kernel/momentum"}, %bm: tensor<10xf32> {train.parameter = @"d/bias/momentum"})
      -> (tensor<f32> {train.metric = "loss"}, tensor<8x10xf32> {train.parameter = @"d/kernel"}, tensor<10xf32> {train.parameter = @"d/bias"},
          tensor<8x10xf32> {train.parameter = @"d/kernel/momentum"}, tensor<10xf32> {train.parameter = @"d/bias/momentum"}) {
    %in = kernel.launch "gather" (%s = %x : tensor<?x8xi8>, %o = %order : tensor<?xi32>) schedule #reference -> tensor<?x8xf32> {
      %0 = nn.gather %s[%o] : tensor<?x8xi8>, tensor<?xi32> -> tensor<?x8xi8>
      %1 = nn.map (%e = %0) : (tensor<?x8xi8>) -> tensor<?x8xf32> {
        %f = arith.uitofp %e : i8 to f32
        nn.yield %f : f32
      }
      kernel.yield %1 : tensor<?x8xf32>
    }
    %labels = kernel.launch "gather_labels" (%s = %y : tensor<?xi32>, %o = %order : tensor<?xi32>) schedule #reference -> tensor<?xi32> {
      %0 = nn.gather %s[%o] : tensor<?xi32>, tensor<?xi32> -> tensor<?xi32>
      kernel.yield %0 : tensor<?xi32>
    }
    %out = kernel.launch "d" (%i = %in : tensor<?x8xf32>, %w = %k : tensor<8x10xf32>, %c = %b : tensor<10xf32>) schedule #reference -> tensor<?x10xf32> {
      %0 = nn.matmul %i, %w : tensor<?x8xf32>, tensor<8x10xf32> -> tensor<?x10xf32>
      %1 = nn.map (%p = %0, %q = %c along [1]) : (tensor<?x10xf32>, tensor<10xf32>) -> tensor<?x10xf32> {
        %r = arith.addf %p, %q : f32
        nn.yield %r : f32
      }
      kernel.yield %1 : tensor<?x10xf32>
    }
    %gb, %loss = kernel.launch "d.grad_bias" (%g = %out : tensor<?x10xf32>, %l = %labels : tensor<?xi32>, %n = %count : tensor<i64>)
        schedule #reference -> (tensor<10xf32>, tensor<f32>) {
      %0 = nn.reduce sum (%a = %g) axes [0] : (tensor<?x10xf32>) -> tensor<10xf32> {
        nn.yield %a : f32
      }
      %1 = nn.reduce sum (%a = %g, %c = %l along [0]) axes [0, 1] : (tensor<?x10xf32>, tensor<?xi32>) -> tensor<f32> {
        %2 = arith.sitofp %c : i32 to f32
        %3 = arith.addf %a, %2 : f32
        nn.yield %3 : f32
      }
      kernel.yield %0, %1 : tensor<10xf32>, tensor<f32>
    }
    %gk = kernel.launch "d.grad_kernel" (%i = %in : tensor<?x8xf32>, %g = %out : tensor<?x10xf32>) schedule #reference -> tensor<8x10xf32> {
      %0 = nn.matmul lhs_transposed %i, %g : tensor<?x8xf32>, tensor<?x10xf32> -> tensor<8x10xf32>
      kernel.yield %0 : tensor<8x10xf32>
    }
    %k1, %km1, %b1, %bm1 = kernel.launch "sgd" (%w = %k : tensor<8x10xf32>, %g = %gk : tensor<8x10xf32>, %r = %rate : tensor<f32>, %t = %step : tensor<i64>,
          %m = %km : tensor<8x10xf32>, %c = %b : tensor<10xf32>, %h = %gb : tensor<10xf32>, %d = %bm : tensor<10xf32>)
        schedule #elementwise -> (tensor<8x10xf32>, tensor<8x10xf32>, tensor<10xf32>, tensor<10xf32>) {
      %0, %1 = nn.map (%p = %w, %q = %g, %z = %m, %l = %r along [], %u = %t along []) : (tensor<8x10xf32>, tensor<8x10xf32>, tensor<8x10xf32>, tensor<f32>, tensor<i64>)
          -> (tensor<8x10xf32>, tensor<8x10xf32>) {
        %4 = arith.sitofp %u : i64 to f32
        %5 = arith.mulf %l, %4 : f32
        %6 = arith.addf %q, %z : f32
        %7 = arith.mulf %6, %5 : f32
        %8 = arith.subf %p, %7 : f32
        nn.yield %8, %6 : f32, f32
      }
      %2, %3 = nn.map (%p = %c, %q = %h, %z = %d, %l = %r along [], %u = %t along []) : (tensor<10xf32>, tensor<10xf32>, tensor<10xf32>, tensor<f32>, tensor<i64>)
          -> (tensor<10xf32>, tensor<10xf32>) {
        %4 = arith.sitofp %u : i64 to f32
        %5 = arith.mulf %l, %4 : f32
        %6 = arith.addf %q, %z : f32
        %7 = arith.mulf %6, %5 : f32
        %8 = arith.subf %p, %7 : f32
        nn.yield %8, %6 : f32, f32
      }
      kernel.yield %0, %1, %2, %3 : tensor<8x10xf32>, tensor<8x10xf32>, tensor<10xf32>, tensor<10xf32>
    }
    train.return %loss, %k1, %b1, %km1, %bm1 : tensor<f32>, tensor<8x10xf32>, tensor<10xf32>, tensor<8x10xf32>, tensor<10xf32>
  }
}
