"""Keras running a script as it is written, on local data: keras_peer.py SCRIPT {fit EPOCHS|step}

fit   trains as the script says, for EPOCHS; the last line is JSON: the history and the seconds that fit took
step  times single training steps on the script's first batches, without feeding data
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
import keras
import tensorflow as tf

import datasets
import timing

script, mode = sys.argv[1:3]
BATCH = 32
original_fit = keras.Model.fit


def fit(model, *arguments, **options):
    began = time.perf_counter()
    history = original_fit(model, *arguments, **{**options, "epochs": int(sys.argv[3]), "verbose": 0}).history
    finish({"history": history, "seconds": time.perf_counter() - began})


def step(model, x, y, **options):
    batches = tf.data.Dataset.from_tensor_slices((x[:16 * BATCH].astype("float32"), y[:16 * BATCH]))
    batches = iter(batches.batch(BATCH).cache().prefetch(4).repeat())
    model.make_train_function()
    finish({"step_ms": timing.of_calls(lambda: float(model.train_function(batches)["loss"]))})


def finish(result):
    print(json.dumps(result), file=sys.__stdout__, flush=True)
    os._exit(0)  # TensorFlow's own end takes seconds


keras.Model.fit = {"fit": fit, "step": step}[mode]
tf.keras.datasets.fashion_mnist.load_data = datasets.fashion_mnist
tf.keras.datasets.cifar10.load_data = datasets.cifar10
sys.stdout = sys.stderr
with open(script) as file:
    exec(compile(file.read(), script, "exec"), {"__name__": "__main__"})
