"""Branches, loops and functions on values of the run; all below the line runs under Python as well."""
import numpy as np
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
model = tf.keras.Sequential([tf.keras.layers.Input(shape=(28, 28)), tf.keras.layers.Flatten(),
                             tf.keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, verbose=0)
# ---- compared ----
data = np.array([3, 1, 4, 1, 5, 9, 2, 6])
state = "none"
if data[0] > 2:
    state = "big"
    extra = data[0] * 2
elif data[0] > 1:
    state = "middle"
    extra = 0
else:
    extra = -1
print(state, extra)
if data[1] > 2:
    state = "changed"
print(state)
if data.max() > 8 and data.min() < 2:
    print("wide")
if not (data.sum() == 31) or data[2] == 3:
    print("never")
else:
    print("sum is", data.sum())
seen = []
for value in data:
    if value == 9:
        break
    if value == 1:
        continue
    seen.append(int(value))
else:
    print("no nine")
print(seen)
for i in range(4):
    if data[i] == 4:
        print("four at", i)
        break
    print("not at", i)
else:
    print("nowhere")
for i in range(3):
    if data[i] > 2:
        continue
    print("small", data[i])
for i in range(3):
    if data[i] > 100:
        break
else:
    print("all small")
total, n = 0, 0
while True:
    total += data[n]
    n += 1
    if total > 12:
        break
print(total, n)
while n > 0:
    n -= 2
    if n == 1:
        continue
    print("n", n)
def first_above(values, limit):
    for i, value in enumerate(values):
        if value > limit:
            return i, value
    return None
print(first_above(data, 4), first_above(data, 100))
at, what = first_above(data, 3)
print(at, what)
def grade(x, scale=1):
    if x * scale > 8:
        return "A"
    if x * scale > 4:
        return "B"
    return "C"
print([grade(v) for v in data], grade(data[0], scale=3), {int(v): grade(v) for v in data[:3]})
matrix = np.array([[1, 2, 3], [4, 5, 6]])
for i in range(matrix.shape[0]):
    row = ""
    for j in range(matrix.shape[1]):
        row += "%d%s" % (matrix[i, j], ";" if matrix[i, j] % 2 else ",")
    print(row)
best = {"index": -1}
winner = None
for i, v in enumerate(data):
    if winner is None or v > winner:
        winner = v
print(winner, winner is None, best)
pairs = [(a, b) for a in data[:3] for b in range(2) if a != b]
print(len(pairs), pairs[0][0], [x for x in [1, 2, 3] if x < data[0]])
count = 0
for v in data.tolist():
    count = count + (1 if v % 2 == 0 else 0)
print(count, "even" if count > 2 else "odd", count if count > 5 else count / 2)
x = data[0]
x = x + 1 if x > 2 else x
y = 5
if x > 3:
    y = 5
print(x, y, 1 < x < 5, 1 < x < 3 < 4, x and 7, 0 or x, None or "text")
assert data[0] == 3, "first"
names = []
for k in range(2):
    if data[k] > 2:
        names.append("k%d" % k)
    names.append("end")
print(names, len(names), names[-1])
