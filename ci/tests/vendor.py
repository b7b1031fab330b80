#!/usr/bin/env python3
"""net-snmp's tools on the private trees: Epson's command tunnel, Xerox' XCMI with commands, hidden groups,
communities, trap clients and accounting rows."""
import re
import socket

import harness

EPSON, XEROX = "127.1.0.1", "127.1.0.2"
X = ".1.3.6.1.4.1.253.8"
TUNNEL = ".1.3.6.1.4.1.1248.1.2.2.44.1.1.2.1"
CLIENT = "1.6.127.0.0.1.4.138"  # 127.0.0.1:1162


def fleet(bed, *more):
    bed.fleet("--profile", "epson-wf-c5890", "--profile", "xerox-versalink-c7030", "--pace", "1000", *more)


def snmpset(bed, address, *what, community="private", seconds=5):
    return bed.run("snmpset", "-v2c", "-c", community, "-m", "", "-OQvn", "-t", str(seconds), "-r", "0", address,
                   *what)


def restarted(bed, address):
    """Whether the printer has restarted once; while it does it is silent."""
    done = bed.run("snmpget", "-v2c", "-c", "public", "-m", "", "-OQvn", "-t", "0.2", "-r", "0", address,
                   ".1.3.6.1.4.1.8072.9999.9999.77.1.4.0")
    return done.text.strip() == "1"


def command(code, *payload):
    arcs = [ord(c) for c in code] + [len(payload) & 255, len(payload) >> 8, *payload]
    return TUNNEL + "".join(f".{a}" for a in arcs)


def tunnel(bed, code, *payload, version="1"):
    """The answer to one GET, without its zero octet and form feed."""
    done = bed.run("snmpget", "-v" + version, "-c", "public", "-m", "", "-Oxvn", "-t", "5", "-r", "0", EPSON,
                   command(code, *payload))
    octets = bytes.fromhex("".join(re.findall(r"[0-9A-F]{2} ", done.ok().text.replace("Hex-STRING:", ""))))
    harness.equal(octets[:1], b"\0", f"first octet of {code}")
    return octets[1:].rstrip(b"\x0c").decode("latin-1")


def walk(bed, address, root):
    return bed.run("snmpbulkwalk", "-v2c", "-c", "public", "-m", "", "-Onq", "-t", "5", address, root).ok().text


def job(bed, address, pages):
    """A job on the raw port, until it is printed."""
    before = int(harness.snmpget(bed, address, ".1.3.6.1.2.1.43.10.2.1.4.1.1")[0])
    with socket.create_connection((address, 9100), timeout=harness.DEADLINE) as s:
        s.sendall(b"page\f" * pages)
    harness.eventually(lambda: int(harness.snmpget(bed, address, ".1.3.6.1.2.1.43.10.2.1.4.1.1")[0]) == before + pages,
                       f"{pages} more pages of {address}")


def test_tunnel(bed):
    """One GET is one command, it acts once, and no walk shows it."""
    fleet(bed)
    harness.check(tunnel(bed, "st", 1).startswith("@BDC ST2\r\n"), "no status block")
    harness.equal(tunnel(bed, "vi", 0), "vi:00:FZ12N1;", "firmware")
    harness.equal(tunnel(bed, "zz", 0), "zz:;", "a command there is not")
    harness.check(TUNNEL not in walk(bed, EPSON, ".1.3.6.1.4.1.1248.1.2.2.44"), "the tunnel is in a walk")
    cleanings = ".1.3.6.1.4.1.8072.9999.9999.77.1.2.0"
    for n, version in enumerate(("1", "2c"), 1):
        harness.equal(tunnel(bed, "ch", 1, version=version), "ch:OK;", f"cleaning by v{version}")
        harness.eventually(lambda: harness.snmpget(bed, EPSON, cleanings) == [str(n)], f"{n} cleanings")
    # Together with an object that is not there the whole v1 request fails, and is not played twice.
    bed.run("snmpget", "-v1", "-c", "public", "-m", "", "-t", "5", "-r", "0", "-Cf", EPSON,
            command("ti", 0, 0x07, 0xea, 1, 2, 3, 4, 5), ".1.3.6.1.4.1.1248.9.9.9")
    date = harness.snmpget(bed, EPSON, ".1.3.6.1.2.1.25.1.2.0")[0]
    harness.check(date.startswith(("2026-1-2", "07 EA 01 02")), f"the clock was not set: {date}")


