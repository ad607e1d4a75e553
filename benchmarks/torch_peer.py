"""PyTorch training the same network in a plain loop, one step at a time: torch_peer.py NETWORK {nchw|nhwc} [compile]

The step is Keras's: forward, loss, backward, a fused Adam with Keras's epsilon, running loss and accuracy. nhwc is
memory_format=channels_last; compile is torch.compile. The last line is JSON.
"""

import json
import os
import sys

import torch
from torch import nn

import datasets
import timing

BATCH = 32


def fashion_cnn():
    return nn.Sequential(nn.Conv2d(1, 32, 3, 2), nn.ReLU(), nn.Conv2d(32, 64, 3, 2), nn.ReLU(),
                         nn.Conv2d(64, 128, 3, 2), nn.ReLU(), nn.Flatten(), nn.Linear(512, 512), nn.ReLU(),
                         nn.Linear(512, 10))


NETWORKS = {"fashion_cnn": (fashion_cnn, 360458, datasets.fashion_mnist)}


def batches(arrays, layout):
    images, labels = arrays
    x = torch.from_numpy(images[:16 * BATCH].astype("float32") / 255)[:, None].contiguous(memory_format=layout)
    y = torch.from_numpy(labels[:16 * BATCH].astype("int64"))
    return list(zip(x.split(BATCH), y.split(BATCH)))


def main(name, layout, *how):
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    make, parameters, data = NETWORKS[name]
    layout = torch.channels_last if layout == "nhwc" else torch.contiguous_format
    network = make().to(memory_format=layout).train()
    assert sum(p.numel() for p in network.parameters()) == parameters
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, eps=1e-7, fused=True)
    forward = torch.compile(network, dynamic=False) if "compile" in how else network
    total, correct = torch.zeros(()), torch.zeros((), dtype=torch.int64)
    pairs, turn = batches(data()[0], layout), 0

    def step():
        nonlocal turn
        x, y = pairs[turn % len(pairs)]
        turn += 1
        optimizer.zero_grad()
        logits = forward(x)
        loss = nn.functional.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            total.add_(loss)
            correct.add_((logits.argmax(1) == y).sum())

    print(json.dumps({"step_ms": timing.of_calls(step)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
