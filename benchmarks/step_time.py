"""One training step of Ingot beside Keras's, PyTorch's and JAX's, interleaved: step_time.py [--network N] [VARIANT...]

Every round runs each variant once, in a process of its own, pinned to as many processors as there are threads. Reported
are the median over rounds of each variant's median step, and the ratio to the fastest peer. Machines differ, and so do
hours: only ratios within one run count. Nothing else may run meanwhile. `benchmarks/make-venvs keras torch jax` makes the
peers. NETWORK is one of networks.py; CIFAR10 names the folder of CIFAR-10's binary files.

`ingot` is what the executable's `bench` says; `ingot-outside` is (time of `train` with 3 epochs - with 1) / 2, less
`evaluate`'s, divided by the steps of an epoch: real data, fed and shuffled, seen from outside.
"""

import argparse
import json
import math
import os
import pathlib
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
HERE = ROOT / "benchmarks"
# glibc told to keep freed memory instead of giving large blocks back to the kernel at every step
KEEP = {"MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "17179869184", "MALLOC_TOP_PAD_": "268435456"}


def peers(args):
    keras, torch, name = args.keras, args.torch, args.network
    script = str(ROOT / "examples" / f"{name}.py")
    torch_peer = [torch, str(HERE / "torch_peer.py"), name]
    return {"keras-tf": ([keras, str(HERE / "keras_peer.py"), script, "step"], {}),
            "torch-nchw": ([*torch_peer, "nchw"], {}),
            "torch-nhwc": ([*torch_peer, "nhwc"], {}),
            "torch-nhwc-keep": ([*torch_peer, "nhwc"], KEEP),
            "torch-compile": ([*torch_peer, "nchw", "compile"], {}),
            "jax": ([args.jax, str(HERE / "jax_peer.py"), name], {})}


def pinned(command, threads, environment=None, folder=None):
    processors = ",".join(map(str, sorted(os.sched_getaffinity(0))[:threads]))
    return subprocess.run(["taskset", "-c", processors, *command], env={**os.environ, **(environment or {})}, cwd=folder,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def seconds(command, threads, folder):
    began = time.perf_counter()
    pinned(command, threads, folder=folder)
    return time.perf_counter() - began


def outside(executable, network, threads, folder):
    options = ["--threads", str(threads)]
    if network.startswith("cifar"):
        options += ["--data-dir", os.environ.get("CIFAR10", "cifar-10-batches-bin")]
    train = [executable, "train", *options, "--progress=none", "--epochs"]
    three, one = seconds([*train, "3"], threads, folder), seconds([*train, "1"], threads, folder)
    evaluate = seconds([executable, "evaluate", *options], threads, folder)
    samples = 50000 if network.startswith("cifar") else 60000
    return ((three - one) / 2 - evaluate) / math.ceil(samples / 32) * 1e3


def measure(variant, args, commands, executable, folder):
    """A step in milliseconds."""
    if variant == "ingot":
        output = pinned([executable, "bench", "--json", "--threads", str(args.threads)], args.threads, folder=folder)
        return 1e3 * json.loads(output)["step"]["seconds"]
    if variant == "ingot-outside":
        return outside(executable, args.network, args.threads, folder)
    command, environment = commands[variant]
    return json.loads(pinned(command, args.threads, environment).splitlines()[-1])["step_ms"]["median"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("variants", nargs="*", help="all, unless named")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--network", default="fashion_cnn", choices=["fashion_cnn", "cifar_cnn", "cifar_vgg", "cifar_bn",
                                                                     "fashion_l2"])
    parser.add_argument("--ingotc", default=str(ROOT / "build/bin/ingotc"))
    parser.add_argument("--keras", default=str(ROOT / "build/venv-keras/bin/python"))
    parser.add_argument("--torch", default=str(ROOT / "build/venv-torch/bin/python"))
    parser.add_argument("--jax", default=str(ROOT / "build/venv-jax/bin/python"))
    args = parser.parse_args()
    folder = ROOT / "build" / "step_time"
    folder.mkdir(parents=True, exist_ok=True)
    executable = str(folder / args.network)
    commands = peers(args)
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
