"""Turns golden traces of Keras's callbacks into what ingot-callbacks-test reads: traces.py TRACES.json CASES.json SCRIPT.py

A constructor's text becomes the fields of IngotCallback as the compiler fills them in: defaults, and which direction of
the monitored metric is better. Schedules of learning rates are functions: SCRIPT.py is a program whose callbacks have
them, in the order in which the cases name them.
"""

import ast
import json
import sys

FLAGS = {"save_best_only": 1, "save_weights_only": 2, "restore_best_weights": 4, "append": 8, "raise_error": 16}
KINDS = ["ModelCheckpoint", "EarlyStopping", "ReduceLROnPlateau", "LearningRateScheduler", "CSVLogger", "TerminateOnNaN"]
POSITIONAL = {"ModelCheckpoint": ["filepath"], "EarlyStopping": ["monitor", "min_delta", "patience"],
              "ReduceLROnPlateau": ["monitor", "factor", "patience"], "CSVLogger": ["filename", "separator", "append"],
              "TerminateOnNaN": ["raise_error"]}
DEFAULTS = {"ModelCheckpoint": {"monitor": "val_loss"},
            "EarlyStopping": {"monitor": "val_loss", "min_delta": 0, "patience": 0},
            "ReduceLROnPlateau": {"monitor": "val_loss", "factor": 0.1, "patience": 10, "min_delta": 1e-4},
            "CSVLogger": {"separator": ","}, "TerminateOnNaN": {}}

# Keras fails in these; Ingot says so when the script is compiled (test/import/Inputs/callback_faults.py).
AT_COMPILE_TIME = {"checkpoint_missing_metric_auto", "checkpoint_auto_acc_for_accuracy", "stop_missing_metric_auto",
                   "checkpoint_unknown_monitor_not_best",  # monitors that no fit computes, without a direction
                   "checkpoint_missing_placeholder", "checkpoint_freq_val_loss",  # fields that are not known then
                   "checkpoint_freq_best",  # batches and save_best_only
                   "schedule_int"}  # an int where a float must be
SCRIPT = """
from tensorflow.keras.callbacks import LearningRateScheduler
from tensorflow.keras.datasets import fashion_mnist
from tensorflow.keras.layers import Dense, Flatten, Input
from tensorflow.keras.models import Sequential

(x, y), _ = fashion_mnist.load_data()
model = Sequential([Input((28, 28)), Flatten(), Dense(10, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy")
model.fit(x, y, callbacks=[{}])
"""


def scheduler(text, schedules):
    call = ast.parse(text, mode="eval").body
    verbose = any(keyword.arg == "verbose" and ast.literal_eval(keyword.value) for keyword in call.keywords)
    schedules.append(text)
    return dict(callback("TerminateOnNaN()", schedules), kind=KINDS.index("LearningRateScheduler"), verbose=int(verbose),
                function=len(schedules) - 1)


def callback(text, schedules):
    call = ast.parse(text, mode="eval").body
    name = call.func.id
    if name == "LearningRateScheduler":
        return scheduler(text, schedules)
    given = dict(DEFAULTS[name])
    given.update(zip(POSITIONAL[name], map(ast.literal_eval, call.args)))
    given.update({keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords})
    mode = given.get("mode", "auto")
    higher = mode == "max" or (mode != "min" and "acc" in given.get("monitor", ""))
    return {"kind": KINDS.index(name), "flags": sum(FLAGS[key] for key in FLAGS if given.get(key)),
            "verbose": given.get("verbose", 0), "higher_is_better": int(higher), "monitor": given.get("monitor", ""),
            "path": given.get("filepath", given.get("filename", "")), "separator": given.get("separator", ""),
            "patience": given.get("patience", 0), "cooldown": given.get("cooldown", 0),
            "start_from_epoch": given.get("start_from_epoch", 0),
            "save_frequency": 0 if given.get("save_freq", "epoch") == "epoch" else given["save_freq"],
            "min_delta": given.get("min_delta", 0), "factor": given.get("factor", 0), "min_lr": given.get("min_lr", 0),
            "baseline": given.get("baseline", given.get("initial_value_threshold"))}


def main():
    traces = json.load(open(sys.argv[1], encoding="utf-8"))
    cases, schedules = [], []
    for case in traces["cases"]:
        if case["name"] in AT_COMPILE_TIME:
            continue
        case["callbacks"] = [callback(text, schedules) for text in case["callbacks"]]
        if case["name"] == "checkpoint_unknown_mode":  # the compiler warns of it
            for epoch in case["expected"]["fits"][0]["epochs"]:
                epoch.pop("warnings", None)
        cases.append(case)
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump({"learning_rate": traces["learning_rate"], "cases": cases}, file)
    with open(sys.argv[3], "w", encoding="utf-8") as file:
        file.write(SCRIPT.format(", ".join(schedules)))


if __name__ == "__main__":
    main()
