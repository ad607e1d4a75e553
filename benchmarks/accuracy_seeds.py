"""What fifteen epochs of examples/fashion_cnn.py reach, over several seeds, with Ingot and with Keras.

    accuracy_seeds.py ingot|keras [--runs N]   trains N times, appends to build/accuracy_seeds.json
    accuracy_seeds.py report                   prints means, deviations and whether the difference is chance

Ingot's runs have seeds 0, 1, ...; Keras's are unseeded, because a seeded Keras shuffles every epoch the same way. The
number is the best validation accuracy of a run; a difference within two of its standard errors is taken as chance. A
run of Keras takes about five minutes on two cores.
"""

import argparse
import json
import math
import os
import pathlib
import re
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "build" / "accuracy_seeds.json"
SCRIPT = ROOT / "examples" / "fashion_cnn.py"


def ingot(ingotc, seed):
    folder = ROOT / "build" / "accuracy_seeds"
    folder.mkdir(parents=True, exist_ok=True)
    executable = folder / "fashion_cnn"
    subprocess.run([ingotc, str(SCRIPT), "-o", str(executable)], check=True)
    text = subprocess.run([str(executable), "train", "--seed", str(seed), "--progress=line"], cwd=folder, check=True,
                          text=True, stdout=subprocess.PIPE).stdout
    return [float(value) for value in re.findall(r"val_accuracy: ([\d.e+-]+)", text)]


def keras(python, _):
    command = [python, str(ROOT / "benchmarks" / "keras_peer.py"), str(SCRIPT), "fit"]
    text = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return json.loads(text.splitlines()[-1])["history"]["val_accuracy"]


def load():
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {"ingot": [], "keras": []}


def report(results):
    best = {name: [max(run) for run in runs] for name, runs in results.items() if len(runs) > 1}
    for name, values in best.items():
        print(f"{name:6} {len(values)} runs, best validation accuracy: mean {statistics.mean(values):.4f}, "
              f"standard deviation {statistics.stdev(values):.4f} ({', '.join(f'{v:.4f}' for v in values)})")
    if len(best) == 2:
        difference = statistics.mean(best["ingot"]) - statistics.mean(best["keras"])
        error = math.sqrt(sum(statistics.variance(values) / len(values) for values in best.values()))
        verdict = "within" if abs(difference) <= 2 * error else "beyond"
        print(f"difference {difference:+.4f}, its standard error {error:.4f}: {verdict} two standard errors")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["ingot", "keras", "report"])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--ingotc", default=str(ROOT / "build/bin/ingotc"))
    parser.add_argument("--keras", default=str(ROOT / "build/venv-keras/bin/python"))
    args = parser.parse_args()
    for seed in range(args.runs if args.what != "report" else 0):
        values = ingot(args.ingotc, seed) if args.what == "ingot" else keras(args.keras, seed)
        print(f"{args.what} run {seed}: best {max(values):.4f} in epoch {values.index(max(values)) + 1}", flush=True)
        results = load()
        if args.what == "ingot" and seed == 0:
            results["ingot"] = []
        results[args.what].append(values)
        os.makedirs(RESULTS.parent, exist_ok=True)
        RESULTS.write_text(json.dumps(results))
    report(load())


if __name__ == "__main__":
    main()
