"""Measures croniter, cronsim and APScheduler as actpd-bench measures actpd.

The same expressions, zone and instants, the same names of figures. Prints one JSON object: peer, figure, value.
"""

import json
import statistics
import sys
import threading
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from croniter import croniter
from cronsim import CronSim

EXPRESSIONS = {
    "every minute": "* * * * *",
    "daily": "30 4 * * *",
    "weekdays": "0 9 * * 1-5",
    "29 February": "0 0 29 2 *",
}
PASSES = 7
ENTRIES = 10_000
ZONE = ZoneInfo("America/New_York")
START = datetime.fromtimestamp(1_704_067_200, ZONE)
END = datetime.fromtimestamp(2_114_380_800, ZONE)


def median(calls, work):
    """Processor time of the process, in microseconds a call: the median over passes; one pass before them warms up."""

    def timed():
        start = time.process_time()
        work()
        return (time.process_time() - start) / calls * 1e6

    timed()
    return statistics.median(timed() for _ in range(PASSES))


def chain(calls, restart):
    """Each instant from the one before, from 2024 until 2037 and then again; restart gives a function for the next."""
    following = restart()
    for _ in range(calls):
        if following() >= END:
            following = restart()


def croniter_from_start(text):
    search = croniter(text, START)
    return lambda: search.get_next(datetime)


def cronsim_from_start(text):
    return CronSim(text, START).__next__


def trigger_from_start(trigger):
    at = START

    def following():
        nonlocal at
        # What the scheduler does after a run: seek from one microsecond after it.
        at = trigger.get_next_fire_time(at, at + timedelta(microseconds=1))
        return at

    return following


def speed():
    result = {"croniter": {}, "cronsim": {}, "APScheduler": {}}
    parsed = dict.fromkeys(result, 0.0)
    for name, text in EXPRESSIONS.items():
        trigger = CronTrigger.from_crontab(text, timezone=ZONE)
        searches = {
            "croniter": lambda: croniter_from_start(text),
            "cronsim": lambda: cronsim_from_start(text),
            "APScheduler": lambda: trigger_from_start(trigger),
        }
        parsers = {
            "croniter": lambda: croniter(text, START),
            "cronsim": lambda: CronSim(text, START),
            "APScheduler": lambda: CronTrigger.from_crontab(text, timezone=ZONE),
        }
        for peer in result:
            calls = 500
            result[peer][f"next instant, {name}"] = median(calls, lambda: chain(calls, searches[peer]))
            parsed[peer] += median(calls, lambda: [parsers[peer]() for _ in range(calls)])
    for peer, total in parsed.items():
        result[peer]["parse, mean of the four"] = total / len(EXPRESSIONS)
    return result


def anonymous_memory():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon:"))


def memory(what):
    """Growth of the process by 10,000 entries, or expressions; a few before them make what all share.

    An entry knows its name, domain and task, as actpd's do.
    """
    scheduler = BackgroundScheduler(timezone=ZONE)
    scheduler.start(paused=True)
    keep = []

    def add_entry(index, text):
        trigger = CronTrigger.from_crontab(text, timezone=ZONE)
        name = f"prospect_funnel_score_{index}"
        scheduler.add_job(print, trigger, args=("prospect", "score-all"), id=name, name=name)

    peer, figure, add = {
        "entry": ("APScheduler", "memory of an entry", add_entry),
        "croniter": ("croniter", "memory of an expression", lambda _, text: keep.append(croniter(text, START))),
        "cronsim": ("cronsim", "memory of an expression", lambda _, text: keep.append(CronSim(text, START))),
        "trigger": (
            "APScheduler",
            "memory of an expression",
            lambda _, text: keep.append(CronTrigger.from_crontab(text, timezone=ZONE)),
        ),
    }[what]
    texts = [f"{index % 60} {index // 60 % 24} * * 1-5" for index in range(ENTRIES)]
    for index, text in enumerate(texts[:100]):
        add(index - 100, text)
    before = anonymous_memory()
    for index, text in enumerate(texts):
        add(index, text)
    return {peer: {figure: (anonymous_memory() - before) / ENTRIES}}


def lateness(is_burst):
    """A thousand entries: each in its own second of the minute, or all every ten seconds.

    How late a function starts is counted from the instant planned, the latest at or before now that its expression
    matches. No run is thrown away for being late, and all may wait in the queue at once.
    """
    name, duration = ("1,000 entries, all in one second", 35) if is_burst else ("1,000 entries, 17 each second", 30)
    late, lock = [], threading.Lock()

    def job(second, period):
        now = time.time()
        planned = int(now) - (int(now) - second) % period
        with lock:
            late.append((now - planned) * 1e3)

    scheduler = BackgroundScheduler(
        timezone=ZONE,
        executors={"default": ThreadPoolExecutor(10)},
        job_defaults={"misfire_grace_time": None, "coalesce": False, "max_instances": 10},
    )
    for index in range(1_000):
        second, period = (0, 10) if is_burst else (index % 60, 60)
        trigger = CronTrigger(second="*/10" if is_burst else second, timezone=ZONE)
        scheduler.add_job(job, trigger, args=(second, period))
    scheduler.start()
    start = int(time.time())
    # Stopped in the middle of a second, where no slot is.
    time.sleep(start + duration + 0.5 - time.time())
    scheduler.shutdown()
    seconds = range(start + 1, start + duration + 1)
    expected = sum(
        second % 10 == 0 if is_burst else second % 60 == index % 60 for second in seconds for index in range(1_000)
    )
    late.sort()

    def rank(percent):
        return late[-(-percent * len(late) // 100) - 1]

    figures = {f"{name}: p50": rank(50), f"{name}: p99": rank(99), f"{name}: slots not run": expected - len(late)}
    return {"APScheduler": figures}


def idle():
    """A thousand entries that do not fire; says when it is ready and ends when its input does."""
    scheduler = BackgroundScheduler(timezone=ZONE)
    for _ in range(1_000):
        scheduler.add_job(int, CronTrigger.from_crontab("0 0 29 2 *", timezone=ZONE))
    scheduler.start()
    print("ready", flush=True)
    sys.stdin.read()


def main():
    match sys.argv[1:]:
        case ["speed"]:
            result = speed()
        case ["memory", what]:
            result = memory(what)
        case ["spread" | "burst" as mode]:
            result = lateness(mode == "burst")
        case ["idle"]:
            return idle()
        case _:
            sys.exit("speed, memory WHAT, spread, burst or idle is wanted")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
