"""Kills a training at random moments, resumes it, and compares the outcome with an undisturbed run.

    kills.py EXECUTABLE DATA FOLDER [--kills N] [--seed N] [--checkpoint-every N] [--train]

EXECUTABLE runs its whole script (with --train: its `train`) again and again: each process is killed (SIGKILL) at a
random moment, or at the moment at which a checkpoint's temporary file appears, and the next goes on with --resume,
until one comes to its end; then the next training begins. What must hold:

- the end: the same weights, bit for bit, and the same content of all files that the script writes, and the checkpoint
  of a complete run;
- the prints: what the processes printed, put one behind the other without what came twice, is what the undisturbed
  run printed; Histories, scores and predictions are among it;
- once a checkpoint was there, no process begins anew, none goes on from before where an earlier one did, and the
  checkpoint and the one before it are whole after every kill.

Prints a tally. Exit status 1 at the first difference; FOLDER then has the files.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import zipfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("executable")
parser.add_argument("data")
parser.add_argument("folder")
parser.add_argument("--kills", type=int, default=1000)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--checkpoint-every", default="3")
parser.add_argument("--train", action="store_true")
options = parser.parse_args()

executable = os.path.abspath(options.executable)
checkpoint = os.path.basename(executable) + ".ckpt"
command = [executable] + ["train"] * options.train + [
    "--data-dir", os.path.abspath(options.data), "--seed", "7", "--progress=none",
    "--checkpoint-every", options.checkpoint_every]
chance = random.Random(options.seed)


class Difference(Exception):
    pass


def require(condition, what):
    if not condition:
        raise Difference(what)


def metadata(path):
    """What a checkpoint says of itself; its content is checked by the executable."""
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        return json.loads(file.read(length))["__metadata__"]


def progress(path):
    """How far a checkpoint is: it grows from each to the next. Last, whether it is a complete run's."""
    training = json.loads(metadata(path)["training"])
    fit = training["fit"]
    return len(training["results"]), fit["epoch"], fit["step"], training["complete"]


def whole(folder, name):
    """The executable reads it without complaint."""
    done = subprocess.run([executable, "evaluate", "--data-dir", os.path.abspath(options.data), "--json",
                           "--init-weights", name], cwd=folder, capture_output=True, text=True)
    return done.returncode == 0


def content(path):
    """A file's bytes; a .keras archive's members without the one that has the date."""
    if not path.endswith(".keras"):
        with open(path, "rb") as file:
            return file.read()
    with zipfile.ZipFile(path) as archive:
        return [(name, archive.read(name)) for name in archive.namelist() if name != "metadata.json"]


def written(folder):
    """What the run and its script leave, by name; without the checkpoint."""
    paths = [os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names]
    return {os.path.relpath(path, folder): content(path) for path in paths if not os.path.basename(path).startswith(checkpoint)}


def undisturbed(folder):
    os.makedirs(folder)
    began = time.monotonic()
    done = subprocess.run(command + ["--save", "end"], cwd=folder, capture_output=True, text=True)
    seconds = time.monotonic() - began
    require(done.returncode == 0, f"the undisturbed run failed: {done.stderr}")
    return done.stdout, written(folder), int(metadata(f"{folder}/{checkpoint}")["step"]), seconds


def wait(process, folder, seconds):
    """A random moment; in every third case the next at which a temporary file is there. The moment's kind."""
    until = time.monotonic() + chance.uniform(0, seconds / 2)
    writing = chance.random() < 1 / 3
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.0005)
    if not writing:
        return "at random"
    until = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < until:
        names = os.listdir(folder)
        if any(name.startswith(checkpoint) and name.endswith(("writing", "keeping")) for name in names):
            return "while writing"
    return "at random"


