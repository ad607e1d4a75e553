"""Runs what a script says below its line `# ---- compared ----`, with the imports that this needs."""
import sys

import numpy as np

with open(sys.argv[1]) as script:
    exec(script.read().split("# ---- compared ----\n")[1], {"np": np})
