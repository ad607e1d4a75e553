"""What a program's training reaches over several seeds, with Ingot and with Keras.

    accuracy.py ingot|keras PROGRAM [--runs N] [--epochs E]   trains N times, adds the histories to build/accuracy.json
    accuracy.py report                                         a table: means, deviations, is the difference chance?

PROGRAM is one of examples/, without ".py"; its callbacks are left out, so that every run has the same number of epochs.
Ingot's runs have seeds 0, 1, ...; Keras's are unseeded, because a seeded Keras shuffles every epoch the same way. The
number compared is the best validation accuracy of a run. A difference within two of its standard errors is taken as
chance; where Keras ran once, within two of Ingot's deviations. CIFAR10 names the folder of CIFAR-10's binary files.
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
RESULTS = ROOT / "build" / "accuracy.json"
FOLDER = ROOT / "build" / "accuracy"
CIFAR10 = os.environ.get("CIFAR10", "cifar-10-batches-bin")


def without_callbacks(program):
    text = (ROOT / "examples" / f"{program}.py").read_text()
    FOLDER.mkdir(parents=True, exist_ok=True)
    script = FOLDER / f"{program}.py"
    script.write_text(re.sub(r",\s*callbacks=\[[^\]]*\]", "", text))
    return script


def ingot(args, script, run):
    executable = script.with_suffix("")
    subprocess.run([args.ingotc, str(script), "-o", str(executable)], check=True, stderr=subprocess.DEVNULL)
    data = ["--data-dir", CIFAR10] if "cifar" in args.program else []
    command = [str(executable), "train", "--seed", str(run), "--epochs", str(args.epochs), "--progress=line", *data]
    text = subprocess.run(command, cwd=FOLDER, check=True, text=True, stdout=subprocess.PIPE).stdout
    return [float(value) for value in re.findall(r"val_accuracy: ([\d.e+-]+)", text)]


def keras(args, script, _):
    command = [args.keras, str(ROOT / "benchmarks" / "keras_peer.py"), str(script), "fit", str(args.epochs)]
    text = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return json.loads(text.splitlines()[-1])["history"]["val_accuracy"]


def load():
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {}


def verdict(ours, theirs):
    if not ours or not theirs or len(ours) == 1:
        return ""
    difference = statistics.mean(ours) - statistics.mean(theirs)
    both = [values for values in (ours, theirs) if len(values) > 1]
    error = math.sqrt(sum(statistics.variance(values) / (len(values) if len(both) == 2 else 1) for values in both))
    chance = "within" if abs(difference) <= 2 * error else "beyond"
    return f"{difference:+.4f}, {chance} two of {error:.4f}"


def report(results):
    def text(values):
        spread = f" sd {statistics.stdev(values):.4f}" if len(values) > 1 else ""
        return f"{statistics.mean(values):.4f}{spread} ({len(values)})" if values else ""
    print("| program | epochs | Ingot | Keras | difference |\n| --- | --- | --- | --- | --- |")
    for key, runs in sorted(results.items()):
        best = {peer: [max(run) for run in runs.get(peer, [])] for peer in ("ingot", "keras")}
        print(f"| {key.replace(' ', ' | ')} | {text(best['ingot'])} | {text(best['keras'])} "
              f"| {verdict(best['ingot'], best['keras'])} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["ingot", "keras", "report"])
    parser.add_argument("program", nargs="?", default="fashion_cnn")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--ingotc", default=str(ROOT / "build/bin/ingotc"))
    parser.add_argument("--keras", default=str(ROOT / "build/venv-keras/bin/python"))
    args = parser.parse_intermixed_args()
    for run in range(args.runs if args.what != "report" else 0):
        values = {"ingot": ingot, "keras": keras}[args.what](args, without_callbacks(args.program), run)
        print(f"{args.what} {args.program} run {run}: best {max(values):.4f}", flush=True)
        results = load()
        runs = results.setdefault(f"{args.program} {args.epochs}", {}).setdefault(args.what, [])
        if args.what == "ingot":
            del runs[run:]
        runs.append(values)
        os.makedirs(RESULTS.parent, exist_ok=True)
        RESULTS.write_text(json.dumps(results))
    report(load())


if __name__ == "__main__":
    main()
