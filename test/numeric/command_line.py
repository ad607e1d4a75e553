"""The executable's own train, evaluate and predict against Keras: command_line.py EXECUTABLE PROGRAM FOLDER

PROGRAM, fashion_small or fashion_cnn, is what EXECUTABLE was compiled from. Starting from Keras's initial weights it is to
print Keras's losses and accuracies to four decimals and to leave Keras's weights behind.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

import numpy as np
from safetensors.numpy import load_file, save_file

from checking import close, expect, finish
from compiling import GOLDEN
from trajectories import FOLDER, compare_full, compare_sampled, initial_weights


def run(executable, *arguments):
    done = subprocess.run([executable, *map(str, arguments)], text=True, stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit(f"{executable} {' '.join(map(str, arguments))}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


def metrics(text):
    """Every `name: value` of a training's lines, epoch by epoch."""
    epochs = [dict(re.findall(r"(\w+): ([-+.\de]+)", line)) for line in text.splitlines() if "val_loss:" in line]
    return [{name: float(value) for name, value in epoch.items()} for epoch in epochs]


def main(executable, name, folder):
    executable, folder = os.path.abspath(executable), pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    expected = json.loads((FOLDER / f"{name}.json").read_text())
    tensors = load_file(FOLDER / f"{name}.safetensors")
    save_file(initial_weights(expected, tensors), "initial.safetensors")
    data = ("--data-dir", GOLDEN / "data")

    text = run(executable, "train", *data, "--init-weights", "initial.safetensors", "--epochs", 2, "--no-shuffle",
               "--progress=line", "--save", "trained.safetensors")
    epochs = metrics(text)
    expect(len(epochs) == 2, f"no two epochs are printed:\n{text}")
    for number, (printed, after) in enumerate(zip(epochs, expected["after_epoch"]), 1):
        for metric, entry in after.items():
            value = printed.get(metric)
            expect(value is not None and abs(value - entry["value"]) <= 0.51e-4,
                   f"epoch {number}: {metric} is printed as {value}, Keras has {entry['value']}\n{text}")

    trained = load_file("trained.safetensors")
    if "step6/" + expected["weights"][0]["tensor"] in tensors:
        compare_full("step6", trained, expected, tensors, 5e-6)
    else:
        compare_sampled("final", trained, expected, tensors, 5e-6)

    after = expected["after_epoch"][-1]
    for weights in (("--init-weights", "trained.safetensors"), ()):  # without: the checkpoint
        evaluated = json.loads(run(executable, "evaluate", *data, *weights, "--json"))
        for metric in ("loss", "accuracy"):
            value = after[f"val_{metric}"]["value"]
            expect(abs(evaluated[metric] - value) <= 2e-6 * max(1, abs(value)),
                   f"evaluate {weights}: {metric} is {evaluated[metric]}, Keras has {value}")
        predicted = json.loads(run(executable, "predict", *data, *weights, "--json"))
        close(f"predict {weights}", np.array(predicted), tensors["predictions"],
              expected["predictions"]["keras_float32"]["max_abs"], k=8, floor=5e-6)
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
