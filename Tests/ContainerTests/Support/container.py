"""A real systemd as PID 1 of a container, for one test.

    container.py boot DIRECTORY CHECKOUT PROGRAM    boots, prints "leader PID", and stops it on SIGTERM or when it dies
    container.py clean DIRECTORY ROOT               the same over another root, in which nothing is installed
    container.py ready                              says why no container can be booted here; nothing when one can

The root is an overlay over the machine's own, in memory: nothing is downloaded and nothing written outside DIRECTORY.
The unit, the configuration and the program are installed into it from CHECKOUT as `make install` would. The network is
private: only the loopback device is there.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

# What an ordinary boot has and a test does not need.
MASKED = """getty.target console-getty.service systemd-firstboot.service systemd-update-utmp.service
    systemd-update-utmp-runlevel.service dev-hugepages.mount dev-mqueue.mount e2scrub_reap.service systemd-tmpfiles-setup.service
    systemd-tmpfiles-setup-dev.service systemd-journal-flush.service ldconfig.service systemd-hwdb-update.service
    systemd-journal-catalog-update.service systemd-update-done.service systemd-timesyncd.service
    systemd-user-sessions.service systemd-logind.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer
    e2scrub_all.timer fstrim.timer man-db.timer logrotate.timer systemd-tmpfiles-clean.timer""".split()


# Half a second on an idle machine; a compiler may be running beside it.
BOOT_SECONDS = 180


def cgroup_mount():
    """Where the machine has its version 2 hierarchy of control groups."""
    with open("/proc/mounts") as mounts:
        return next((line.split()[1] for line in mounts if line.split()[2] == "cgroup2"), None)


def obstacle():
    if os.geteuid() != 0:
        return "booting a container needs root"
    if not shutil.which("systemd-nspawn"):
        return "systemd-nspawn is not installed (package systemd-container)"
    if not cgroup_mount():
        return "no version 2 hierarchy of control groups is mounted"
    probe = "mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w /mnt/r && mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/r"
    if subprocess.run(["unshare", "--mount", "--propagation", "private", "sh", "-c", probe], capture_output=True).returncode:
        return "an overlay cannot be mounted here"
    return None


def run(*command):
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def install(root, checkout, program):
    """What `make install` puts on a machine, without its building."""
    def copy(source, target, mode=0o644):
        os.makedirs(os.path.dirname(root + target), exist_ok=True)
        shutil.copyfile(source, root + target)
        os.chmod(root + target, mode)

    copy(program, "/usr/bin/actpd", 0o755)
    folders = {
        "systemd": {".service": "/lib/systemd/system", ".socket": "/lib/systemd/system", ".sysusers": "/usr/lib/sysusers.d",
                    ".catalog": "/usr/lib/systemd/catalog", ".preset": "/lib/systemd/system-preset"},
    }
    for folder, targets in folders.items():
        for name in sorted(os.listdir(f"{checkout}/{folder}")):
            stem, ending = os.path.splitext(name)
            if ending in targets:
                name = f"{stem}.conf" if ending == ".sysusers" else name
                copy(f"{checkout}/{folder}/{stem}{ending}", f"{targets[ending]}/{name}")
    shutil.rmtree(root + "/etc/actpd", ignore_errors=True)
    shutil.rmtree(root + "/var/lib/actpd", ignore_errors=True)
    copy(f"{checkout}/config/actpd.json", "/etc/actpd/actpd.json")
    os.close(os.open(root + "/etc/actpd/secrets.env", os.O_CREAT | os.O_WRONLY, 0o600))


def prepare(directory, lower):
    """The root of the container: another one with a layer of memory over it."""
    base = directory + "/layers"
    root = directory + "/root"
    for path in (base, root, "/run/systemd/nspawn"):
        os.makedirs(path, exist_ok=True)
    run("mount", "-t", "tmpfs", "tmpfs", "/run/systemd/nspawn")
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", base)
    os.mkdir(base + "/upper")
    os.mkdir(base + "/work")
    run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={lower},upperdir={base}/upper,workdir={base}/work", root)
    if not os.path.ismount(root):
        sys.exit("the overlay is not there")
    for path in ("/etc/systemd/system", "/var/log/journal", "/run", "/tmp"):
        shutil.rmtree(root + path, ignore_errors=True)
    for path in ("/etc/systemd/system", "/run", "/tmp"):
        os.makedirs(root + path, exist_ok=True)
    os.chmod(root + "/tmp", 0o1777)
    open(root + "/etc/machine-id", "w").close()
    for unit in MASKED:
        os.symlink("/dev/null", f"{root}/etc/systemd/system/{unit}")
    os.symlink("/lib/systemd/system/multi-user.target", root + "/etc/systemd/system/default.target")
    return root


def boot(directory, checkout, program):
    root = prepare(directory, "/")
    install(root, checkout, program)
    serve(directory, root)


def serve(directory, root):
    # A machine's name is a host's: an underscore is refused.
    name = "actpd-" + os.path.basename(directory).lower().replace("_", "-")[-40:].strip("-")
    group = f"{cgroup_mount()}/{name}"
    os.makedirs(group, exist_ok=True)
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(directory + "/notify")
    notify.settimeout(1)

    def enter():
        with open(group + "/cgroup.procs", "w") as own:
            own.write("0")

    with open(directory + "/console.log", "wb") as console:
        nspawn = subprocess.Popen(
            ["systemd-nspawn", "--boot", "-D", root, "-M", name, "--register=no", "--keep-unit", "--private-network",
             "--console=read-only", "--notify-ready=yes", "--resolv-conf=off", "--timezone=off", "--link-journal=no",
             "--system-call-filter=bpf keyctl add_key"],
            env=dict(os.environ, NOTIFY_SOCKET=directory + "/notify", SYSTEMD_NSPAWN_UNIFIED_HIERARCHY="1"),
            stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True, preexec_fn=enter)
    leader = None
    deadline = time.monotonic() + BOOT_SECONDS
    try:
        while True:
            try:
                lines = notify.recv(4096).decode().splitlines()
            except TimeoutError:
                if nspawn.poll() is None and time.monotonic() < deadline:
                    continue
                with open(directory + "/console.log", errors="replace") as console:
                    sys.exit(f"the container did not boot within {BOOT_SECONDS} seconds: " + "".join(console.readlines()[-10:]))
            for line in lines:
                if line.startswith("X_NSPAWN_LEADER_PID="):
                    leader = int(line.split("=")[1])
            if "READY=1" in lines:
                break
        print("leader", leader, file=sys.stderr, flush=True)
        signal.sigwait([signal.SIGTERM, signal.SIGINT])
    finally:
        stop(nspawn, leader, group)


def stop(nspawn, leader, group):
    if leader:
        try:
            os.kill(leader, signal.SIGRTMIN + 4)
        except ProcessLookupError:
            pass
    try:
        nspawn.wait(timeout=10)
    except subprocess.TimeoutExpired:
        pass
    # Whatever is left: a container outlives an nspawn that was killed.
    try:
        with open(group + "/cgroup.kill", "w") as kill:
            kill.write("1")
    except FileNotFoundError:
        pass
    nspawn.wait()
    for _ in range(100):
        for path, _, _ in os.walk(group, topdown=False):
            try:
                os.rmdir(path)
            except OSError:
                pass
        if not os.path.exists(group):
            return
        time.sleep(0.02)


def supervised(arguments):
    """Runs the work in a namespace of its own, in a process that ends well even when this one is killed."""
    def bound():
        libc = ctypes.CDLL(None)
        libc.prctl(1, signal.SIGTERM)

    # Blocked from the first moment, so that no signal comes before it is waited for.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
    worker = subprocess.Popen(
        ["unshare", "--mount", "--propagation", "private", sys.executable, __file__, "inner", *arguments], preexec_fn=bound)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    while worker.poll() is None:
        if signal.sigwait([signal.SIGTERM, signal.SIGINT, signal.SIGCHLD]) != signal.SIGCHLD:
            worker.terminate()
            worker.wait()
    sys.exit(worker.returncode)


if __name__ == "__main__":
    verb, arguments = sys.argv[1], sys.argv[2:]
    if verb == "ready":
        print(obstacle() or "", end="")
    elif verb in ("boot", "clean"):
        supervised([verb, *arguments])
    elif verb == "inner":
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
        if arguments[0] == "boot":
            boot(*arguments[1:])
        else:
            serve(arguments[1], prepare(*arguments[1:]))
