#!/usr/bin/env python3
"""Makes cronsim.tsv, the expected instants the Cron tests are checked against.

cronsim (https://pypi.org/project/cronsim/) is a Python model of Debian's cron. For every change of the clock of the zones
below, 2000 to 2037, some expressions are aimed at the change and cronsim is asked for the next instants.

    python3 -m venv venv && venv/bin/pip install cronsim==2.8
    venv/bin/python generate.py            # writes cronsim.tsv beside this file; the seed is fixed

It reads the system's zoneinfo directory, as the tests do, and states its version in the first line.

Lines of the file, separated by tabs:
    # …                                     comment; the first names cronsim's and tzdata's version
    Z zone                                  the lines below are about this zone
    T instant before after                  a transition: seconds since the epoch, offsets in seconds
    expression start results                start relative to the transition, each result to the one before it (or start)
    ! expression start results reason       cronsim contradicts its own rule here; the results are cronsim's. Reasons:
        late     a result is not after the start, or not after the one before (a start in the second pass of an overlap)
        skips    an instant that matches is left out (hours are ticked in steps of 60 minutes across a half-hour change)
        hangs    no answer within two seconds, for which others take microseconds; no results
        alien    a result's wall-clock time matches neither the fields nor the end of a gap (midnight that does not exist)
"""

import random
import signal
import sys
from datetime import datetime, timedelta, timezone
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from cronsim import CronSim

ZONES = """
Africa/Cairo Africa/Casablanca Africa/Juba Africa/Sao_Tome Africa/Tripoli Africa/Windhoek America/Adak
America/Argentina/San_Luis America/Asuncion America/Campo_Grande America/Caracas America/Chicago America/Halifax
America/Havana America/Los_Angeles America/Mexico_City America/Miquelon America/Montevideo America/New_York America/Nuuk
America/Port-au-Prince America/Santiago America/Sao_Paulo America/Scoresbysund America/St_Johns Antarctica/Casey
Antarctica/Macquarie Antarctica/Troll Asia/Amman Asia/Baku Asia/Beirut Asia/Colombo Asia/Damascus Asia/Dhaka Asia/Gaza
Asia/Hovd Asia/Jerusalem Asia/Kamchatka Asia/Karachi Asia/Pyongyang Asia/Tehran Atlantic/Azores Australia/Adelaide
Australia/Lord_Howe Australia/Perth Australia/Sydney Europe/Berlin Europe/Chisinau Europe/Dublin Europe/Istanbul
Europe/Lisbon Europe/London Europe/Moscow Europe/Samara Europe/Volgograd Pacific/Apia Pacific/Auckland Pacific/Chatham
Pacific/Easter Pacific/Fakaofo Pacific/Fiji Pacific/Norfolk Pacific/Tongatapu
""".split()

DAYS = "SUN MON TUE WED THU FRI SAT".split()
FIRST = int(datetime(2000, 1, 1, tzinfo=timezone.utc).timestamp())
LAST = int(datetime(2037, 12, 31, tzinfo=timezone.utc).timestamp())
HOUR = 3_600
SEED = 20_240_310


def offset(zone, instant):
    return int(datetime.fromtimestamp(instant, zone).utcoffset().total_seconds())


def transitions(zone):
    """(instant, offset before, offset after) of every change of the offset in the years covered."""
    found = []
    step = 6 * HOUR
    for start in range(FIRST, LAST, step):
        before, after = offset(zone, start), offset(zone, start + step)
        if before == after:
            continue
        low, high = start, start + step
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
        found.append((high, before, after))
    return found


def expressions(rng, transition):
    """Expressions that have something to do with a change of the clock."""
    instant, before, after = transition
    low, high = sorted((instant + before, instant + after))
    naive = lambda local: datetime.fromtimestamp(local, timezone.utc)
    affected = naive(low + rng.randrange(0, max(60, min(high - low, 24 * HOUR)), 60))
    edge = naive(rng.choice((low, high, high - 60, low - 60)))
    m, h, d, mon, dow = affected.minute, affected.hour, affected.day, affected.month, affected.isoweekday() % 7
    near = rng.choice((h, (h + 1) % 24, (h - 1) % 24))
    yield f"{m} {h} * * *"
    yield f"{edge.minute} {edge.hour} * * *"
    yield f"{rng.choice(('0', m, '0,30', '15-45/15'))} * * * *"
    choices = [
        f"*/{rng.choice((5, 7, 15, 20, 30))} * * * *",
        f"*/{rng.choice((10, 15, 30))} {near} * * *",
        f"* {near} {d} {mon} *",
        f"{m},{(m + 30) % 60} {h}-{min(h + 2, 23)} * * *",
        f"0-59/20 {h} * * *",
        f"{m} */{rng.choice((2, 3, 5))} * * *",
        f"{m} {h % 3}/3 * * *",
        f"{m} {h} {d} {mon} *",
        f"{m} {h} * {mon} {DAYS[dow].lower()}",
        f"{m} {h} {d % 28 + 1} * {dow}",
        f"{m} {h} */{rng.choice((2, 3, 7))} * {dow}",
        f"{m} {h} 1-15 * */2",
        f"{m} {h} L * *",
        f"{m} {h} LW * *",
        f"{m} {h} * * {dow or 7}L",
        f"{m} {h} * * {dow}#{min((d + 6) // 7, 4)},{(dow + 1) % 7}#1",
        f"{m} {h} * * {dow}#{(d + 6) // 7}",
        f"{m} {h} 29 2 *",
        f"0 0 {d} * *",
        f"0 0 * * {DAYS[dow]}",
        f"*/{rng.choice((15, 20))} */{rng.choice((1, 10))} {near} * * *",
        f"30 {m} * * * *",
        f"0,30 * {near} {d} * *",
    ]
    yield from rng.sample(choices, 5)


