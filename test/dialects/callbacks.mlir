// Callbacks and the fits that they follow read back as they were printed; what is no callback is refused.
// RUN: split-file %s %t
// RUN: %ingot_opt %t/valid.mlir > %t/once.mlir && %ingot_opt %t/once.mlir | cmp - %t/once.mlir
// RUN: FileCheck %s < %t/once.mlir
// RUN: %ingot_opt %t/invalid.mlir --split-input-file --verify-diagnostics

// CHECK: train.callback @model_checkpoint #train.model_checkpoint<path = "m-{epoch:02d}.keras", monitor = "val_loss", higher_is_better = false, save_best_only = true, save_weights_only = false, save_frequency = 0, initial_value_threshold = 5.000000e-01 : f64, verbose = 1>
// CHECK: train.callback @early_stopping #train.early_stopping<monitor = "val_accuracy", higher_is_better = true, min_delta = 0.000000e+00 : f64, patience = 5, restore_best_weights = true, start_from_epoch = 0, verbose = 0>
// CHECK: train.callback @reduce_lr_on_plateau #train.reduce_lr_on_plateau<monitor = "val_loss", higher_is_better = false, factor = 2.000000e-01 : f64, patience = 3, min_delta = 1.000000e-03 : f64, cooldown = 0, min_lr = 0.000000e+00 : f64, verbose = 0>
// CHECK: train.callback @learning_rate_scheduler #train.learning_rate_scheduler<verbose = 1> function {
// CHECK-NEXT: ^bb0(%{{.*}}: !train.value, %[[RATE:.*]]: !train.value):
// CHECK-NEXT: %[[HALF:.*]] = train.action "float" number 5.000000e-01
// CHECK-NEXT: %[[NEW:.*]] = train.action "binary"(%[[RATE]], %[[HALF]]) text "*"
// CHECK-NEXT: train.yield %[[NEW]] : !train.value
// CHECK: train.callback @csv_logger #train.csv_logger<path = "log.csv", separator = ",", append = false>
// CHECK: train.callback @terminate_on_nan #train.terminate_on_nan<raise_error = false>
// CHECK: train.callback @tensor_board #train.tensor_board<log_dir = "logs">
// CHECK: train.callback @history #train.history
// CHECK: train.fit @x, @y epochs 2 batch 4 callbacks [@early_stopping, @history] {

//--- valid.mlir
train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 1.0e-3 : f64, model_name = "m", spec = "p.py"} {
  train.callback @model_checkpoint #train.model_checkpoint<path = "m-{epoch:02d}.keras", monitor = "val_loss", higher_is_better = false, save_best_only = true, save_weights_only = false, save_frequency = 0, initial_value_threshold = 5.0e-1 : f64, verbose = 1>
  train.callback @early_stopping #train.early_stopping<monitor = "val_accuracy", higher_is_better = true, min_delta = 0.0 : f64, patience = 5, restore_best_weights = true, start_from_epoch = 0, verbose = 0>
  train.callback @reduce_lr_on_plateau #train.reduce_lr_on_plateau<monitor = "val_loss", higher_is_better = false, factor = 0.2 : f64, patience = 3, min_delta = 0.001 : f64, cooldown = 0, min_lr = 0.0 : f64, verbose = 0>
  train.callback @learning_rate_scheduler #train.learning_rate_scheduler<verbose = 1> function {
  ^bb0(%epoch: !train.value, %lr: !train.value):
    %0 = train.action "float" number 0.5
    %1 = train.action "binary"(%lr, %0) text "*"
    train.yield %1 : !train.value
  }
  train.callback @csv_logger #train.csv_logger<path = "log.csv", separator = ",", append = false>
  train.callback @terminate_on_nan #train.terminate_on_nan<raise_error = false>
  train.callback @tensor_board #train.tensor_board<log_dir = "logs">
  train.callback @history #train.history
  train.script {
    %h = train.fit @x, @y epochs 2 batch 4 callbacks [@early_stopping, @history] {initial_epoch = 0 : i64, shuffle = true, validation_batch = 4 : i64, verbose = 1 : i64}
  }
}

//--- invalid.mlir
train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 1.0e-3 : f64, model_name = "m", spec = "p.py"} {
  // expected-error @+1 {{needs a callback, but has 3 : i64}}
  train.callback @c 3
}

// -----

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 1.0e-3 : f64, model_name = "m", spec = "p.py"} {
  // expected-error @+1 {{needs a function}}
  train.callback @c #train.learning_rate_scheduler<verbose = 1>
}

// -----

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 1.0e-3 : f64, model_name = "m", spec = "p.py"} {
  // expected-error @+1 {{has a function, and calls none}}
  train.callback @c #train.history function {
  ^bb0(%epoch: !train.value):
    train.yield %epoch : !train.value
  }
}

// -----

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 1.0e-3 : f64, model_name = "m", spec = "p.py"} {
  // expected-error @+1 {{needs a function of (epoch) or (epoch, learning rate) that ends in yield}}
  train.callback @c #train.learning_rate_scheduler<verbose = 1> function {
    %0 = train.action "float" number 0.5
    train.yield %0 : !train.value
  }
}
