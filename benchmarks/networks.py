"""The examples' networks as plain data, for peers that do not run the scripts themselves; tensors are NHWC without N."""

import math

import numpy as np

import datasets

BATCH = 32


def conv(filters, stride=1, padding="valid", l2=0.0):
    return {"kind": "conv", "filters": filters, "stride": stride, "padding": padding, "l2": l2}


def dense(units, relu=True, l2=0.0):
    return {"kind": "dense", "units": units, "relu": relu, "l2": l2}


def dropout(rate):
    return {"kind": "dropout", "rate": rate}


BATCH_NORM, POOL, FLATTEN = {"kind": "batch_norm"}, {"kind": "pool"}, {"kind": "flatten"}
HEAD = [FLATTEN, dropout(0.5), dense(1024), dropout(0.2), dense(10, relu=False)]

NETWORKS = {  # name: (data, input shape, parameters that are trained, optimizer, layers)
    "fashion_cnn": (datasets.fashion_mnist, (28, 28, 1), 360458, "adam",
                    [conv(32, 2), conv(64, 2), conv(128, 2), FLATTEN, dense(512), dense(10, relu=False)]),
    "cifar_cnn": (datasets.cifar10, (32, 32, 3), 1284170, "adam", [conv(32, 2), conv(64, 2), conv(128, 2), *HEAD]),
    "cifar_vgg": (datasets.cifar10, (32, 32, 3), 1477930, "adam",
                  [conv(32, padding="same"), conv(32, padding="same"), POOL, conv(64, padding="same"),
                   conv(64, padding="same"), POOL, conv(128, padding="same"), conv(128), POOL, *HEAD]),
    "cifar_bn": (datasets.cifar10, (32, 32, 3), 6629162, "adam",
                 [conv(32, padding="same"), BATCH_NORM, conv(32, padding="same"), BATCH_NORM, POOL,
                  conv(128, padding="same"), BATCH_NORM, conv(128), BATCH_NORM, POOL, *HEAD]),
    "fashion_l2": (datasets.fashion_mnist, (28, 28, 1), 1200074, "sgd",
                   [conv(32, l2=1e-3), BATCH_NORM, conv(64, l2=1e-3), BATCH_NORM, POOL, dropout(0.2), FLATTEN,
                    dense(128, l2=1e-3), dropout(0.2), dense(10, relu=False)]),
}


def layers_of(name):
    """Each layer with the shapes of its input and output."""
    _, shape, _, _, layers = NETWORKS[name]
    for layer in layers:
        if layer["kind"] == "conv":
            sides = [side if layer["padding"] == "same" else (side - 3) // layer["stride"] + 1 for side in shape[:2]]
            output = (*sides, layer["filters"])
        elif layer["kind"] == "pool":
            output = (shape[0] // 2, shape[1] // 2, shape[2])
        elif layer["kind"] == "flatten":
            output = (math.prod(shape),)
        else:
            output = (layer["units"],) if layer["kind"] == "dense" else shape
        yield layer, shape, output
        shape = output


def samples(name):
    """Some batches of the training images, scaled to 0..1, and their labels."""
    data, shape = NETWORKS[name][:2]
    images, labels = data()[0]
    count = 16 * BATCH
    return (images[:count].reshape(-1, *shape) / np.float32(255)).astype("float32"), labels[:count].reshape(-1)
