// Ops whose meaning depends on the step: training draws and updates, the other steps do neither.
// RUN: %ingot_opt %s --ingot-differentiate --canonicalize --cse | FileCheck %s

// The seed is an argument of the training step alone; moving averages have successors there, and nowhere else.
// CHECK: train.step train @train_step(
// CHECK-SAME: %[[STEP:[a-z0-9]+]]: tensor<i64> {train.step_state = "step"}
// CHECK-SAME: %[[SEED:[a-z0-9]+]]: tensor<i64> {train.step_state = "seed"}
// CHECK-SAME: tensor<8xf32> {train.parameter = @"bn/gamma"}
// CHECK-SAME: tensor<8xf32> {train.parameter = @"bn/moving_mean"}, tensor<8xf32> {train.parameter = @"bn/moving_variance"})
// One key for the numbers of the layer, drawn forward and backward.
// CHECK: %[[KEY:[0-9]+]]:2 = nn.map ({{.*}} = %[[SEED]], {{.*}} = %[[STEP]]) : (tensor<i64>, tensor<i64>) -> (tensor<i32>, tensor<i32>)
// CHECK: nn.map ({{.*}} = %[[KEY]]#0 along [], {{.*}} = %[[KEY]]#1 along []
// CHECK: nn.linear_index
// Two sums for the moments.
// CHECK: nn.reduce sum {{.*}} axes [0] : (tensor<?x8xf32>) -> tensor<8xf32>
// CHECK: nn.reduce sum {{.*}} axes [0] : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<8xf32>
// CHECK: nn.map ({{.*}} = %[[KEY]]#0 along [], {{.*}} = %[[KEY]]#1 along []
// CHECK: train.return

// CHECK: train.step evaluate @evaluate_step(
// CHECK-NOT: seed
// CHECK-SAME: -> (tensor<f32> {train.metric = "loss"}) {
// CHECK-NOT: nn.linear_index
// CHECK-NOT: axes [0] : (tensor<?x8xf32>)
// CHECK: train.step predict @predict_step(
// CHECK-NOT: seed
// CHECK-NOT: nn.linear_index
// CHECK-NOT: nn.reduce sum {{.*}} axes [0]
// CHECK: train.return
train.program @p attributes {batch = 4 : i64, digest = "0", learning_rate = 1.0e-3 : f64, model_name = "functional", spec = "p.py"} {
  train.array @x attributes {source = "mnist", key = "images", test = false, classes = 0 : i64, samples = tensor<8xf32>, type = tensor<8xf32>}
  train.array @y attributes {source = "mnist", key = "labels", test = false, classes = 8 : i64, samples = tensor<i32>, type = tensor<i32>}
  train.parameter @"dense/kernel" : tensor<8x8xf32> role trainable init <"zeros"> stream 0
  train.parameter @"bn/gamma" : tensor<8xf32> role trainable init <"ones"> stream 1
  train.parameter @"bn/moving_mean" : tensor<8xf32> role non_trainable init <"zeros"> stream 2
  train.parameter @"bn/moving_variance" : tensor<8xf32> role non_trainable init <"ones"> stream 3
  train.parameter @"dense/kernel/momentum" : tensor<8x8xf32> role slot init <"zeros"> stream 4
  train.parameter @"bn/gamma/momentum" : tensor<8xf32> role slot init <"zeros"> stream 5
  train.parameter @"dense/kernel/velocity" : tensor<8x8xf32> role slot init <"zeros"> stream 6
  train.parameter @"bn/gamma/velocity" : tensor<8xf32> role slot init <"zeros"> stream 7
  nn.model @model(%image: tensor<?x8xf32>, %k: tensor<8x8xf32> {nn.parameter = @"dense/kernel"}, %g: tensor<8xf32> {nn.parameter = @"bn/gamma"},
                  %m: tensor<8xf32> {nn.parameter = @"bn/moving_mean"}, %v: tensor<8xf32> {nn.parameter = @"bn/moving_variance"})
      -> (tensor<?x8xf32>, tensor<8xf32> {nn.parameter = @"bn/moving_mean"}, tensor<8xf32> {nn.parameter = @"bn/moving_variance"}) {
    %0 = nn.matmul %image, %k : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32>
    %1 = nn.dropout %0 rate 5.0e-01 shared [] stream 1 : tensor<?x8xf32>
    %2:3 = nn.batch_norm %1 gamma %g moving %m, %v axis 1 momentum 9.9e-01 epsilon 1.0e-03
        : (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>)
    nn.output %2#0, %2#1, %2#2 : tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>
  }
  train.compile @model optimizer #train.adam<beta_1 = 9.0e-1 : f64, beta_2 = 9.99e-1 : f64, epsilon = 1.0e-7 : f64, amsgrad = false> loss #train.sparse_categorical_crossentropy<from_logits = true> metrics []
  train.script {
    %h = train.fit @x, @y validation @x, @y epochs 1 batch 4 {initial_epoch = 0 : i64, shuffle = true, validation_batch = 4 : i64, verbose = 1 : i64}
  }
}
