// When a successor is written over its parameter, and when it is copied at the end.
// RUN: %ingot_opt --ingot-plan --split-input-file %s | FileCheck %s

#reference = #kernel.schedule<reference, {}, "">

// The old value is read after the launch that makes the new one.
// CHECK-LABEL: train.program @read_later
// CHECK: %[[W:.*]] = kernel.buffer arena[0]
// CHECK: %[[NEW:.*]] = kernel.buffer arena[4096]
// CHECK: kernel.launch "update" {{.*}} outs(%[[NEW]] :
// CHECK: kernel.launch "sum" {{.*}} outs(%[[LOSS:.*]] : memref<f32>){{.*}} after array<i64>
// CHECK: kernel.launch "l.copy_w" (%{{.*}} = %[[NEW]] : {{.*}} outs(%[[W]] : {{.*}} schedule #kernel.schedule<reference, {}, "copies elements"> after array<i64: 0, 1>
train.program @read_later attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @"l/w" : tensor<8xf32> role trainable init <"zeros"> stream 0
  train.step train @s(%x: tensor<?x8xf32> {train.images = @x}, %w: tensor<8xf32> {train.parameter = @"l/w"})
      -> (tensor<f32> {train.metric = "loss"}, tensor<8xf32> {train.parameter = @"l/w"}) {
    %new = kernel.launch "update" (%a = %w : tensor<8xf32>) schedule #reference -> tensor<8xf32> {
      %0 = nn.map (%e = %a) : (tensor<8xf32>) -> tensor<8xf32> {
        %1 = arith.addf %e, %e : f32
        nn.yield %1 : f32
      }
      kernel.yield %0 : tensor<8xf32>
    }
    %loss = kernel.launch "sum" (%a = %w : tensor<8xf32>) schedule #reference -> tensor<f32> {
      %0 = nn.reduce sum (%e = %a) axes [0] : (tensor<8xf32>) -> tensor<f32> {
        nn.yield %e : f32
      }
      kernel.yield %0 : tensor<f32>
    }
    train.return %loss, %new : tensor<f32>, tensor<8xf32>
  }
}

// -----

#reference = #kernel.schedule<reference, {}, "">

// Read earlier: in place, after the reader.
// CHECK-LABEL: train.program @read_earlier
// CHECK: %[[VIEW:.*]] = kernel.buffer arena[0] : memref<2x4xf32>
// CHECK: kernel.launch "sum" (%{{.*}} = %[[VIEW]] :
// CHECK: %[[W:.*]] = kernel.buffer arena[0] : memref<8xf32>
// CHECK: kernel.launch "update" (%{{.*}} = %[[W]] : {{.*}} outs(%[[W]] : {{.*}} after array<i64: 0>
// CHECK-NOT: kernel.launch
train.program @read_earlier attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @"l/w" : tensor<8xf32> role trainable init <"zeros"> stream 0
  train.step train @s(%x: tensor<?x8xf32> {train.images = @x}, %w: tensor<8xf32> {train.parameter = @"l/w"})
      -> (tensor<f32> {train.metric = "loss"}, tensor<8xf32> {train.parameter = @"l/w"}) {
    %view = nn.reshape %w : tensor<8xf32> -> tensor<2x4xf32>
    %loss = kernel.launch "sum" (%a = %view : tensor<2x4xf32>) schedule #reference -> tensor<f32> {
      %0 = nn.reduce sum (%e = %a) axes [0, 1] : (tensor<2x4xf32>) -> tensor<f32> {
        nn.yield %e : f32
      }
      kernel.yield %0 : tensor<f32>
    }
    %new = kernel.launch "update" (%a = %w : tensor<8xf32>) schedule #reference -> tensor<8xf32> {
      %0 = nn.map (%e = %a) : (tensor<8xf32>) -> tensor<8xf32> {
        %1 = arith.addf %e, %e : f32
        nn.yield %1 : f32
      }
      %2 = nn.map (%e = %0) : (tensor<8xf32>) -> tensor<8xf32> {
        %1 = arith.mulf %e, %e : f32
        nn.yield %1 : f32
      }
      kernel.yield %2 : tensor<8xf32>
    }
    train.return %loss, %new : tensor<f32>, tensor<8xf32>
  }
}

