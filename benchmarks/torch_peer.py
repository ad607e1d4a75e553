"""PyTorch training an example's network in a plain loop, one step at a time: torch_peer.py NETWORK {nchw|nhwc} [compile]

The step is Keras's: forward, loss with its penalties, backward, a fused optimizer with Keras's epsilon, running loss
and accuracy. nhwc is memory_format=channels_last; compile is torch.compile. The last line is JSON.
"""

import json
import os
import sys

import torch
from torch import nn

import networks
import timing


def modules_of(layer, shape, output):
    if layer["kind"] == "conv":
        padding = 1 if layer["padding"] == "same" else 0
        return [nn.Conv2d(shape[2], output[2], 3, layer["stride"], padding), nn.ReLU()]
    if layer["kind"] == "dense":
        return [nn.Linear(shape[0], output[0])] + [nn.ReLU()] * layer["relu"]
    return [{"batch_norm": lambda: nn.BatchNorm2d(shape[2], eps=1e-3, momentum=0.01), "pool": lambda: nn.MaxPool2d(2),
             "dropout": lambda: nn.Dropout(layer["rate"]), "flatten": nn.Flatten}[layer["kind"]]()]


def build(name):
    modules, penalties = [], []
    for layer, shape, output in networks.layers_of(name):
        made = modules_of(layer, shape, output)
        modules += made
        if layer.get("l2"):
            penalties.append((made[0].weight, layer["l2"]))
    return nn.Sequential(*modules), penalties


def main(name, layout, *how):
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    _, _, parameters, optimizer, _ = networks.NETWORKS[name]
    layout = torch.channels_last if layout == "nhwc" else torch.contiguous_format
    network, penalties = build(name)
    network = network.to(memory_format=layout).train()
    assert sum(p.numel() for p in network.parameters()) == parameters
    if optimizer == "adam":
        optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, eps=1e-7, fused=True)
    else:
        optimizer = torch.optim.SGD(network.parameters(), 1e-3, momentum=0.9, fused=True)
    forward = torch.compile(network, dynamic=False) if "compile" in how else network
    total, correct = torch.zeros(()), torch.zeros((), dtype=torch.int64)
    images, labels = networks.samples(name)
    images = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(memory_format=layout)
    pairs = list(zip(images.split(networks.BATCH), torch.from_numpy(labels.astype("int64")).split(networks.BATCH)))
    turn = 0

    def step():
        nonlocal turn
        x, y = pairs[turn % len(pairs)]
        turn += 1
        optimizer.zero_grad()
        logits = forward(x)
        loss = nn.functional.cross_entropy(logits, y)
        for weight, factor in penalties:
            loss = loss + factor * weight.square().sum()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            total.add_(loss)
            correct.add_((logits.argmax(1) == y).sum())

    print(json.dumps({"step_ms": timing.of_calls(step)}))


main(*sys.argv[1:])
