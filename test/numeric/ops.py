"""Layers and training steps against Keras, forward and backward, through whole compiled programs.

    ops.py INGOTC FOLDER WHAT [OPTION of ingotc...]

WHAT is a file of golden/ops, training or initializers.

A program computes gradients of its loss only, so each case is put into a network that turns its numbers into
weights and gradients of weights, without rounding:

- In front of the layer stands one without bias whose single nonzero input is 1: its weights are the layer's
  input, their gradient the layer's grad_input.
- Behind it stand Flatten and Dense(10, softmax) with bias [1e6, 0, ...] and label 1. The softmax is then exactly
  [1, 0, ...], the loss's gradient to the logits exactly [1, -1, 0, ...]; with kernel [grad_output, 0, ...] what
  reaches the layer is grad_output.

Labels have ten classes; cases with fewer get columns that take no part.
"""

import json
import sys

import numpy as np
from safetensors.numpy import load_file

from checking import close, expect, finish
from compiling import GOLDEN, Compiler, spec
from program import INIT_UNIFORM, INIT_ZEROS

SIDE = 28  # of an image
CLASSES = 10
BACK = f"x = Dense({CLASSES}, activation='softmax', name='back')(x)"


def supported(op, case):
    """Whether Ingot is to support this case."""
    return case["name"] not in ("rank3", "rank3_exact")


def one_at(*places):
    """Images that are 0 but for a single 1."""
    images = np.zeros((len(places), SIDE, SIDE), np.uint8)
    for k, (row, column) in enumerate(places):
        images[k, row, column] = 1
    return images


def back_weights(gradient):
    """The last layer's weights with which `gradient` reaches the layer before it, given label 1."""
    kernel = np.zeros((gradient.size, CLASSES), np.float32)
    kernel[:, 0] = gradient.ravel()
    return {"back/kernel": kernel, "back/bias": 1e6 * np.eye(CLASSES)[0]}


def wider(values, fill):
    """With columns of `fill` up to ten."""
    values = np.atleast_2d(np.asarray(values, np.float32))
    return np.hstack([values, np.full((len(values), CLASSES - values.shape[1]), fill, np.float32)])


ALL_LAYERS = "from tensorflow.keras.layers import *"


class LayerCase:
    """One case's program, and where its numbers lie in the program's parameters."""

    def __init__(self, compiler, op, case, tensors, options):
        self.case = case
        self.value = lambda name: tensors[f"{case['name']}/{name}"]
        self.inputs = [name for name in case["given"] if name.startswith("input")]
        self.weights = [name for name in case["given"] if name not in (*self.inputs, "grad_output")]
        shapes = [self.value(name).shape[1:] for name in self.inputs]
        # The pixel that is 1: at the far corner of the largest input.
        self.place = tuple(max([shape[axis] - 1 for shape in shapes if len(shape) == 3], default=0) for axis in (0, 1))
        front = []
        for k, (name, shape) in enumerate(zip(self.inputs, shapes)):
            if len(shape) == 1:
                front += ["f = Flatten()(i)", f"x{k} = Dense({shape[0]}, use_bias=False, name='front_{name}')(f)"]
            else:
                window = (SIDE + 1 - shape[0], SIDE + 1 - shape[1])
                front.append(f"x{k} = Conv2D({shape[2]}, {window}, use_bias=False, name='front_{name}')(i)")
        head, _, call = case["program"][-2].removeprefix("x = ").rpartition("(")
        named = head.removesuffix(")") + ("" if head.endswith("()") else ", ") + "name='layer')"
        arguments = ", ".join(f"x{k}" for k in range(len(self.inputs)))
        layer = f"x = {named}([{arguments}])" if call.startswith("[") else f"x = {named}({arguments})"
        self.program = compiler.program((f"{op}_{case['name']}", spec([*front, layer, "x = Flatten()(x)", BACK])),
                                        *options)

    def front(self, x):
        """The weights of a front layer that make its output x."""
        row, column = self.place
        if x.ndim == 1:
            kernel = np.zeros((SIDE * SIDE, len(x)), np.float32)
            kernel[row * SIDE + column] = x
            return kernel
        # output[i, j] = sum of image[i + u, j + v] * kernel[u, v] = kernel[p - i, q - j], if the 1 is at (p, q).
        height, width, channels = x.shape
        kernel = np.zeros((SIDE + 1 - height, SIDE + 1 - width, 1, channels), np.float32)
        kernel[row + 1 - height:row + 1, column + 1 - width:column + 1, 0] = x[::-1, ::-1]
        return kernel

    def of_front(self, gradient, shape):
        row, column = self.place
        if len(shape) == 1:
            return gradient[row * SIDE + column]
        height, width = shape[:2]
        return gradient[row + 1 - height:row + 1, column + 1 - width:column + 1, 0][::-1, ::-1]

    def run(self):
        """Gradients to the inputs by sample, and those of the weights summed over the samples."""
        program, grads = self.program, {f"grad_{name}": 0 for name in self.weights}
        image = one_at(self.place)
        for sample in range(len(self.value(self.inputs[0]))):
            values = {f"front_{name}/kernel": self.front(self.value(name)[sample]) for name in self.inputs}
            values.update(back_weights(self.value("grad_output")[sample]))
            values.update({f"layer/{name}": self.value(name) for name in self.weights})
            program.reset(values)
            logs = program.train_step(image, [1])
            expect(logs["loss"] > 100, f"{self.case['name']}: the loss is {logs['loss']}; is it that of the logits?")
            measured = program.gradients()
            for name in self.inputs:
                gradient = self.of_front(measured[f"front_{name}/kernel"], self.value(name).shape[1:])
                grads.setdefault(f"grad_{name}", []).append(gradient)
            for name in self.weights:
                grads[f"grad_{name}"] = grads[f"grad_{name}"] + measured[f"layer/{name}"].astype(np.float64)
            # The gradient of back/kernel's first column is the layer's output.
            grads.setdefault("output", []).append(
                measured["back/kernel"][:, 0].reshape(self.case["expected"]["output"]["shape"][1:]))
        return {name: np.array(value) for name, value in grads.items()}