// -----

#reference = #kernel.schedule<reference, {}, "">

// The launch reads the old value elsewhere than where it writes: transposed, reduced, broadcast, or in an op
// whose place in the kernel is the emitter's choice.
// CHECK-LABEL: train.program @read_elsewhere
// CHECK: kernel.launch "transposed"
// CHECK: kernel.launch "reduced"
// CHECK: kernel.launch "twice"
// CHECK: kernel.launch "yielded"
// CHECK: kernel.launch "l.copy_a" {{.*}} after array<i64: 0>
// CHECK: kernel.launch "l.copy_b" {{.*}} after array<i64: 1>
// CHECK: kernel.launch "l.copy_c" {{.*}} after array<i64: 2>
// CHECK: kernel.launch "l.copy_d" {{.*}} after array<i64: 3>
train.program @read_elsewhere attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @"l/a" : tensor<8x8xf32> role trainable init <"zeros"> stream 0
  train.parameter @"l/b" : tensor<8x8xf32> role trainable init <"zeros"> stream 1
  train.parameter @"l/c" : tensor<8x8xf32> role trainable init <"zeros"> stream 2
  train.parameter @"l/d" : tensor<8x8xf32> role trainable init <"zeros"> stream 3
  train.step train @s(%x: tensor<?x8xf32> {train.images = @x}, %a: tensor<8x8xf32> {train.parameter = @"l/a"}, %b: tensor<8x8xf32> {train.parameter = @"l/b"},
      %c: tensor<8x8xf32> {train.parameter = @"l/c"}, %d: tensor<8x8xf32> {train.parameter = @"l/d"})
      -> (tensor<8x8xf32> {train.parameter = @"l/a"}, tensor<8x8xf32> {train.parameter = @"l/b"},
          tensor<8x8xf32> {train.parameter = @"l/c"}, tensor<8x8xf32> {train.parameter = @"l/d"}, tensor<8x8xf32> {train.output}) {
    %na = kernel.launch "transposed" (%v = %a : tensor<8x8xf32>) schedule #reference -> tensor<8x8xf32> {
      %0 = nn.transpose %v [1, 0] : tensor<8x8xf32> -> tensor<8x8xf32>
      kernel.yield %0 : tensor<8x8xf32>
    }
    %nb = kernel.launch "reduced" (%v = %b : tensor<8x8xf32>) schedule #reference -> tensor<8x8xf32> {
      %0 = nn.reduce sum (%e = %v) axes [0] : (tensor<8x8xf32>) -> tensor<8xf32> {
        nn.yield %e : f32
      }
      %1 = nn.map (%e = %v, %s = %0 along [1]) : (tensor<8x8xf32>, tensor<8xf32>) -> tensor<8x8xf32> {
        %2 = arith.divf %e, %s : f32
        nn.yield %2 : f32
      }
      kernel.yield %1 : tensor<8x8xf32>
    }
    %nc, %other = kernel.launch "twice" (%v = %c : tensor<8x8xf32>) schedule #reference -> (tensor<8x8xf32>, tensor<8x8xf32>) {
      %0 = nn.map (%e = %v) : (tensor<8x8xf32>) -> tensor<8x8xf32> {
        %1 = arith.addf %e, %e : f32
        nn.yield %1 : f32
      }
      %2 = nn.map (%e = %v) : (tensor<8x8xf32>) -> tensor<8x8xf32> {
        %1 = arith.mulf %e, %e : f32
        nn.yield %1 : f32
      }
      kernel.yield %0, %2 : tensor<8x8xf32>, tensor<8x8xf32>
    }
    %nd, %old = kernel.launch "yielded" (%v = %d : tensor<8x8xf32>) schedule #reference -> (tensor<8x8xf32>, tensor<8x8xf32>) {
      %0 = nn.map (%e = %v) : (tensor<8x8xf32>) -> tensor<8x8xf32> {
        %1 = arith.addf %e, %e : f32
        nn.yield %1 : f32
      }
      kernel.yield %0, %v : tensor<8x8xf32>, tensor<8x8xf32>
    }
    train.return %na, %nb, %nc, %nd, %old : tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>
  }
}

