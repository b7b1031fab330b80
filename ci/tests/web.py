#!/usr/bin/env python3
"""The printers' pages as people and tools see them: Chromium logs in, reads, changes and restarts; curl and openssl
look at HTTPS. With PRESSCHECK_SCREENSHOTS=DIR the pictures of the README are made anew there."""
import os
import re
import socket

import browser
import harness

LIFE = ".1.3.6.1.2.1.43.10.2.1.4.1.1"
LEVEL = ".1.3.6.1.2.1.43.11.1.1.9.1."
NAME = ".1.3.6.1.2.1.43.11.1.1.6.1."
STAPLES = ".1.3.6.1.2.1.43.31.1.1."  # finSupplyTable
UPTIME, LOCATION = ".1.3.6.1.2.1.1.3.0", ".1.3.6.1.2.1.1.6.0"
EPSON, XEROX = "127.1.0.1", "127.1.0.2"


def fleet(bed, *more):
    bed.fleet("--profile", "epson-wf-c5890", "--profile", "xerox-versalink-c7030", "--first", EPSON, *more)
    return [harness.api(f"/v1/printers/{n}") for n in (1, 2)]


def picture(b, name):
    folder = os.environ.get("PRESSCHECK_SCREENSHOTS")
    if folder:
        b.screenshot(os.path.join(folder, name + ".png"))


def printed(bed, printer, address, pages):
    before = int(harness.snmpget(bed, address, LIFE)[0])
    harness.api(f"/v1/printers/{printer}/print", {"pages": pages, "color": True, "name": "Quarterly <report>", "user": "mona"})
    harness.eventually(lambda: int(harness.snmpget(bed, address, LIFE)[0]) == before + pages, f"{pages} pages printed")
    return before + pages


def number(b, key):
    return int(b.text(f"td[data-key='{key}']"))


def same_supplies(bed, b, address, supplies):
    """Every level in the table is SNMP's, every picture has a name."""
    rows = b.count("tr[data-supply]")
    harness.equal(rows, supplies, "supplies on the page")
    harness.equal(b.count("figure.tank svg rect.ink"), supplies, "pictures of levels")
    for n in range(1, rows + 1):
        level, name = harness.snmpget(bed, address, LEVEL + str(n), NAME + str(n))
        if "No Such" in level:  # a finisher's
            level, name = harness.snmpget(bed, address, f"{STAPLES}8.1.{n}", f"{STAPLES}5.1.{n}")
        harness.equal(b.text(f"tr[data-supply='{n}'] td[data-key='level']"), level, f"level of supply {n} ({name})")
        harness.check(name in b.text(f"tr[data-supply='{n}'] td"), f"supply {n} is not called {name}")


def log_in(b, base, login, user, password):
    b.open(base + login)
    b.type("#user", user)
    b.type("#password", "not the password")
    b.click("main form button")
    b.see(".alert.bad", "wrong")
    b.type("#user", user)
    b.type("#password", password)
    b.click("main form button")
    b.see(".user button", "Log out")
    cookie = next(iter(b.cookies().values()))
    harness.equal((cookie["name"], cookie["secure"], cookie["httpOnly"], cookie["sameSite"]),
                  ("__Host-session", True, True, "Strict"), "the session's cookie")


def restarted(bed, b, address):
    """The page's restart: away for a while, then back with the uptime from 0 and the counters kept."""
    before = int(harness.snmpget(bed, address, LIFE)[0])
    up = harness.api(f"/v1/printers/{1 if address == EPSON else 2}")["counters"]["reboots"]
    b.click("button[value='restart']")
    b.see(".alert.good", "Done")

    def back():
        n = harness.api(f"/v1/printers/{1 if address == EPSON else 2}")
        return n["counters"]["reboots"] == up + 1 and n["status"] not in ("booting", "off")
    harness.eventually(back, "the printer is back")
    days, hours, minutes, seconds = harness.snmpget(bed, address, UPTIME)[0].split(":")
    harness.check((days, hours) == ("0", "0") and int(minutes) == 0 and float(seconds) < 30,
                  f"uptime after the restart: {days}:{hours}:{minutes}:{seconds}")
    harness.equal(int(harness.snmpget(bed, address, LIFE)[0]), before, "pages after the restart")
    b.reload()
    b.see("#password")  # its sessions are over