def layers(compiler, op, options):
    description = json.loads((GOLDEN / "ops" / f"{op}.json").read_text())
    tensors = load_file(GOLDEN / "ops" / f"{op}.safetensors")
    for case in description["cases"]:
        if not supported(op, case):
            continue
        measured = LayerCase(compiler, op, case, tensors, options).run()
        for name, value in measured.items():
            entry = case["expected"][name]
            # momentum / (1 - beta_1) rounds twice: exact cases are exact but for that. y (1 - y) of a saturated sigmoid
            # shows the last bit of y, 6e-8, in a gradient of 0.02.
            floor = 4e-6 if (op, case["name"], name) == ("dense", "sigmoid", "grad_bias") else 5e-7
            close(f"{op} {case['name']} {name}", value, tensors[f"{case['name']}/{name}"],
                  entry["keras_float32"]["max_abs"], k=4, floor=floor)


TRAINING = ("softmax_saturated", "activation_layer_saturated", "softmax_layer_saturated", "categorical_saturated",
            "sigmoid_saturated", "from_logits", "class_weight", "class_weight_one_hot")


def training(compiler, options):
    """A softmax before the loss, in three spellings: the loss is that of the logits. One-hot labels, class weights."""
    description = json.loads((GOLDEN / "losses" / "losses.json").read_text())["training"]
    tensors = load_file(GOLDEN / "losses" / "losses.safetensors")
    front = np.zeros((SIDE * SIDE, 2), np.float32)
    front[:len(description["x"])] = description["x"]
    weights = {"front/kernel": front, "layer/kernel": wider(description["kernel"], 0),
               "layer/bias": wider(description["bias"], -1e4)[0]}
    for case in description["cases"]:
        if case["name"] not in TRAINING:
            continue
        layer = case["program"][1].replace("Dense(3", f"Dense({CLASSES}, name='layer'").replace("(i)", "(x)")
        loss = case["program"][3].split("loss=")[1].split(", metrics")[0].replace("Sparse", "tf.keras.losses.Sparse")
        weight = {int(key): value for key, value in case.get("class_weight", {}).items()}
        text = spec(["x = Flatten()(i)", "x = Dense(2, use_bias=False, name='front')(x)", layer], loss=loss,
                    one_hot=case.get("one_hot", False), fit=f", class_weight={weight}" if weight else "")
        program = compiler.program((case["name"], text), *options)
        program.reset(weights)
        # A mean over the units is one over ten here, of which the golden case has three.
        scale = CLASSES / 3 if "sigmoid" in case["name"] else 1
        images = one_at(*((0, k) for k in range(len(description["x"]))))
        evaluated = program.evaluate(images, description["y"])
        logs = program.train_step(images, description["y"])
        gradients = program.gradients()
        for what in ("kernel", "bias"):
            expected = wider(tensors[f"training/{case['name']}/grad_{what}"], 0)
            close(f"{case['name']} grad_{what}", scale * np.atleast_2d(gradients[f"layer/{what}"]), expected,
                  case["expected"][f"grad_{what}"]["keras_float32"]["max_abs"])
        for what, value in (("loss", scale * logs["loss"]), ("accuracy", logs["accuracy"]),
                            ("evaluate_loss", scale * evaluated["loss"])):
            entry = case["expected"][what]
            close(f"{case['name']} {what}", value, entry["value"], entry["keras_float32"])


def initializers(compiler, options):
    """The distributions that the program's table names, from the fans; each parameter has a stream of its own."""
    description = json.loads((GOLDEN / "initializers" / "initializers.json").read_text())
    program = compiler.program(("initializers", spec(
        ["x = Conv2D(32, 3, name='conv2d')(i)", "x = Flatten()(x)", "x = Dense(100, name='wide')(x)",
         "x = Dense(50, name='dense')(x)", f"x = Dense({CLASSES}, activation='softmax', name='last')(x)"], shape=(-1, 7, 7, 16))),
        *options)
    for case in description["cases"]:
        if case["call"] != "GlorotUniform(seed)" or case["kernel"] not in ("conv2d", "dense"):
            continue
        kernel = program.parameters[f"{case['kernel']}/kernel"]
        expect(list(kernel.shape[:kernel.rank]) == case["shape"], f"{case['kernel']}: shape")
        expect(kernel.initializer == INIT_UNIFORM, f"{case['kernel']}: initializer {kernel.initializer}")
        close(f"{case['kernel']}: limits", [kernel.a, kernel.b], [-case["limit"], case["limit"]])
        bias = program.parameters[f"{case['kernel']}/bias"]
        expect(bias.initializer == INIT_ZEROS, f"{case['kernel']}: bias has initializer {bias.initializer}")
    random = [p.stream for p in program.parameters.values() if p.initializer != INIT_ZEROS]
    expect(len(random) == 4 and len(set(random)) == 4, f"streams of random weights: {random}")


def main(ingotc, folder, what, *options):
    compiler = Compiler(ingotc, folder)
    if what == "training":
        training(compiler, options)
    elif what == "initializers":
        initializers(compiler, options)
    else:
        layers(compiler, what, options)
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
