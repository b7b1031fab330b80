#!/usr/bin/env python3
"""The print ports as programs of others use them: CUPS with all options, LPRng, rlpr, nmap, netcat."""
import hashlib
import os
import re

import harness

HERE = os.path.dirname(os.path.abspath(__file__))
LPRNG = os.path.normpath(os.path.join(HERE, "../../build/foreign/lprng"))
ADDRESS, QUEUE = "127.1.0.1", "PASSTHRU"
JOB, PAGES = b"first page\fsecond page\f", 2
UEL = b"\x1b%-12345X"


def fleet(bed, *more):
    bed.fleet("--profile", "epson-wf-c5890", "--first", ADDRESS, "--pace", "1000", *more)
    bed.pages = harness.api("/v1/printers/1")["lifeCount"]
    bed.write("job.bin", JOB)


def printed(bed, pages, what):
    """So many pages more than at the last look."""
    bed.pages += pages
    def settled():
        now = harness.api("/v1/printers/1")
        return now["lifeCount"] >= bed.pages and all(j["state"] in ("done", "cancelled", "aborted") for j in now["jobs"]) and now
    harness.equal(harness.eventually(settled, f"{what}: {pages} pages")["lifeCount"], bed.pages, what)


def services(name, event):
    entries = harness.api("/v1/journal")
    entries = entries["entries"] if isinstance(entries, dict) else entries
    found = [e["detail"] for e in entries if e["kind"] == "service" and isinstance(e["detail"], dict)]
    return [d for d in found if d.get("service") == name and d.get("event") == event]


def backend(bed, kind, uri, copies="1", options="", file="job.bin"):
    """A CUPS backend with the descriptors its scheduler gives it; what comes back is in back.bin."""
    path = harness.tool(f"/usr/lib/cups/backend/{kind}")
    side = os.pipe()
    try:
        line = f'exec 3<>back.bin 4<&{side[0]}; exec "$0" 7 anna "Bericht Ä" "$1" "$2" "$3"'
        return bed.run("sh", "-c", line, path, copies, options, bed.path(file), pass_fds=(side[0],),
                       env={"DEVICE_URI": uri, "CUPS_CACHEDIR": bed.dir})
    finally:
        for fd in side:
            os.close(fd)


def cups_lpd(bed):
    fleet(bed)
    rows = (  # options of the URI, copies, pages
        ("reserve=none", "1", PAGES), ("reserve=any", "1", PAGES), ("reserve=rfc1179", "1", PAGES),
        ("order=control,data", "2", 2 * PAGES), ("order=data,control", "1", PAGES),
        ("mode=standard", "1", PAGES), ("mode=stream", "1", PAGES),
        ("manual_copies=yes", "3", 3 * PAGES), ("manual_copies=no", "3", 3 * PAGES),
        ("banner=on", "1", PAGES), ("format=f", "1", PAGES), ("format=o", "1", PAGES),
        ("sanitize_title=yes", "1", PAGES), ("timeout=20&contimeout=20", "1", PAGES),
    )
    for options, copies, pages in rows:
        done = backend(bed, "lpd", f"lpd://{ADDRESS}/{QUEUE}?reserve=none&{options}", copies).ok()
        harness.check("Data file sent successfully" in done.errors and "Control file sent successfully" in done.errors,
                      f"{options}: the backend says\n{done.errors}")
        printed(bed, pages, options)
    names = {d["name"] for d in services("lpd", "job") + services("lpd", "named")}
    harness.check(any(n.startswith("Bericht") for n in names), f"the title arrives: {names}")


def cups_lpd_refused(bed):
    """What strict printers refuse the backend tells in its own words."""
    fleet(bed)
    for fault, options, words in (
            ("lpd-queue-strict", "reserve=none", "lpd_command returning 1"),
            ("lpd-port-strict", "reserve=rfc1179", None)):
        harness.api("/v1/printers/1/fault", {"fault": fault, "armed": True})
        queue = "elsewhere" if "queue" in fault else QUEUE
        done = backend(bed, "lpd", f"lpd://{ADDRESS}/{queue}?{options}")
        if words is None:  # from port 721 to 731 it is taken
            done.ok()
            printed(bed, PAGES, fault)
        else:
            harness.check(done.code != 0 and re.search(words, done.errors, re.I), f"{fault}: {done.code} {done.errors}")
        harness.api("/v1/printers/1/fault", {"fault": fault, "armed": False})
    harness.check(services("lpd", "refused"), "the refusal is in the journal")


