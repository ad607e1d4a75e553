"""Turns golden traces of Keras's callbacks into what ingot-callbacks-test reads: traces.py TRACES.json > CASES.json

A constructor's text becomes the fields of IngotCallback as the compiler fills them in: defaults, and which direction of
the monitored metric is better. Cases in which Keras itself fails, or warns of an unknown mode, are left out: Ingot
reports these at compile time, and those with a learning rate schedule, whose function is compiled (test/programs).
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


def callback(text):
    call = ast.parse(text, mode="eval").body
    name = call.func.id
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


def compared(case):
    fails = any("raises" in fit for fit in case["expected"]["fits"]) or case["name"] == "checkpoint_unknown_mode"
    return not fails and not any(text.startswith("LearningRateScheduler") for text in case["callbacks"])


def main():
    traces = json.load(open(sys.argv[1], encoding="utf-8"))
    cases = []
    for case in traces["cases"]:
        if compared(case):
            case["callbacks"] = [callback(text) for text in case["callbacks"]]
            cases.append(case)
    json.dump({"learning_rate": traces["learning_rate"], "cases": cases}, sys.stdout)


if __name__ == "__main__":
    main()
