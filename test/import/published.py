"""Listings of a tutorial, as they were published: each fault is found in one run, with its line and its remedy, and
nothing else is; with the faults mended they compile.

usage: published.py INGOT_IMPORT FOLDER

faults.json in FOLDER lists the faults of each listing. NAME.expected, where there is one, holds all messages.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

IMPORTS = """import itertools
import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import (BatchNormalization, Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D)
from tensorflow.keras.models import Model, Sequential
"""
FASHION = """(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train, x_test = np.expand_dims(x_train / 255.0, -1), np.expand_dims(x_test / 255.0, -1)
K = len(set(y_train))
"""
CIFAR = """(x_train, y_train), (x_test, y_test) = tf.keras.datasets.cifar10.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0
y_train, y_test = y_train.flatten(), y_test.flatten()
K = len(set(y_train))
"""
MODEL = """i = Input(shape=x_train[0].shape)
model = Model(i, Dense(K, activation="softmax")(Flatten()(i)))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
"""
FIT = "r = model.fit(x_train, y_train, validation_data=(x_test, y_test))\n"

# Of each listing: what earlier listings did, what each of its lines should have said, and what it lacks at the end.
MENDED = {
    "fashion_cnn": (IMPORTS, {17: ("(x2)", "(x1)"), 18: ("(x3)", "(x2)"), 24: ("()", "(x4)")}, ""),
    "cifar_cnn": (IMPORTS, {9: ("x_train.shape : (50000, 32, 32, 3)", "print(x_train.shape)"),
                            10: ("y_train.shape (50000, )", "print(y_train.shape)")}, ""),
    "cifar_vgg": (IMPORTS + CIFAR, {19: ("Conv2d", "Conv2D"), 26: ("Droput", "Dropout")}, ""),
    "cifar_bn": (IMPORTS + CIFAR, {7: ("MaxPooling", "MaxPooling2D")}, ""),
    "augmentation": (IMPORTS + CIFAR + MODEL, {5: ("horizonatl_flip", "horizontal_flip")}, ""),
    "fashion_l2": (IMPORTS, {9: ("x_test /= 255.0", "x_train, x_test = x_train.reshape(-1, 28, 28, 1) / 255.0, "
                                 "x_test.reshape(-1, 28, 28, 1) / 255.0"),
                             21: ("(32, 32)", "input_shape"), 30: ("num_classes", "len(classes)"),
                             32: ("category", "sparse_categorical")},
                   "r = model.fit(x_train, y_train, validation_data=(x_test, y_test), "
                   "callbacks=[checkpoint, earlystop, reduce_lr])\n"),
    "fashion_plots": (IMPORTS + FASHION + MODEL + FIT, {25: ("clases", "classes")}, ""),
}
# What the message of a fault must hold, where its remedy is said in other words than in faults.json.
REMEDIES = {
    ("fashion_cnn", 24): "did you mean 'x4'?",
    ("fashion_l2", 9): "use x_test = x_test / 255.0, or x_test.astype(\"float32\") first",
    ("fashion_l2", 21): "did you mean 'input_shape'?",
    ("fashion_l2", 32): "did you mean 'categorical_crossentropy'? With integer labels it is 'sparse_categorical",
    ("fashion_l2", 16): "there is no model.fit(",
}
MESSAGE = re.compile(r"^\S+?:(\d+):\d+: (error|warning): (.*(?:\n    .*|\n\S+: note: .*)*)", re.MULTILINE)
# Said of what fit's callbacks need, as long as a script cannot have them.
UNDEFINED = re.compile(r"name '(\w+)' is not defined; (add '|load |make |assign |did you mean len)")


def say(program, folder, name):
    run = subprocess.run([program, name], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return run.stderr


def check_faults(name, listing, said):
    """What is missing or too much among the messages."""
    problems, undefined = [], []
    faults = {(fault["line"], fault["kind"]): fault for fault in listing["faults"]}
    for line, kind, text in MESSAGE.findall(said):
        fault = faults.pop((int(line), kind), None)
        if missing := UNDEFINED.match(text):
            undefined.append(missing[1])
            if missing[1] not in listing["undefined"] and not fault:
                problems.append(f"line {line}: '{missing[1]}' is not among the names of earlier listings")
            if not fault or not fault["what"].startswith(missing[1] + " is not defined"):
                if fault:
                    faults[int(line), kind] = fault
                continue
        if not fault:
            if "plotting is skipped" not in text:
                problems.append(f"line {line}: not a fault: {text.splitlines()[0]}")
        elif (remedy := REMEDIES.get((name, int(line)), fault["remedy"])) not in text:
            problems.append(f"line {line}: does not say '{remedy}': {text}")
    problems += [f"line {line}: missing: {fault['what']}" for (line, _), fault in faults.items()]
    problems += [f"'{each}' is reported {undefined.count(each)} times" for each in listing["undefined"]
                 if undefined.count(each) != 1]
    return problems


def mended(name, text):
    before, mends, after = MENDED[name]
    lines = text.splitlines(keepends=True)
    for number, (wrong, right) in mends.items():
        assert wrong in lines[number - 1], (name, number)
        lines[number - 1] = lines[number - 1].replace(wrong, right, 1)
    return before + "".join(lines).rstrip() + "\n" + after


def main():
    program, folder = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
    problems = []
    for file, listing in json.loads((folder / "faults.json").read_text())["listings"].items():
        said, name = say(program, folder, file), file.removesuffix(".py")
        problems += [f"{file}: {problem}" for problem in check_faults(name, listing, said)]
        expected = folder / (name + ".expected")
        if expected.exists() and expected.read_text() != said:
            problems.append(f"{file}: other messages than in {expected.name}")
        with tempfile.TemporaryDirectory() as other:
            Path(other, "mended.py").write_text(mended(name, (folder / file).read_text()))
            said = say(program, other, "mended.py")
        if any(kind == "error" for _, kind, _ in MESSAGE.findall(said)):
            problems.append(f"{file}, mended: {said}")
    print("\n".join(problems) or "every fault, and nothing else")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
