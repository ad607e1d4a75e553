"""What scripts compute and print with NumPy behind training; all below the line runs under NumPy as well."""
import time

import numpy as np
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
model = tf.keras.Sequential([tf.keras.layers.Input(shape=(28, 28)), tf.keras.layers.Flatten(),
                             tf.keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, verbose=0)
# ---- compared ----
p = np.array([[0.1, 0.7, 0.2], [0.98765432, 0.001, 0.01134568], [1e-7, 0.5, 0.4999999], [0.25, 0.25, 0.5]], dtype="float32")
y = np.array([1, 0, 2, 2])
print(p)
print(p.shape, p.dtype, p.ndim, p.size, len(p), p.T.shape)
print(p[0], p[1, 0], p[:2], p[-1][::-1], p[:, 1], p[[0, 2], 1:], p[..., np.newaxis].shape)
print([p[0, 1]], [p.mean()], [y[0]], [p[0]], [y], [np.float32(0.1)], [np.float64(0.1)])
q = p.argmax(axis=1)
print(q, np.argmax(p, axis=-1), p.argmax(), np.argmax(p[1]), q.dtype, [q == y])
print(q == y, (q == y).mean(), np.mean(q == y), np.sum(q != y), (q == y).sum(), (q == y).all(), np.any(q == y))
wrong = np.where(q != y)[0]
print(wrong, len(wrong), y[wrong], q[wrong], np.nonzero(q != y), np.flatnonzero(q == y), y[q == y])
print(p.max(axis=1), p.min(), p.sum(axis=1), p.sum(axis=0, keepdims=True), p.mean(axis=0), p.std(), np.median(p))
print(np.round(p, 2), np.round(p[0, 1], 1), round(float(p[1, 0]), 3), p.astype(int), p.astype("float64")[0], (p * 100).astype(np.int32))
print(p > 0.3, p[p > 0.3], np.where(p > 0.3, 1, 0), np.where(p > 0.3, p, -1.5))
print(np.sort(p[1]), np.argsort(p, axis=1), np.argsort(p[0])[::-1][:2], np.unique(y), np.unique(y, return_counts=True))
print(np.bincount(y), np.bincount(y, minlength=5), np.cumsum(y), np.concatenate([y, q]), y.reshape(2, 2), y.reshape((-1, 1)))
print(np.arange(1001), np.arange(5), np.arange(2, 8, 2), np.linspace(0, 1, 5), np.zeros((2, 3)), np.ones(3))
print(np.arange(2000).reshape(40, 50))
print(np.array([0.5, 123456.789]), np.array([1e-7, 1.0]), np.array([1e10, 1.0]), np.array([np.nan if False else 1.5, -2.25]))
print(np.array([[980, 0], [12, 1120]]), np.array([True, False]), np.array([-1, 10, 100]), np.array([]), np.array([1.0, 2.0]))
print(np.array([1.123456789, 2.1, 33.0]), np.array([0.1, 0.25, 100.125], dtype="float32"), np.array([1 / 3]), 1 / np.array([3.0, 7.0]))
print(np.arange(30) / 7, np.arange(30, dtype="float32") / 7 if False else np.arange(30))
cm = np.array([[5, 1, 0], [2, 7, 1], [0, 3, 9]])
print(cm.astype("float") / cm.sum(axis=1)[:, np.newaxis])
print(cm / cm.sum(), cm.max() / 2., cm.trace() if False else cm.sum(), format(cm[0, 1], "d"), f"{cm[0, 0] / cm[0].sum():.2%}")
print(y + 1, y * 2.5, y / 2, y // 2, y % 2, y ** 2, -y, 2 - y, y - q, y == 2, ~(y == 2), (y > 0) & (y < 2), (y == 0) | (y == 1))
print(np.sqrt(np.array([1, 4, 9])), np.abs(np.array([-1.5, 2])), np.exp(np.zeros(2)), np.clip(y, 0, 1), np.maximum(y, 1))
print(y.tolist(), p[0].tolist(), list(y), tuple(q), sorted(y), max(y), min(q), sum(y), y.item(0) if False else y[0].item())
print("%d %s %.2f|%5.1f%%|%-8s|%r" % (y[2], p[0], p[1, 0], 100 * p[1, 0], "ab", y), "{} {:.3f} {:>6}".format(q, p[0, 1], y[0]))
print(f"{p[0, 1]:.4f} {p[0, 1]} {y[2]:3d} {q} {p.max():8.3f}", str(p[0]), repr(y), np.array_equal(y, q), 2 in y, 7 in y)
names = ["T-shirt", "Trouser", "Pullover"]
print("True: %s Predicted: %s" % (names[y[2]], names[q[2]]), [names[i] for i in q], dict(zip(names, np.bincount(y))))
history = {"loss": [0.5, 0.25], "val_accuracy": [0.7, 0.875]}
print(np.max(history["val_accuracy"]), np.argmax(history["val_accuracy"]) + 1, np.mean(history["loss"]), np.min(history["loss"]))
for i, (a, b) in enumerate(zip(y, q)):
    if a != b:
        print(i, a, "!=", b)
        continue
    print(i, "ok" if a == 1 else "also ok")
total = 0
for value in y:
    total += value
    if total > 2:
        break
print(total, [int(v) for v in y if v > 0], {names[v] for v in y[:1]}, [v * 10 for row in p[:1] for v in row.tolist() if v > 0.15])
def verdict(accuracy):
    if accuracy > 0.9:
        return "good"
    elif accuracy > 0.5:
        return "fair"
    return "bad"
print(verdict((q == y).mean()), verdict(y.max()), verdict(y.min()))
best, count, found = 0, 0, []
while count < len(y):
    if y[count] > best:
        best = y[count]
        found.append(int(best))
    count += 1
print(best, count, found, len(found), 0 < best < 3, best > 1 and q[0], best > 5 or "none", not best)
print(np.stack([y, q]), np.stack([y, q], axis=1).shape, np.vstack([y, q]), np.vstack([cm, cm[:1]]), np.hstack([y, q]), np.hstack([cm, cm]))
print(np.append(y, 7), np.append(y, q), np.append(cm, cm[:1], axis=0), np.take(y, [0, 2]), np.take(cm, [2, 0], axis=1), np.take(cm, [4, 0]))
print(np.diag(cm), np.diagonal(cm), cm.diagonal(), np.trace(cm), np.diag(y), np.sum(np.diag(cm)) / np.sum(cm))
print(np.repeat(y, 2), np.repeat(cm, 2, axis=0), np.flip(y), np.flip(cm, axis=1), np.flip(cm), np.isin(y, [0, 2]), np.isin(cm, y))
print(np.full((2, 3), 7), np.full(3, 0.5, dtype="float32"), np.zeros_like(y), np.ones_like(p[:1]), np.sign(np.array([-1.5, 0.0, 2.0])), np.sign(y - 1))
noise = np.random.normal(loc=1.0, scale=2.0, size=(200, 50))
print(noise.shape, noise.dtype, abs(noise.mean() - 1) < 0.1, abs(noise.std() - 2) < 0.1, np.random.randn(3, 2).shape, np.random.rand(4).dtype)
draws = np.random.uniform(-1, 3, size=5000)
print(draws.min() >= -1, draws.max() < 3, abs(draws.mean() - 1) < 0.2, np.random.random((2, 2)).shape, 0 <= np.random.random() < 1)
rng = np.random.default_rng(3)
print(rng.normal(0, 1, 5).shape, rng.integers(0, 4, size=3).dtype, rng.random((2, 3)).shape, rng.permutation(4).sum(), rng.uniform(size=2).shape)
print(names[q[1]], {0: "zero", 1: "one", 2: "two"}[int(y[0])], {1: 10, 2: 20, 0: 30}[q[2]] + 1)
