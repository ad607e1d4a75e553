"""How a step is timed, the same for all peers: after a warm-up of at least two seconds, each of some hundred calls."""

import statistics
import time


def of_calls(step, warm_up_seconds=2.0, calls=200, at_most_seconds=12.0):
    """Median and minimum in milliseconds. `step` must finish its work before it returns."""
    began, done = time.perf_counter(), 0
    while done < 10 or time.perf_counter() - began < warm_up_seconds:
        step()
        done += 1
    times, began = [], time.perf_counter()
    while len(times) < 20 or (len(times) < calls and time.perf_counter() - began < at_most_seconds):
        start = time.perf_counter()
        step()
        times.append(1e3 * (time.perf_counter() - start))
    return {"median": statistics.median(times), "min": min(times), "calls": len(times)}
