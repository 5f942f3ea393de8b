#!/usr/bin/env python3
"""The page in a real browser, over the real daemon: check.py PROGRAM [--screenshots FOLDER]

Starts the program with the example business on a port of its own and drives headless Chromium. Each check is a
sentence; the first that fails ends the run.
"""

import argparse
import datetime
import json
import os
import pathlib
import signal
import sys
import time
import zoneinfo

from browser import Browser
from daemon import TOKENS, Daemon

HERE = pathlib.Path(__file__).resolve().parent
AUDIT = (HERE / "audit.js").read_text().rstrip().rstrip(";")
LOADED = ("document.querySelectorAll('.row').length > 5 && document.querySelectorAll('#runs-body tr').length > 0"
          " && document.getElementById('status').dataset.status !== 'connecting'")
# Scrolls through the page, so that everything that waits to come into view has been drawn.
WALK = """(async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += 500) {
    scrollTo(0, y); await new Promise((done) => setTimeout(done, 60));
  }
  scrollTo(0, 0);
})()"""
PICTURES = """[...document.querySelectorAll('.picture')].map((picture) => ({
  title: picture.querySelector('h3').textContent, said: picture.querySelector('.said').textContent,
  label: picture.querySelector('svg').getAttribute('aria-label'), shapes: picture.querySelectorAll('svg *').length}))"""
INTERACTIVE = {"button", "link", "textbox", "searchbox", "combobox", "checkbox", "listbox", "slider", "tab", "menuitem",
               "DisclosureTriangle"}
# A mark is 13 px: what lies at one place of the day is one mark, so that a row never has more than its width holds.
NODES_MAX = 12_000


class Failure(Exception):
    pass


def demand(condition, said):
    if not condition:
        raise Failure(said)


def with_token(scope):
    return f"sessionStorage.setItem('actpd.token', {json.dumps(TOKENS[scope])})"


def open_page(browser, daemon, scope="admin", **how):
    page = browser.open(daemon.url + "/", script=with_token(scope) if scope else None, **how)
    if scope:
        page.wait(LOADED, timeout=30)
    return page


def choose(page, id, value):
    """Picks an entry of a list, as a person does."""
    page.run(f"""(() => {{ const list = document.getElementById({json.dumps(id)}); list.value = {json.dumps(value)};
      list.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()""")


def quiet(page, daemon, allowed=()):
    """No error in the console; nothing asked of anybody else."""
    errors = [error for error in page.errors if not any(word in error for word in allowed)]
    demand(not errors, f"the console says: {errors[:3]}")
    elsewhere = [url for url in page.requests if not url.startswith((daemon.url + "/", "data:", "about:"))]
    demand(not elsewhere, f"asked elsewhere: {elsewhere[:3]}")


# ------------------------------------------------------------------------------------------------------------ Checks

def renders(browser, daemon):
    """today, health, runs and nine pictures, light and dark, from 320 px on; no error, nothing asked elsewhere"""
    for width, height, dark in ((1280, 900, False), (1280, 900, True), (320, 640, False), (768, 1024, True)):
        page = open_page(browser, daemon, width=width, height=height, dark=dark)
        page.run(WALK)
        page.wait(f"{PICTURES}.every((picture) => picture.said !== '')")
        pictures = page.run(PICTURES)
        demand(len(pictures) == 9, f"{len(pictures)} pictures")
        for picture in pictures:
            demand("no picture now" not in picture["said"], f"{picture['title']}: {picture['said']}")
            demand(picture["label"] and picture["label"] == picture["said"].strip(),
                   f"{picture['title']} has no text alternative")
        demand(sum(picture["shapes"] > 4 for picture in pictures) >= 6, f"pictures are empty: {pictures}")
        demand(page.run("document.querySelectorAll('.mark').length") > 0, "no mark in the timeline")
        demand(page.run("document.querySelectorAll('.row').length") >= 14, "schedules are missing")
        overflow = page.run(f"{AUDIT}.overflow()")
        demand(not overflow, f"at {width} px these stick out: {overflow}")
        quiet(page, daemon)
        page.close()


def contrast(browser, daemon):
    """every text and mark contrasts with what lies behind it as WCAG AA wants, light and dark"""
    for dark in (False, True):
        page = open_page(browser, daemon, dark=dark, width=1280, height=6000)
        page.run(WALK)
        page.wait(f"{PICTURES}.every((picture) => picture.said !== '')")
        page.run("document.querySelectorAll('.picture details').forEach((details) => { details.open = true; })")
        page.wait("document.querySelectorAll('.picture tbody tr').length > 20")
        answer = page.run(f"{AUDIT}.contrast()")
        demand(answer["looked"] > 200, f"only {answer['looked']} texts were looked at")
        demand(not answer["found"], f"{'dark' if dark else 'light'}: {answer['found'][:8]}")
        page.close()


