"""Comparing arrays with references: collects all differences of a test and reports them at its end."""

import sys

import numpy as np

failures, checks = [], 0


def expect(ok, message):
    global checks
    checks += 1
    if not ok:
        failures.append(message)


def close(name, measured, reference, keras_float32=0.0, k=4, floor=5e-7):
    """Largest difference at most max(k * Keras's own error, floor * largest magnitude of the reference)."""
    measured, reference = np.asarray(measured, np.float64), np.asarray(reference, np.float64)
    if measured.shape != reference.shape:
        expect(False, f"{name}: shape {measured.shape}, expected {reference.shape}")
        return
    scale = np.max(np.abs(reference), initial=0.0)
    tolerance = max(k * keras_float32, floor * scale)
    error = np.abs(measured - reference)
    worst = np.max(error, initial=0.0) if np.isfinite(error).all() else np.inf
    if worst > tolerance:
        where = np.unravel_index(int(np.argmax(np.nan_to_num(error, nan=np.inf))), error.shape)
        expect(False, f"{name}: off by {worst:.3g} at {tuple(map(int, where))} ({measured[where]:.9g}, expected "
                      f"{reference[where]:.9g}), tolerance {tolerance:.3g}, largest magnitude {scale:.3g}")
    else:
        expect(True, name)


def equal_bits(name, measured, reference):
    measured, reference = np.asarray(measured), np.asarray(reference)
    same = measured.shape == reference.shape and measured.tobytes() == reference.tobytes()
    expect(same, f"{name}: not the same bits")


def finish():
    """Says how it went; the exit status is 1 if anything differed or nothing was compared."""
    for failure in failures[:40]:
        print(failure)
    if len(failures) > 40:
        print(f"... and {len(failures) - 40} more")
    print(f"{checks} comparisons, {len(failures)} differ")
    sys.exit(1 if failures or not checks else 0)
