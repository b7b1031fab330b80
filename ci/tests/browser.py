"""Chromium under test: driven over WebDriver (plain HTTP, no library), headless, in the test's own network.

    with browser.Browser(bed) as b:
        b.open("https://127.1.0.1/")
        b.type("input[name=user]", "admin")
        b.click("button[type=submit]")
        b.see("h1", "Status")

Elements are named by CSS selectors. Every look waits for its observation with a deadline; what is not seen
is a harness.Failure that says what the page showed instead. Spec: W3C WebDriver
"""
import base64
import json
import struct
import urllib.error
import urllib.request

import harness

KEY = "element-6066-11e4-a52e-4f735466cecf"  # Spec: WebDriver, web element identifier
STALE = ("stale element reference", "no such element", "element not interactable", "element click intercepted")
ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--disable-default-apps", "--no-default-browser-check", "--hide-scrollbars", "--lang=en",
             "--force-device-scale-factor=1", "--no-proxy-server",
             # It asks for names of its maker's, and waits; there is no DNS in a test's network.
             "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.*, EXCLUDE 10.*, EXCLUDE 192.168.*")


class DriverError(Exception):
    def __init__(self, kind, text):
        super().__init__(f"{kind}: {text}")
        self.kind = kind


class Browser:
    """One browser with a profile of its own. `scripts=False` switches JavaScript off in all pages."""

    def __init__(self, bed, width=1200, height=800, scripts=True):
        self.bed, self.session = bed, None
        harness.tool("chromium")
        home = bed.path("browser")
        options = {"binary": harness.tool("chromium"),
                   "args": [*ARGUMENTS, f"--user-data-dir={home}", f"--window-size={width},{height}"]}
        if not scripts:
            options["prefs"] = {"profile.managed_default_content_settings.javascript": 2}
        # Chromium writes to its home whatever its profile's directory is.
        self.driver = bed.child("chromedriver", ["env", f"HOME={bed.dir}", f"TMPDIR={bed.dir}",
                                                 harness.tool("chromedriver"), "--port=0"])
        port = self.driver.until(r"^ChromeDriver was started successfully on port (\d+)").group(1)
        self.base = f"http://127.0.0.1:{port}"
        try:
            made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "acceptInsecureCerts": True, "pageLoadStrategy": "normal",
                "timeouts": {"pageLoad": harness.DEADLINE * 1000, "script": harness.DEADLINE * 1000},
                "goog:loggingPrefs": {"browser": "ALL"}, "goog:chromeOptions": options}}})
        except DriverError as e:
            raise harness.Failure(f"chromium does not start: {e}\n{self.driver.read(1)}") from None
        self.session = f"/session/{made['sessionId']}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End the browser and its driver, in order."""
        if self.session:
            self._ask("DELETE", self.session)
            self.session = None
            urllib.request.urlopen(self.base + "/shutdown", timeout=harness.DEADLINE).close()
            self.driver.process.wait(harness.DEADLINE)

    def _ask(self, method, path, body=None):
        data = json.dumps(body if body is not None else {}).encode() if method == "POST" else None
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=2 * harness.DEADLINE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as e:
            value = json.load(e)["value"]
            raise DriverError(value["error"], value["message"]) from None

    def command(self, method, path, body=None):
        """One WebDriver command of the session."""
        return self._ask(method, self.session + path, body)

    def open(self, url):
        try:
            self.command("POST", "/url", {"url": url})
        except DriverError as e:
            raise harness.Failure(f"{url}: {e}") from None

    @property
    def url(self):
        return self.command("GET", "/url")

    @property
    def title(self):
        return self.command("GET", "/title")

    @property
    def source(self):
        return self.command("GET", "/source")

    def reload(self):
        self.command("POST", "/refresh")

    def _elements(self, css):
        found = self.command("POST", "/elements", {"using": "css selector", "value": css})
        return [e[KEY] for e in found]

    def _first(self, css):
        found = self._elements(css)
        return found[0] if found else None

    def _shown(self):
        return f"{self.url} '{self.title}':\n{self.script('return document.body ? document.body.innerText : null')}"

    def _until(self, look, what):
        """What look() returns once it is not None; a page that changes under it is looked at again."""
        def observe():
            try:
                seen = look()
            except DriverError as e:
                if e.kind not in STALE:
                    raise
                seen = None
            return None if seen is None else (seen,)
        try:
            return harness.eventually(observe, what)[0]
        except harness.Failure as e:
            raise harness.Failure(f"{e}; the page is {self._shown()}") from None

    def _on(self, css, method, path, body=None):
        def act():
            element = self._first(css)
            return None if element is None else (self.command(method, f"/element/{element}{path}", body),)
        return self._until(act, f"'{css}'")[0]

    def text(self, css):
        """The rendered text of the first match."""
        return self._on(css, "GET", "/text")

    def texts(self, css):
        """The rendered texts of all matches there are now."""
        return self.script("return Array.from(document.querySelectorAll(arguments[0]), e => e.innerText.trim())", css)

    def attribute(self, css, name):
        return self._on(css, "GET", f"/attribute/{name}")

    def property(self, css, name):
        return self._on(css, "GET", f"/property/{name}")

    def count(self, css):
        return len(self._elements(css))

    def see(self, css, text=""):
        """Wait until a match shows `text`; returns its whole text."""
        return self._until(lambda: next((t for t in self.texts(css) if text in t), None), f"'{text}' in '{css}'")

    def gone(self, css):
        self._until(lambda: True if self.count(css) == 0 else None, f"no '{css}'")

    def click(self, css):
        self._on(css, "POST", "/click")

    def clear(self, css):
        self._on(css, "POST", "/clear")

    def type(self, css, text):
        """Put `text` in the place of what the field holds."""
        self.clear(css)
        self._on(css, "POST", "/value", {"text": text})

    def choose(self, css, value):
        """Select the option of this value, as a click does."""
        self._on(f"{css} option[value={json.dumps(value)}]", "POST", "/click")

    def script(self, code, *arguments):
        return self.command("POST", "/execute/sync", {"script": code, "args": list(arguments)})

    def cookies(self):
        """Name to cookie, with the attributes that WebDriver lists (httpOnly, secure, sameSite …)."""
        return {c["name"]: c for c in self.command("GET", "/cookie")}

    def complaints(self):
        """What the console of the pages so far holds of errors; reading empties it."""
        return [m["message"] for m in self.command("POST", "/se/log", {"type": "browser"}) if m["level"] == "SEVERE"]

    def resize(self, width, height):
        self.command("POST", "/window/rect", {"width": width, "height": height})

    def screenshot(self, path=None, css=None):
        """PNG of the viewport, or of one element; (width, height) is returned, the bytes go to `path`."""
        data = base64.b64decode(self._on(css, "GET", "/screenshot") if css else self.command("GET", "/screenshot"))
        harness.equal(data[:8], b"\x89PNG\r\n\x1a\n", "a screenshot's signature")
        if path:
            with open(path, "wb") as f:
                f.write(data)
        return struct.unpack(">II", data[16:24])

    def screenshot_page(self, path=None):
        """PNG of the whole page, however long."""
        size = self.command("GET", "/window/rect")
        self.resize(size["width"], self.script("return document.documentElement.scrollHeight") + 150)
        try:
            return self.screenshot(path, "html")
        finally:
            self.resize(size["width"], size["height"])
