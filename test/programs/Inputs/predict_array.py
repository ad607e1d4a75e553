"""Predictions of the test set, and of the same images as an array: predict_array.py EXECUTABLE DATA"""

import json
import subprocess
import sys

import numpy as np

import numeric.idx as idx

executable, data = sys.argv[1:]


def predict(*arguments):
    return np.array(json.loads(subprocess.check_output([executable, "predict", "--json", *arguments])))


images = idx.load(data)[1][0]
np.save("images.npy", images)
expected = predict("--data-dir", data)
assert expected.shape == (64, 10) and np.allclose(expected.sum(axis=1), 1, atol=1e-6)
assert np.array_equal(predict("images.npy"), expected)
np.save("prepared.npy", (images / 255.0)[..., None].astype("float32"))
assert np.array_equal(predict("prepared.npy", "--raw"), expected)
np.save("wrong.npy", images[:, :27])
for arguments in (["wrong.npy"], ["prepared.npy"], ["missing.npy"], [__file__]):
    done = subprocess.run([executable, "predict", "--json", *arguments], text=True, capture_output=True)
    assert done.returncode == 1 and "error: " in done.stderr and not done.stdout, (arguments, done)