def names(browser, daemon):
    """everything that can be used has a name; landmarks, headings and live regions are there"""
    page = open_page(browser, daemon, width=1280, height=4000)
    page.run(WALK)
    page.wait(f"{PICTURES}.every((picture) => picture.said !== '')")
    nodes = page.accessibility()
    usable = [node for node in nodes if node["role"] in INTERACTIVE]
    demand(len(usable) > 40, f"only {len(usable)} things can be used")
    nameless = [node for node in nodes if (node["role"] in INTERACTIVE or node["focusable"])
                and node["role"] not in ("RootWebArea", "main") and not node["name"].strip()]
    demand(not nameless, f"without a name: {nameless[:5]}")
    images = [node for node in nodes if node["role"] in ("image", "img") and not node["name"].strip()]
    demand(not images, f"{len(images)} images without a text alternative")
    roles = {node["role"] for node in nodes}
    for role in ("banner", "main", "navigation", "contentinfo", "heading", "table", "toolbar"):
        demand(role in roles, f"no {role}")
    problems = page.run(f"{AUDIT}.structure()")
    demand(not problems, f"{problems[:5]}")
    live = page.run("document.querySelectorAll('[aria-live], [role=status], [role=alert]').length")
    demand(live >= 3, "live regions are missing")
    page.close()


def keyboard(browser, daemon):
    """the Tab key walks through the page in few steps and shows where it is; arrows move along a day"""
    page = open_page(browser, daemon, height=800)
    page.wait("document.querySelectorAll('.row .mark').length > 3")
    steps = []
    for _ in range(400):
        page.key("Tab")
        focus = page.run(f"{AUDIT}.focus()")
        if focus is None:
            break
        steps.append(focus)
        demand(focus["shows"], f"the focus does not show on {focus['where']}")
        demand(focus["onScreen"], f"{focus['where']} has the focus out of sight")
    demand("skip-link" in steps[0]["where"], f"the first stop is {steps[0]['where']}")
    tracks = [step for step in steps if step["isMark"]]
    demand(len(tracks) <= page.run("document.querySelectorAll('.row').length"), "a row has several stops")
    demand(any("Result" in step["where"] for step in steps), "the runs are not reached")
    demand(any("As a table" in step["where"] for step in steps), "the pictures' tables are not reached")

    # Along a row that has several marks, then into a run and back.
    page.run("scrollTo(0, 0)")
    page.run("""[...document.querySelectorAll('.track')].map((track) => track.querySelectorAll('.mark'))
      .find((marks) => marks.length > 1)[0].focus()""")
    page.key("Home")
    first = page.run(f"{AUDIT}.focus()")
    page.key("ArrowRight")
    second = page.run(f"{AUDIT}.focus()")
    demand(second["isMark"] and second["label"] != first["label"], "the arrow does not move")
    tip = page.run("document.getElementById('tip').hidden ? '' : document.getElementById('tip').textContent")
    demand(tip.strip(), "the focus says nothing")
    page.key("Escape")
    demand(page.run("document.getElementById('tip').hidden"), "Escape does not hide the note")
    page.run("document.querySelector('.mark:not([aria-disabled])').focus()")
    page.key("Enter")
    page.wait("document.querySelector('dialog[open] summary') !== null")
    page.run("document.querySelector('dialog[open] details').open = true")
    page.wait("document.querySelector('dialog[open] dl dd') !== null")
    page.key("Escape")
    page.wait("document.querySelector('dialog[open]') === null")
    demand(page.run(f"{AUDIT}.focus()")["isMark"], "the focus does not come back")
    quiet(page, daemon)
    page.close()


