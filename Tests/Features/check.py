#!/usr/bin/env python3
"""Holds config/multi-agent-features.json against the tests that it names.

A feature is `done` while each of its tests passes, and `open` otherwise: the tests are run, not believed. With --write the
file is brought up to date; without it a difference is an error."""
import json
import re
import subprocess
import sys

FILE = "config/multi-agent-features.json"


def passes(test, build):
    """Whether the test exists and passes: `Suite/function`, as in swift test --filter."""
    suite, function = test.split("/")
    command = ["swift", "test", "--skip-build", "--filter", r"\.%s/%s\(" % (re.escape(suite), re.escape(function))] + build
    run = subprocess.run(command, capture_output=True, text=True)
    counted = re.findall(r"Test run with (\d+) tests?", run.stdout + run.stderr)
    return run.returncode == 0 and sum(map(int, counted)) > 0


def main():
    write = "--write" in sys.argv
    build = [argument for argument in sys.argv[1:] if argument != "--write"]
    with open(FILE, encoding="utf-8") as file:
        listed = json.load(file)
    wrong = []
    for feature in listed["features"]:
        done = bool(feature["tests"]) and all(passes(test, build) for test in feature["tests"])
        found = {"status": "done" if done else "open", "passes": done}
        claimed = {key: feature[key] for key in found}
        print("%-9s %-5s %s" % (feature["id"], found["status"], feature["name"]))
        if claimed != found:
            wrong.append("%s says %s, its tests say %s" % (feature["id"], claimed["status"], found["status"]))
        feature.update(found)
    if write:
        with open(FILE, "w", encoding="utf-8") as file:
            json.dump(listed, file, indent=2, ensure_ascii=False)
            file.write("\n")
    elif wrong:
        sys.exit("%s: %s" % (FILE, "; ".join(wrong)))


if __name__ == "__main__":
    main()
