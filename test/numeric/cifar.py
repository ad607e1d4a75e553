"""CIFAR-10 in its binary version: each record is a label and 32x32 pixels in three planes. Labels are [samples, 1], as Keras gives them."""

import numpy as np


def read(path):
    records = np.fromfile(path, np.uint8).reshape(-1, 1 + 3 * 32 * 32)
    return records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1).copy(), records[:, :1].copy()


def load(folder):
    """(images, labels) of training, then of testing."""
    folder = folder / "cifar-10-batches-bin"
    parts = [read(folder / f"data_batch_{k}.bin") for k in range(1, 6)]
    return tuple(np.concatenate(arrays) for arrays in zip(*parts)), read(folder / "test_batch.bin")
