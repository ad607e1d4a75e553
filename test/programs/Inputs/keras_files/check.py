"""check.py PREDICTIONS.json DATA: what real Keras makes of files/: loaded models predict the same (1e-6), with the optimizer's
state; load_weights gives the same weights, bit for bit. Then Keras writes keras.* there."""
import gzip
import json
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np

predictions = np.array(json.load(open(sys.argv[1])))
(images,) = pathlib.Path(sys.argv[2]).rglob("t10k-images-idx3-ubyte.gz")
x = np.frombuffer(gzip.open(images).read()[16:], np.uint8).reshape(-1, 28, 28, 1).astype(np.float32) / np.float32(255)
for name in ("files/model.keras", "files/model.h5"):
    model = keras.models.load_model(name)
    difference = np.abs(model.predict(x, verbose=0) - predictions).max()
    print(name, "predicts the same" if difference < 1e-6 else f"differs by {difference}", "after",
          int(model.optimizer.iterations.numpy()), "steps")
model = keras.models.load_model("files/model.keras")
slots = [np.abs(v.numpy()).sum() > 0 for v in model.optimizer.variables]
print("slots", "are there" if all(slots) and len(slots) > len(model.trainable_variables) else slots)
weights = model.get_weights()
twin = keras.models.clone_model(model)
for name in ("files/weights/model.weights.h5", "files/model.h5", "files/model.keras"):
    for variable in twin.weights:
        variable.assign(variable * 0)
    twin.load_weights(name)
    same = all(np.array_equal(a, b) for a, b in zip(weights, twin.get_weights(), strict=True))
    print(name, "has the same weights" if same else "has other weights")
model.save("files/keras.keras")
model.save_weights("files/keras.weights.h5")
model.save("files/keras.h5")
