"""JAX training an example's network: jax_peer.py NETWORK

Plain jax.numpy and lax, one jitted and donated training step with optax: forward, loss with its penalties, backward,
optimizer, running loss and accuracy. Pooling is a reshape and a maximum, which is the faster way. The last line is JSON.
"""

import json
import sys

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

import networks
import timing

name = sys.argv[1]
_, _, PARAMETERS, OPTIMIZER, _ = networks.NETWORKS[name]
LAYERS = list(networks.layers_of(name))


def initial():
    random, parameters, statistics = np.random.default_rng(0), [], []

    def glorot(shape, fans):
        return jnp.asarray(random.uniform(-1, 1, shape) * (6 / fans) ** 0.5, jnp.float32)

    for layer, shape, output in LAYERS:
        trained, kept = {}, {}
        if layer["kind"] == "conv":
            channels, filters = shape[2], output[2]
            trained = {"filter": glorot((3, 3, channels, filters), 9 * (channels + filters)), "bias": jnp.zeros(filters)}
        elif layer["kind"] == "dense":
            trained = {"filter": glorot((shape[0], output[0]), shape[0] + output[0]), "bias": jnp.zeros(output[0])}
        elif layer["kind"] == "batch_norm":
            trained = {"gamma": jnp.ones(shape[2]), "beta": jnp.zeros(shape[2])}
            kept = {"mean": jnp.zeros(shape[2]), "variance": jnp.ones(shape[2])}
        parameters.append(trained)
        statistics.append(kept)
    return parameters, statistics


def apply(layer, shape, output, w, kept, x, key):
    """The layer's output and its new statistics."""
    kind = layer["kind"]
    if kind == "conv":
        x = lax.conv_general_dilated(x, w["filter"], (layer["stride"],) * 2, layer["padding"].upper(),
                                     dimension_numbers=("NHWC", "HWIO", "NHWC"))
        return jax.nn.relu(x + w["bias"]), kept
    if kind == "dense":
        x = x @ w["filter"] + w["bias"]
        return (jax.nn.relu(x) if layer["relu"] else x), kept
    if kind == "batch_norm":
        mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
        kept = {"mean": 0.99 * kept["mean"] + 0.01 * mean, "variance": 0.99 * kept["variance"] + 0.01 * variance}
        return (x - mean) * (lax.rsqrt(variance + 1e-3) * w["gamma"]) + w["beta"], kept
    if kind == "pool":
        rows, columns, channels = output
        return x[:, :2 * rows, :2 * columns].reshape(-1, rows, 2, columns, 2, channels).max((2, 4)), kept
    if kind == "dropout":
        return jnp.where(jax.random.bernoulli(key, 1 - layer["rate"], x.shape), x / (1 - layer["rate"]), 0), kept
    return x.reshape(x.shape[0], -1), kept


def loss_of(parameters, statistics, x, y, key):
    new, penalty = [], 0.0
    for (layer, shape, output), w, kept in zip(LAYERS, parameters, statistics):
        key, own = jax.random.split(key)
        x, kept = apply(layer, shape, output, w, kept, x, own)
        new.append(kept)
        if layer.get("l2"):
            penalty += layer["l2"] * jnp.square(w["filter"]).sum()
    loss = optax.softmax_cross_entropy_with_integer_labels(x, y).mean() + penalty
    return loss, (new, (x.argmax(1) == y).sum())


optimizer = optax.adam(1e-3, eps=1e-7) if OPTIMIZER == "adam" else optax.sgd(1e-3, momentum=0.9)


def train(state, x, y):
    parameters, statistics, slots, key, total, correct = state
    key, own = jax.random.split(key)
    (loss, (statistics, right)), gradients = jax.value_and_grad(loss_of, has_aux=True)(parameters, statistics, x, y, own)
    updates, slots = optimizer.update(gradients, slots)
    return (optax.apply_updates(parameters, updates), statistics, slots, key, total + loss, correct + right), loss


def main():
    parameters, statistics = initial()
    assert sum(a.size for a in jax.tree.leaves(parameters)) == PARAMETERS
    state = (parameters, statistics, optimizer.init(parameters), jax.random.key(0), jnp.float32(0), jnp.int32(0))
    images, labels = networks.samples(name)
    labels = labels.astype("int32")
    batches = [slice(first, first + networks.BATCH) for first in range(0, len(images), networks.BATCH)]
    jitted, turn = jax.jit(train, donate_argnums=0), 0

    def step():
        nonlocal state, turn
        batch = batches[turn % len(batches)]
        turn += 1
        state, loss = jitted(state, images[batch], labels[batch])
        loss.block_until_ready()

    print(json.dumps({"step_ms": timing.of_calls(step)}))


main()
