// Every op of the network reads back as it was printed.
// RUN: %ingot_opt %s | %ingot_opt | FileCheck %s

func.func @ops(%image: tensor<?x8x8x2xf32>, %filter: tensor<3x3x2x4xf32>, %grad: tensor<?x6x6x4xf32>,
               %exchanged: tensor<3x3x4x2xf32>, %rows: tensor<?x10xf32>, %kernel: tensor<10x5xf32>,
               %labels: tensor<?xi32>, %samples: tensor<?x8x8xi8>) {
  // CHECK: nn.conv2d %{{.*}}, %{{.*}} strides [1, 1] padding [0, 0, 0, 0] :
  %0 = nn.conv2d %image, %filter strides [1, 1] padding [0, 0, 0, 0] : tensor<?x8x8x2xf32>, tensor<3x3x2x4xf32> -> tensor<?x6x6x4xf32>
  // CHECK: nn.conv2d_grad_input
  %1 = nn.conv2d_grad_input %grad, %exchanged strides [1, 1] padding [0, 0, 0, 0] : tensor<?x6x6x4xf32>, tensor<3x3x4x2xf32> -> tensor<?x8x8x2xf32>
  // CHECK: nn.conv2d_grad_filter
  %2 = nn.conv2d_grad_filter %image, %grad strides [1, 1] padding [0, 0, 0, 0] : tensor<?x8x8x2xf32>, tensor<?x6x6x4xf32> -> tensor<3x3x2x4xf32>
  // CHECK: nn.conv2d_grad_filter {{.*}} parts of 4 images : {{.*}} -> tensor<8x3x3x2x4xf32>
  %parts = nn.conv2d_grad_filter %image, %grad strides [1, 1] padding [0, 0, 0, 0] parts of 4 images : tensor<?x8x8x2xf32>, tensor<?x6x6x4xf32> -> tensor<8x3x3x2x4xf32>
  // CHECK: nn.matmul %{{.*}}, %{{.*}} : tensor<?x10xf32>, tensor<10x5xf32> -> tensor<?x5xf32>
  %3 = nn.matmul %rows, %kernel : tensor<?x10xf32>, tensor<10x5xf32> -> tensor<?x5xf32>
  // CHECK: nn.matmul lhs_transposed
  %4 = nn.matmul lhs_transposed %rows, %3 : tensor<?x10xf32>, tensor<?x5xf32> -> tensor<10x5xf32>
  // CHECK: nn.matmul rhs_transposed
  %5 = nn.matmul rhs_transposed %3, %kernel : tensor<?x5xf32>, tensor<10x5xf32> -> tensor<?x10xf32>
  // CHECK: nn.map (%{{.*}} = %{{.*}}) : (tensor<?x10xf32>) -> tensor<?x10xf32>
  %6 = nn.map (%a = %rows) : (tensor<?x10xf32>) -> tensor<?x10xf32> {
    // CHECK: nn.index 1
    %i = nn.index 1
    // CHECK: nn.linear_index
    %p = nn.linear_index
    nn.yield %a : f32
  }
  // CHECK: nn.reduce sum (%{{.*}} = %{{.*}}) axes [0]
  %7 = nn.reduce sum (%a = %rows) axes [0] : (tensor<?x10xf32>) -> tensor<10xf32> {
    nn.yield %a : f32
  }
  // CHECK: nn.reshape
  %8 = nn.reshape %image : tensor<?x8x8x2xf32> -> tensor<?x128xf32>
  // CHECK: nn.transpose %{{.*}} [0, 1, 3, 2]
  %9 = nn.transpose %filter [0, 1, 3, 2] : tensor<3x3x2x4xf32> -> tensor<3x3x4x2xf32>
  // CHECK: nn.gather %{{.*}}[%{{.*}}]
  %10 = nn.gather %samples[%labels] : tensor<?x8x8xi8>, tensor<?xi32> -> tensor<?x8x8xi8>
  // CHECK: nn.softmax
  %11 = nn.softmax %rows : tensor<?x10xf32>
  // CHECK: nn.sparse_softmax_cross_entropy
  %12 = nn.sparse_softmax_cross_entropy %rows, %labels : tensor<?x10xf32>, tensor<?xi32> -> tensor<?xf32>
  // CHECK: nn.sparse_hits
  %13 = nn.sparse_hits %rows, %labels : tensor<?x10xf32>, tensor<?xi32> -> tensor<?xf32>
  // CHECK: nn.stop_gradient
  %14 = nn.stop_gradient %rows : tensor<?x10xf32>
  // CHECK: nn.sigmoid
  %15 = nn.sigmoid %rows : tensor<?x10xf32>
  // CHECK: nn.log_softmax
  %16 = nn.log_softmax %rows : tensor<?x10xf32>
  // CHECK: nn.pad %{{.*}} before [0, 1, -1, 0]
  %17 = nn.pad %image before [0, 1, -1, 0] : tensor<?x8x8x2xf32> -> tensor<?x10x7x2xf32>
  // CHECK: nn.concatenate %{{.*}}, %{{.*}} axis 1
  %18 = nn.concatenate %rows, %3 axis 1 : tensor<?x10xf32>, tensor<?x5xf32> -> tensor<?x15xf32>
  return
}

