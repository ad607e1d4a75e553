"""Writes MNIST as Keras keeps it, from the small data set in IDX files: make_npz.py DATA FOLDER"""

import gzip
import pathlib
import shutil
import sys

import numpy as np

DATA, FOLDER = map(pathlib.Path, sys.argv[1:])


def idx(name):
    raw = gzip.decompress((DATA / "fashion-mnist" / f"{name}-ubyte.gz").read_bytes())
    return np.frombuffer(raw, ">u1", offset=4 + 4 * raw[3]).reshape(np.frombuffer(raw, ">i4", raw[3], 4))


for name in ("stored", "deflated", "cut", "damaged", "missing"):
    (FOLDER / name).mkdir(parents=True, exist_ok=True)
shutil.copytree(DATA / "fashion-mnist", FOLDER / "idx" / "mnist", dirs_exist_ok=True)
arrays = {"x_train": idx("train-images-idx3"), "y_train": idx("train-labels-idx1"),
          "x_test": idx("t10k-images-idx3"), "y_test": idx("t10k-labels-idx1")}
np.savez(FOLDER / "stored" / "mnist.npz", **arrays)
np.savez_compressed(FOLDER / "deflated" / "mnist.npz", **arrays)
packed = bytearray((FOLDER / "stored" / "mnist.npz").read_bytes())
(FOLDER / "cut" / "mnist.npz").write_bytes(packed[:-2000])
packed[5000] ^= 1
(FOLDER / "damaged" / "mnist.npz").write_bytes(packed)
del arrays["y_test"]
np.savez(FOLDER / "missing" / "mnist.npz", **arrays)
