// What a step cannot be planned with.
// RUN: %ingot_opt --ingot-plan --split-input-file --verify-diagnostics %s

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  // expected-error @below {{argument 1 needs an attribute train.images, train.labels, train.order, train.step_state or train.parameter}}
  train.step predict @s(%x: tensor<?x4xf32> {train.images = @x}, %y: tensor<4xf32>) -> (tensor<?x4xf32> {train.output}) {
    train.return %x : tensor<?x4xf32>
  }
}

// -----

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  // expected-error @below {{reads a field 'momentum' that the step state does not have}}
  train.step predict @s(%x: tensor<?x4xf32> {train.images = @x}, %y: tensor<f32> {train.step_state = "momentum"}) -> (tensor<?x4xf32> {train.output}) {
    train.return %x : tensor<?x4xf32>
  }
}

// -----

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  // expected-error @below {{reads the field 'step' of the step state as 'tensor<f32>'}}
  train.step predict @s(%x: tensor<?x4xf32> {train.images = @x}, %y: tensor<f32> {train.step_state = "step"}) -> (tensor<?x4xf32> {train.output}) {
    train.return %x : tensor<?x4xf32>
  }
}

// -----

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @w : tensor<4xf32> role trainable init <"zeros"> stream 0
  // expected-error @below {{takes @w as 'tensor<5xf32>' but it is 'tensor<4xf32>'}}
  train.step predict @s(%x: tensor<?x4xf32> {train.images = @x}, %w: tensor<5xf32> {train.parameter = @w}) -> (tensor<?x4xf32> {train.output}) {
    train.return %x : tensor<?x4xf32>
  }
}

// -----

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  // expected-error @below {{takes @w, which is no train.parameter}}
  train.step predict @s(%x: tensor<?x4xf32> {train.images = @x}, %w: tensor<5xf32> {train.parameter = @w}) -> (tensor<?x4xf32> {train.output}) {
    train.return %x : tensor<?x4xf32>
  }
}

// -----

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  // expected-error @below {{needs a tensor type of known shape, but has 'tensor<?xf32>'}}
  train.parameter @w : tensor<?xf32> role trainable init <"zeros"> stream 0
}

// -----

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  // expected-error @below {{returns a successor of @w, which it does not take}}
  train.step predict @s(%x: tensor<?x4xf32> {train.images = @x}) -> (tensor<?x4xf32> {train.parameter = @w}) {
    train.return %x : tensor<?x4xf32>
  }
}

// -----

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @w : tensor<4xf32> role trainable init <"zeros"> stream 0
  // expected-error @below {{returns a successor of @w of type 'tensor<?x4xf32>' instead of 'tensor<4xf32>'}}
  train.step predict @s(%x: tensor<?x4xf32> {train.images = @x}, %w: tensor<4xf32> {train.parameter = @w}) -> (tensor<?x4xf32> {train.parameter = @w}) {
    train.return %x : tensor<?x4xf32>
  }
}

// -----

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @w : tensor<4xf32> role trainable init <"zeros"> stream 0
  // expected-error @below {{returns two successors of @w}}
  train.step predict @s(%x: tensor<?x4xf32> {train.images = @x}, %w: tensor<4xf32> {train.parameter = @w}) -> (tensor<4xf32> {train.parameter = @w}, tensor<4xf32> {train.parameter = @w}) {
    train.return %w, %w : tensor<4xf32>, tensor<4xf32>
  }
}

// -----

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  // expected-error @below {{result 0 needs an attribute train.parameter, train.metric or train.output}}
  train.step predict @s(%x: tensor<?x4xf32> {train.images = @x}) -> tensor<?x4xf32> {
    train.return %x : tensor<?x4xf32>
  }
}

// -----

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  // expected-error @below {{needs an argument with train.images}}
  train.step predict @s() {
    train.return
  }
}

// -----

#elementwise = #kernel.schedule<elementwise, {}, "">

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @a : tensor<20xf32> role trainable init <"zeros"> stream 0
  train.parameter @b : tensor<20xf32> role trainable init <"zeros"> stream 1
  train.parameter @c : tensor<20xf32> role trainable init <"zeros"> stream 2
  train.step train @s(%x: tensor<?x20xf32> {train.images = @x}, %a: tensor<20xf32> {train.parameter = @a}, %c: tensor<20xf32> {train.parameter = @c})
      -> (tensor<20xf32> {train.parameter = @a}, tensor<20xf32> {train.parameter = @c}) {
    // expected-error @below {{updates tensors in one pass that do not lie side by side in memory: give them in the order of the train.parameter ops, without gaps, or update them in launches of their own}}
    %na, %nc = kernel.launch "double" (%p = %a : tensor<20xf32>, %r = %c : tensor<20xf32>) schedule #elementwise -> (tensor<20xf32>, tensor<20xf32>) {
      %0 = nn.map (%e = %p) : (tensor<20xf32>) -> tensor<20xf32> {
        %2 = arith.addf %e, %e : f32
        nn.yield %2 : f32
      }
      %1 = nn.map (%e = %r) : (tensor<20xf32>) -> tensor<20xf32> {
        %2 = arith.addf %e, %e : f32
        nn.yield %2 : f32
      }
      kernel.yield %0, %1 : tensor<20xf32>, tensor<20xf32>
    }
    train.return %na, %nc : tensor<20xf32>, tensor<20xf32>
  }
}

// -----

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.step predict @s(%x: tensor<?x4xf32> {train.images = @x}) -> (tensor<?x4xf32> {train.output}) {
    // expected-error @below {{is in no launch: run the phases before plan}}
    %0 = nn.stop_gradient %x : tensor<?x4xf32>
    train.return %0 : tensor<?x4xf32>
  }
}

// -----

train.program @p attributes {batch = 4 : i64, digest = "", learning_rate = 0.1 : f64, model_name = "m", spec = "p.py"} {
  train.parameter @w : tensor<20xf32, #kernel.blocked<16>> role trainable init <"zeros"> stream 0
  train.step predict @s(%x: tensor<?x4xf32> {train.images = @x}, %w: tensor<20xf32, #kernel.blocked<16>> {train.parameter = @w}) -> (tensor<2x10xf32> {train.output}) {
    // expected-error @below {{is a view, so that its types may not have a layout: 'tensor<20xf32, #kernel.blocked<16>>' and 'tensor<2x10xf32>'}}
    %0 = nn.reshape %w : tensor<20xf32, #kernel.blocked<16>> -> tensor<2x10xf32>
    train.return %0 : tensor<2x10xf32>
  }
}
