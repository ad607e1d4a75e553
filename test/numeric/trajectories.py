"""Six training steps of whole programs against Keras, step by step.

    trajectories.py INGOTC FOLDER PROGRAM [OPTION of ingotc...]

Compares the gradients of step 1 (where the optimizer is Adam, whose slots show them), losses and weights of every step, validation after each epoch and predictions.
"""

import json
import sys

import numpy as np
from safetensors.numpy import load_file

import idx
from checking import close, expect, finish
from compiling import GOLDEN, Compiler

FOLDER = GOLDEN / "trajectories"


def random_bits(tensor, count):
    """splitmix64 as the reference's `initial.formula` describes it."""
    z = np.uint64((tensor + 1) << 32) + np.arange(count, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def initial_weights(expected, tensors):
    """Stored for the small program, a formula for the others."""
    names = [row["tensor"] for row in expected["weights"]]
    if isinstance(expected["initial"], str):
        return {name: tensors[f"initial/{name}"] for name in names}
    weights = {}
    for position, row in enumerate(expected["weights"]):
        value = np.zeros(row["shape"], np.float32)
        if "limit" in row:
            units = (random_bits(position, value.size) >> np.uint64(40)).astype(np.int64) - (1 << 23)
            value = (np.float32(row["limit"]) * (units / (1 << 23)).astype(np.float32)).reshape(row["shape"])
        weights[row["tensor"]] = value
        total = float(np.sum(value.astype(np.float64)))
        expect(abs(total - row["initial_sum"]) < 1e-6 * max(1, abs(total)), f"initial sum of {row['tensor']}")
    return weights


def compare_full(kind, measured, expected, tensors):
    for name, value in measured.items():
        key = f"{kind}/{name}"
        close(key, value, tensors[key], expected["expected"][key]["keras_float32"]["max_abs"], k=4, floor=5e-6)


def compare_sampled(kind, measured, expected, tensors):
    """Norms, and the elements that were kept; errors are relative to the tensor's norm."""
    for row in expected["expected"]:
        name, entry = row["tensor"], row[kind]
        value = measured[name].astype(np.float64)
        norm = entry["norm"]["value"]
        relative = max(8 * entry["keras_float32_relative_l2"], 5e-6)
        expect(abs(np.sqrt(np.sum(value**2)) - norm) <= relative * norm, f"norm of {kind}/{name}")
        if entry["elements"] == "all":
            kept = value
        else:
            kept = value.ravel()[tensors[entry["elements"]]]
        close(f"{kind}/{name}", kept, tensors[f"{kind}/{name}"], entry["keras_float32"]["max_abs"], k=8, floor=5e-6)


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
    (images, labels), (test_images, test_labels) = idx.load(GOLDEN / "data")

    program = Compiler(ingotc, folder).program(FOLDER / f"{name}.py", *options)
    expect(list(program.weights(role=0)) == [row["tensor"] for row in expected["weights"]],
           f"parameters: {list(program.weights(role=0))}")
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
            for metric in ("loss", "accuracy"):
                entry = expected["steps"][step][metric]
                compare_number(f"{metric} of step {step + 1}", logs[metric], entry, 8,
                               floor if metric == "loss" else 1e-6)
            step += 1
            if step == 1 and any(name.endswith("/velocity") for name in program.parameters):
                compare("grad_step1", program.gradients(), expected, tensors)
            if small or step == 1:
                compare(f"step{step}", program.weights(role=0), expected, tensors)
        after = expected["after_epoch"][epoch]
        logs = dict(zip(("loss", "accuracy"), sums / len(images)))
        logs.update({f"val_{key}": value for key, value in program.evaluate(test_images, test_labels).items()})
        for metric, value in logs.items():
            compare_number(f"{metric} of epoch {epoch + 1}", value, after[metric], 8,
                           1e-6 if "accuracy" in metric else floor)
    if not small:
        compare("final", program.weights(role=0), expected, tensors)
    close("predictions", program.predict(test_images), tensors["predictions"],
          expected["predictions"]["keras_float32"]["max_abs"], k=8, floor=5e-6)
    expect(not program.padding().any(), "padded lanes of parameters are not zero")
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
