// The IR that the front end leaves: every op of it reads back as it was printed, with and without locations.
// RUN: %ingot_opt %s | %ingot_opt | FileCheck %s
// RUN: %ingot_opt %s --mlir-print-debuginfo > %t.mlir && %ingot_opt %t.mlir --mlir-print-debuginfo | cmp - %t.mlir
// RUN: %ingot_opt %s --mlir-print-debuginfo --mlir-use-nameloc-as-prefix > %t.mlir
// RUN: %ingot_opt %t.mlir --mlir-print-debuginfo --mlir-use-nameloc-as-prefix | cmp - %t.mlir

// CHECK: train.program @p attributes {batch = 32 : i64
// CHECK: train.array @x
// CHECK: train.yield
// CHECK: train.array @y
// CHECK: train.parameter @"conv2d/kernel" : tensor<3x3x1x32xf32> role trainable init <"uniform", -1.400000e-01 : f64, 1.400000e-01 : f64> stream 0
// CHECK: train.layer "conv2d" "Conv2D" "(None, 13, 13, 32)" parameters 320
// CHECK: nn.model @model
// CHECK: nn.conv2d %{{.*}}, %{{.*}} strides [2, 2] padding [0, 0, 0, 0]
// CHECK: nn.map (%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}} along [3])
// CHECK: nn.output
// CHECK: train.compile @model optimizer #train.adam<
// CHECK: train.action "str" text "hello"
// CHECK: train.action "float" number 0x7FF0000000000000
// CHECK: train.action "print"
// CHECK: train.fit @x, @y epochs 15 batch 32
// CHECK: train.evaluate @x, @y batch 32
train.program @p attributes {batch = 32 : i64, digest = "ab", learning_rate = 1.0e-3 : f64, model_name = "functional", spec = "p.py"} {
  train.array @x attributes {source = "fashion_mnist", key = "images", test = false, classes = 0 : i64, samples = tensor<28x28xi8>, type = tensor<28x28x1xf32>} {
  ^bb0(%a: i8):
    %0 = arith.uitofp %a : i8 to f64
    %1 = arith.truncf %0 : f64 to f32
    train.yield %1 : f32
  }
  train.array @y attributes {source = "fashion_mnist", key = "labels", test = false, classes = 10 : i64, samples = tensor<i32>, type = tensor<i32>}
  train.parameter @"conv2d/kernel" : tensor<3x3x1x32xf32> role trainable init <"uniform", -0.14 : f64, 0.14 : f64> stream 0
  train.layer "conv2d" "Conv2D" "(None, 13, 13, 32)" parameters 320 {is_input = false, trainable = true}
  nn.model @model(%input_layer: tensor<?x28x28x1xf32> {nn.name="x"}, %k: tensor<3x3x1x32xf32> {nn.parameter = @"conv2d/kernel"}, %b: tensor<32xf32>) -> tensor<?x13x13x32xf32> {
    %0 = nn.conv2d %input_layer, %k strides [2, 2] padding [0, 0, 0, 0] : tensor<?x28x28x1xf32>, tensor<3x3x1x32xf32> -> tensor<?x13x13x32xf32>
    %1 = nn.map (%a = %0, %c = %b along [3]) : (tensor<?x13x13x32xf32>, tensor<32xf32>) -> tensor<?x13x13x32xf32> { 
      %s = arith.addf %a, %c : f32
      nn.yield %s : f32 }
    nn.output %1 : tensor<?x13x13x32xf32>
  }
  train.compile @model optimizer #train.adam<beta_1 = 0.9 : f64, beta_2 = 0.999 : f64, epsilon = 1.0e-7 : f64, amsgrad = false> loss #train.sparse_categorical_crossentropy<from_logits = false> metrics [#train.sparse_categorical_accuracy<"accuracy">]
  train.script {
    %0 = train.action "str" text "hello"
    %f = train.action "float" number 0x7FF0000000000000
    %1 = train.action "print" (%0, %0, %f)
    %h = train.fit @x, @y epochs 15 batch 32 {initial_epoch = 0 : i64, shuffle = true, validation_batch = 32 : i64, verbose = 1 : i64}
    %e = train.evaluate @x, @y batch 32 {verbose = 1 : i64}
  }
}
