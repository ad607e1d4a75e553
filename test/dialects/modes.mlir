// The ops that depend on the mode, and what they become, read back as they were printed.
// RUN: %ingot_opt %s | %ingot_opt | FileCheck %s

func.func @ops(%image: tensor<?x8x8x2xf32>, %rows: tensor<?x10xf32>, %features: tensor<2xf32>, %share: tensor<f32>) {
  // CHECK: nn.dropout %{{.*}} rate 5.000000e-01 shared [1, 2] stream 3 :
  %0 = nn.dropout %image rate 5.0e-01 shared [1, 2] stream 3 : tensor<?x8x8x2xf32>
  // CHECK: nn.gaussian_noise %{{.*}} deviation 1.000000e-01 multiplicative stream 4 :
  %1 = nn.gaussian_noise %rows deviation 1.0e-01 multiplicative stream 4 : tensor<?x10xf32>
  // CHECK: nn.batch_norm %{{.*}} gamma %{{.*}} moving %{{.*}}, %{{.*}} axis 3 momentum 5.000000e-01 epsilon 1.000000e-03 :
  %2:3 = nn.batch_norm %image gamma %features moving %features, %features axis 3 momentum 5.0e-01 epsilon 1.0e-03
      : (tensor<?x8x8x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> (tensor<?x8x8x2xf32>, tensor<2xf32>, tensor<2xf32>)
  // CHECK: nn.normalize %{{.*}} mean %{{.*}} inverse_deviation %{{.*}} share %{{.*}} beta %{{.*}} axis 3 :
  %3 = nn.normalize %image mean %features inverse_deviation %features share %share beta %features axis 3
      : (tensor<?x8x8x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<f32>, tensor<2xf32>) -> tensor<?x8x8x2xf32>
  // CHECK: nn.random_key stream 5 : tensor<i32>, tensor<i32>
  %4:2 = nn.random_key stream 5 : tensor<i32>, tensor<i32>
  // CHECK: nn.in_training %{{.*}} else %{{.*}} : tensor<?x10xf32>
  %5 = nn.in_training %1 else %rows : tensor<?x10xf32>
  return
}
