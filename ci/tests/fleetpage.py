#!/usr/bin/env python3
"""The fleet page in Chromium: ten thousand printers, search and filter, a fault armed there and seen at the
device, a job whose counter moves by itself, a jam cleared, stories and clock, what the page may and may not do.

With PRESSCHECK_PICTURES=DIR the pictures of the room's README are made.
"""
import os

import browser
import harness
from harness import api, check, equal

PAGE = "http://127.0.0.1:7161/"
OFFICE = ("--profile", "epson-wf-c5890", "--count", "9", "--profile", "xerox-versalink-c7030", "--count", "6",
          "--profile", "lindgren-color-30", "--count", "5", "--profile", "xerox-primelink-c9070", "--count", "3",
          "--profile", "epson-sc-t3405", "--count", "4", "--profile", "lindgren-mono-40", "--count", "5")


def picture(b, name):
    where = os.environ.get("PRESSCHECK_PICTURES")
    if where:
        b.resize(1200, 790)
        b.gone("#toast:not([hidden])")
        b.script("const s = document.getElementById('search'); if (!s.value.trim()) s.value = ''")
        b.screenshot(os.path.join(where, name))


def opened(bed, **options):
    b = browser.Browser(bed, width=1500, height=900, **options)
    b.open(PAGE)
    b.see("#link", "live")
    return b


def clean(b):
    equal(b.complaints(), [], "complaints of the browser")


def office(bed):
    """A day in an office: read, filter, break, print, repair; nothing is reloaded."""
    bed.fleet(*OFFICE, "--pace", "20")
    for n, what in ((2, "jam"), (11, "supplyLow"), (17, "coverOpen"), (21, "trayEmpty")):
        api(f"/v1/printers/{n}/condition", {"condition": what, "part": 0, "on": True})
    api("/v1/printers/5/sleep", {"on": True})
    api("/v1/printers/8/power", {"on": False})
    for n in (1, 12, 23, 30):
        api(f"/v1/printers/{n}/print", {"pages": 400, "color": True, "name": "Quarterly report", "user": "ann"})
    with opened(bed) as b:
        b.see("#shown", "32 of 32")
        b.see("#p2 .state", "down")
        b.see("#feed", "Paper jam.")
        picture(b, "fleet-events.png")
        b.type("#search", "xerox 7030")
        b.see("#shown", "6 of 32")
        b.type("#search", " ")
        b.click("[data-group=down]")
        equal(sorted(b.texts("#rows .state")), ["down"] * b.count("#rows .row"), "the filter")
        b.click("[data-group='']")

        # a fault, seen at the device
        b.click("#p3")
        b.see("#tab-printer h2", "WF-C5890")
        equal(b.attribute("#tab-printer .who a", "href"), f"http://{api('/v1/printers/3')['address']}/", "link to Web Config")
        b.type("#fault", "snmp-serial-empty")
        b.click("#arm")
        b.see("#armed", "snmp-serial-empty")
        address = api("/v1/printers/3")["address"]
        equal(harness.snmpget(bed, address, "1.3.6.1.2.1.43.5.1.1.17.1"), [""], "serial number at the device")
        b.click("[data-disarm=snmp-serial-empty]")
        b.see("#armed", "None")
        serial = api("/v1/printers/3")["serial"]
        equal(harness.snmpget(bed, address, "1.3.6.1.2.1.43.5.1.1.17.1"), [serial], "serial number again")

        # a job: the counter moves without a reload
        b.script("window.same = true")
        before = api("/v1/printers/3")["lifeCount"]
        equal(b.text("#p3 .pages"), f"{before:,}", "pages before")
        b.type("#print-pages", "7")
        b.click("#print")
        b.see("#p3 .pages", f"{before + 7:,}")
        b.see("#tab-printer .job", "Fleet page")
        check(b.script("return window.same === true"), "the page was loaded anew")

        # a jam, cleared
        b.click("#p2")
        b.see(".alert", "Paper jam")
        picture(b, "fleet-printer.png")
        b.click("[data-clear=jam]")
        b.see("#p2 .state", "idle")
        equal([a["condition"] for a in api("/v1/printers/2")["alerts"]], [], "alerts of the device")

        # what happens elsewhere shows by itself
        api("/v1/printers/4/condition", {"condition": "jam", "on": True})
        b.see("#p4 .state", "down")
        b.click("#tabs [data-tab=events]")
        b.see("#feed li:first-child", "no 4")
        b.click("#tabs [data-tab=faults]")
        b.type("#fault-search", "lpd-count")
        b.see("#fault-list", "one byte too large")
        clean(b)


