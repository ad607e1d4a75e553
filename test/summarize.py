"""Prints `N passed, N failed[, N skipped]` for a run of lit, and fails if a test or lit itself did.

    summarize.py RESULTS.json STATUS

RESULTS.json is what `lit --output` wrote, STATUS lit's exit status.
"""

import json
import sys

PASSED = {"PASS", "XFAIL", "FLAKYPASS"}
SKIPPED = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def main(path, status):
    try:
        with open(path) as file:
            codes = [test["code"] for test in json.load(file)["tests"]]
    except (OSError, ValueError, KeyError) as error:
        print(f"lit wrote no results ({error}); its exit status is {status}\n0 passed, 1 failed")
        return 1
    passed = sum(code in PASSED for code in codes)
    skipped = sum(code in SKIPPED for code in codes)
    failed = len(codes) - passed - skipped
    if status != 0 and failed == 0:
        print(f"lit ended with status {status} although no test failed")
        failed = 1
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
