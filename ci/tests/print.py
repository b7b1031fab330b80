#!/usr/bin/env python3
"""Printing as CUPS and rlpr do it; afterwards every way to ask the printer tells the same pages and jobs."""
import os
import re

import harness

LIFE = ".1.3.6.1.2.1.43.10.2.1.4.1.1"
JOB = b"first page\fsecond page\fthird page\f"
PAGES = 3
OVER = ("done", "aborted", "cancelled")  # the printer remembers its last jobs
# profile, the URI's queue, what CUPS shall call it
PRINTERS = (
    ("epson-wf-c5890", "PASSTHRU", "EPSON WF-C5890 Series"),
    ("xerox-versalink-c7030", "lp", "Xerox VersaLink C7030"),
    ("lindgren-mono-40", "lp", "Lindgren Mono 40"),
)


def fleet(bed):
    arguments = [a for profile, *_ in PRINTERS for a in ("--profile", profile)]
    bed.fleet(*arguments, "--first", "127.1.0.1", "--pace", "100")
    return [harness.api(f"/v1/printers/{n + 1}") for n in range(len(PRINTERS))]


def backend(bed, kind, uri, title):
    """A CUPS backend with the descriptors the scheduler gives it: 3 takes the back channel, 4 is the side channel."""
    path = harness.tool(f"/usr/lib/cups/backend/{kind}")
    job = bed.write("job.bin", JOB)
    back, side = os.open(os.devnull, os.O_RDWR), os.pipe()
    try:
        line = f'exec 3<>/dev/null 4<&{side[0]}; exec "$0" 7 anna "$1" 1 "" "$2"'
        return bed.run("sh", "-c", line, path, title, job, env={"DEVICE_URI": uri}, pass_fds=(side[0],)).ok()
    finally:
        for fd in (back, *side):
            os.close(fd)


def rlpr(bed, address, queue, title):
    job = bed.write("job.bin", JOB)
    bed.run("rlpr", "-N", "-H" + address, "-P" + queue, "-J" + title, job).ok()


def queue_list(bed, address, queue):
    """The titles rlpq shows."""
    text = bed.run("rlpq", "-N", "-H" + address, "-P" + queue).ok().text
    return re.findall(r"^(?:active|\d+(?:st|nd|rd|th))\s+\S+\s+\d+\s+(.*?)\s+\d+ bytes$", text, re.M)


def pjl(address, command):
    """The lines a PJL request is answered with."""
    asked = b"\x1b%-12345X@PJL " + command + b"\r\n\x1b%-12345X"
    lines = harness.exchange(address, 9100, asked, until=b"\f").decode("latin-1").split("\r\n")
    harness.equal(lines[0], "@PJL " + command.decode(), "the echo of a PJL request")
    return [line for line in lines[1:] if line.strip("\f")]


def agree(bed, state, queue, pages, titles):
    """Page counter over SNMP and PJL, jobs over LPD, and the state itself."""
    address, path = state["address"], f"/v1/printers/{state['printer']}"

    def settled():
        now = harness.api(path)
        waiting = [j for j in now["jobs"] if j["state"] not in OVER]
        return now["lifeCount"] >= pages and len(waiting) == len(titles) and now
    what = f"{state['profile']}: {pages} pages, jobs {titles}"
    harness.equal(harness.eventually(settled, what)["lifeCount"], pages, f"{state['profile']}: pages printed")
    harness.equal(harness.snmpget(bed, address, LIFE), [str(pages)], f"{state['profile']}: prtMarkerLifeCount")
    harness.equal(pjl(address, b"INFO PAGECOUNT"), [str(pages)], f"{state['profile']}: INFO PAGECOUNT")
    harness.equal(queue_list(bed, address, queue), titles, f"{state['profile']}: rlpq")


def cups_finds_them(bed):
    for state, (profile, queue, name) in zip(fleet(bed), PRINTERS):
        line = bed.run("/usr/lib/cups/backend/snmp", state["address"]).ok().text
        found = re.match(r'network (\S+) "([^"]*)" "[^"]*" "([^"]*)"', line)
        harness.check(found, f"{profile}: the snmp backend says {line!r}")
        harness.equal(found.group(1), f"lpd://{state['address']}:515/{queue}", f"{profile}: URI")
        harness.equal(found.group(2), name, f"{profile}: name and model")
        harness.check(re.search(r"(^|;)(MDL|MODEL):[^;]*" + re.escape(state["model"].split()[-1]), found.group(3)),
                      f"{profile}: device ID {found.group(3)}")
        harness.equal(pjl(state["address"], b"INFO ID"), [f'"{name}"'], f"{profile}: INFO ID")


def ways_to_print(bed):
    for state, (_, queue, _) in zip(fleet(bed), PRINTERS):
        address, pages = state["address"], state["lifeCount"]
        agree(bed, state, queue, pages, [])
        uris = (f"lpd://{address}/{queue}?reserve=none&order=control,data",
                f"lpd://{address}/{queue}?reserve=none&order=data,control",
                f"lpd://{address}/{queue}?reserve=rfc1179",
                f"socket://{address}:9100/?waiteof=false")
        for uri in uris:
            backend(bed, uri.split(":")[0], uri, "quarterly")
            pages += PAGES
            agree(bed, state, queue, pages, [])
        rlpr(bed, address, queue, "minutes")
        agree(bed, state, queue, pages + PAGES, [])


def waiting_jobs(bed):
    """With the cover open jobs wait, in order, and no page is counted; closed, they print."""
    for state, (_, queue, _) in zip(fleet(bed), PRINTERS):
        address, pages = state["address"], state["lifeCount"]
        cover = f"/v1/printers/{state['printer']}/condition"
        harness.api(cover, {"condition": "coverOpen", "part": 0, "on": True})
        rlpr(bed, address, queue, "alpha")
        backend(bed, "lpd", f"lpd://{address}/{queue}?reserve=none", "beta")
        agree(bed, state, queue, pages, ["alpha", "beta"])
        harness.api(cover, {"condition": "coverOpen", "part": 0, "on": False})
        agree(bed, state, queue, pages + 2 * PAGES, [])


if __name__ == "__main__":
    harness.main(cups_finds_them, ways_to_print, waiting_jobs)
