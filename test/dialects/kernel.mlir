// Launches, buffers and launch tables read back as they were printed.
// RUN: %ingot_opt %s | %ingot_opt | FileCheck %s

// CHECK-LABEL: func.func @launch
func.func @launch(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // CHECK: kernel.launch "dense" (%{{.*}} = %{{.*}} : tensor<?x4xf32>)
  // CHECK-SAME: schedule #kernel.schedule<elementwise, {lanes = 8 : i64}, "the rows are short">
  %0 = kernel.launch "dense" (%a = %x : tensor<?x4xf32>) schedule #kernel.schedule<elementwise, {lanes = 8 : i64}, "the rows are short"> -> tensor<?x4xf32> {
    %1 = nn.softmax %a : tensor<?x4xf32>
    // CHECK: kernel.yield
    kernel.yield %1 : tensor<?x4xf32>
  }
  return %0 : tensor<?x4xf32>
}

// CHECK: kernel.entry @predict_step
kernel.entry @predict_step attributes {images = @x, kind = 2 : i32, metrics = []} {
  // CHECK: kernel.buffer arena[64] : memref<32x4xf32>
  %0 = kernel.buffer arena [64] : memref<32x4xf32>
  // CHECK: kernel.call "dense" @dense(%{{.*}}, %{{.*}}) outputs 1 grid 32 after [] flops 10 bytes 20 schedule "rows" : memref<32x4xf32>, memref<32x4xf32>
  kernel.call "dense" @dense(%0, %0) outputs 1 grid 32 after [] flops 10 bytes 20 schedule "rows" : memref<32x4xf32>, memref<32x4xf32>
}
