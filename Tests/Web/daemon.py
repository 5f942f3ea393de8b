"""The real program with an example business, an HTTP port of its own, and nobody outside to talk to."""

import datetime
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOKENS = {"read": "web-test-read-0123456789abcdef", "run": "web-test-run-0123456789abcdef",
          "admin": "web-test-admin-0123456789abcdef"}
SERVICES = ["MARKET_RESEARCH", "REMOTION", "SAFARI_TWITTER", "DM_INSTAGRAM", "DM_TWITTER", "DM_TIKTOK", "DM_LINKEDIN"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Daemon:
    """Its folders are gone when it is closed."""

    def __init__(self, program, schedules=None):
        self.program = program
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="actpd-web-"))
        self.config, self.state = self.folder / "config", self.folder / "state"
        self.config.mkdir()
        self.state.mkdir()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        settings = json.loads((ROOT / "config" / "actpd.json").read_text())
        settings["http"] = {"port": self.port}
        (self.config / "actpd.json").write_text(json.dumps(settings))
        entries = schedules or json.loads((ROOT / "schedules.json").read_text())["schedules"]
        (self.config / "schedules.json").write_text(json.dumps({"schedules": entries}))
        secrets = self.config / "secrets.env"
        secrets.write_text("".join(f"ACTPD_HTTP_TOKEN_{scope.upper()}={token}\n" for scope, token in TOKENS.items()))
        secrets.chmod(0o600)
        self.process = None

    @property
    def environment(self):
        alone = {name: "" for name in ("ACTPD_STORE", "SUPABASE_URL", "ANTHROPIC_API_KEY", "BLOTATO_API_KEY",
                                       "TELEGRAM_BOT_TOKEN", "SAFARI_API_TOKEN")}
        alone.update({f"{name}_URL": "http://127.0.0.1:9" for name in SERVICES})
        return {**os.environ, **alone, "TZ": "UTC"}

    def command(self, *words, check=True):
        """Runs the program once with our folders; returns what it wrote."""
        done = subprocess.run(
            [self.program, *words, "--config-dir", self.config, "--state-dir", self.state], env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
        if check and done.returncode != 0:
            raise RuntimeError(f"actpd {' '.join(words)} ended with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def start(self):
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [self.program, "serve", "--config-dir", self.config, "--state-dir", self.state], env=self.environment,
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        end = time.monotonic() + 60
        while True:
            try:
                if self.ask("/health").get("live"):
                    return self
            except (OSError, urllib.error.URLError):
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError("the daemon did not answer:\n" + (self.folder / "log").read_text()[-3000:])
                time.sleep(0.1)

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, path, token="read"):
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {TOKENS[token]}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def fill(self, count, schedules):
        """Writes made-up runs into the ledger, one every three seconds until now. The daemon must not be running."""
        now = int(time.time() * 1_000_000)
        step = 3_000_000
        outcomes = ["ok"] * 44 + ["error", "skipped", "timeout", "missed", "cancelled", "interrupted"]

        def rows():
            for number in range(count):
                entry = schedules[number % len(schedules)]
                at = now - number * step - 1_000_000
                outcome = outcomes[number % len(outcomes)]
                ran = outcome not in ("skipped", "missed")
                yield (str(uuid.UUID(int=number + 1, version=4)), 1, "schedule", entry["name"], at, at, entry["domain"],
                       entry["task"], "{}", f"filled {number}", at, at if ran else None, at + 900_000, outcome,
                       None if outcome == "ok" else f"made up for the test: {outcome}", 900 if ran else None)

        self.write(rows())

    def live_through(self, start):
        """Writes what a day may have brought: a run for each start that the schedules had since the instant."""
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        shown = self.command("simulate", "--from", start.isoformat(), "--to", now.isoformat(), "--json")

        def rows():
            for number, fire in enumerate(json.loads(shown)["fires"]):
                planned, due = (int(datetime.datetime.fromisoformat(fire[key]).timestamp() * 1_000_000)
                                for key in ("planned", "start"))
                outcome, reason, late = "ok", None, 300
                if number % 97 == 11:
                    outcome, reason = "error", "the render service answered 502: it is away for a moment"
                elif number % 83 == 37:
                    outcome, reason = "skipped", "the same work was still running"
                elif number % 61 == 9:
                    late = 95_000_000
                took = 180 + number * 7919 % 2400
                began = None if outcome == "skipped" else due + late
                yield (str(uuid.UUID(int=number + 1, version=4)), 1, "schedule", fire["schedule"], planned, due,
                       fire["domain"], fire["task"], "{}", f"lived {number}", due + late, began,
                       due + late + took * 1000, outcome, reason, took if began else None)

        self.write(rows())

    def write(self, rows):
        with sqlite3.connect(self.state / "ledger.db") as db:
            db.execute("INSERT OR IGNORE INTO generation (number, kind, pid, started_at) VALUES (1, 'daemon', 1, 0)")
            db.executemany(
                "INSERT INTO run (id, generation, trigger, schedule, planned_at, due_at, domain, task, params, "
                "overlap_key, claimed_at, started_at, finished_at, outcome, reason, duration_ms) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        db.close()
