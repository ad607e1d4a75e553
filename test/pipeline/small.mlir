// A small network from import to codegen: one convolution, one dense layer.
// RUN: %ingot_opt %s --canonicalize --cse --ingot-differentiate --canonicalize --cse | FileCheck %s --check-prefix=STEP

// STEP-LABEL: train.step train @train_step
// STEP: nn.gather
// STEP: nn.conv2d {{.*}} strides [2, 2]
// STEP: nn.conv2d_grad_filter
// STEP: train.return

train.program @small attributes {batch = 32 : i64, digest = "0", learning_rate = 1.0e-3 : f64, model_name = "functional", spec = "small.py"} {
  train.array @x_train attributes {source = "fashion_mnist", key = "images", test = false, classes = 0 : i64, samples = tensor<28x28xi8>, type = tensor<28x28x1xf32>} {
  ^bb0(%x: i8):
    %0 = arith.uitofp %x : i8 to f64
    %c = arith.constant 255.0 : f64
    %1 = arith.divf %0, %c : f64
    %2 = arith.truncf %1 : f64 to f32
    train.yield %2 : f32
  }
  train.array @y_train attributes {source = "fashion_mnist", key = "labels", test = false, classes = 10 : i64, samples = tensor<i32>, type = tensor<i32>}
  train.parameter @"conv2d/kernel" : tensor<3x3x1x8xf32> role trainable init <"uniform", -0.1 : f64, 0.1 : f64> stream 0
  train.parameter @"conv2d/bias" : tensor<8xf32> role trainable init <"zeros"> stream 1
  train.parameter @"dense/kernel" : tensor<1352x10xf32> role trainable init <"uniform", -0.1 : f64, 0.1 : f64> stream 2
  train.parameter @"dense/bias" : tensor<10xf32> role trainable init <"zeros"> stream 3
  train.parameter @"conv2d/kernel/momentum" : tensor<3x3x1x8xf32> role slot init <"zeros"> stream 4
  train.parameter @"conv2d/bias/momentum" : tensor<8xf32> role slot init <"zeros"> stream 5
  train.parameter @"dense/kernel/momentum" : tensor<1352x10xf32> role slot init <"zeros"> stream 6
  train.parameter @"dense/bias/momentum" : tensor<10xf32> role slot init <"zeros"> stream 7
  train.parameter @"conv2d/kernel/velocity" : tensor<3x3x1x8xf32> role slot init <"zeros"> stream 8
  train.parameter @"conv2d/bias/velocity" : tensor<8xf32> role slot init <"zeros"> stream 9
  train.parameter @"dense/kernel/velocity" : tensor<1352x10xf32> role slot init <"zeros"> stream 10
  train.parameter @"dense/bias/velocity" : tensor<10xf32> role slot init <"zeros"> stream 11
  train.layer "conv2d" "Conv2D" "(None, 13, 13, 8)" parameters 80 {is_input = false, trainable = true}
  nn.model @model(%image: tensor<?x28x28x1xf32>, %k: tensor<3x3x1x8xf32> {nn.parameter = @"conv2d/kernel"}, %b: tensor<8xf32> {nn.parameter = @"conv2d/bias"},
                  %w: tensor<1352x10xf32> {nn.parameter = @"dense/kernel"}, %d: tensor<10xf32> {nn.parameter = @"dense/bias"}) -> (tensor<?x10xf32>) {
    %0 = nn.conv2d %image, %k strides [2, 2] padding [0, 0, 0, 0] : tensor<?x28x28x1xf32>, tensor<3x3x1x8xf32> -> tensor<?x13x13x8xf32> loc("conv2d")
    %1 = nn.map (%a = %0, %c = %b along [3]) : (tensor<?x13x13x8xf32>, tensor<8xf32>) -> tensor<?x13x13x8xf32> {
      %s = arith.addf %a, %c : f32
      nn.yield %s : f32
    } loc("conv2d")
    %2 = nn.map (%a = %1) : (tensor<?x13x13x8xf32>) -> tensor<?x13x13x8xf32> {
      %z = arith.constant 0.0 : f32
      %s = arith.maximumf %a, %z : f32
      nn.yield %s : f32
    } loc("conv2d")
    %3 = nn.reshape %2 : tensor<?x13x13x8xf32> -> tensor<?x1352xf32> loc("flatten")
    %4 = nn.matmul %3, %w : tensor<?x1352xf32>, tensor<1352x10xf32> -> tensor<?x10xf32> loc("dense")
    %5 = nn.map (%a = %4, %c = %d along [1]) : (tensor<?x10xf32>, tensor<10xf32>) -> tensor<?x10xf32> {
      %s = arith.addf %a, %c : f32
      nn.yield %s : f32
    } loc("dense")
    %6 = nn.softmax %5 : tensor<?x10xf32> loc("dense")
    nn.output %6 : tensor<?x10xf32>
  }
  train.compile @model optimizer #train.adam<beta_1 = 9.0e-1 : f64, beta_2 = 9.99e-1 : f64, epsilon = 1.0e-7 : f64, amsgrad = false> loss #train.sparse_categorical_crossentropy<from_logits = false> metrics [#train.sparse_categorical_accuracy<"accuracy">]
  train.script {
    %h = train.fit @x_train, @y_train epochs 1 batch 32 {initial_epoch = 0 : i64, shuffle = true, validation_batch = 32 : i64, verbose = 1 : i64}
  }
}
