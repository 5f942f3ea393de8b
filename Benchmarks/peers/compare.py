"""Prints actpd beside other schedulers: one table, one run, who is ahead in each row and by how much.

    compare.py ACTPD_BENCH ACTPD PEERS_GO

Runs in the virtual environment that the Python peers are installed in; `make bench-peers` prepares everything. Each
measurement is a process of its own, one after the other.
"""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import time
from importlib.metadata import version

HERE = pathlib.Path(__file__).parent
OURS = "actpd"
SETTLING_SECONDS, IDLE_SECONDS = 8, 30
# Where actpd is behind, or a figure says less than it seems to.
NOTES = {
    "memory of an entry": "with its name, domain and task everywhere; actpd's also has a zone, a policy and an anchor.",
    "1,000 entries": "actpd writes every start into its ledger, on the disk, before it happens, and then runs a task that"
    " reads its store; the peers call a function that notes the time and remember nothing after a crash.",
}


def progress(text):
    print(f"# {text}", file=sys.stderr, flush=True)


def json_of(*command):
    progress(" ".join(os.path.basename(word) for word in command))
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def accounts(process):
    """Processor nanoseconds and context switches of a process's threads so far."""
    used = switches = 0
    for thread in pathlib.Path(f"/proc/{process}/task").iterdir():
        used += int((thread / "schedstat").read_text().split()[0])
        for line in (thread / "status").read_text().splitlines():
            if "ctxt_switches" in line:
                switches += int(line.split()[1])
    return used, switches


def idle(peer, *command):
    progress(f"{peer}: idle")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        time.sleep(SETTLING_SECONDS)
        before = accounts(child.pid)
        time.sleep(IDLE_SECONDS)
        after = accounts(child.pid)
        child.stdin.close()
    return {
        peer: {
            "idle, 1,000 entries: processor": max(after[0] - before[0], 0) / 1e3 / IDLE_SECONDS,
            "idle, 1,000 entries: wake-ups": max(after[1] - before[1], 0) / IDLE_SECONDS,
        }
    }


def debian(package):
    command = ["dpkg-query", "-W", "-f=${Version}", package]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def ratio(value):
    return f"{value:.1f}×" if value < 10 else f"{value:,.0f}×"


def shown(value):
    if value == 0:
        return "0"
    return f"{value:.3f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def verdict(values):
    """Who has the least, and how far it is from there to us, or from us to the nearest peer."""
    ours = values[OURS]
    others = {peer: value for peer, value in values.items() if peer != OURS}
    peer, best = min(others.items(), key=lambda item: item[1])
    if ours == best:
        return f"level with {peer}"
    if ours < best:
        return f"actpd, {ratio(best / ours)} ahead of {peer}" if ours else f"actpd, {peer} needs {shown(best)}"
    return f"{peer}, {ratio(ours / best)} ahead of actpd" if best else f"{peer}, actpd needs {shown(ours)}"


def table(units, columns):
    """A row for each of our figures that some peer has as well."""
    rows = [["", "", *columns, "ahead"]]
    for name, unit in units.items():
        values = {peer: figures[name] for peer, figures in columns.items() if name in figures}
        if len(values) < 2:
            continue
        # What only a scheduler can be asked for, a parser has not.
        cells = [shown(values[peer]) if peer in values else "parses only" for peer in columns]
        rows.append([name, unit, *cells, verdict(values)])
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        cells = [row[0].ljust(widths[0]), row[1].ljust(widths[1])]
        cells += [cell.rjust(width) for cell, width in zip(row[2:-1], widths[2:-1])]
        print("  ".join([*cells, row[-1]]).rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    for argument in ("bench", "actpd", "go"):
        parser.add_argument(argument, type=os.path.abspath)
    paths = parser.parse_args()
    python = [sys.executable, str(HERE / "python" / "peers.py")]

    ours = json_of(paths.bench, paths.actpd, "--only", "peers", "--json")
    units = {figure["name"]: figure["unit"] for figure in ours["figures"]}
    columns = {OURS: {figure["name"]: figure["value"] for figure in ours["figures"]}}
    results = [json_of(paths.go, mode) for mode in ("speed", "memory", "spread", "burst")]
    results.append(idle("robfig/cron", paths.go, "idle"))
    results += [json_of(*python, mode) for mode in ("speed", "spread", "burst")]
    results += [json_of(*python, "memory", what) for what in ("entry", "trigger", "croniter", "cronsim")]
    results.append(idle("APScheduler", *python, "idle"))
    for peer in ("robfig/cron", "gorhill/cronexpr", "croniter", "cronsim", "APScheduler"):
        columns[peer] = {}
        for result in results:
            columns[peer].update(result.get(peer, {}))

    machine = ours["machine"]
    print(f"{machine['processors']} × {machine['processor']}, Linux {machine['kernel']}, load {machine['load']}")
    go_version = subprocess.run(["go", "version"], check=True, stdout=subprocess.PIPE, text=True).stdout.split()[2]
    print(
        f"robfig/cron {debian('golang-github-robfig-cron-dev')},"
        f" gorhill/cronexpr {debian('golang-github-gorhill-cronexpr-dev')} ({go_version});"
        f" croniter {version('croniter')}, cronsim {version('cronsim')}, APScheduler {version('APScheduler')}"
        f" (Python {platform.python_version()})\n"
    )
    table(units, columns)
    for subject, note in NOTES.items():
        print(f"\n{subject}: {note}")


if __name__ == "__main__":
    main()