// -----

// Two parameters change places, a third stays, a metric is an old value.
// CHECK-LABEL: train.program @exchange
// CHECK: kernel.entry @s attributes {images = @x, kind = 0 : i32, metrics = [{name = "loss", offset = 4{{[0-9]*}} : i64}]}
// CHECK: %[[B:.*]] = kernel.buffer arena[64] : memref<8xf32>
// CHECK: kernel.launch "l.copy_a" (%{{.*}} = %[[B]] : {{.*}} outs(%[[T:.*]] : memref<8xf32>){{.*}} after array<i64>
// CHECK: %[[A:.*]] = kernel.buffer arena[0] : memref<8xf32>
// CHECK: kernel.launch "l.copy_b" (%{{.*}} = %[[A]] : {{.*}} outs(%[[B]] : memref<8xf32>){{.*}} after array<i64: 0>
// CHECK: kernel.launch "copy_loss"
// CHECK: kernel.launch "l.copy_a" (%{{.*}} = %[[T]] : {{.*}} outs(%[[A]] : memref<8xf32>){{.*}} after array<i64: 1>
// CHECK-NOT: kernel.launch
train.program @exchange attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @"l/a" : tensor<8xf32> role trainable init <"zeros"> stream 0
  train.parameter @"l/b" : tensor<8xf32> role trainable init <"zeros"> stream 1
  train.parameter @"l/c" : tensor<f32> role trainable init <"zeros"> stream 2
  train.step train @s(%x: tensor<?x8xf32> {train.images = @x}, %a: tensor<8xf32> {train.parameter = @"l/a"}, %b: tensor<8xf32> {train.parameter = @"l/b"},
      %c: tensor<f32> {train.parameter = @"l/c"})
      -> (tensor<8xf32> {train.parameter = @"l/a"}, tensor<8xf32> {train.parameter = @"l/b"}, tensor<f32> {train.parameter = @"l/c"}, tensor<f32> {train.metric = "loss"}) {
    train.return %b, %a, %c, %c : tensor<8xf32>, tensor<8xf32>, tensor<f32>, tensor<f32>
  }
}

// -----

#reference = #kernel.schedule<reference, {}, "">

// One value is the successor of two parameters: in place of the first, a copy for the second. Blocked layouts are
// kept, and their padding counted.
// CHECK-LABEL: train.program @shared
// CHECK: train.parameter @"l/b" : {{.*}} offset 128
// CHECK: kernel.launch "update" {{.*}} outs(%[[A:.*]] : memref<2x16xf32>)
// CHECK: kernel.launch "l.copy_b" (%{{.*}} = %[[A]] : {{.*}} outs(%{{.*}} : memref<2x16xf32>){{.*}} after array<i64: 0>
train.program @shared attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @"l/a" : tensor<20xf32, #kernel.blocked<16>> role trainable init <"zeros"> stream 0
  train.parameter @"l/b" : tensor<20xf32, #kernel.blocked<16>> role trainable init <"zeros"> stream 1
  train.step train @s(%x: tensor<?x8xf32> {train.images = @x}, %a: tensor<20xf32, #kernel.blocked<16>> {train.parameter = @"l/a"}, %b: tensor<20xf32, #kernel.blocked<16>> {train.parameter = @"l/b"})
      -> (tensor<20xf32, #kernel.blocked<16>> {train.parameter = @"l/a"}, tensor<20xf32, #kernel.blocked<16>> {train.parameter = @"l/b"}) {
    %new = kernel.launch "update" (%v = %a : tensor<20xf32, #kernel.blocked<16>>) schedule #reference -> tensor<20xf32, #kernel.blocked<16>> {
      %0 = nn.map (%e = %v) : (tensor<20xf32, #kernel.blocked<16>>) -> tensor<20xf32, #kernel.blocked<16>> {
        %1 = arith.addf %e, %e : f32
        nn.yield %1 : f32
      }
      kernel.yield %0 : tensor<20xf32, #kernel.blocked<16>>
    }
    train.return %new, %new : tensor<20xf32, #kernel.blocked<16>>, tensor<20xf32, #kernel.blocked<16>>
  }
}