def cups_socket(bed):
    fleet(bed)
    for waiteof in ("true", "false"):
        done = backend(bed, "socket", f"socket://{ADDRESS}:9100/?waiteof={waiteof}").ok()
        harness.check(re.search(r"Print job sent|Ready to print|Wrote \d+ bytes|INFO: Print", done.errors, re.I),
                      f"waiteof={waiteof}: {done.errors}")
        printed(bed, PAGES, f"waiteof={waiteof}")
    bed.write("pjl.bin", UEL + b"@PJL INFO PAGECOUNT\r\n" + UEL)
    backend(bed, "socket", f"socket://{ADDRESS}:9100/?waiteof=true", file="pjl.bin").ok()
    with open(bed.path("back.bin"), "rb") as f:
        back = f.read()
    harness.equal(back, b"@PJL INFO PAGECOUNT\r\n%d\r\n\f" % bed.pages, "the back channel")


def rlpr(bed):
    fleet(bed)
    bed.run("rlpr", "-N", "-H" + ADDRESS, "-P" + QUEUE, "-Jminutes", bed.path("job.bin")).ok()
    printed(bed, PAGES, "rlpr")
    harness.api("/v1/printers/1/condition", {"condition": "coverOpen", "part": 0, "on": True})
    bed.run("rlpr", "-N", "-H" + ADDRESS, "-P" + QUEUE, "-Jwaits", bed.path("job.bin")).ok()
    short = bed.run("rlpq", "-N", "-H" + ADDRESS, "-P" + QUEUE).ok().text
    harness.check(re.search(r"^1st +\S+ +\d+ +waits +23 bytes$", short, re.M), f"rlpq: {short}")
    long = bed.run("rlpq", "-N", "-l", "-H" + ADDRESS, "-P" + QUEUE).ok().text
    harness.check(re.search(r"1st +\[job \d+", long) and "waits" in long, f"rlpq -l: {long}")
    number = re.search(r"1st +\S+ +(\d+)", short).group(1)
    bed.run("rlprm", "-N", "-H" + ADDRESS, "-P" + QUEUE, number)
    harness.equal(bed.run("rlpq", "-N", "-H" + ADDRESS, "-P" + QUEUE).ok().text, "no entries\n", "after rlprm")


def lprng(bed):
    """LPRng's clients see an /etc of their own, where its (empty) printcap and settings are."""
    harness.check(os.path.exists(LPRNG + "/usr/bin/lpr"), f"{LPRNG} is missing: run ci/deps, which unpacks "
                  "Debian package 'lprng' there")
    fleet(bed)
    script = bed.write("lprng.sh", f"""set -e
mkdir etc; mount -t tmpfs none etc
for f in passwd group nsswitch.conf hosts services; do cp /etc/$f etc/; done
cp -r {LPRNG}/etc/lprng etc/; rm -f etc/lprng/printcap; : >etc/printcap; : >etc/lprng/printcap
mount --bind etc /etc
exec "$@"
""")

    def run(*argv):
        argv = (LPRNG + "/usr/" + argv[0], f"-P{QUEUE}@{ADDRESS}", *argv[1:])
        return bed.run("unshare", "-m", "sh", script, *argv)

    def clients(*argv):
        try:
            return run(*argv)
        finally:
            os.rmdir(bed.path("etc"))
    clients("bin/lpr", "-Jreport", bed.path("job.bin")).ok()
    printed(bed, PAGES, "lpr")
    harness.check("no entries" in clients("bin/lpq").ok().text, "lpq, nothing waits")
    harness.api("/v1/printers/1/condition", {"condition": "coverOpen", "part": 0, "on": True})
    clients("bin/lpr", "-Jwaits", bed.path("job.bin")).ok()
    harness.check(re.search(r"root: 1st +\[job \d+", clients("bin/lpq", "-l").ok().text), "lpq -l")
    harness.check(re.search(r"^1st +root +\d+ +waits +23 bytes$", clients("bin/lpq", "-s").ok().text, re.M), "lpq -s")
    clients("bin/lprm", "all").ok()
    harness.check("no entries" in clients("bin/lpq").ok().text, "lpq after lprm")
    clients("sbin/lpc", "stop")
    harness.check(any(d["why"] == "unknown command" for d in services("lpd", "refused")), "lpc is refused")
    job = services("lpd", "job")[0]
    harness.equal((job["name"], job["user"], job["bytes"]), ("report", "root", len(JOB)), "what lpr told")


