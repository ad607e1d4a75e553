"""inputs.py FOLDER: writes x.npy and y.npy for FOLDER's model from its expected.safetensors; there are no labels, and
zeros serve. inputs.py FOLDER PREDICTIONS.json...: compares predictions with Keras's."""
import json
import sys

import numpy as np
from safetensors.numpy import load_file

expected = load_file(f"{sys.argv[1]}/expected.safetensors")
if len(sys.argv) == 2:
    np.save("x.npy", expected["inputs"])
    np.save("y.npy", np.arange(4, dtype=np.int64))
for path in sys.argv[2:]:
    difference = np.abs(np.array(json.load(open(path))) - expected["predictions"]).max()
    print(path, "as Keras's" if difference < 1e-6 else f"differs by {difference}")
