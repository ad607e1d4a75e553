"""Data for the peers, as keras.datasets gives it: Fashion-MNIST of Debian's package, CIFAR-10 of its binary files."""

import gzip
import os

import numpy as np

FOLDER = os.environ.get("FASHION_MNIST", "/usr/share/datasets/fashion-mnist")


def read_idx(name):
    with gzip.open(os.path.join(FOLDER, name)) as file:
        data = file.read()
    rank = data[3]
    shape = np.frombuffer(data, ">u4", rank, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def fashion_mnist():
    return tuple((read_idx(f"{split}-images-idx3-ubyte.gz"), read_idx(f"{split}-labels-idx1-ubyte.gz"))
                 for split in ("train", "t10k"))


def cifar10():
    def read(names):
        folder = os.environ.get("CIFAR10", "cifar-10-batches-bin")
        rows = np.concatenate([np.fromfile(os.path.join(folder, name), np.uint8).reshape(-1, 3073) for name in names])
        return rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1).copy(), rows[:, :1]
    return read([f"data_batch_{batch}.bin" for batch in range(1, 6)]), read(["test_batch.bin"])