def nmap(bed):
    fleet(bed)
    harness.api("/v1/printers/1/supply", {"supply": 0, "replace": True})
    scan = bed.run("nmap", "-n", "-Pn", "-sT", "-p9100", "--script", "pjl-ready-message", "--script-args",
                   "pjl_ready_message=Hello nmap", ADDRESS).ok().text
    harness.check(re.search(r"pjl-ready-message:.*(\n.*)?Hello nmap", scan), f"pjl-ready-message: {scan}")
    known = bed.run("nmap", "-n", "-Pn", "-sT", "-sV", "--allports", "-p515,9100", ADDRESS).ok().text
    harness.check(re.search(r"515/tcp +open +printer", known) and re.search(r"9100/tcp +open +(hp-pjl|jetdirect)", known),
                  f"nmap -sV: {known}")
    # After its junk both ports still serve.
    harness.equal(harness.exchange(ADDRESS, 515, b"\3lp\n"), b"no entries\n", "LPD after nmap")
    harness.equal(harness.exchange(ADDRESS, 9100, b"@PJL ECHO here\r\n", until=b"\f"), b"@PJL ECHO here\r\n\f", "PJL after nmap")


def netcat(bed):
    fleet(bed)
    asked = UEL + b"@PJL INFO ID\r\n" + UEL + b"\r\n"
    harness.equal(bed.run("nc", "-N", ADDRESS, "9100", data=asked).ok().out,
                  b'@PJL INFO ID\r\n"EPSON WF-C5890 Series"\r\n\f', "nc")
    bed.run("nc", "-N", ADDRESS, "9100", data=JOB).ok()
    printed(bed, PAGES, "nc")
    harness.equal(bed.run("nc", "-N", ADDRESS, "515", data=b"\3lp\n").ok().text, "no entries\n", "nc to 515")


def further_ports(bed):
    """Ports 2000 and 2105 of a Xerox print, and its tcpConnTable lists them."""
    bed.fleet("--profile", "xerox-versalink-c7030", "--first", ADDRESS, "--pace", "1000")
    bed.pages = harness.api("/v1/printers/1")["lifeCount"]
    for port in ("2000", "2105", "9100"):
        bed.run("nc", "-N", ADDRESS, port, data=JOB).ok()
        printed(bed, PAGES, port)
    listing = bed.run("snmpwalk", "-v2c", "-cpublic", "-m", "", "-OQvn", ADDRESS, ".1.3.6.1.2.1.6.13.1.3").ok().text
    harness.check({"515", "2000", "2105", "9100"} <= set(listing.split()), f"tcpConnLocalPort: {listing}")


def kept_jobs(bed):
    """Each job in a file of its own, the digest in journal and state; names of peers lead nowhere."""
    os.mkdir(bed.path("kept"))
    fleet(bed, "--keep-jobs", bed.path("kept"))
    big = bytes(range(256)) * 4000
    bed.run("nc", "-N", ADDRESS, "9100", data=big).ok()
    bed.run("rlpr", "-N", "-H" + ADDRESS, "-P../../x", "-J../../../evil", bed.path("job.bin")).ok()
    state = harness.eventually(lambda: (s := harness.api("/v1/printers/1")) and len(s["jobs"]) == 2 and
                               all("sha256" in j for j in s["jobs"]) and s, "two jobs")
    names = sorted(os.listdir(bed.path("kept")))
    harness.equal(names, ["p000001-j000001.prn", "p000001-j000002.prn"], "files")
    for name, data, job in zip(names, (big, JOB), state["jobs"]):
        told = bed.run("sha256sum", bed.path("kept/" + name)).ok().text.split()[0]
        harness.equal((told, job["sha256"]), (hashlib.sha256(data).hexdigest(),) * 2, name)
    harness.equal({d["file"] for d in services("raw", "job") + services("lpd", "job")}, set(names), "journal")


if __name__ == "__main__":
    harness.main(cups_lpd, cups_lpd_refused, cups_socket, rlpr, lprng, nmap, netcat, further_ports, kept_jobs)
