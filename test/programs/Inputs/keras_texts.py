"""Runs the scripts of keras_texts.json and compares what they print with what Keras printed, byte for byte.

keras_texts.py INGOTC CLOCK.so FOLDER

The clock of both moves by the same time whenever it is read. With one thread nothing but the progress bar reads it.
"""
import json
import os
import subprocess
import sys

import numpy as np

LEFT_OUT = {
    "fit_out_of_data": "with steps_per_epoch the data goes on where it was; Keras runs out of it",
    "fit_unknown_steps": "no generator of the script's own has a place in an executable",
    "fit_verbose_auto": "off a terminal there is one line an epoch",
}
NOT_SUPPORTED = {"fit_callbacks", "fit_callbacks_verbose_2", "history_plateau", "fit_validation_freq"}
LINES_NOT_SUPPORTED = ("print(r.params)", "print(type(r).__name__)")
SCRIPT = """import numpy as np, keras
from keras.callbacks import EarlyStopping, ModelCheckpoint, ReduceLROnPlateau
x = np.load("x.npy")
y = np.load("y.npy")
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
model.compile(keras.optimizers.SGD(0.05), "mse", metrics=["accuracy"])
"""


def main():
    ingotc, clock, folder = map(os.path.abspath, sys.argv[1:])
    with open(os.path.join(os.path.dirname(__file__), "keras_texts.json"), encoding="utf-8") as file:
        runs = json.load(file)["runs"]
    os.chdir(folder)
    x = np.ones((10, 1), "float32")
    np.save("x.npy", x)
    np.save("y.npy", 2 * x)
    differing = []
    for run in runs:
        name = run["name"]
        if name in LEFT_OUT or name in NOT_SUPPORTED:
            continue
        printed_lines = run["printed"]
        call = [line for line in run["call"] if line not in LINES_NOT_SUPPORTED]
        if len(call) < len(run["call"]):  # each of them prints a line, the last ones
            printed_lines = printed_lines[: len(call) - len(run["call"]) - 1] + [""]
        script = SCRIPT + "\n".join(call) + "\n"
        for synchronous in [", callbacks=here", "callbacks=here + "]:
            script = script.replace(synchronous, "" if synchronous[0] == "," else "callbacks=")
        with open(name + ".py", "w") as file:
            file.write(script)
        compiled = subprocess.run([ingotc, name + ".py"], capture_output=True, text=True)
        if compiled.returncode:
            differing.append(name)
            print(f"{name}: {compiled.stderr}")
            continue
        environment = dict(os.environ, LD_PRELOAD=clock, NANOSECONDS=str(round(run["seconds_a_call"] * 1e9)))
        progress = [] if "verbose=" in script else ["--progress=keras"]
        printed = subprocess.run(["./" + name, "--threads", "1", "--no-checkpoint", *progress], env=environment,
                                 capture_output=True).stdout.decode()
        expected = "\n".join(printed_lines)
        if printed != expected:
            differing.append(name)
            print(f"{name}: printed {printed!r}\nKeras printed {expected!r}")
    print(f"{len(runs)} scripts, {len(LEFT_OUT) + len(NOT_SUPPORTED)} left out, differing: {differing or 'none'}")
    return bool(differing)


sys.exit(main())