func.func @windows(%image: tensor<?x8x8x2xf32>, %filter: tensor<3x3x2x2xf32>, %grad: tensor<?x4x4x2xf32>,
                   %index: tensor<?x4x4x2xi8>, %outer: tensor<?x6x6x4xf32>) {
  // CHECK: nn.max_pool2d %{{.*}} window [2, 2] strides [2, 2] padding [0, 0, 0, 0] : tensor<?x8x8x2xf32> -> tensor<?x4x4x2xf32>, tensor<?x4x4x2xi8>
  %0, %1 = nn.max_pool2d %image window [2, 2] strides [2, 2] padding [0, 0, 0, 0] : tensor<?x8x8x2xf32> -> tensor<?x4x4x2xf32>, tensor<?x4x4x2xi8>
  // CHECK: nn.max_pool2d_grad_input
  %2 = nn.max_pool2d_grad_input %grad, %index window [2, 2] strides [2, 2] padding [0, 0, 0, 0] : tensor<?x4x4x2xf32>, tensor<?x4x4x2xi8> -> tensor<?x8x8x2xf32>
  // CHECK: nn.sum_pool2d
  %3 = nn.sum_pool2d %image window [3, 3] strides [2, 2] padding [0, 1, 0, 1] : tensor<?x8x8x2xf32> -> tensor<?x4x4x2xf32>
  // CHECK: nn.sum_pool2d_grad_input
  %4 = nn.sum_pool2d_grad_input %grad window [3, 3] strides [2, 2] padding [0, 1, 0, 1] : tensor<?x4x4x2xf32> -> tensor<?x8x8x2xf32>
  // CHECK: nn.depthwise_conv2d %{{.*}}, %{{.*}} strides [1, 1] dilations [1, 1] padding [0, 0, 0, 0]
  %5 = nn.depthwise_conv2d %image, %filter strides [1, 1] dilations [1, 1] padding [0, 0, 0, 0] : tensor<?x8x8x2xf32>, tensor<3x3x2x2xf32> -> tensor<?x6x6x4xf32>
  // CHECK: nn.depthwise_conv2d_grad_input
  %6 = nn.depthwise_conv2d_grad_input %outer, %filter strides [1, 1] dilations [1, 1] padding [0, 0, 0, 0] : tensor<?x6x6x4xf32>, tensor<3x3x2x2xf32> -> tensor<?x8x8x2xf32>
  // CHECK: nn.depthwise_conv2d_grad_filter
  %7 = nn.depthwise_conv2d_grad_filter %image, %outer strides [1, 1] dilations [1, 1] padding [0, 0, 0, 0] : tensor<?x8x8x2xf32>, tensor<?x6x6x4xf32> -> tensor<16x3x3x2x2xf32>
  return
}