def runs_now(browser, daemon):
    """run-now from the page ends in a row, here and in the daemon, with its result on demand"""
    page = open_page(browser, daemon, scope="run")
    page.wait("!document.getElementById('run-open').hidden")
    demand(page.run("[...document.querySelectorAll('.acts button')].every((b) => !/Pause|Resume/.test(b.textContent))"),
           "a token of the scope run is offered to pause")
    page.click("#run-open")
    page.wait("document.getElementById('run-dialog').open")
    choose(page, "run-domain", "content-mix")
    choose(page, "run-task", "gaps")
    page.click("#run-submit")
    page.wait("!document.getElementById('run-dialog').open")
    row = """[...document.querySelectorAll('#runs-body tr[data-row]')].find((row) =>
      row.textContent.includes('content-mix · gaps') && row.textContent.includes('http'))"""
    page.wait(f"{row}?.textContent.includes('ok')", timeout=30)
    id = page.run(f"{row}.dataset.row")
    run = daemon.ask(f"/api/runs/{id}")
    demand(run["outcome"] == "ok" and run["trigger"] == "http" and run["task"] == "gaps", f"the daemon has {run}")
    page.run(f"{row}.querySelector('button').click()")
    page.wait("document.querySelector('.detail pre') !== null")
    shown = page.run("document.querySelector('.detail pre').textContent")
    demand(shown.strip() == run["result"]["stdout"].strip(), f"the page shows {shown!r}")
    demand(page.run("[...document.querySelectorAll('.row strong')].some((n) => n.textContent === 'not scheduled')"),
           "the timeline does not show it")

    # What sends or pays wants a second word.
    page.click("#run-open")
    choose(page, "run-domain", "outreach")
    choose(page, "run-task", "send")
    page.click("#run-submit")
    demand(page.run("document.getElementById('run-dialog').open"), "what acts once was sent without a second word")
    page.key("Escape")
    quiet(page, daemon)
    page.close()


def pauses(browser, daemon):
    """a schedule is paused and resumed from the page; what was written there is text, not markup"""
    page = open_page(browser, daemon)
    name = "prospect_funnel_score"
    page.run("document.getElementById('schedule-filter').value = ''")
    button = f'[aria-label="Pause: {name}"]'
    page.wait(f"document.querySelector({json.dumps(button)}) !== null")
    page.click(button)
    page.wait("document.getElementById('pause-dialog').open")
    page.run("document.getElementById('pause-note').focus()")
    page.type("<img src=/x onerror=document.title='owned'> & more")
    page.click("#pause-submit")
    page.wait("document.querySelector('.row .paused')?.textContent.includes('<img src=/x onerror')")
    demand(page.run("document.querySelectorAll('main img').length") == 0 and page.run("document.title") == "actpd",
           "a note became markup")
    schedule = next(s for s in daemon.ask("/api/schedules?limit=1000")["schedules"] if s["name"] == name)
    demand(schedule["paused"] is not None, "the daemon knows of no pause")
    page.click(f'[aria-label="Resume: {name}"]')
    page.wait(f"document.querySelector({json.dumps(button)}) !== null")
    schedule = next(s for s in daemon.ask("/api/schedules?limit=1000")["schedules"] if s["name"] == name)
    demand(schedule["paused"] is None, "the daemon still has a pause")
    quiet(page, daemon)
    page.close()


def tokens(browser, daemon):
    """without a token the page asks for one; a wrong one is refused; one that only reads is offered no deeds"""
    page = open_page(browser, daemon, scope=None)
    page.wait("document.getElementById('token-panel')?.hidden === false")
    refused = "document.getElementById('token-error').textContent !== ''"
    for token, seen in (("wrong", refused), (TOKENS["read"], LOADED)):
        page.run("document.getElementById('token').focus()")
        page.type(token)
        page.key("Enter")
        page.wait(seen)
    page.wait("document.getElementById('token-panel').hidden")
    demand(page.run("document.getElementById('run-open').hidden"), "a token that only reads may run")
    offered = page.run("document.querySelectorAll('.acts button').length")
    demand(offered == 0, "a token that only reads is offered deeds")
    demand(page.run("sessionStorage.getItem('actpd.token')") == TOKENS["read"], "the token is not kept")
    demand(TOKENS["read"] not in page.run("document.documentElement.outerHTML"), "the token stands in the page")
    demand(not any(TOKENS["read"] in url for url in page.requests), "the token stands in an address")
    quiet(page, daemon, allowed=("401",))
    page.close()


def lost(browser, daemon):
    """a lost connection is said and found again"""
    page = open_page(browser, daemon)
    page.wait("document.getElementById('connection').hidden")
    daemon.stop(signal.SIGKILL)
    page.wait("!document.getElementById('connection').hidden", timeout=30)
    said = page.run("document.getElementById('connection').textContent")
    demand("Connection lost" in said, f"it says {said!r}")
    demand(page.run("document.getElementById('status').dataset.status") == "lost", "the head does not say it")
    daemon.start()
    page.wait("document.getElementById('connection').hidden", timeout=60)
    page.wait("document.getElementById('status').dataset.status !== 'lost'")
    quiet(page, daemon, allowed=("ERR_", "Failed to fetch", "401", "503"))
    page.close()