class Rule:
    """What cronsim means to do, by brute force: the instants of a window, minute by minute."""

    def __init__(self, text, zone):
        self.sim = CronSim(text, datetime(2024, 1, 1))
        parts = text.split()
        self.fixed = len(parts) == 5 and not parts[0].startswith("*") and not parts[1].startswith("*")
        self.zone = zone

    def matches(self, local):
        sim = self.sim
        return (
            local.second in sim.seconds
            and local.minute in sim.minutes
            and local.hour in sim.hours
            and local.month in sim.months
            and sim.match_day(local.date())
        )

    def window(self, first, last):
        """The matching instants from first through last; the window may not be longer than some days."""
        if not self.fixed:
            # No offset has a fraction of a minute in these years: the second is the same everywhere.
            minutes = range(first - first % 60, last + 1, 60)
            found = [minute + second for minute in minutes for second in sorted(self.sim.seconds)]
            return [
                t for t in found if first <= t <= last and self.matches(datetime.fromtimestamp(t, self.zone))
            ]
        found = set()
        local = datetime.fromtimestamp(first, timezone.utc).replace(tzinfo=None, second=0) - timedelta(hours=50)
        end = local + timedelta(seconds=last - first, hours=100)
        while local < end:
            if not self.sim.match_day(local.date()) or local.hour not in self.sim.hours:
                local = local.replace(minute=0) + timedelta(hours=1)
                continue
            if self.matches(local):
                shown = local
                while True:
                    aware = shown.replace(tzinfo=self.zone, fold=0)
                    if aware.astimezone(timezone.utc).astimezone(self.zone) == aware:
                        break
                    shown += timedelta(minutes=1)
                found.add(int(aware.timestamp()))
            local += timedelta(minutes=1)
        return sorted(t for t in found if first <= t <= last)


def judge(rule, zone, transition, start, results):
    """Why cronsim's answer is not what its rule says, or nothing."""
    if any(b <= a for a, b in zip([start] + results, results)):
        return "late"
    instant, before, after = transition
    reach = abs(after - before) + 26 * HOUR
    first, last = max(start + 1, instant - reach), min(results[-1], instant + reach)
    if first > last:
        return ""
    expected = rule.window(first, last)
    actual = [t for t in results if first <= t <= last]
    if set(actual) - set(expected):
        return "alien"
    return "skips" if expected != actual else ""


def ask(text, zone, start, count):
    """cronsim's next instants, or none when it does not come back."""

    def give_up(*_):
        raise TimeoutError

    sim = CronSim(text, datetime.fromtimestamp(start, zone))
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(2)
    try:
        return [int(next(sim).timestamp()) for _ in range(count)]
    except TimeoutError:
        return []
    finally:
        signal.alarm(0)


def main():
    rng = random.Random(SEED)
    tzdata = Path("/usr/share/zoneinfo/tzdata.zi").read_text().split("\n", 1)[0].removeprefix("# version ")
    lines = [f"# cronsim {version('cronsim')}, tzdata {tzdata}, seed {SEED}; made by generate.py, which explains the lines"]
    counts = {}
    for name in ZONES:
        zone = ZoneInfo(name)
        lines.append(f"Z\t{name}")
        for transition in transitions(zone):
            instant = transition[0]
            lines.append("T\t{}\t{}\t{}".format(*transition))
            for text in expressions(rng, transition):
                ago = rng.choice((1, 60, HOUR // 2, HOUR, 2 * HOUR, rng.randrange(1, 2 * 24 * HOUR)))
                start = instant - ago if rng.random() < 0.9 else instant + rng.randrange(0, 2 * HOUR)
                answer = ask(text, zone, start, rng.choice((3, 3, 4, 5)))
                results = [result for result in answer if result <= LAST]
                if answer and not results:
                    continue
                reason = judge(Rule(text, zone), zone, transition, start, results) if answer else "hangs"
                counts[reason] = counts.get(reason, 0) + 1
                steps = " ".join(str(b - a) for a, b in zip([start] + results, results))
                row = f"{text}\t{start - instant}\t{steps}"
                lines.append(f"!\t{row}\t{reason}" if reason else row)
    Path(__file__).with_name("cronsim.tsv").write_text("\n".join(lines) + "\n")
    print(counts, file=sys.stderr)


if __name__ == "__main__":
    main()
