"""Vectorized exp, expm1, log, log1p, tanh and erf against float64: at most 2 ulp, denormal numbers and infinities included.

    vector_math.py INGOTC FOLDER
"""

import pathlib
import sys

import numpy as np

import program as execution
from checking import expect, finish
from compiling import Compiler

COUNT = 1 << 16
FUNCTIONS = ["exp", "expm1", "log", "log1p", "tanh", "erf"]

PROGRAM = """train.program @math attributes {{batch = 1 : i64, digest = "0", learning_rate = 1.0e-3 : f64, model_name = "functional", spec = "math.py"}} {{
  train.array @images attributes {{source = "fashion_mnist", key = "images", test = false, classes = 0 : i64, samples = tensor<28x28xi8>, type = tensor<28x28xi8>}}
  train.parameter @x : tensor<{count}xf32> role trainable init <"zeros"> stream 0
  train.step predict @predict_step(%i: tensor<?x28x28xi8> {{train.images = @images}}, %x: tensor<{count}xf32> {{train.parameter = @x}}) -> (tensor<?x{count}xf32> {{train.output}}) {{
    %y = nn.map (%e = %x along [1]) : (tensor<{count}xf32>) -> tensor<?x{count}xf32> {{
      %0 = math.{function} %e : f32
      nn.yield %0 : f32
    }}
    train.return %y : tensor<?x{count}xf32>
  }}
}}
"""

try:
    from scipy.special import erf
except ImportError:
    from math import erf as scalar_erf
    erf = np.vectorize(scalar_erf, otypes=[np.float64])


def arguments(function, rng):
    """All magnitudes, the range where the function is neither constant nor infinite, and the special values."""
    tiny = np.float32(2.0) ** np.arange(-149, -120, dtype=np.float32)
    special = np.float32([0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 0.625, 0.925, -0.625, 4, -104, 89, 88.7, -87.4, -103.2])
    bits = rng.integers(0, 1 << 32, COUNT // 4, dtype=np.uint32).view(np.float32)
    wide = rng.uniform(-105, 90, COUNT // 4).astype(np.float32)
    near = rng.uniform(-1.5, 5, COUNT // 4).astype(np.float32)
    small = (10.0 ** rng.uniform(-38, 0, COUNT) * rng.choice([-1, 1], COUNT)).astype(np.float32)
    return np.concatenate([special, tiny, -tiny, bits, wide, near, small])[:COUNT]


def expected(function, x):
    with np.errstate(all="ignore"):
        x = x.astype(np.float64)
        return erf(x) if function == "erf" else getattr(np, function)(x)


def ulps(measured, exact):
    """The error in units of the last place of the exact value as a float32."""
    with np.errstate(all="ignore"):
        rounded = exact.astype(np.float32)
        spacing = np.spacing(np.maximum(np.abs(rounded), np.float32(2.0**-126))).astype(np.float64)
        error = np.abs(measured.astype(np.float64) - exact) / spacing
    same = (measured == rounded) | (np.isnan(measured) & np.isnan(rounded))
    # The largest float is 1 ulp below infinity.
    largest = np.finfo(np.float32).max
    next_to = np.isinf(rounded) & (np.abs(measured) == largest) | np.isinf(measured) & (np.abs(rounded) == largest)
    return np.where(same, 0, np.where(next_to, 1, np.nan_to_num(error, nan=np.inf)))


def main(ingotc, folder, *options):
    compiler, rng = Compiler(ingotc, folder), np.random.default_rng(7)
    for function in FUNCTIONS:
        source = pathlib.Path(folder) / f"{function}.mlir"
        source.write_text(PROGRAM.format(function=function, count=COUNT))
        program = compiler.program(source, "--compile-from=differentiate", *options)
        x = arguments(function, rng)
        program["x"] = x
        y = program.step(execution.PREDICT, np.zeros((1, 28, 28), np.uint8))[0]
        error = ulps(y, expected(function, x))
        worst = int(np.argmax(error))
        print(f"{function}: at most {error[worst]:.2f} ulp")
        expect(error[worst] <= 2, f"{function}({x[worst]!r}) is {y[worst]!r}, off by {error[worst]:.2f} ulp")
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
