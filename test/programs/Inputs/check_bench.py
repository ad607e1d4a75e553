"""Looks at what `bench --json` printed."""

import json
import sys

result = json.load(sys.stdin)
text = json.dumps(result)
for word in ("conv2d", "dense", "peak", "step", "epoch"):
    assert word in text, (word, text[:2000])


def numbers(value):
    if isinstance(value, dict):
        for item in value.values():
            yield from numbers(item)
    elif isinstance(value, list):
        for item in value:
            yield from numbers(item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value


assert all(0 <= number < 1e15 for number in numbers(result)), text[:2000]
