"""One training step of Ingot beside Keras's and PyTorch's, interleaved: step_time.py [--rounds N] [--threads N] [VARIANT...]

Every round runs each variant once, in a process of its own, pinned to as many processors as there are threads. Reported
are the median over rounds of each variant's median step, and the ratio to the fastest peer. Machines differ, and so do
hours: only ratios within one run count. Nothing else may run meanwhile. `benchmarks/make-venvs keras torch` makes the peers.

`ingot` is what the executable's `bench` says; `ingot-outside` is (time of `train` with 3 epochs - with 1) / 2, less
`evaluate`'s, divided by the steps of an epoch: real data, fed and shuffled, seen from outside.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
HERE = ROOT / "benchmarks"
STEPS = 60000 // 32
# glibc told to keep freed memory instead of giving large blocks back to the kernel at every step
KEEP = {"MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "17179869184", "MALLOC_TOP_PAD_": "268435456"}


def peers(keras, torch, name):
    script = str(ROOT / "examples" / f"{name}.py")
    torch_peer = [torch, str(HERE / "torch_peer.py"), name]
    return {"keras-tf": ([keras, str(HERE / "keras_peer.py"), script, "step"], {}),
            "torch-nchw": ([*torch_peer, "nchw"], {}),
            "torch-nhwc": ([*torch_peer, "nhwc"], {}),
            "torch-nhwc-keep": ([*torch_peer, "nhwc"], KEEP),
            "torch-compile": ([*torch_peer, "nchw", "compile"], {})}


def pinned(command, threads, environment=None, folder=None):
    processors = ",".join(map(str, sorted(os.sched_getaffinity(0))[:threads]))
    return subprocess.run(["taskset", "-c", processors, *command], env={**os.environ, **(environment or {})}, cwd=folder,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def seconds(command, threads, folder):
    began = time.perf_counter()
    pinned(command, threads, folder=folder)
    return time.perf_counter() - began


def outside(executable, threads, folder):
    train = [executable, "train", "--threads", str(threads), "--progress=none", "--epochs"]
    three, one = seconds([*train, "3"], threads, folder), seconds([*train, "1"], threads, folder)
    evaluate = seconds([executable, "evaluate", "--threads", str(threads)], threads, folder)
    return ((three - one) / 2 - evaluate) / STEPS * 1e3


def measure(variant, args, commands, executable, folder):
    """A step in milliseconds."""
    if variant == "ingot":
        output = pinned([executable, "bench", "--json", "--threads", str(args.threads)], args.threads, folder=folder)
        return 1e3 * json.loads(output)["step"]["seconds"]
    if variant == "ingot-outside":
        return outside(executable, args.threads, folder)
    command, environment = commands[variant]
    return json.loads(pinned(command, args.threads, environment).splitlines()[-1])["step_ms"]["median"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("variants", nargs="*", help="all, unless named")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--network", default="fashion_cnn")
    parser.add_argument("--ingotc", default=str(ROOT / "build/bin/ingotc"))
    parser.add_argument("--keras", default=str(ROOT / "build/venv-keras/bin/python"))
    parser.add_argument("--torch", default=str(ROOT / "build/venv-torch/bin/python"))
    args = parser.parse_args()
    folder = ROOT / "build" / "step_time"
    folder.mkdir(parents=True, exist_ok=True)
    executable = str(folder / args.network)
    commands = peers(args.keras, args.torch, args.network)
    variants = args.variants or ["ingot", "ingot-outside", *commands]
    if any(variant.startswith("ingot") for variant in variants):
        subprocess.run([args.ingotc, str(ROOT / "examples" / f"{args.network}.py"), "-o", executable], check=True)
    times = {variant: [] for variant in variants}
    for number in range(args.rounds):
        for variant in variants:
            times[variant].append(measure(variant, args, commands, executable, folder))
            print(f"round {number + 1}: {variant} {times[variant][-1]:.3f} ms", flush=True)
    medians = {variant: statistics.median(values) for variant, values in times.items()}
    best = min((value for variant, value in medians.items() if variant in commands), default=None)
    print(f"\n{args.network}, batch 32, {args.threads} threads\n{'variant':<18} {'ms':>8} {'least':>8} {'/ best peer':>12}")
    for variant, value in sorted(medians.items(), key=lambda item: item[1]):
        ratio = f"{value / best:12.2f}" if best else ""
        print(f"{variant:<18} {value:8.3f} {min(times[variant]):8.3f} {ratio}")


if __name__ == "__main__":
    main()
