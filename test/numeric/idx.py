"""Fashion-MNIST's file format (IDX): folders of images as `--data-dir` takes them."""

import gzip
import pathlib
import struct

import numpy as np

FILES = {"train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
         "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")}


def read(path):
    data = gzip.decompress(pathlib.Path(path).read_bytes())
    rank = data[3]
    shape = struct.unpack(f">{rank}I", data[4:4 + 4 * rank])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def write(path, array):
    array = np.ascontiguousarray(array, np.uint8)
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(path).write_bytes(gzip.compress(header + array.tobytes(), 6, mtime=0))


def load(folder):
    """((train images, labels), (test images, labels)) of a data folder."""
    folder = pathlib.Path(folder) / "fashion-mnist"
    return tuple(tuple(read(folder / name) for name in FILES[split]) for split in ("train", "test"))


def save(folder, train, test):
    for split, arrays in (("train", train), ("test", test)):
        for name, array in zip(FILES[split], arrays):
            write(pathlib.Path(folder) / "fashion-mnist" / name, array)
