"""The package and the README's commands on a clean Debian, under a real systemd.

    package.py CHECKOUT ROOT OLD.deb NEW.deb

ROOT is a Debian 12 without Swift, compilers or anything of ours. Install, configure, start, upgrade, remove, purge; then a
second machine on which the README is followed word for word.
"""

import os
import re
import subprocess
import sys
import tempfile
import time

CHECKOUT, ROOT, OLD, NEW = (os.path.abspath(argument) for argument in sys.argv[1:5])
DRIVER = CHECKOUT + "/Tests/ContainerTests/Support/container.py"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Failed(Exception):
    pass


class Machine:
    """A booted container over ROOT."""

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="actpd-package-")
        self.driver = subprocess.Popen(
            [sys.executable, DRIVER, "clean", self.directory.name, ROOT], stderr=subprocess.PIPE, text=True)
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
             "DEBIAN_FRONTEND=noninteractive", "sh", "-c", "cd /srv && " + script],
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


SCHEDULES = b"""{ "schedules": [
  { "name": "each_second", "cron": "* * * * * *", "domain": "youtube", "task": "analyze" } ] }
"""


def life(machine):
    """Install, configure, start, upgrade, remove, purge."""
    machine.give(OLD, "/srv/old.deb")
    machine.give(NEW, "/srv/new.deb")
    machine.run("apt-get install -y ./old.deb")
    expect("actpd" in machine.run("getent passwd actpd"), "the user is missing")
    expect(machine.run("stat -c '%U %a' /etc/actpd/secrets.env") == "root 600\n", "others can read the secrets")
    expect(machine.attempt("systemctl is-enabled actpd").stdout == "disabled\n", "the unit is enabled before it is configured")
    expect("swift" not in machine.run("ldd /usr/bin/actpd").lower(), "the program needs a Swift runtime")
    expect("not found" not in machine.run("ldd /usr/bin/actpd"), "a library is missing that the package does not depend on")
    expect("The schedules are in force" in machine.run("journalctl --list-catalog --no-pager"), "the catalog is missing")
    for path in ("/usr/share/man/man8/actpd.8.gz", "/usr/share/man/man5/schedules.json.5.gz",
                 "/usr/share/bash-completion/completions/actpd", "/usr/share/actpd/actpd.env.example"):
        machine.run(f"test -s {path}")
    machine.run("actpd check --offline")

    machine.put("/etc/actpd/schedules.json", SCHEDULES)
    machine.run("systemctl enable --now actpd")
    machine.eventually("a run is in the ledger", "actpd runs -n 5 | grep -q 'ok'")
    said = machine.run("journalctl -u actpd -x --no-pager")
    expect("What to do:" in said, "journalctl -x explains nothing:\n" + said)

    before = machine.run("systemctl show --value -p MainPID actpd")
    machine.run("apt-get install -y ./new.deb")
    expect(machine.run("dpkg-query -W -f='${Version}' actpd").endswith("+upgrade"), "the new version is not installed")
    expect(machine.run("cat /etc/actpd/schedules.json").encode() == SCHEDULES, "the upgrade changed the configuration")
    machine.eventually("the daemon runs", "systemctl is-active actpd")
    expect(machine.run("systemctl show --value -p MainPID actpd") != before, "the old program still runs")
    expect(machine.run("actpd runs -n 1000").count("each_second") > 1, "the history is gone")
    expect(machine.run("systemctl is-enabled actpd") == "enabled\n", "the upgrade has disabled the unit")

    machine.run("apt-get remove -y actpd")
    machine.run("test ! -e /usr/bin/actpd && test -e /etc/actpd/schedules.json && test -e /var/lib/actpd/ledger.db")
    expect("not-found" in machine.run("systemctl show -p LoadState actpd"), "the unit is still there")
    machine.run("apt-get purge -y actpd")
    machine.run("test ! -e /etc/actpd && test -e /var/lib/actpd/ledger.db")


def commands(section):
    """The commands of a section of the README, without their comments."""
    with open(CHECKOUT + "/README.md", encoding="utf-8") as readme:
        text = readme.read()
    found = re.search(rf"^#+ {re.escape(section)}\n(.*?)(?=^#+ |\Z)", text, re.M | re.S)
    expect(found, f"the README has no section {section}")
    for block in re.findall(r"^```sh\n(.*?)^```", found.group(1), re.M | re.S):
        for line in block.splitlines():
            command = re.sub(r"\s+# .*$", "", line).strip()
            if command:
                yield command


# Needs a Swift toolchain or a terminal; everything else has to do what it says.
ELSEWHERE = re.compile(r"^(make|git|sudoedit|\$EDITOR)\b|-f$")


def readme(machine):
    """The README's commands, in its order, as somebody types them who is root already."""
    machine.give(NEW, "/srv/.build/deb/" + os.path.basename(NEW))
    machine.put("/srv/stats.csv", b"video_id,title,views\nabc,How to automate with AI,1200\n")
    for section in ("Install", "Working with schedules", "Is it healthy?", "Outreach", "Data", "Backup, restore, upgrade"):
        for command in commands(section):
            if ELSEWHERE.search(command):
                print("  (not in the container) " + command)
                continue
            print("  " + command, flush=True)
            machine.run(command.replace("sudo -u actpd ", "setpriv --reuid actpd --regid actpd --clear-groups ")
                        .replace("sudo ", ""))


for part in (life, readme):
    print(part.__doc__, flush=True)
    with Machine() as booted:
        part(booted)
print("the package and the README do what they say")