class Training:
    """One training, from its beginning to its end."""

    def __init__(self, folder, text, seconds):
        self.folder, self.text, self.seconds = folder, text, seconds
        self.covered = 0  # characters of the undisturbed run's text that were printed
        self.before = ()  # the checkpoint's progress when the last process was killed
        os.makedirs(folder)

    def step(self, tally, last):
        """One process. Whether it came to its end."""
        process = subprocess.Popen(command + ["--resume", "--save", "end"], cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        kind = "" if last else wait(process, self.folder, self.seconds)
        killed = not last and process.poll() is None
        if killed:
            process.kill()
        out, errors = process.communicate()
        resumed = self.resumed(errors, killed)
        self.printed(out, resumed)
        if not killed:
            require(process.returncode == 0, f"exit status {process.returncode}: {errors}")
            return True
        tally["kills"] += 1
        tally[kind] = tally.get(kind, 0) + 1
        tally["resumed"] += resumed
        self.files(tally)
        return False

    def printed(self, out, resumed):
        """The text goes on where the earlier processes' ended, or before; not from the top, which comes before any
        checkpoint."""
        places = [at for at in range(self.covered, -1, -1) if self.text.startswith(out, at)]
        require(places, f"printed what the undisturbed run does not print there: {out!r}")
        require(not (resumed and out) or places[0] > 0, f"printed again what comes before the first fit: {out[:80]!r}")
        self.covered = max(self.covered, places[0] + len(out))

    def resumed(self, errors, killed):
        """Once there was a checkpoint a process goes on from it, unless it was killed before it said so."""
        require("damaged" not in errors and "one before" not in errors, errors)
        if "begins anew" in errors:
            require(not self.before, f"began anew, though there was a checkpoint: {self.before}")
        if "complete" in errors:
            require(self.before and self.before[-1], f"says that it is complete: {errors}")
            return True
        said = re.search(r"resumed (at epoch \d+ step \d+|after the last epoch) from", errors)
        require(said or killed or not self.before, f"does not say where it resumed: {errors!r}")
        return bool(said)

    def files(self, tally):
        """What a kill has left behind."""
        path = f"{self.folder}/{checkpoint}"
        if not os.path.exists(path):
            require(not self.before, "the checkpoint has disappeared")
            tally["before the first checkpoint"] += 1
            return
        names = [checkpoint] + [checkpoint + ".1"] * os.path.exists(path + ".1")
        for name in names:
            require(whole(self.folder, name), f"{name} is damaged")
        now = progress(path)
        require(now >= self.before, f"the checkpoint was at {self.before}, and is at {now}")
        tally["with a further checkpoint"] += now > self.before
        self.before = now

    def ended(self, expected):
        require(self.covered == len(self.text), f"did not print {self.text[self.covered:]!r}")
        found = written(self.folder)
        require(found.keys() == expected.keys(), f"left {sorted(found)}, not {sorted(expected)}")
        for name, wanted in expected.items():
            require(found[name] == wanted, f"{name} is not the undisturbed run's")
        require(progress(f"{self.folder}/{checkpoint}")[-1], "the checkpoint is not of a complete run")


def main():
    shutil.rmtree(options.folder, ignore_errors=True)
    text, files, steps, seconds = undisturbed(f"{options.folder}/undisturbed")
    print(f"undisturbed: {steps} steps, {seconds:.2f} s, {len(text)} characters printed")
    tally = {"trainings": 0, "kills": 0, "resumed": 0, "before the first checkpoint": 0, "with a further checkpoint": 0}
    began = time.monotonic()
    while tally["kills"] < options.kills:
        folder = f"{options.folder}/killed"
        training = Training(folder, text, seconds)
        while not training.step(tally, last=tally["kills"] >= options.kills):
            pass
        training.ended(files)
        shutil.rmtree(folder)
        tally["trainings"] += 1
    for name, count in tally.items():
        print(f"{name}: {count}")
    print(f"nothing lost; {time.monotonic() - began:.0f} s")


try:
    main()
except Difference as difference:
    sys.exit(f"kills.py: {difference}")
