"""A headless Chromium, driven by the DevTools protocol over a pipe. Only what the page's tests need."""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time


class BrowserError(Exception):
    """The browser refused a command, or did not answer in time."""


class Browser:
    """One process with a profile of its own, which is gone afterwards."""

    def __init__(self, executable="chromium"):
        self.profile = tempfile.mkdtemp(prefix="actpd-web-")
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()

        # Chromium reads commands from descriptor 3 and writes answers to 4.
        def arrange():
            spare = [os.dup(theirs_in), os.dup(theirs_out)]
            os.dup2(spare[0], 3)
            os.dup2(spare[1], 4)

        self.process = subprocess.Popen(
            [executable, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio",
             "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--force-color-profile=srgb", "--hide-scrollbars", "--remote-debugging-pipe",
             f"--user-data-dir={self.profile}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False,
            preexec_fn=arrange, start_new_session=True)
        os.close(theirs_in)
        os.close(theirs_out)
        self.reading, self.writing = ours_in, ours_out
        self.rest = b""
        self.number = 0
        self.answers = {}
        self.pages = {}

    def close(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self.reading)
        os.close(self.writing)
        shutil.rmtree(self.profile, ignore_errors=True)

    def send(self, method, params=None, session=None, timeout=30):
        """Sends a command and waits for its answer; events that come meanwhile go to their pages."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writing, data):]
        wanted = self.number
        end = time.monotonic() + timeout
        while wanted not in self.answers:
            if not self.pump(end - time.monotonic()):
                raise BrowserError(f"no answer to {method} within {timeout} s")
        answer = self.answers.pop(wanted)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def pump(self, timeout):
        """Reads what there is. False when nothing came in time."""
        if timeout <= 0 or not select.select([self.reading], [], [], timeout)[0]:
            return False
        data = os.read(self.reading, 1 << 20)
        if not data:
            raise BrowserError("the browser ended")
        *messages, self.rest = (self.rest + data).split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self.answers[message["id"]] = message
            elif message.get("sessionId") in self.pages:
                self.pages[message["sessionId"]].happened(message["method"], message["params"])
        return True

    def open(self, url, width=1280, height=900, dark=False, script=None, zone="UTC"):
        """A page at an address, with a log of its console, exceptions and requests from its first moment."""
        target = self.send("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.send("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = Page(self, session, target)
        self.pages[session] = page
        for domain in ("Page", "Runtime", "Network", "Log", "DOM", "Accessibility"):
            page.send(f"{domain}.enable")
        page.emulate(width, height, dark, zone)
        if script:
            page.send("Page.addScriptToEvaluateOnNewDocument", {"source": script})
        page.send("Page.navigate", {"url": url})
        return page


class Page:
    """One tab."""

    def __init__(self, browser, session, target):
        self.browser, self.session, self.target = browser, session, target
        self.errors = []
        self.requests = []

    def send(self, method, params=None, timeout=30):
        return self.browser.send(method, params, self.session, timeout)

    def close(self):
        self.browser.send("Target.closeTarget", {"targetId": self.target})
        self.browser.pages.pop(self.session, None)

    def emulate(self, width, height, dark, zone):
        """A screen of this size in CSS pixels, and the preferences of the person before it: no motion among them."""
        self.send("Emulation.setDeviceMetricsOverride",
                  {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        self.send("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"}]})
        self.send("Emulation.setTimezoneOverride", {"timezoneId": zone})

    def happened(self, method, params):
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.errors.append((details.get("exception") or {}).get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.errors.append(" ".join(str(argument.get("value", argument.get("description")))
                                        for argument in params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.errors.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def run(self, expression, timeout=30):
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self.send("Runtime.evaluate", {
            "expression": expression, "awaitPromise": True, "returnByValue": True, "userGesture": True}, timeout)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError((details.get("exception") or {}).get("description") or details["text"])
        return answer["result"].get("value")

    def wait(self, expression, timeout=20):
        """Waits until the expression is true; returns its value."""
        end = time.monotonic() + timeout
        while True:
            value = self.run(expression)
            if value:
                return value
            if time.monotonic() > end:
                raise BrowserError(f"it never came true within {timeout} s: {expression}")
            # Not for time to pass: for the browser to say something.
            self.browser.pump(0.1)

    def key(self, key, code=None, text=None, modifiers=0):
        params = {"key": key, "code": code or key, "modifiers": modifiers,
                  "windowsVirtualKeyCode": {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowRight": 39,
                                            "Home": 36, "End": 35, " ": 32}.get(key, 0)}
        down = {"type": "keyDown", **params}
        if key == "Enter":
            down["text"] = "\r"
        elif text:
            down["text"] = text
        self.send("Input.dispatchKeyEvent", down)
        self.send("Input.dispatchKeyEvent", {"type": "keyUp", **params})

    def type(self, text):
        self.send("Input.insertText", {"text": text})

    def point(self, selector):
        """Moves the mouse over an element."""
        box = self.run(f"(() => {{ const r = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
                       "return [r.left + r.width / 2, r.top + r.height / 2]; })()")
        self.send("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": box[0], "y": box[1]})

    def click(self, selector):
        self.run(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})")
        box = self.run(f"(() => {{ const r = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
                       "return [r.left + r.width / 2, r.top + r.height / 2]; })()")
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent",
                      {"type": kind, "x": box[0], "y": box[1], "button": "left", "clickCount": 1})

    def screenshot(self, path, full=False):
        params = {"format": "png", "captureBeyondViewport": full}
        if full:
            size = self.send("Page.getLayoutMetrics")["cssContentSize"]
            params["clip"] = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.send("Page.captureScreenshot", params, timeout=60)["data"]))

    def accessibility(self):
        """The nodes of the accessibility tree: role, name, and whether the Tab key reaches them."""
        nodes = []
        for node in self.send("Accessibility.getFullAXTree")["nodes"]:
            if node.get("ignored"):
                continue
            properties = {entry["name"]: entry["value"].get("value") for entry in node.get("properties", [])}
            nodes.append({"role": node.get("role", {}).get("value"), "name": node.get("name", {}).get("value", ""),
                          "focusable": properties.get("focusable", False)})
        return nodes
