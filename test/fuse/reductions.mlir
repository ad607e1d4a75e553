// Large reductions are two, those that read the same share a launch, and what goes over the same rows does.
// RUN: %ingot_opt --ingot-fuse --split-input-file %s | FileCheck %s

// Sums and sums of products along all but the channels, as batch normalization's gradients need them.
// CHECK-LABEL: train.program @statistics
// CHECK: %[[P:.*]]:2 = kernel.launch
// CHECK: nn.reduce sum {{.*}} axes [1, 2] : (tensor<?x32x32x32xf32>) -> tensor<?x32xf32>
// CHECK: nn.reduce sum {{.*}} axes [1, 2] : (tensor<?x32x32x32xf32>, tensor<?x32x32x32xf32>) -> tensor<?x32xf32>
// CHECK: kernel.launch {{.*}}%[[P]]#0{{.*}}%[[P]]#1
// CHECK: nn.reduce sum {{.*}} axes [0] : (tensor<?x32xf32>) -> tensor<32xf32>
// CHECK: nn.reduce sum {{.*}} axes [0] : (tensor<?x32xf32>) -> tensor<32xf32>
// CHECK-NOT: kernel.launch
train.program @statistics attributes {batch = 32 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @a : tensor<32xf32> role non_trainable init <"zeros"> stream 0
  train.parameter @b : tensor<32xf32> role non_trainable init <"zeros"> stream 1
  train.step train @s(%x: tensor<?x32x32x32xf32> {train.images = @x}, %y: tensor<?x32x32x32xf32>) -> (tensor<32xf32> {train.parameter = @a}, tensor<32xf32> {train.parameter = @b}) {
    %0 = nn.reduce sum (%e = %x) axes [0, 1, 2] : (tensor<?x32x32x32xf32>) -> tensor<32xf32> {
      nn.yield %e : f32
    }
    %1 = nn.reduce sum (%e = %x, %f = %y) axes [0, 1, 2] : (tensor<?x32x32x32xf32>, tensor<?x32x32x32xf32>) -> tensor<32xf32> {
      %2 = arith.mulf %e, %f : f32
      nn.yield %2 : f32
    }
    train.return %0, %1 : tensor<32xf32>, tensor<32xf32>
  }
}

// -----

// A wide softmax is one launch.
// CHECK-LABEL: train.program @softmax
// CHECK: kernel.launch
// CHECK: nn.reduce max
// CHECK: math.exp
// CHECK: nn.reduce sum
// CHECK: arith.divf
// CHECK: kernel.yield
// CHECK-NOT: kernel.launch
train.program @softmax attributes {batch = 32 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.step predict @s(%x: tensor<?x1000xf32> {train.images = @x}) -> (tensor<?x1000xf32> {train.output}) {
    %0 = nn.reduce max (%e = %x) axes [1] : (tensor<?x1000xf32>) -> tensor<?xf32> {
      nn.yield %e : f32
    }
    %1 = nn.map (%e = %x, %f = %0 along [0]) : (tensor<?x1000xf32>, tensor<?xf32>) -> tensor<?x1000xf32> {
      %4 = arith.subf %e, %f : f32
      %5 = math.exp %4 : f32
      nn.yield %5 : f32
    }
    %2 = nn.reduce sum (%e = %1) axes [1] : (tensor<?x1000xf32>) -> tensor<?xf32> {
      nn.yield %e : f32
    }
    %3 = nn.map (%e = %1, %f = %2 along [0]) : (tensor<?x1000xf32>, tensor<?xf32>) -> tensor<?x1000xf32> {
      %4 = arith.divf %e, %f : f32
      nn.yield %4 : f32
    }
    train.return %3 : tensor<?x1000xf32>
  }
}

// -----

// Reductions that another launch lies between stay apart.
// CHECK-LABEL: train.program @between
// CHECK-COUNT-3: kernel.launch
// CHECK-NOT: kernel.launch
train.program @between attributes {batch = 32 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @a : tensor<640xf32> role non_trainable init <"zeros"> stream 0
  train.parameter @b : tensor<640xf32> role non_trainable init <"zeros"> stream 1
  train.step train @s(%x: tensor<?x640xf32> {train.images = @x}, %w: tensor<640x640xf32>) -> (tensor<640xf32> {train.parameter = @a}, tensor<640xf32> {train.parameter = @b}) {
    %0 = nn.reduce sum (%e = %x) axes [0] : (tensor<?x640xf32>) -> tensor<640xf32> {
      nn.yield %e : f32
    }
    %1 = nn.reshape %0 : tensor<640xf32> -> tensor<1x640xf32>
    %2 = nn.matmul %1, %w : tensor<1x640xf32>, tensor<640x640xf32> -> tensor<1x640xf32>
    %3 = nn.reshape %2 : tensor<1x640xf32> -> tensor<640xf32>
    %4 = nn.reduce sum (%e = %x, %f = %3 along [1]) axes [0] : (tensor<?x640xf32>, tensor<640xf32>) -> tensor<640xf32> {
      %5 = arith.mulf %e, %f : f32
      nn.yield %5 : f32
    }
    train.return %0, %4 : tensor<640xf32>, tensor<640xf32>
  }
}
