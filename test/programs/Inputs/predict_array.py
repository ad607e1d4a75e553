"""Predictions of the test set, of the same images as an array, and of the prepared ones: predict_array.py EXECUTABLE DATA"""

import json
import subprocess
import sys

import numpy as np

import numeric.idx as idx

executable, data = sys.argv[1:]


def predict(*arguments):
    result = json.loads(subprocess.check_output([executable, "predict", "--json", *arguments]))
    return np.array(result if isinstance(result, list) else result["predictions"])


images = idx.load(data)[1][0]
np.save("images.npy", images)
np.save("raw.npy", (images[..., None] / 255.0).astype(np.float32))
expected = predict("--data-dir", data)
assert expected.shape == (64, 10) and np.allclose(expected.sum(axis=1), 1, atol=1e-6)
assert np.array_equal(predict("images.npy"), expected)
assert np.array_equal(predict("--raw", "raw.npy"), expected)
np.save("wrong.npy", images[:, :27])
for arguments in (["wrong.npy"], ["--raw", "images.npy"], ["missing.npy"], [__file__]):
    done = subprocess.run([executable, "predict", "--json", *arguments], text=True, capture_output=True)
    assert done.returncode in (1, 2) and "error: " in done.stderr and not done.stdout, (arguments, done)
