// A prediction: buffers take turns in the same memory, the output stays, views cost nothing, entries overlay.
// RUN: %ingot_opt --ingot-plan %s | FileCheck %s

#reference = #kernel.schedule<reference, {}, "">

// Four layers of 4 x 1024 floats need two buffers (the second 256 bytes behind the page's start, away from the
// first); the prediction outlives them all.
// CHECK: train.program @deep attributes {arena = 36864 : i64, {{.*}}, state = 0 : i64}
// CHECK: kernel.entry @predict attributes {images = @x, kind = 2 : i32, metrics = [], output = {offset = {{[0-9]+}} : i64, shape = array<i64: 8, 128>}}
// CHECK: kernel.launch "a" {{.*}} outs(%[[A:.*]] : memref<4x1024xf32>){{.*}} after array<i64> 
// CHECK: kernel.launch "b" {{.*}} outs(%[[B:.*]] : memref<4x1024xf32>){{.*}} after array<i64: 0>
// CHECK: kernel.launch "c" {{.*}} outs(%[[A]] : memref<4x1024xf32>){{.*}} after array<i64: 1>
// CHECK: kernel.launch "d" {{.*}} outs(%[[B]] : memref<4x1024xf32>){{.*}} after array<i64: 2>
// CHECK: kernel.entry @again attributes {images = @x, kind = 2 : i32, metrics = [], output = {offset = 0 : i64,
train.program @deep attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.step predict @predict(%x: tensor<?x1024xf32> {train.images = @x}) -> (tensor<?x8x128xf32> {train.output}) {
    %a = kernel.launch "a" (%v = %x : tensor<?x1024xf32>) schedule #reference -> tensor<?x1024xf32> {
      %0 = nn.map (%e = %v) : (tensor<?x1024xf32>) -> tensor<?x1024xf32> {
        %1 = arith.addf %e, %e : f32
        nn.yield %1 : f32
      }
      kernel.yield %0 : tensor<?x1024xf32>
    }
    %b = kernel.launch "b" (%v = %a : tensor<?x1024xf32>) schedule #reference -> tensor<?x1024xf32> {
      %0 = nn.map (%e = %v) : (tensor<?x1024xf32>) -> tensor<?x1024xf32> {
        %1 = arith.addf %e, %e : f32
        nn.yield %1 : f32
      }
      kernel.yield %0 : tensor<?x1024xf32>
    }
    %c = kernel.launch "c" (%v = %b : tensor<?x1024xf32>) schedule #reference -> tensor<?x1024xf32> {
      %0 = nn.map (%e = %v) : (tensor<?x1024xf32>) -> tensor<?x1024xf32> {
        %1 = arith.addf %e, %e : f32
        nn.yield %1 : f32
      }
      kernel.yield %0 : tensor<?x1024xf32>
    }
    %d = kernel.launch "d" (%v = %c : tensor<?x1024xf32>) schedule #reference -> tensor<?x1024xf32> {
      %0 = nn.map (%e = %v) : (tensor<?x1024xf32>) -> tensor<?x1024xf32> {
        %1 = arith.addf %e, %e : f32
        nn.yield %1 : f32
      }
      kernel.yield %0 : tensor<?x1024xf32>
    }
    %view = nn.reshape %d : tensor<?x1024xf32> -> tensor<?x8x128xf32>
    train.return %view : tensor<?x8x128xf32>
  }
  train.step predict @again(%x: tensor<?x1024xf32> {train.images = @x}) -> (tensor<?x1024xf32> {train.output}) {
    %a = kernel.launch "a" (%v = %x : tensor<?x1024xf32>) schedule #reference -> tensor<?x1024xf32> {
      %0 = nn.map (%e = %v) : (tensor<?x1024xf32>) -> tensor<?x1024xf32> {
        %1 = arith.addf %e, %e : f32
        nn.yield %1 : f32
      }
      kernel.yield %0 : tensor<?x1024xf32>
    }
    train.return %a : tensor<?x1024xf32>
  }
}
