"""A machine of its own for one part of the package's test."""

import os
import subprocess
import sys
import tempfile
import time

DRIVER = os.path.dirname(os.path.abspath(__file__)) + "/../Support/container.py"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Failed(Exception):
    pass


class Machine:
    """A booted container over a root that others share."""

    def __init__(self, root):
        self.root = root
        # What commands see beside their usual environment.
        self.environment = {}

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="actpd-package-")
        self.driver = subprocess.Popen(
            [sys.executable, DRIVER, "clean", self.directory.name, self.root], stderr=subprocess.PIPE, text=True)
        line = self.driver.stderr.readline()
        if not line.startswith("leader "):
            raise Failed("the container did not boot: " + line + self.driver.stderr.read())
        self.leader = line.split()[1]
        return self

    def __exit__(self, *_):
        self.driver.terminate()
        self.driver.wait()
        self.directory.cleanup()

    def attempt(self, script):
        return subprocess.run(
            ["nsenter", "-t", self.leader, "-a", "--", "env", "-i", "PATH=" + PATH, "HOME=/root", "LC_ALL=C.UTF-8",
             "DEBIAN_FRONTEND=noninteractive", *(f"{name}={value}" for name, value in self.environment.items()),
             "sh", "-c", "cd /srv && " + script],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)

    def run(self, script, status=0):
        done = self.attempt(script)
        if done.returncode != status:
            raise Failed(f"`{script}` ended with {done.returncode}, not {status}\n{done.stdout}{done.stderr}")
        return done.stdout

    def give(self, path, target):
        with open(path, "rb") as source:
            self.put(target, source.read())

    def put(self, target, content):
        subprocess.run(["nsenter", "-t", self.leader, "-a", "--", "sh", "-c",
                        f'mkdir -p "$(dirname {target})" && cat > {target}'], input=content, check=True)

    def eventually(self, what, script):
        for _ in range(300):
            if self.attempt(script).returncode == 0:
                return
            time.sleep(0.1)
        raise Failed(f"not so within half a minute: {what}\n" + self.attempt("journalctl -u actpd --no-pager -n 40").stdout)


def expect(condition, what):
    if not condition:
        raise Failed(what)