def epson(bed):
    device = fleet(bed, "--pace", "100")[0]
    base, tree = f"https://{EPSON}", "/PRESENTATION/ADVANCED/"
    life = printed(bed, 1, EPSON, 12)
    with browser.Browser(bed, 1180, 900) as b:
        b.open(base + "/")
        harness.equal(b.url, base + "/PRESENTATION/HTML/TOP/PRTINFO.HTML", "where '/' leads")
        b.see("main", device["serial"])
        b.see(".state b", "Available")
        harness.equal(number(b, "life"), life, "pages on the first page")
        harness.api("/v1/printers/1/condition", {"condition": "supplyLow", "part": 1, "on": True})
        b.reload()
        b.see(".state.warn b", "attention")
        b.see(".tank.low figcaption", "Cyan")
        picture(b, "epson-status")
        b.open(base + tree + "INFO_SUPPLIES/TOP")
        same_supplies(bed, b, EPSON, 5)
        b.open(base + tree + "INFO_MENTINFO/TOP")
        harness.equal(number(b, "life"), life, "pages on the usage page")
        harness.equal(number(b, "mono") + number(b, "color"), life, "pages of both colours")
        harness.equal(b.complaints(), [], "complaints of the browser")
        # a page for the administrator: the form first, and then the page
        b.open(base + tree + "COMMON/NWNAME")
        b.see("h1", "Log-in required")
        log_in(b, base, tree + "PASSWORD", "", device["serial"])
        b.open(base + tree + "COMMON/NWNAME")
        b.type("#sysLocation", "Room <7> & \"attic\" up")
        b.click("main form button")
        b.see(".alert.good", "Done")
        harness.equal(harness.snmpget(bed, EPSON, LOCATION), ["Room <7> & \\\"attic\\\" up"], "sysLocation")
        b.open(base + tree + "COMMON/SETTINGS")
        picture(b, "epson-settings")
        b.choose("select[name='print.quality']", "high")
        b.click("form:has(select[name='print.quality']) button")
        b.see(".alert.good", "Done")
        settings = {s["name"]: s["value"] for s in harness.api("/v1/printers/1/settings")["settings"]}
        harness.equal((settings["sysLocation"], settings["print.quality"]), ("Room <7> & \"attic\" up", "high"),
                      "settings in the control API")
        b.open(base + tree + "JOBS/TOP")
        b.see("td", "Quarterly <report>")
        b.open(base + tree + "SECURITY/AUDIT")
        b.see("td", "login")
        b.open(base + tree + "MAINTENANCE/RESTART")
        restarted(bed, b, EPSON)


def xerox(bed):
    device = fleet(bed, "--pace", "100")[1]
    base = f"https://{XEROX}"
    life = printed(bed, 2, XEROX, 8)
    with browser.Browser(bed, 1180, 900, scripts=False) as b:
        b.open(base + "/")
        b.see(".state b", "Available")
        picture(b, "xerox-status")
        b.open(base + "/prcnt.htm")
        harness.equal(number(b, "life"), life, "pages of the billing meters")
        harness.equal(number(b, "mono") + number(b, "color"), life, "meters of both colours")
        b.open(base + "/stsply.htm")
        same_supplies(bed, b, XEROX, len(device["supplies"]))
        picture(b, "xerox-supplies")
        log_in(b, base, "/login.htm", "admin", device["serial"])
        b.open(base + "/properties/description.htm")
        b.type("#sysContact", "print room")
        b.click("main form button")
        b.see(".alert.good", "Done")
        harness.equal(harness.snmpget(bed, XEROX, ".1.3.6.1.2.1.1.4.0"), ["print room"], "sysContact")
        b.open(base + "/support/reboot.htm")
        restarted(bed, b, XEROX)


def curl(bed, *args, address=EPSON):
    """(status, text) of the last answer."""
    done = bed.run("curl", "-sS", "-w", "\n%{http_code}", *args)
    text, _, status = done.ok().text.rpartition("\n")
    return int(status), text


