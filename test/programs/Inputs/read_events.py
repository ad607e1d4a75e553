"""Reads a TensorBoard log with TensorBoard's own reader and compares it with the history that the program printed:
read_events.py LOGS HISTORY.txt"""

import ast
import sys

from tensorboard.backend.event_processing import event_accumulator
from tensorboard.util import tensor_util

history = ast.literal_eval(open(sys.argv[2], encoding="utf-8").read())


def series(run):
    events = event_accumulator.EventAccumulator(f"{sys.argv[1]}/{run}").Reload()
    return {tag: [(event.step, float(tensor_util.make_ndarray(event.tensor_proto))) for event in events.Tensors(tag)]
            for tag in events.Tags()["tensors"]}


train, validation = series("train"), series("validation")
print(sorted(train), sorted(validation))
for name, values in history.items():
    run, tag = (validation, name.removeprefix("val_")) if name.startswith("val_") else (train, name)
    assert run["epoch_" + tag] == list(enumerate(values)), (name, run["epoch_" + tag], values)
assert validation["evaluation_loss_vs_iterations"] == list(zip((3, 6, 9), history["val_loss"]))
print("events agree with the history")
