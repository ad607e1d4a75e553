// Every table of a program's descriptor, read back in C.
// RUN: %ingot_emit_program %s > %t.o
// RUN: %ingot_emit_program %s > %t.again.o
// RUN: cmp %t.o %t.again.o
// RUN: ld.lld-22 -shared %t.o -o %t.so
// RUN: %ingot_print_program %t.so | FileCheck --strict-whitespace --match-full-lines %s

//      CHECK:program p abi {{[0-9]+}} batch 32 spec 'dir/p.py' digest 00ff model functional
// CHECK-NEXT:by 'ingotc 0.1' cpu x86-64-v3 features +avx2,+fma schedules {{[0-9a-f]+}}
// CHECK-NEXT:arena 12288 state 4096 learning_rate 0.001 callbacks 2
// CHECK-NEXT:parameter d/kernel role 0 block 16 offset 0 bytes 1024 initializer 3 -0.5 0.5 stream 0 4x2x20
// CHECK-NEXT:parameter d/bias role 1 block 0 offset 1024 bytes 80 initializer 2 3 0 stream 7 20
// CHECK-NEXT:parameter d/kernel/momentum role 2 block 16 offset 1088 bytes 1024 initializer 0 0 0 stream 2 4x2x20
// CHECK-NEXT:layer input_layer InputLayer '(None, 8)' 0 1 0
// CHECK-NEXT:layer d Dense '(None, 20)' 180 0 1
// CHECK-NEXT:array mnist images split 0 element 0 classes 0 28x28 reader idx
// CHECK-NEXT:array mnist labels split 1 element 1 classes 10 reader cifar
// CHECK-NEXT:entry train_step kind 0 images 0 labels 1 metric loss 4096 metric accuracy 4160 output 0
// CHECK-NEXT:  launch gather 'gather {}' grid 32 flops 0 bytes 200 after [gather 0 32]
// CHECK-NEXT:    space 1 access 1 offset 0 bytes 8 row_bytes 0
// CHECK-NEXT:    space 2 access 1 offset 0 bytes 0 row_bytes 0
// CHECK-NEXT:    space 3 access 1 offset 0 bytes 128 row_bytes 4
// CHECK-NEXT:    space 0 access 2 offset 4096 bytes 1024 row_bytes 32
// CHECK-NEXT:  launch d 'matmul_forward {}' grid 4 flops 300 bytes 400 after 0 [d 0 4] [d.reference 0 4]
// CHECK-NEXT:    space 0 access 1 offset 4096 bytes 1024 row_bytes 32
// CHECK-NEXT:    space 0 access 2 offset 8192 bytes 1024 row_bytes 0
// CHECK-NEXT:  launch d.update 'elementwise {}' grid 1 flops 5 bytes 6 after 0 1 [d.update 0 1]
// CHECK-NEXT:    space 0 access 3 offset 0 bytes 1024 row_bytes 0
// CHECK-NEXT:    space 0 access 3 offset 0 bytes 1024 row_bytes 0
// CHECK-NEXT:entry predict_step kind 2 images 0 labels -1 output 8192 2x10
// CHECK-NEXT:  launch d 'matmul_forward {}' grid 4 flops 300 bytes 400 after [d 0 4]
// CHECK-NEXT:    space 0 access 2 offset 8192 bytes 1024 row_bytes 0
// CHECK-NEXT:fit 0 1 epochs 15 batch 32 64 shuffle 1 verbose 2 initial 3 callback 1 callback 0
// CHECK-NEXT:evaluation 1 verbose 1 batch 16
// CHECK-NEXT:callback 1 flags 4 verbose 1 higher 1 monitor val_accuracy path - separator - patience 5 cooldown 0 start 2 frequency 0 delta 0.5 factor 0 min_lr 0 baseline nan
// CHECK-NEXT:callback 3 flags 0 verbose 0 higher 0 monitor - path - separator - patience 0 cooldown 0 start 0 frequency 0 delta 0 factor 0 min_lr 0 baseline nan
// CHECK-NEXT:function of 2 gives %5
// CHECK-NEXT:%0 = 0 () 0 0 '' line 0
// CHECK-NEXT:%1 = 0 () 0 0 '' line 0
// CHECK-NEXT:%2 = 25 () 4 0 '' line 0
// CHECK-NEXT:%3 = 3 () 0 0.5 '' line 0
// CHECK-NEXT:%4 = 24 () 7 0 '' line 0
// CHECK-NEXT:%5 = 16 (%1 %3) 0 0 '*' line 9
// CHECK-NEXT:%0 = 4 () 0 0 'a "text"' line 7
// CHECK-NEXT:%1 = 2 () -5 0 '' line 0
// CHECK-NEXT:%2 = 3 () 0 0.25 '' line 0
// CHECK-NEXT:%3 = 7 () 1 0 '' line 0
// CHECK-NEXT:%4 = 9 () 0 0 '' line 8
// CHECK-NEXT:%5 = 10 () 0 0 '' line 0
// CHECK-NEXT:%6 = 8 (%0 %1 %5 %4) 0 0 '' line 0
//  CHECK-NOT:{{.}}
train.program @p attributes {arena = 12288 : i64, batch = 32 : i64, digest = "00ff", learning_rate = 1.0e-3 : f64, model_name = "functional", spec = "dir/p.py", state = 4096 : i64} {
  train.parameter @"d/kernel" : tensor<4x2x20xf32, #kernel.blocked<16>> role trainable init <"uniform", -5.0e-1 : f64, 5.0e-1 : f64> stream 0 offset 0
  train.parameter @"d/kernel/momentum" : tensor<4x2x20xf32, #kernel.blocked<16>> role slot init <"zeros"> stream 2 offset 1088
  train.parameter @"d/bias" : tensor<20xf32> role non_trainable init <"constant", 3.0 : f64> stream 7 offset 1024
  train.layer "input_layer" "InputLayer" "(None, 8)" parameters 0 {is_input = true, trainable = false}
  train.layer "d" "Dense" "(None, 20)" parameters 180 {is_input = false, trainable = true}
  train.array @x attributes {reader = "idx", source = "mnist", key = "images", test = false, classes = 0 : i64, samples = tensor<28x28xi8>, type = tensor<28x28x1xf32>} {
  ^bb0(%element: i8):
    %0 = arith.uitofp %element : i8 to f32
    train.yield %0 : f32
  }
  train.array @y attributes {reader = "cifar", source = "mnist", key = "labels", test = true, classes = 10 : i64, samples = tensor<i32>, type = tensor<i32>}
  kernel.entry @train_step attributes {kind = 0 : i32, images = @x, labels = @y, metrics = [{name = "loss", offset = 4096 : i64}, {name = "accuracy", offset = 4160 : i64}]} {
    %count = kernel.buffer step_state[0] : memref<i64>
    %x = kernel.buffer samples[0] : memref<32x28x28xi8>
    %order = kernel.buffer order[0] {batched} : memref<32xi32>
    %in = kernel.buffer arena[4096] {batched} : memref<32x8xf32>
    %out = kernel.buffer arena[8192] : memref<2x8x16xf32>
    %k = kernel.buffer arena[0] : memref<2x4x2x16xf32>
    %view = kernel.buffer arena[0] : memref<2x8x16xf32>
    kernel.call "gather" @gather(%count, %x, %order, %in) outputs 3 grid 32 after [] flops 0 bytes 200 schedule "gather {}"
        : memref<i64>, memref<32x28x28xi8>, memref<32xi32>, memref<32x8xf32>
    kernel.call "d" @d reference @d.reference(%in, %out) outputs 1 grid 4 after [0] flops 300 bytes 400 schedule "matmul_forward {}"
        : memref<32x8xf32>, memref<2x8x16xf32>
    kernel.call "d.update" @d.update(%k, %view) outputs 1 grid 1 after [0, 1] flops 5 bytes 6 schedule "elementwise {}"
        : memref<2x4x2x16xf32>, memref<2x8x16xf32>
  }
  kernel.entry @predict_step attributes {kind = 2 : i32, images = @x, metrics = [], output = {offset = 8192 : i64, shape = array<i64: 2, 10>}} {
    %out = kernel.buffer arena[8192] : memref<2x8x16xf32>
    kernel.call "d" @d(%out) outputs 0 grid 4 after [] flops 300 bytes 400 schedule "matmul_forward {}" : memref<2x8x16xf32>
  }
  train.callback @early_stopping #train.early_stopping<monitor = "val_accuracy", higher_is_better = true, min_delta = 5.0e-1 : f64, patience = 5, restore_best_weights = true, start_from_epoch = 2, verbose = 1>
  train.callback @learning_rate_scheduler #train.learning_rate_scheduler<verbose = 0> function {
  ^bb0(%epoch: !train.value, %lr: !train.value):
    %0 = train.action "jump" integer 7 loc(unknown)
    %1 = train.action "float" number 5.0e-1 loc(unknown)
    %2 = train.action "label" integer 7 loc(unknown)
    %3 = train.action "binary"(%lr, %1) text "*" loc("p.py":9:1)
    train.yield %3 : !train.value
  }
  train.script {
    %0 = train.action "str" text "a \22text\22" loc(fused["x", "p.py":7:3])
    %1 = train.action "int" integer -5 loc(unknown)
    %2 = train.action "float" number 2.5e-1 loc(unknown)
    %3 = train.action "sample_count" array @y loc(unknown)
    %4 = train.fit @x, @y validation @x, @y epochs 15 batch 32 callbacks [@learning_rate_scheduler, @early_stopping] steps [@train_step, @predict_step] {initial_epoch = 3 : i64, shuffle = true, validation_batch = 64 : i64, verbose = 2 : i64} loc("p.py":8:1)
    %5 = train.evaluate @x, @y batch 16 step @predict_step {verbose = 1 : i64} loc(unknown)
    %6 = train.action "print"(%0, %1, %5, %4) loc(unknown)
  }
}
