"""BatchNormalization against Keras, in training and in inference, through whole compiled programs.

    batch_normalization.py INGOTC FOLDER [OPTION of ingotc...]

A batch goes through the layer at once, since its samples depend on each other. Image k is 0 but for a single 1, whose
place makes the layer in front give sample k. Behind the layer, Flatten and Dense(10, softmax) with bias [1e6, 0, ...]
give probabilities of exactly [1, 0, ...]; sample k has label k + 1, so that with column k + 1 of the kernel
-grad_output[k] * samples the layer's output k is given grad_output[k], and the gradient of that column is
-output[k] / samples.
"""

import json
import sys

import numpy as np
from safetensors.numpy import load_file

from checking import close, finish
from compiling import GOLDEN, Compiler, spec

SIDE, CLASSES = 28, 10


class Case:
    def __init__(self, compiler, case, tensors, options):
        self.case, self.compiler, self.options = case, compiler, options
        self.value = lambda name: tensors[f"{case['name']}/{name}"]
        self.x = self.value("input")
        self.count = len(self.x)
        self.images = np.zeros((self.count, SIDE, SIDE), np.uint8)
        if self.x.ndim == 2:
            self.front = ["x = Flatten()(i)", f"x = Dense({self.x.shape[1]}, use_bias=False, name='front')(x)"]
            self.kernel = np.zeros((SIDE * SIDE, self.x.shape[1]), np.float32)
            self.kernel[:self.count] = self.x
            self.images[np.arange(self.count), 0, np.arange(self.count)] = 1
        else:
            # output[i, j] = kernel[p - i, q - j], if the 1 is at (p, q): samples lie below each other.
            self.height, self.width, channels = self.x.shape[1:]
            window = (SIDE + 1 - self.height, SIDE + 1 - self.width)
            self.front = [f"x = Conv2D({channels}, {window}, use_bias=False, name='front')(i)"]
            self.kernel = np.zeros(window + (1, channels), np.float32)
            for k in range(self.count):
                self.of_sample(self.kernel, k)[:] = self.x[k]
                self.images[k, (k + 1) * self.height - 1, self.width - 1] = 1
        self.weights = {f"layer/{name}": self.value(name) for name in case["given"] if name not in ("input", "grad_output")}
        layer = case["program"][-2].removeprefix("x = ").removesuffix("(i)").removesuffix(")")
        self.layer = layer + ("name='layer')(x)" if layer.endswith("(") else ", name='layer')(x)")

    def of_sample(self, kernel, k):
        """The part of the front kernel that is sample k's input."""
        if self.x.ndim == 2:
            return kernel[k]
        return kernel[k * self.height:(k + 1) * self.height, :self.width, 0][::-1, ::-1]

    def program(self, back, kind):
        text = spec([*self.front, "x = tf.keras.layers." + self.layer, "x = Flatten()(x)", back])
        return self.compiler.program((f"{self.case['name']}_{kind}", text), *self.options)

    def train(self):
        program = self.program(f"x = Dense({CLASSES}, activation='softmax', name='back')(x)", "train")
        back = np.zeros((self.x[0].size, CLASSES), np.float32)
        back[:, 1:self.count + 1] = -self.count * self.value("grad_output").reshape(self.count, -1).T
        program.reset({"front/kernel": self.kernel, "back/kernel": back, "back/bias": 1e6 * np.eye(CLASSES)[0],
                       **self.weights})
        program.poison = True
        program.train_step(self.images, np.arange(self.count) + 1)
        gradients = program.gradients()
        measured = {f"{name}_after": program[f"layer/{name}"] for name in ("moving_mean", "moving_variance")}
        measured["output"] = -self.count * gradients["back/kernel"][:, 1:self.count + 1].T.reshape(self.x.shape)
        measured["grad_input"] = np.array([self.of_sample(gradients["front/kernel"], k) for k in range(self.count)])
        for name in ("gamma", "beta"):
            if f"layer/{name}" in gradients:
                measured[f"grad_{name}"] = gradients[f"layer/{name}"]
        return measured

    def predict(self):
        """Ten elements of the output at a time."""
        program = self.program(f"x = Dense({CLASSES}, use_bias=False, name='back')(x)", "predict")
        size, parts = self.x[0].size, []
        for first in range(0, size, CLASSES):
            back = np.eye(size, CLASSES, -first, np.float32)
            program.reset({"front/kernel": self.kernel, "back/kernel": back, **self.weights})
            parts.append(program.predict(self.images)[:, :size - first])
        return {"output": np.concatenate(parts, axis=1).reshape(self.x.shape)}


def main(ingotc, folder, *options):
    compiler = Compiler(ingotc, folder)
    description = json.loads((GOLDEN / "ops" / "batch_normalization.json").read_text())
    tensors = load_file(GOLDEN / "ops" / "batch_normalization.safetensors")
    for case in description["cases"]:
        one = Case(compiler, case, tensors, options)
        for name, value in (one.train() if case["training"] else one.predict()).items():
            # momentum / (1 - beta_1) rounds twice: exact cases are exact but for that.
            close(f"{case['name']} {name}", value, tensors[f"{case['name']}/{name}"],
                  case["expected"][name]["keras_float32"]["max_abs"], k=4, floor=5e-7)
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
