"""Runs what a script says below its line `# ---- compared ----`, with the imports that this needs; with a folder of
Fashion-MNIST's files, x_train and y_train as well."""
import gzip
import pathlib
import sys

import numpy as np

names = {"np": np}
if len(sys.argv) > 2:
    folder = pathlib.Path(sys.argv[2])
    read = lambda name, start: np.frombuffer(gzip.decompress((folder / name).read_bytes()), np.uint8, offset=start)
    names["x_train"] = read("train-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
    names["y_train"] = read("train-labels-idx1-ubyte.gz", 8)
with open(sys.argv[1]) as script:
    exec(script.read().split("# ---- compared ----\n")[1], names)
