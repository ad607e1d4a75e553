"""Layers, losses and Adam against Keras, forward and backward, through whole compiled programs.

    ops.py INGOTC FOLDER {conv2d|conv2d_transpose|dense|activations|shapes|max_pooling2d|average_pooling2d|global_pooling2d|
                          depthwise_conv2d|separable_conv2d|losses|adam|initializers} [OPTION of ingotc...]

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
ACTIVATIONS = {"linear", "relu", "sigmoid", "softmax"}
CLASSES = 10
BACK = f"x = Dense({CLASSES}, activation='softmax', name='back')(x)"


def supported(op, case):
    """Whether Ingot is to support this case."""
    if op in ("activations", "merges", "shapes"):
        return case["name"] != "up_sampling_bilinear"
    config, layer = case["config"], case["program"][-2]
    if op in ("conv2d", "conv2d_transpose"):
        return config["activation"] in ACTIVATIONS
    if op == "dense":
        return case["name"] not in ("rank3", "rank3_exact") and config["activation"] in ACTIVATIONS
    if op == "activations":
        return config.get("activation") in ACTIVATIONS or layer.endswith(("= ReLU()(i)", "= Softmax()(i)"))
    if op == "shapes":
        return case["name"] == "flatten"
    return config.get("activation", "linear") in ACTIVATIONS


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
        self.program = compiler.program((f"{op}_{case['name']}", spec([ALL_LAYERS, *front, layer, "x = Flatten()(x)", BACK])),
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
            # momentum / (1 - beta_1) rounds twice: exact cases are exact but for that.
            close(f"{op} {case['name']} {name}", value, tensors[f"{case['name']}/{name}"],
                  entry["keras_float32"]["max_abs"], k=4, floor=5e-7)


def probabilities_loss(y_true, y_pred):
    """The sparse crossentropy of probabilities, as Keras computes it, in float64: clipped, then normalised. Values, and
    the gradient of their mean: nothing passes where it was clipped."""
    y_pred = np.asarray(y_pred, np.float64)
    label = np.eye(y_pred.shape[1])[y_true]
    clipped = np.clip(y_pred, 1e-7, 1 - 1e-7)
    total = clipped.sum(axis=1, keepdims=True)
    values = np.log(total[:, 0]) - np.sum(label * np.log(clipped), axis=1)
    gradient = (clipped == y_pred) * (1 / total - label / clipped) / len(y_pred)
    return values, gradient


def losses(compiler, options):
    """Values and gradients of the sparse crossentropy: sample k has pixel k set, and row k of the kernel is its y_pred."""
    description = json.loads((GOLDEN / "losses" / "losses.json").read_text())
    tensors = load_file(GOLDEN / "losses" / "losses.safetensors")
    for logits, names in ((True, ("sparse_logits", "sparse_logits_extreme")),
                          (False, ("sparse", "sparse_unnormalized", "sparse_extreme"))):
        text = spec(["x = Flatten()(i)", f"x = Dense({CLASSES}, use_bias=False, name='front')(x)"],
                    loss=f"tf.keras.losses.SparseCategoricalCrossentropy(from_logits={logits})")
        program = compiler.program((f"loss_{names[0]}", text), *options)
        for case in description["losses"]:
            if case["name"] in names:
                loss_case(program, case, tensors, logits)


def loss_case(program, case, tensors, logits):
    name = case["name"]
    expected = {what: tensors[f"{name}/{what}"] for what in ("values", "loss", "grad_y_pred")}
    error = {what: case["expected"][what]["keras_float32"]["max_abs"] for what in expected}
    y_true, y_pred = tensors[f"{name}/y_true"].ravel().astype(int), tensors[f"{name}/y_pred"]
    if logits:
        wide = wider(y_pred, -1e9)
        expected["grad_y_pred"] = wider(expected["grad_y_pred"], 0)
    else:
        # More classes change what probabilities are divided by: the formula, once it is sure, gives the reference.
        values, gradient = probabilities_loss(y_true, y_pred)
        close(f"{name}: formula", values, expected["values"])
        close(f"{name}: formula's gradient", gradient, expected["grad_y_pred"])
        wide = wider(y_pred, 0)
        values, gradient = probabilities_loss(y_true, wide)
        expected = {"values": values, "loss": values.mean().reshape(1), "grad_y_pred": gradient}
    kernel = np.zeros((SIDE * SIDE, CLASSES), np.float32)
    kernel[:len(wide)] = wide
    program.reset({"front/kernel": kernel})
    images = one_at(*((0, k) for k in range(len(wide))))
    measured = {"values": [program.evaluate(images[k:k + 1], y_true[k:k + 1])["loss"] for k in range(len(wide))],
                "loss": [program.train_step(images, y_true)["loss"]],
                "grad_y_pred": program.gradients()["front/kernel"][:len(wide)]}
    for what, value in measured.items():
        close(f"{name} {what}", value, expected[what], error[what])


def training(compiler, options):
    """A softmax before the loss, in three spellings: the loss is that of the logits."""
    description = json.loads((GOLDEN / "losses" / "losses.json").read_text())["training"]
    tensors = load_file(GOLDEN / "losses" / "losses.safetensors")
    front = np.zeros((SIDE * SIDE, 2), np.float32)
    front[:len(description["x"])] = description["x"]
    weights = {"front/kernel": front, "layer/kernel": wider(description["kernel"], 0),
               "layer/bias": wider(description["bias"], -1e4)[0]}
    for case in description["cases"]:
        if case["name"] not in ("softmax_saturated", "activation_layer_saturated", "softmax_layer_saturated"):
            continue
        layer = case["program"][1].replace("Dense(3", f"Dense({CLASSES}, name='layer'").replace("(i)", "(x)")
        text = spec(["x = Flatten()(i)", "x = Dense(2, use_bias=False, name='front')(x)", layer])
        program = compiler.program((case["name"], text), *options)
        program.reset(weights)
        images = one_at(*((0, k) for k in range(len(description["x"]))))
        evaluated = program.evaluate(images, description["y"])
        logs = program.train_step(images, description["y"])
        gradients = program.gradients()
        for what in ("kernel", "bias"):
            expected = wider(tensors[f"training/{case['name']}/grad_{what}"], 0)
            close(f"{case['name']} grad_{what}", np.atleast_2d(gradients[f"layer/{what}"]), expected,
                  case["expected"][f"grad_{what}"]["keras_float32"]["max_abs"])
        for what, value in (("loss", logs["loss"]), ("accuracy", logs["accuracy"]),
                            ("evaluate_loss", evaluated["loss"])):
            entry = case["expected"][what]
            close(f"{case['name']} {what}", value, entry["value"], entry["keras_float32"])


def adam(compiler, options):
    """Six updates with given gradients: row 0 of a kernel, whose gradient is column 0 of the layer behind it."""
    description = json.loads((GOLDEN / "optimizers" / "optimizers.json").read_text())
    tensors = load_file(GOLDEN / "optimizers" / "optimizers.safetensors")
    for case in description["cases"]:
        if case["name"] not in ("adam_default", "adam_other"):
            continue
        for weight in ("kernel", "bias", "filter"):
            initial, gradients = tensors[f"initial/{weight}"].ravel(), tensors[f"gradients/{weight}"]
            text = spec(["x = Flatten()(i)", f"x = Dense({initial.size}, use_bias=False, name='front')(x)",
                         BACK],
                        optimizer="tf.keras.optimizers." + case["optimizer"])
            program = compiler.program((f"{case['name']}_{weight}", text), *options)
            front = np.zeros((SIDE * SIDE, initial.size), np.float32)
            front[0] = initial
            program.reset({"front/kernel": front, **back_weights(gradients[0])})
            for step in range(description["steps"]):
                for name, value in back_weights(gradients[step]).items():
                    program[name] = value
                program.train_step(one_at((0, 0)), [1])
                for slot in ("", "/momentum", "/velocity"):
                    close(f"{case['name']} {weight}{slot} step {step + 1}", program[f"front/kernel{slot}"][0],
                          tensors[f"{case['name']}/{weight}{slot}"][step].ravel(),
                          case["expected"][weight + slot]["keras_float32"]["max_abs"], k=4, floor=1e-6)


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
    if what == "losses":
        losses(compiler, options)
        training(compiler, options)
    elif what == "adam":
        adam(compiler, options)
    elif what == "initializers":
        initializers(compiler, options)
    else:
        layers(compiler, what, options)
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