def test_hidden_groups(bed):
    """GET answers, walks go by, and a SET of the mask changes what is hidden."""
    fleet(bed)
    label = f"{X}.51.15.2.1.2.14.1.3.6.1.4.1.253.8.53.3.2.1.5.503"
    harness.equal(harness.snmpget(bed, XEROX, label), ["printerIdle"], "a hidden object")
    harness.check(".253.8.51.15." not in walk(bed, XEROX, f"{X}.51"), "a hidden group is in the walk")
    snmpset(bed, XEROX, f"{X}.51.1.2.1.16.1", "i", "8192").ok()
    shown = walk(bed, XEROX, f"{X}.51")
    harness.check(label in shown, "a group that is shown is not in the walk")
    harness.check(".253.8.51.16." not in shown, "the group that is still hidden is in the walk")


def test_communities(bed):
    """What a manager sets is asked for from the next request on."""
    fleet(bed)
    snmpset(bed, XEROX, f"{X}.51.1.2.1.13.1", "s", "readers", f"{X}.51.1.2.1.14.1", "s", "writers").ok()
    old = bed.run("snmpget", "-v2c", "-c", "public", "-m", "", "-t", "1", "-r", "0", XEROX, ".1.3.6.1.2.1.1.1.0")
    harness.check("Timeout" in old.errors, f"the old community is answered: {old.text}{old.errors}")
    name = harness.snmpget(bed, XEROX, f"{X}.53.3.2.1.2.1", community="readers")
    harness.equal(name, ["Xerox VersaLink C7030"], "the new community")
    snmpset(bed, XEROX, f"{X}.53.3.2.1.14.1", "s", "XA-1", community="writers").ok()
    harness.check("Timeout" in snmpset(bed, XEROX, f"{X}.53.3.2.1.14.1", "s", "XA-2", seconds=1).errors,
                  "the old write community writes")
    harness.equal(harness.snmpget(bed, EPSON, ".1.3.6.1.2.1.43.5.1.1.16.1"), ["WF-C5890 Series"], "its neighbour")


def test_jobs_and_meters(bed):
    """A job moves the meters, stands in the accounting table, and goes from it when a collector destroys it."""
    fleet(bed)
    meters = [f"{X}.53.13.2.1.6.1.20.{i}" for i in (1, 33, 38)]
    before = [int(v) for v in harness.snmpget(bed, XEROX, *meters)]
    job(bed, XEROX, 4)
    job(bed, XEROX, 3)
    after = [int(v) for v in harness.snmpget(bed, XEROX, *meters)]
    harness.equal([b - a for a, b in zip(before, after)], [7, 7, 7], "total, colour, sheets")
    impressions = f"{X}.59.16.1.1.5"
    rows = re.findall(r"\.1\.1\.(\d+) (\d+)", walk(bed, XEROX, impressions))
    harness.equal(rows, [("49", "4"), ("50", "3")], "impressions of job 1 and 2")
    snmpset(bed, XEROX, f"{X}.59.16.1.1.1.1.1.49", "i", "6").ok()
    harness.equal(re.findall(r"\.1\.1\.(\d+) (\d+)", walk(bed, XEROX, impressions)), [("50", "3")], "what is left")
    harness.check("noCreation" in snmpset(bed, XEROX, f"{X}.59.16.1.1.1.1.1.49", "i", "6").errors,
                  "a row is destroyed twice")


def test_commands(bed):
    """Request and data in one message; a restart restarts; what cannot be is refused by name."""
    fleet(bed)
    request, data = f"{X}.53.5.2.1.2.1", f"{X}.53.5.2.1.3.1"
    harness.check("wrongValue" in snmpset(bed, XEROX, request, "i", "3").errors, "a command it has not")
    snmpset(bed, XEROX, request, "i", "2326", data, "s", "all").ok()
    harness.equal(harness.snmpget(bed, XEROX, f"{X}.53.5.2.1.8.1", data), ["1", "all"], "in progress, data")
    harness.check("inconsistentValue" in snmpset(bed, XEROX, request, "i", "8").errors, "a second command")
    # The other printer's restart: this one is busy with its test.
    snmpset(bed, EPSON, ".1.3.6.1.2.1.43.5.1.1.3.1", "i", "4").ok()
    harness.eventually(lambda: restarted(bed, EPSON), "a restart of the Epson")


def test_restart_by_xcmi(bed):
    fleet(bed)
    snmpset(bed, XEROX, f"{X}.53.5.2.1.2.1", "i", "2302").ok()
    harness.eventually(lambda: restarted(bed, XEROX), "a restart")
    harness.equal(harness.snmpget(bed, XEROX, f"{X}.53.5.2.1.4.1"), ["0"], "its status")


harness.main(test_tunnel, test_hidden_groups, test_communities, test_jobs_and_meters, test_commands,
             test_restart_by_xcmi)
