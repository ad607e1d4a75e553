// The gradient of a filter that is small beside the images is a sum of parts; that of a large one stays whole.
// RUN: %ingot_opt --ingot-fuse --split-input-file %s | FileCheck %s

// Fifteen parts of two images for 29, the last of one.
// CHECK-LABEL: train.program @small
// CHECK: %[[P:.*]] = kernel.launch
// CHECK: nn.conv2d_grad_filter {{.*}} parts of 2 images : {{.*}} -> tensor<15x3x3x3x8xf32>
// CHECK: kernel.launch {{.*}}%[[P]]
// CHECK: nn.reduce sum {{.*}} axes [0] : (tensor<15x3x3x3x8xf32>) -> tensor<3x3x3x8xf32>
train.program @small attributes {batch = 29 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @f : tensor<3x3x3x8xf32> role trainable init <"zeros"> stream 0
  train.step train @s(%x: tensor<?x16x16x3xf32> {train.images = @x}, %dy: tensor<?x16x16x8xf32>) -> (tensor<3x3x3x8xf32> {train.parameter = @f}) {
    %0 = nn.conv2d_grad_filter %x, %dy strides [1, 1] padding [1, 1, 1, 1] : tensor<?x16x16x3xf32>, tensor<?x16x16x8xf32> -> tensor<3x3x3x8xf32>
    train.return %0 : tensor<3x3x3x8xf32>
  }
}

// -----

// CHECK-LABEL: train.program @large
// CHECK: nn.conv2d_grad_filter {{.*}} -> tensor<3x3x64x64xf32>
// CHECK-NOT: nn.reduce
train.program @large attributes {batch = 32 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @f : tensor<3x3x64x64xf32> role trainable init <"zeros"> stream 0
  train.step train @s(%x: tensor<?x4x4x64xf32> {train.images = @x}, %dy: tensor<?x4x4x64xf32>) -> (tensor<3x3x64x64xf32> {train.parameter = @f}) {
    %0 = nn.conv2d_grad_filter %x, %dy strides [1, 1] padding [1, 1, 1, 1] : tensor<?x4x4x64xf32>, tensor<?x4x4x64xf32> -> tensor<3x3x64x64xf32>
    train.return %0 : tensor<3x3x64x64xf32>
  }
}
