// What the verifiers refuse.
// RUN: %ingot_opt %s --split-input-file --verify-diagnostics

func.func @map(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{yields 'i32' for elements of 'tensor<?x4xf32>'}}
  %0 = nn.map (%a = %x) : (tensor<?x4xf32>) -> tensor<?x4xf32> {
    %c = arith.constant 0 : i32
    nn.yield %c : i32
  }
  return
}

// -----

func.func @channels(%x: tensor<?x8x8x3xf32>, %filter: tensor<3x3x2x4xf32>) {
  // expected-error @+1 {{channels}}
  %0 = nn.conv2d %x, %filter strides [1, 1] padding [0, 0, 0, 0] : tensor<?x8x8x3xf32>, tensor<3x3x2x4xf32> -> tensor<?x6x6x4xf32>
  return
}

// -----

func.func @groups(%x: tensor<?x8x8x4xf32>, %filter: tensor<3x3x2x5xf32>) {
  // expected-error @+1 {{has 2 groups, which do not divide its 5 filters}}
  %0 = nn.conv2d %x, %filter strides [1, 1] padding [0, 0, 0, 0] groups 2 : tensor<?x8x8x4xf32>, tensor<3x3x2x5xf32> -> tensor<?x6x6x5xf32>
  return
}

// -----

func.func @channels_of_groups(%x: tensor<?x8x8x4xf32>, %filter: tensor<3x3x4x6xf32>) {
  // expected-error @+1 {{reads 4 channels with a filter for 8}}
  %0 = nn.conv2d %x, %filter strides [1, 1] padding [0, 0, 0, 0] groups 2 : tensor<?x8x8x4xf32>, tensor<3x3x4x6xf32> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @dilation(%x: tensor<?x8x8x4xf32>, %filter: tensor<3x3x4x6xf32>) {
  // expected-error @+1 {{should make 4 positions along spatial axis 0, but its type says 6}}
  %0 = nn.conv2d %x, %filter strides [1, 1] padding [0, 0, 0, 0] dilation [2, 1] : tensor<?x8x8x4xf32>, tensor<3x3x4x6xf32> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @window(%x: tensor<?x8x8x4xf32>, %filter: tensor<3x3x4x6xf32>) {
  // expected-error @+1 {{has a window of 9 on a padded input of 8}}
  %0 = nn.conv2d %x, %filter strides [1, 1] padding [0, 0, 0, 0] dilation [4, 1] : tensor<?x8x8x4xf32>, tensor<3x3x4x6xf32> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @window_too_large(%x: tensor<?x4x4x3xf32>) {
  // expected-error @+1 {{has a window of 5 on a padded input of 4}}
  %0, %1 = nn.max_pool2d %x window [5, 2] strides [1, 1] padding [0, 0, 0, 0] : tensor<?x4x4x3xf32> -> tensor<?x1x3x3xf32>, tensor<?x1x3x3xi8>
  return
}

// -----

func.func @padding_of_a_whole_window(%x: tensor<?x4x4x3xf32>) {
  // expected-error @+1 {{smaller than the window}}
  %0 = nn.sum_pool2d %x window [2, 2] strides [2, 2] padding [2, 0, 0, 0] : tensor<?x4x4x3xf32> -> tensor<?x3x2x3xf32>
  return
}

// -----

func.func @index_type(%x: tensor<?x32x32x3xf32>) {
  // expected-error @+1 {{needs an index of 'tensor<?x2x2x3xi32>'}}
  %0, %1 = nn.max_pool2d %x window [17, 17] strides [15, 15] padding [0, 0, 0, 0] : tensor<?x32x32x3xf32> -> tensor<?x2x2x3xf32>, tensor<?x2x2x3xi8>
  return
}

// -----

func.func @multiplier(%x: tensor<?x8x8x3xf32>, %filter: tensor<3x3x3x2xf32>) {
  // expected-error @+1 {{makes 5 channels of 3 with 2 filters each}}
  %0 = nn.depthwise_conv2d %x, %filter strides [1, 1] dilations [1, 1] padding [0, 0, 0, 0] : tensor<?x8x8x3xf32>, tensor<3x3x3x2xf32> -> tensor<?x6x6x5xf32>
  return
}

// -----

func.func @lengths(%x: tensor<?x4xf32>, %y: tensor<5x6xf32>) {
  // expected-error @+1 {{nn.matmul}}
  %0 = nn.matmul %x, %y : tensor<?x4xf32>, tensor<5x6xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @elements(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{nn.reshape}}
  %0 = nn.reshape %x : tensor<?x4xf32> -> tensor<?x5xf32>
  return
}

// -----

train.program @p attributes {batch = 1 : i64, digest = "", learning_rate = 1.0e-3 : f64, model_name = "m", spec = "p.py"} {
  // expected-error @+1 {{needs an optimizer}}
  train.compile @model optimizer 1 : i64 loss #train.sparse_categorical_crossentropy<from_logits = false> metrics []
}

// -----

func.func @pad(%x: tensor<?x4x4x2xf32>) {
  // expected-error @+1 {{leave the batch as it is}}
  %0 = nn.pad %x before [1, 0, 0, 0] : tensor<?x4x4x2xf32> -> tensor<?x4x4x2xf32>
  return
}

// -----

func.func @concatenate(%x: tensor<?x4xf32>, %y: tensor<?x5xf32>) {
  // expected-error @+1 {{makes 10 elements of 9}}
  %0 = nn.concatenate %x, %y axis 1 : tensor<?x4xf32>, tensor<?x5xf32> -> tensor<?x10xf32>
  return
}

// -----

func.func @parts(%x: tensor<?x8x8x2xf32>, %dy: tensor<?x6x6x4xf32>) {
  // expected-error @+1 {{needs parts of rank 5}}
  %0 = nn.conv2d_grad_filter %x, %dy strides [1, 1] padding [0, 0, 0, 0] parts of 4 images : tensor<?x8x8x2xf32>, tensor<?x6x6x4xf32> -> tensor<3x3x2x4xf32>
  return
}

// -----

train.program @p attributes {batch = 9 : i64, digest = "", learning_rate = 1.0e-3 : f64, model_name = "m", spec = "p.py"} {
  train.step train @s(%x: tensor<?x8x8x2xf32> {train.images = @x}, %dy: tensor<?x6x6x4xf32>) -> () {
    // expected-error @+1 {{has 2 parts of 4 images for a batch of 9}}
    %0 = nn.conv2d_grad_filter %x, %dy strides [1, 1] padding [0, 0, 0, 0] parts of 4 images : tensor<?x8x8x2xf32>, tensor<?x6x6x4xf32> -> tensor<2x3x3x2x4xf32>
    train.return
  }
}
