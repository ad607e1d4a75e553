"""Means and deviations of the data that a program computes before it trains: data_moments.py INGOTC FOLDER

Each program's model gives back its input, so that its loss against Keras's or NumPy's numbers is their mean squared
difference. ImageDataGenerator's featurewise normalization and Normalization.adapt against Keras's; arithmetic of arrays
with their means and deviations against NumPy's.
"""

import json
import subprocess
import sys

import numpy as np
from safetensors.numpy import load_file

from checking import expect, finish
from compiling import GOLDEN, Compiler

TRANSFORMS = GOLDEN / "image_transforms"

SCRIPT = """import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import *
from tensorflow.keras.preprocessing.image import ImageDataGenerator

x, expected = np.load("{folder}/x.npy"), np.load("{folder}/expected.npy")
{before}
model = tf.keras.Sequential([Input(shape={shape}), {layers}])
model.compile(optimizer="sgd", loss="mse")
print("loss", model.evaluate({data}, verbose=0))
"""


def error(compiler, name, x, expected, before="", layers="Activation('linear')", data="x, expected"):
    """The root of the mean squared difference, as a share of the largest number."""
    np.save(compiler.folder / "x.npy", x)
    np.save(compiler.folder / "expected.npy", expected.astype(np.float32))
    source = compiler.write(name, SCRIPT.format(folder=compiler.folder.resolve(), before=before, layers=layers,
                                                shape=expected.shape[1:], data=data))
    executable = compiler.compile(source, name)
    done = subprocess.run([executable.resolve()], text=True, capture_output=True, cwd=compiler.folder)
    expect(done.returncode == 0, f"{name}: {done.stderr}")
    if done.returncode:
        return np.inf
    return float(done.stdout.split()[1]) ** 0.5 / np.abs(expected).max()


def close(name, share, allowed=1e-6):
    expect(share <= allowed, f"{name}: off by {share:.3g} of the largest number")


def generators(compiler):
    description = json.loads((TRANSFORMS / "standardize.json").read_text())
    references = load_file(TRANSFORMS / "standardize.safetensors")
    for case in description["cases"]:
        if not any(name.startswith("featurewise") for name in case["generator"]):
            continue
        before = f"g = ImageDataGenerator(**{case['generator']})\ng.fit(x)"
        close(case["name"], error(compiler, case["name"], references["batch"], references[case["name"]], before,
                                  data="g.flow(x, expected, shuffle=False)"))


def layers(compiler):
    description = json.loads((TRANSFORMS / "layers.json").read_text())
    references = load_file(TRANSFORMS / "layers.safetensors")
    for case in description["adapt"]:
        data, output = (references[f"{case['name']}/{part}"] for part in ("data", "output"))
        close(case["name"], error(compiler, case["name"], data, output, f"n = {case['layer']}\nn.adapt(x)", "n"))


ARRAYS = {
    "scalar": "x = (x - np.mean(x)) / np.std(x)",
    "per_channel": "x = (x - x.mean(axis=(0, 1, 2))) / (x.std(axis=(0, 1, 2)) + 1e-7)",
    "kept": "x = (x - np.mean(x, axis=(0, 1, 2), keepdims=True)) / np.std(x, axis=(0, 1, 2), keepdims=True)",
    "per_pixel": "x = x.astype('float32') / 255\nx -= np.mean(x, axis=0)",
    "after_arithmetic": "x = x / 127.5 - 1\nx = (x - x.mean((0, 1, 2))) / x.std((0, 1, 2))",
    "twice": "x = x - x.mean(axis=(0, 1, 2))\nx = x / x.std()",
    "of_a_part": "x = x.astype('float32')\nm = x[:2].mean(axis=(0, 1, 2))\nx = x - m",
    "largest": "x = x / x.max()",
}


def arrays(compiler):
    batch = load_file(TRANSFORMS / "standardize.safetensors")["batch"].astype(np.uint8)
    for name, text in ARRAYS.items():
        scope = {"np": np, "x": batch}
        exec(text, scope)
        close(name, error(compiler, name, batch, scope["x"], text))


def main():
    compiler = Compiler(sys.argv[1], sys.argv[2])
    generators(compiler)
    layers(compiler)
    arrays(compiler)
    finish()


if __name__ == "__main__":
    main()
