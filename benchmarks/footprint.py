"""What compiling and starting cost: footprint.py [--ingotc FILE] [SCRIPT]

Prints the time of ingotc, the executable's size, the time from its start to the first finished training step (on the
real data, as the progress bar shows it), and the peak memory of an epoch of training. Medians of five runs.
"""

import argparse
import os
import pathlib
import pty
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUNS = 5


def seconds(command, folder):
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def until_first_step(executable, folder):
    """Until the bar shows "1/", drawn on a terminal of its own."""
    began = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execv(executable, [executable, "train", "--epochs", "1", "--no-checkpoint", "--progress=keras"])
    seen = b""
    while b"1/" not in seen.replace(b"Epoch 1/1", b""):
        seen += os.read(terminal, 4096)
    passed = time.perf_counter() - began
    os.close(terminal)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return passed


def peak_megabytes(executable, folder):
    process = subprocess.Popen([executable, "train", "--epochs", "1", "--progress=none"], cwd=folder)
    usage = os.wait4(process.pid, 0)[2]
    return usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("script", nargs="?", default=str(ROOT / "examples" / "fashion_cnn.py"))
    parser.add_argument("--ingotc", default=str(ROOT / "build" / "bin" / "ingotc"))
    args = parser.parse_args()
    folder = ROOT / "build" / "footprint"
    folder.mkdir(parents=True, exist_ok=True)
    executable = str(folder / pathlib.Path(args.script).stem)
    compiling = [seconds([args.ingotc, args.script, "-o", executable], folder) for _ in range(RUNS)]
    starting = [until_first_step(executable, folder) for _ in range(RUNS)]
    print(f"ingotc: {statistics.median(compiling):.2f} s; executable: {os.path.getsize(executable) / 1e6:.2f} MB")
    print(f"start to first finished step: {statistics.median(starting):.3f} s")
    print(f"peak memory of training: {peak_megabytes(executable, folder):.0f} MB")


if __name__ == "__main__":
    main()
