"""Every truncation and many flipped bytes of small files: an error or a result, never a crash: truncate.py TOY FOLDER"""

import io
import os
import random
import struct
import subprocess
import sys

import gzip

toy, folder = sys.argv[1:]
random.seed(2)
npy = (b"\x93NUMPY\x01\x00\x76\x00" + b"{'descr': '|u1', 'fortran_order': False, 'shape': (1, 28, 28), }".ljust(117) + b"\n" + bytes(784))
labels = gzip.compress(struct.pack(">II", 0x801, 40) + bytes(40))


def variants(content, cuts, flips):
    for at in cuts:
        yield content[:at]
    for _ in range(flips):
        damaged = bytearray(content)
        damaged[random.randrange(min(len(content), 140))] ^= 1 << random.randrange(8)
        yield bytes(damaged)


def run(*arguments):
    done = subprocess.run([toy, *arguments, "--init-weights", f"{folder}/weights"], capture_output=True, text=True)
    assert done.returncode in (0, 1), (arguments, done)
    assert (done.returncode == 1) == ("error: " in done.stderr), done
    assert "Sanitizer" not in done.stderr, done
    return done.returncode


def check(path, content, cuts, flips, *arguments):
    failed = 0
    for variant in variants(content, cuts, flips):
        with open(path, "wb") as file:
            file.write(variant)
        failed += run(*arguments)
    assert failed >= len(cuts), (path, failed)
    with open(path, "wb") as file:
        file.write(content)
    assert run(*arguments) == 0, path


check(f"{folder}/x.npy", npy, range(0, 140), 60, "predict", f"{folder}/x.npy")
check(f"{folder}/data/t10k-labels-idx1-ubyte.gz", labels, range(len(labels)), 60, "evaluate", "--data-dir",
      f"{folder}/data", "--progress=none")