def many(browser, program):
    """100,000 runs and 200 schedules: quick, and few elements"""
    tasks = [("prospect", "top"), ("content-mix", "gaps"), ("outreach", "due"), ("remotion", "queue"),
             ("trends", "top")]
    schedules = [{"name": f"schedule_{number:03}", "cron": f"{number % 60} {number % 24} 1 1 *",
                  "domain": tasks[number % 5][0], "task": tasks[number % 5][1]} for number in range(200)]
    daemon = Daemon(program, schedules)
    try:
        daemon.command("sample")
        daemon.command("run", "content-mix", "gaps")
        daemon.fill(100_000, schedules)
        daemon.start()
        start = time.monotonic()
        page = browser.open(daemon.url + "/", script=with_token("admin"))
        page.wait("document.querySelectorAll('.row').length >= 200", timeout=30)
        page.wait("document.querySelectorAll('#runs-body tr').length >= 20", timeout=30)
        page.wait("document.querySelectorAll('.mark').length > 10", timeout=30)
        shown = time.monotonic() - start
        page.run(WALK)
        nodes = page.run("document.querySelectorAll('*').length")
        heap = page.run("performance.memory.usedJSHeapSize") / 1e6
        before = page.run("document.querySelector('#runs-body tr').dataset.row")
        turning = page.run("""(async () => { const start = performance.now();
          const first = () => document.querySelector('#runs-body tr')?.dataset.row;
          for (let page = 0; page < 20; page++) {
            const shown = first();
            document.getElementById('runs-older').click();
            while (first() === shown) await new Promise(requestAnimationFrame);
          }
          return (performance.now() - start) / 20; })()""", timeout=60)
        demand(page.run("document.querySelector('#runs-body tr').dataset.row") != before, "the pages do not turn")
        choose(page, "filter-outcome", "timeout")
        page.wait("""(() => { const pills = [...document.querySelectorAll('#runs-body .pill')];
          return pills.length > 10 && pills.every((pill) => pill.textContent === 'timeout'); })()""")
        quiet(page, daemon)
        print(f"   shown after {shown:.1f} s, {nodes} elements, {heap:.0f} MB of heap, "
              f"a page turns in {turning:.0f} ms")
        demand(shown < 5, f"it took {shown:.1f} s until something was to be seen")
        demand(nodes < NODES_MAX, f"{nodes} elements")
        demand(turning < 300, f"a page takes {turning:.0f} ms")
        page.close()
    finally:
        daemon.close()


# One of them has an afternoon at any time.
ZONES = ["America/Los_Angeles", "America/New_York", "UTC", "Europe/Berlin", "Asia/Kolkata", "Asia/Tokyo",
         "Pacific/Auckland"]


def screenshots(browser, program, folder):
    """Pictures for the README: an afternoon by day, the pictures of the domains by night."""
    now = datetime.datetime.now(datetime.timezone.utc)
    zone = min(ZONES, key=lambda name: abs(now.astimezone(zoneinfo.ZoneInfo(name)).hour - 16))
    midnight = now.astimezone(zoneinfo.ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    daemon = Daemon(program)
    try:
        daemon.command("sample")
        daemon.command("--all", check=False)
        daemon.live_through(midnight.astimezone(datetime.timezone.utc))
        daemon.start()
        for name, dark, place in (("light", False, "body"), ("dark", True, "#pictures")):
            page = open_page(browser, daemon, width=1280, height=1000, dark=dark, zone=zone)
            page.run(WALK)
            page.wait(f"{PICTURES}.every((picture) => picture.said !== '')")
            page.run(f"document.querySelector({json.dumps(place)}).scrollIntoView()")
            path = os.path.join(folder, f"page-{name}.png")
            page.screenshot(path)
            demand(os.path.getsize(path) < 300_000, f"{path} has more than 300 kB")
            page.close()
    finally:
        daemon.close()


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("program")
    arguments.add_argument("--screenshots", metavar="FOLDER")
    given = arguments.parse_args()
    browser = Browser()
    daemon = Daemon(given.program)
    try:
        daemon.command("sample")
        # A day that has something to show; a domain whose service is not there ends in error.
        daemon.command("--all", check=False)
        daemon.start()
        for check in (renders, contrast, names, keyboard, runs_now, pauses, tokens, lost):
            began = time.monotonic()
            check(browser, daemon)
            print(f"ok {check.__doc__} ({time.monotonic() - began:.1f} s)", flush=True)
        if given.screenshots:
            screenshots(browser, given.program, given.screenshots)
        many(browser, given.program)
        print(f"ok {many.__doc__}")
    except Failure as failure:
        print(f"FAILED {failure}")
        sys.exit(1)
    finally:
        browser.close()
        daemon.close()


if __name__ == "__main__":
    main()