def certificate(bed, address, name):
    done = bed.run("openssl", "s_client", "-connect", f"{address}:443", "-showcerts", data=b"").ok()
    pem = re.search(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", done.text, re.S)
    harness.check(pem, f"no certificate in:\n{done.text}")
    return bed.write(name, pem.group())


def https(bed):
    """Each printer its own certificate, good for its names and address; nothing older than TLS 1.2. A capture of ours
    holds what TLS carried."""
    capture = bed.path("site.pcapng")
    device = fleet(bed, "--capture", capture)[0]
    pem = certificate(bed, EPSON, "epson.pem")
    other = certificate(bed, XEROX, "xerox.pem")
    home = f"https://{EPSON}/PRESENTATION/HTML/TOP/PRTINFO.HTML"
    for version in ("--tlsv1.2", "--tlsv1.3"):
        status, text = curl(bed, "--cacert", pem, version, "--tls-max", version[-3:], home)
        harness.check(status == 200 and device["serial"] in text, f"{version}: {status} {text[:200]}")
    name = device["hostName"]
    status, _ = curl(bed, "--cacert", pem, "--resolve", f"{name}.local:443:{EPSON}", f"https://{name}.local/web/icon.svg")
    harness.equal(status, 200, "under its own name")
    done = bed.run("curl", "-sS", "--cacert", other, home)
    harness.equal(done.code, 60, "curl with another printer's certificate")
    done = bed.run("curl", "-sS", "-k", "--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0", home)
    harness.equal(done.code, 35, "curl with TLS 1.1")
    subject = bed.run("openssl", "x509", "-in", pem, "-noout", "-subject", "-ext", "subjectAltName").ok().text
    for part in (device["serial"], name, EPSON):
        harness.check(part in subject, f"'{part}' is not in the certificate: {subject}")
    shown = bed.run(bed.program, "capture", "show", capture).ok().text
    harness.check("req.target=/PRESENTATION/HTML/TOP/PRTINFO.HTML -> resp.status=200" in shown, f"in the capture:\n{shown}")
    key = bed.run("openssl", "x509", "-in", pem, "-noout", "-pubkey").ok().text
    bed.children[0].stop()
    fleet(bed)
    again = certificate(bed, EPSON, "again.pem")
    harness.equal(bed.run("openssl", "x509", "-in", again, "-noout", "-pubkey").ok().text, key, "key in the next run")
    # who speaks something else on the TLS port is counted, and harms nobody
    before = harness.api("/v1/counters")["web"]["malformed"]
    harness.exchange(EPSON, 443, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    harness.exchange(EPSON, 443, b"\x16\x03\x01\xff\xff" + bytes(64))
    harness.eventually(lambda: harness.api("/v1/counters")["web"]["malformed"] == before + 2, "two that speak no TLS")
    harness.equal(curl(bed, "-k", home)[0], 200, "the page after them")


def exports(bed):
    """The audit trail as CSV and HTML hold the same rows; a formula in a job's name stays text."""
    device = fleet(bed, "--pace", "100")[1]
    base, jar = f"https://{XEROX}", bed.path("jar")
    harness.api("/v1/printers/2/print", {"pages": 1, "name": "=1+2,\"x\"", "user": "@sum"})
    status, _ = curl(bed, "-k", "-c", jar, "-d", f"user=admin&password={device['serial']}", base + "/login.htm")
    harness.equal(status, 303, "log-in")
    rows = []
    for kind in ("csv", "html"):
        status, text = curl(bed, "-k", "-b", jar, f"{base}/properties/audit.{kind}")
        harness.equal(status, 200, f"audit.{kind}")
        rows.append(text)
    lines = [line.split(",") for line in rows[0].split("\r\n")[1:] if line]
    cells = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", rows[1])
    harness.check(lines and [line[:4] for line in lines] == [list(c[:4]) for c in cells[1:]],
                  f"CSV and HTML differ:\n{rows[0]}\n{cells}")
    harness.eventually(lambda: "completed" in curl(bed, "-k", "-b", jar, base + "/jobs/jobs.csv")[1], "the job is done")
    text = curl(bed, "-k", "-b", jar, base + "/jobs/jobs.csv")[1]
    harness.check("\"'=1+2,\"\"x\"\"\",'@sum," in text, f"names of the job in jobs.csv:\n{text}")
    harness.equal(curl(bed, "-k", base + "/properties/audit.csv")[0], 401, "audit.csv without log-in")


def slow(bed):
    """A request that does not come to its end is answered 408, an idle connection closed; also when the printers'
    time is virtual, which clients' is not."""
    fleet(bed, "--virtual")
    sent = (b"GET / HTTP/1.1\r\nX: ", b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab", b"")
    held = []
    for data in sent:
        held.append(socket.create_connection((EPSON, 80), timeout=harness.DEADLINE))
        held[-1].sendall(data)
    for n in range(20):
        status, _ = curl(bed, "-k", f"{('http', 'https')[n % 2]}://{EPSON}/web/icon.svg")
        harness.equal(status, 200, "a page in virtual time")
    seen = [s.recv(4096)[:13] for s in held]
    harness.equal(seen, [b"HTTP/1.1 408 ", b"HTTP/1.1 408 ", b""], "answers to slow clients")
    for s in held:
        s.close()


def idle(bed):
    """5,000 who only connect: the oldest give way, pages are shown, memory stays."""
    child = bed.fleet("--profile", "epson-wf-c5890", "--count", "100", "--first", "127.1.0.1")

    def memory():
        with open(f"/proc/{child.process.pid}/status", encoding="ascii") as f:
            return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))
    before = memory()
    held = []
    try:
        for n in range(5000):
            s = socket.socket()
            s.setblocking(False)
            s.connect_ex((f"127.1.0.{1 + n % 50}", (80, 443)[n // 50 % 2]))
            held.append(s)
        for address in ("127.1.0.1", "127.1.0.99"):
            for scheme in ("http", "https"):
                status, _ = curl(bed, "-k", f"{scheme}://{address}/web/icon.svg")
                harness.equal(status, 200, f"{scheme}://{address} with 5,000 connections")
        grown = memory() - before
        harness.check(grown < 40000, f"memory grew by {grown} kB")
    finally:
        for s in held:
            s.close()


if __name__ == "__main__":
    harness.main(epson, xerox, https, exports, slow, idle)
