"""Six training steps of whole programs against Keras, step by step.

    trajectories.py INGOTC FOLDER PROGRAM [OPTION of ingotc...]

Compares the gradients of step 1 (where the optimizer is Adam, whose slots show them), losses and weights of every step,
validation after each epoch and predictions. Where rounding decides which of a pool's elements is the largest (KINKED),
gradients follow another path from step 1 on: these programs are compared in step 1 tightly, afterwards by their falling
alike.
"""

import json
import sys

import numpy as np
from safetensors.numpy import load_file

import cifar
import idx
from checking import close, expect, finish
from compiling import GOLDEN, Compiler

FOLDER = GOLDEN / "trajectories"
KINKED = {"cifar_bn", "cifar_vgg", "fashion_l2"}


def random_bits(tensor, count):
    """splitmix64 as the reference's `initial.formula` describes it."""
    z = np.uint64((tensor + 1) << 32) + np.arange(count, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def initial_weights(expected, tensors):
    """Stored for small programs, a formula for the others, where weights without a limit are all 0 or all 1."""
    names = [row["tensor"] for row in expected["weights"]]
    if isinstance(expected["initial"], str):
        return {name: tensors[f"initial/{name}"] for name in names}
    weights = {}
    for position, row in enumerate(expected["weights"]):
        value = np.full(row["shape"], row["initial_sum"] / np.prod(row["shape"]), np.float32)
        if "limit" in row:
            units = (random_bits(position, value.size) >> np.uint64(40)).astype(np.int64) - (1 << 23)
            value = (np.float32(row["limit"]) * (units / (1 << 23)).astype(np.float32)).reshape(row["shape"])
        weights[row["tensor"]] = value
        total = float(np.sum(value.astype(np.float64)))
        expect(abs(total - row["initial_sum"]) < 1e-6 * max(1, abs(total)), f"initial sum of {row['tensor']}")
    return weights


def compare_full(kind, measured, expected, tensors, _):
    for name, value in measured.items():
        key = f"{kind}/{name}"
        error = expected["expected"][key]["keras_float32"]["max_abs"]
        # The gradient of a bias before batch normalization is 0 but for rounding, and its weight stays near 0.
        close(key, value, tensors[key], max(error, 2.5e-7 if np.max(np.abs(tensors[key])) < 1e-6 else 0), k=4, floor=5e-6)


def compare_sampled(kind, measured, expected, tensors, floor):
    """Norms, and the elements that were kept; errors are relative to the tensor's norm."""
    for row in expected["expected"]:
        if kind not in row:  # the gradient of a weight that has none
            continue
        name, entry = row["tensor"], row[kind]
        value = measured[name].astype(np.float64)
        norm = entry["norm"]["value"]
        relative = max(8 * entry["keras_float32_relative_l2"], floor)
        expect(abs(np.sqrt(np.sum(value**2)) - norm) <= relative * norm, f"norm of {kind}/{name}")
        if entry["elements"] == "all":
            kept = value
        else:
            kept = value.ravel()[tensors[entry["elements"]]]
        # Where a gradient is as small as Adam's epsilon, a weight shows its rounding tenfold.
        close(f"{kind}/{name}", kept, tensors[f"{kind}/{name}"], entry["keras_float32"]["max_abs"], k=8, floor=10 * floor)


def gradients(program):
    """Of step 1: Adam's momentum is (1 - beta_1) * gradient, SGD's -learning_rate * gradient."""
    if any(name.endswith("/velocity") for name in program.parameters):
        return program.gradients()
    rate = program.state.learning_rate
    return {name.removesuffix("/momentum"): -value / np.float32(rate) for name, value in program.weights(role=2).items()
            if name.endswith("/momentum")}


def compare_number(what, measured, entry, k, floor):
    value = entry["value"]
    tolerance = max(k * entry["keras_float32"], floor * abs(value))
    expect(abs(measured - value) <= tolerance, f"{what}: {measured:.9g}, expected {value:.9g} within {tolerance:.2g}")


def main(ingotc, folder, name, *options):
    expected = json.loads((FOLDER / f"{name}.json").read_text())
    tensors = load_file(FOLDER / f"{name}.safetensors")
    small = isinstance(expected["initial"], str)
    compare = compare_full if small else compare_sampled
    floor = 1e-6 if small else 2e-6
    kinked = name in KINKED
    data = cifar if "cifar" in expected["data"] else idx
    (images, labels), (test_images, test_labels) = data.load(GOLDEN / "data")

    program = Compiler(ingotc, folder).program(FOLDER / f"{name}.py", *options)
    named = {role: [row["tensor"] for row in expected["weights"] if row["trainable"] == (role == 0)] for role in (0, 1)}
    for role in (0, 1):
        expect(list(program.weights(role)) == named[role], f"parameters: {list(program.weights(role))}")
    weights = lambda: program.weights(0) | program.weights(1)
    program.reset(initial_weights(expected, tensors))
    step = 0
    for epoch in range(expected["epochs"]):
        sums = np.zeros(2)
        program.state.epoch = epoch
        first = 0
        for count in expected["batches"]:
            logs = program.train_step(images, labels, np.arange(first, first + count))
            first += count
            sums += count * np.array([logs["loss"], logs["accuracy"]])
            for metric in ("loss", "accuracy") if step == 0 or not kinked else ("loss",) if step == 1 else ():
                k, least = (8, floor) if step == 0 or not kinked else (10, 1e-4)
                compare_number(f"{metric} of step {step + 1}", logs[metric], expected["steps"][step][metric], k,
                               least if metric == "loss" else 1e-6)
            step += 1
            if step == 1 and any(name.endswith("/velocity") for name in program.parameters):
                compare("grad_step1", gradients(program), expected, tensors, 1e-2 if kinked else 5e-6)
            if small or (step == 1 and not kinked):
                compare(f"step{step}", weights(), expected, tensors, 5e-6)
        after = expected["after_epoch"][epoch]
        logs = dict(zip(("loss", "accuracy"), sums / len(images)))
        logs.update({f"val_{key}": value for key, value in program.evaluate(test_images, test_labels).items()})
        for metric, value in logs.items():
            if not kinked:
                compare_number(f"{metric} of epoch {epoch + 1}", value, after[metric], 8,
                               1e-6 if "accuracy" in metric else floor)
    if kinked:
        first, last = expected["steps"][0]["loss"]["value"], sums[0] / len(images)
        keras = expected["after_epoch"][-1]["loss"]["value"]
        expect(first - last > (first - keras) / 2, f"the loss falls from {first} to {last} only, Keras's to {keras}")
    else:
        if not small:
            compare("final", weights(), expected, tensors, 5e-6)
        close("predictions", program.predict(test_images), tensors["predictions"],
              expected["predictions"]["keras_float32"]["max_abs"], k=8, floor=5e-6)
    expect(not program.padding().any(), "padded lanes of parameters are not zero")
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
