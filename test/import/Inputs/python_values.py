def f(a, *b, c=1, **d):
    return a + sum(b) + c + len(d)
def outer():
    n = 0
    def inner():
        nonlocal n
        n += 1
        return n
    inner()
    return inner()
a, *b = [1, 2, 3]
print(f(1, 2, 3, c=4, z=5), outer(), a, b, sorted([3, 1, 2], reverse=True), {k: v for k, v in zip("ab", (1, 2))})
print(-7 // 2, -7 % 3, 2 ** -1, 1 < 2 < 3, "%5.2f|%s" % (3.14159, [1]), f"{255:#x} {1234567:,} {0.1 + 0.2} {'a':>4}")
print(round(2.675, 2), round(0.5), int("12"), float("1e3"), str(1.0), bool([]), list(range(5, 0, -2)), "Ab".lower(), "x".join(["a", "b"]))
print(1e-5, 123456789.0, 1e22, 5 / 2, 10 ** 18, -0.0, True + 1, not 0, None, {"a": [1, (2,)]}, "it's", ['it\'s'], f"{3.0!r:>6} {12345.678:,.1f} {0.5:%} {7:03d} {1e10:g}")
import tensorflow as tf
(x, y), _ = tf.keras.datasets.mnist.load_data()
m = tf.keras.Sequential([tf.keras.layers.Flatten(input_shape=(28, 28)), tf.keras.layers.Dense(10)])
m.compile("adam", "sparse_categorical_crossentropy")
m.fit(x, y)
