"""The package and the README's commands on a clean Debian, under a real systemd.

    package.py CHECKOUT ROOT OLD.deb NEW.deb

ROOT is a Debian 12 without Swift, compilers or anything of ours. Install, configure, start, upgrade, remove, purge; then a
second machine on which the README is followed word for word.
"""

import json
import os
import re
import subprocess
import sys

from machine import Machine, expect

CHECKOUT, ROOT, OLD, NEW = (os.path.abspath(argument) for argument in sys.argv[1:5])

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


def blocks(section, language):
    """What a section of the README shows in a language."""
    with open(CHECKOUT + "/README.md", encoding="utf-8") as readme:
        text = readme.read()
    found = re.search(rf"^#+ {re.escape(section)}\n(.*?)(?=^#+ |\Z)", text, re.M | re.S)
    expect(found, f"the README has no section {section}")
    return re.findall(rf"^```{language}\n(.*?)^```", found.group(1), re.M | re.S)


def commands(section):
    """The commands of a section of the README, without their comments."""
    for block in blocks(section, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            command = re.sub(r"\s+# .*$", "", line).strip()
            if command:
                yield command


# Needs a Swift toolchain or a terminal; everything else has to do what it says.
ELSEWHERE = re.compile(r"^(make|git|sudoedit|\$EDITOR)\b|-f$")


def follow(machine, section):
    """Runs the commands of a section as somebody who is root already; a refusal over HTTP is a failure too.

    Returns what they printed.
    """
    printed = []
    for command in commands(section):
        if ELSEWHERE.search(command):
            print("  (not in the container) " + command)
            continue
        print("  " + command, flush=True)
        printed.append(machine.run(
            command.replace("sudo -u actpd ", "setpriv --reuid actpd --regid actpd --clear-groups ")
            .replace("sudo ", "").replace("curl ", "curl --silent --show-error --fail-with-body ")))
    return printed


def tables(machine):
    """The tables in a PostgreSQL behind a stand-in for PostgREST."""
    machine.run("systemctl start postgresql")
    machine.eventually("PostgreSQL answers", "runuser -u postgres -- psql -c ''")
    machine.run("runuser -u postgres -- createuser --superuser root && createdb actp")
    machine.environment = {"DATABASE_URL": "postgresql:///actp"}
    machine.put("/etc/actpd/actpd.env", b"SUPABASE_URL=http://127.0.0.1:8378\n")
    machine.put("/etc/actpd/secrets.env", b"SUPABASE_SERVICE_ROLE_KEY=sb_secret_0123456789abcdef\n")
    machine.put("/srv/contacts.ndjson", b'{"platform": "twitter", "username": "ada", "bio": "says \'hi\'"}\n')
    enter = ["nsenter", "-t", machine.leader]
    server = subprocess.Popen(
        [*enter, "-n", "--", sys.executable, os.path.dirname(__file__) + "/postgrest.py", "8378",
         *enter, "-a", "--", "psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-f", "-", "actp"],
        stdout=subprocess.PIPE, text=True)
    try:
        expect(server.stdout.readline() == "listening\n", "the stand-in for PostgREST does not listen")
        _, checked, _ = follow(machine, "The tables in Supabase")
        expect("are as expected" in checked, checked)
        expect(machine.run("psql -At -c 'SELECT username, bio FROM crm_contacts' actp") == "ada|says 'hi'\n",
               "the contact is not in the table")
        machine.run("psql -c 'ALTER TABLE crm_contacts DROP COLUMN bio' actp")
        expect("bio" in machine.run("actpd schema check"), "a column that is gone is not noticed")
    finally:
        server.terminate()
        server.wait()
        machine.environment = {}
        machine.run("rm /etc/actpd/actpd.env && : > /etc/actpd/secrets.env")


def calls(machine):
    """The daemon over HTTP, as `actpd.json` of the README has it."""
    token = "0123456789abcdef0123456789abcdef"
    machine.environment = {"TOKEN": token}
    (settings,) = blocks("Look and call", "json")
    machine.put("/etc/actpd/actpd.json", settings.encode())
    machine.put("/etc/actpd/secrets.env", f"ACTPD_HTTP_TOKEN_RUN={token}\n".encode())
    *_, health, runs, run = follow(machine, "Look and call")
    expect(json.loads(health)["ready"] is True, health)
    expect("runs" in json.loads(runs), runs)
    expect(json.loads(run)["outcome"] == "ok", run)


def readme(machine):
    """The README's commands, in its order."""
    machine.give(NEW, "/srv/.build/deb/" + os.path.basename(NEW))
    machine.put("/srv/stats.csv", b"video_id,title,views\nabc,How to automate with AI,1200\n")
    follow(machine, "Install")
    follow(machine, "Working with schedules")
    tables(machine)
    for section in ("Is it healthy?", "Outreach"):
        follow(machine, section)
    calls(machine)
    for section in ("Data", "Backup, restore, upgrade"):
        follow(machine, section)


for part in (life, readme):
    print(part.__doc__, flush=True)
    with Machine(ROOT) as booted:
        part(booted)
print("the package and the README do what they say")
