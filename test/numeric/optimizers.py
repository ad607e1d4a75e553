"""Optimizers, schedules and regularizers against Keras's numbers, through whole compiled programs.

    optimizers.py INGOTC FOLDER {optimizers|schedules|regularizers} [OPTION of ingotc...]

The weight under test is row 0 of a first layer's kernel: the image has its only 1 there, so that the row's gradient is
what the layer behind it passes back (see ops.py). A golden case's three weights lie in that row side by side, except
where their norms matter.
"""

import json
import sys

import numpy as np
from safetensors.numpy import load_file

from checking import close, expect, finish
from compiling import GOLDEN, Compiler, spec
from ops import BACK, CLASSES, SIDE, back_weights, one_at

WEIGHTS = ("kernel", "bias", "filter")


def program_of(compiler, name, size, optimizer, options):
    text = spec(["x = Flatten()(i)", f"x = Dense({size}, use_bias=False, name='front')(x)", BACK],
                optimizer="tf.keras.optimizers." + optimizer.replace("schedules.", "tf.keras.optimizers.schedules."))
    return compiler.program((name, text), *options)


def front(row):
    kernel = np.zeros((SIDE * SIDE, row.size), np.float32)
    kernel[0] = row
    return kernel


def steps(program, initial, gradients):
    """The weights and slots after each step from given gradients."""
    program.reset({"front/kernel": front(initial), **back_weights(gradients[0])})
    for gradient in gradients:
        for name, value in back_weights(gradient).items():
            program[name] = value
        program.train_step(one_at((0, 0)), [1])
        yield {name.removeprefix("front/kernel"): value[0] for name, value in program.weights().items()
               if name.startswith("front/kernel")}


def together(parts):
    return np.concatenate([np.reshape(part, (len(part), -1)) for part in parts], axis=1)


def optimizers(compiler, description, tensors, options):
    for case in description["cases"]:
        if "global_clipnorm" in case["constants"]:
            global_norm(compiler, case, tensors, options)
            continue
        groups = [(name,) for name in WEIGHTS] if "clipnorm" in case["constants"] else [WEIGHTS]
        for group in groups:
            initial = together([tensors[f"initial/{name}"][None] for name in group])[0]
            gradients = together([tensors[f"gradients/{name}"] for name in group])
            program = program_of(compiler, f"{case['name']}_{group[0]}", initial.size, case["optimizer"], options)
            slots = [key.removeprefix(group[0]) for key in case["expected"] if key.split("/")[0] == group[0]]
            for step, values in enumerate(steps(program, initial, gradients)):
                expect(sorted(values) == sorted(slots), f"{case['name']}: slots {sorted(values)}, expected {sorted(slots)}")
                first = 0
                for name in group:
                    last = first + tensors[f"initial/{name}"].size
                    for slot in slots:
                        close(f"{case['name']} {name}{slot} step {step + 1}", values[slot][first:last],
                              tensors[f"{case['name']}/{name}{slot}"][step].ravel(),
                              case["expected"][name + slot]["keras_float32"]["max_abs"], k=4, floor=1e-6)
                    first = last


def global_norm(compiler, case, tensors, options):
    """The norm is that of all weights, hence also that of the layer behind; its gradients are known."""
    limit, rate = case["constants"]["global_clipnorm"], case["constants"]["lr"]
    initial = together([tensors[f"initial/{name}"][None] for name in WEIGHTS])[0]
    gradients = together([tensors[f"gradients/{name}"] for name in WEIGHTS])
    program = program_of(compiler, case["name"], initial.size, case["optimizer"], options)
    weight = initial.astype(np.float64)
    for gradient, values in zip(gradients.astype(np.float64), steps(program, initial, gradients)):
        behind = 2 * np.sum(weight**2) + 2  # (x, bias) times (1, -1, 0, ...)
        norm = np.sqrt(np.sum(gradient**2) + behind)
        weight = weight - rate * gradient * min(1, limit / norm)
        close(case["name"], values[""], weight, floor=1e-6)


def schedules(compiler, description, options):
    """With gradient 1 a weight of 0 becomes minus the learning rate."""
    for position, case in enumerate(description["schedules"]):
        program = program_of(compiler, f"schedule_{position}", 1, f"SGD(schedules.{case['schedule']})", options)
        one = np.ones((1,), np.float32)
        for step, value in zip(case["steps"], case["values"]):
            program.reset({"front/kernel": front(0 * one), **back_weights(one)})
            program.state.step = step
            program.train_step(one_at((0, 0)), [1])
            # The cosine's rounding is relative to the whole, not to what is left of it.
            close(f"{case['schedule']} of {step}", -program["front/kernel"][0], [value],
                  2e-8 if "Cosine" in case["schedule"] else 0, k=1, floor=2e-7)


def regularizers(compiler, description, options):
    """A dark image has equal logits: the loss is log(10) and the penalty, the gradient that of the penalty."""
    for position, case in enumerate(description["regularizers"]):
        text = spec(["x = Flatten()(i)",
                     f"x = Dense({CLASSES}, activation='softmax', use_bias=False, name='front', "
                     f"kernel_regularizer=tf.keras.regularizers.{case['regularizer']})(x)"],
                    optimizer="tf.keras.optimizers.SGD(1.0)")
        program = compiler.program((f"regularizer_{position}", text), *options)
        weight = np.array(case["weight"], np.float32)
        kernel = np.zeros((SIDE * SIDE, CLASSES), np.float32)
        kernel[:weight.shape[0], :weight.shape[1]] = weight
        program.reset({"front/kernel": kernel})
        dark = np.zeros((1, SIDE, SIDE), np.uint8)
        loss = np.log(10) + case["penalty"]
        close(f"{case['regularizer']}: val_loss", program.evaluate(dark, [0])["loss"], loss, floor=1e-6)
        close(f"{case['regularizer']}: loss", program.train_step(dark, [0])["loss"], loss, floor=1e-6)
        expected = np.zeros_like(kernel)
        expected[:weight.shape[0], :weight.shape[1]] = case["gradient"]
        close(f"{case['regularizer']}: gradient", kernel - program["front/kernel"], expected, 1e-7, k=1, floor=1e-6)


def main(ingotc, folder, what, *options):
    compiler = Compiler(ingotc, folder)
    description = json.loads((GOLDEN / "optimizers" / "optimizers.json").read_text())
    if what == "optimizers":
        optimizers(compiler, description, load_file(GOLDEN / "optimizers" / "optimizers.safetensors"), options)
    elif what == "schedules":
        schedules(compiler, description, options)
    else:
        regularizers(compiler, description, options)
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