def keyboard(bed):
    bed.fleet(*OFFICE)
    with opened(bed) as b:
        press = lambda key: b.command("POST", "/actions", {"actions": [{"type": "key", "id": "k", "actions": [  # noqa: E731
            {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]}]})
        press("/")
        equal(b.script("return document.activeElement.id"), "search", "focus after /")
        press("\ue00c")
        equal(b.script("return document.activeElement.id"), "list", "focus after Escape")
        for _ in range(3):
            press("\ue015")
        b.see("#p3[aria-selected=true]", "")
        b.see("#tab-printer h2", "WF-C5890")
        press("\ue010")
        b.see("#p32[aria-selected=true]", "")
        clean(b)


def story(bed):
    """A virtual run: the clock in hand, a story begun, stepped through."""
    bed.fleet(*OFFICE, "--virtual")
    api("/v1/time", {"mode": "standing"})
    with opened(bed) as b:
        b.click("#tabs [data-tab=run]")
        b.see("#mode", "standing")
        b.script("document.getElementById('story-text').value = arguments[0]",
                 "story: lunch\nsummary: a jam at lunch\nsteps:\n  - {do: raise, at: 1h, what: jam, pick: 3}\n"
                 "  - {do: clear, at: 2h, what: jam}\n")
        b.click("#story-start")
        b.see("#tab-run", "a jam at lunch")
        api("/v1/time/advance", {"ms": 3700000})
        b.see("[data-group=down]", "3")
        picture(b, "fleet-story.png")
        api("/v1/time/advance", {"ms": 3700000})
        b.see("[data-group=down]", "0")
        clean(b)


def texts(bed):
    """A printer's texts are texts: nothing in them runs, and nothing from elsewhere could."""
    bed.fleet("--profile", "epson-wf-c5890")
    odd = "<img src=x onerror=\"document.title='hit'\"><script>document.title='hit'</script>"
    api("/v1/printers/1/setting", {"name": "sysLocation", "value": odd})
    api("/v1/printers/1/setting", {"name": "console", "value": odd[:60]})
    api("/v1/printers/1/print", {"pages": 1, "name": odd[:60], "user": odd[:60]})
    with opened(bed) as b:
        b.see("#p1", "<img src=x")
        b.click("#p1")
        b.see("#tab-printer", "<script>")
        equal((b.title, b.count("#rows img"), b.count("#tab-printer img")), ("presscheck fleet", 0, 0), "what was made of it")
        check(b.script("const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
                       "document.body.append(s); return window.ran === undefined"), "an inline script ran")
    head = harness.exchange("127.0.0.1", 7161, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").decode()
    for line in ("default-src 'none'", "script-src 'self'", "nosniff", "ETag"):
        check(line in head, f"no {line}: {head[:600]}")
    tag = head.split("ETag: ")[1].split("\r\n")[0]
    again = harness.exchange("127.0.0.1", 7161, f"GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: {tag}\r\n"
                             "Connection: close\r\n\r\n".encode())
    check(again.startswith(b"HTTP/1.1 304"), again[:100])
    for host in ("evil.example", "evil.example:7161"):
        answer = harness.exchange("127.0.0.1", 7161, f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        check(answer.startswith(b"HTTP/1.1 403"), answer[:100])


def ten_thousand(bed):
    """All of a large fleet, found, sorted and watched; the page holds only the rows that are seen."""
    bed.fleet("--profile", "epson-wf-c5890", "--count", "4000", "--profile", "xerox-versalink-c7030", "--count", "3000",
              "--profile", "lindgren-mono-40", "--count", "3000")
    with opened(bed) as b:
        b.see("#shown", "10,000 of 10,000")
        check(b.count("#rows .row") < 60, f"rows in the page: {b.count('#rows .row')}")
        b.script("document.getElementById('list').scrollTop = 1e9")
        b.see("#p10000", "")
        api("/v1/printers/5000/condition", {"condition": "jam", "on": True})  # a row that is not shown
        b.see("[data-group=down]", "1")
        api("/v1/printers/5000/condition", {"condition": "jam", "on": False})
        b.see("[data-group=down]", "0")
        address = api("/v1/printers/7654")["address"]
        b.type("#search", address)
        b.see("#p7654", address)
        api("/v1/printers/7654/condition", {"condition": "jam", "on": True})
        b.see("#p7654 .state", "down")
        b.type("#search", " ")
        b.click("[data-group=down]")
        b.see("#shown", "1 of 10,000")
        api("/v1/printers/0/condition", {"condition": "offline", "on": True})
        b.see("[data-group=down]", "10,000")
        b.click("[data-group='']")
        b.click("#theme")
        b.script("document.getElementById('list').scrollTop = 7000 * 42")
        picture(b, "fleet-large.png")
        clean(b)


if __name__ == "__main__":
    harness.main(office, keyboard, story, texts, ten_thousand)
