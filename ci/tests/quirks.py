#!/usr/bin/env python3
"""Habits of real printers, each with the public source it was seen in: on the wire with the fault armed, absent without,
and never on the printer beside it. SNMP as net-snmp's clients see it, the rest from plain sockets."""
import re
import socket
import struct

import harness
from harness import check, equal

PRT = ".1.3.6.1.2.1.43."
MAC, UPTIME = ".1.3.6.1.2.1.2.2.1.6", ".1.3.6.1.2.1.1.3.0"
BAD, GOOD = "127.1.0.1", "127.1.0.2"
UEL = b"\x1b%-12345X"
SILENCE = 0.4
LONG = b"x" * 90


def walk(bed, address, oid, *options, tool="snmpwalk", version="-v2c"):
    """What net-snmp prints of a subtree: [(OID, type and value)]."""
    done = bed.run(tool, version, "-c", "public", "-m", "", "-On", "-t", "0.4", "-r", "0", *options, address, oid)
    return re.findall(r"^(\.[\d.]+) = (.*)$", done.text, re.M), done


def get(bed, address, oid, version="-v2c"):
    rows, done = walk(bed, address, oid, tool="snmpget", version=version)
    return rows[0][1] if rows else done.errors.strip()


def levels(bed, address, column):
    return [int(v.split()[-1]) for _, v in walk(bed, address, PRT + f"11.1.1.{column}")[0]]


def waste(bed, address):
    """Levels of supplies that are filled, and their capacities."""
    kinds = levels(bed, address, 4)
    both = zip(kinds, levels(bed, address, 9), levels(bed, address, 8))
    return [(level, capacity) for kind, level, capacity in both if kind == 4]


def bulk(bed, address, repetitions):
    rows, _ = walk(bed, address, ".1.3", f"-Cr{repetitions}", tool="snmpbulkget")
    return len(rows)


def hear(sock, n=4096):
    sock.settimeout(SILENCE)
    try:
        return sock.recv(n)
    except socket.timeout:
        return None


def lpd(address):
    """The octet after a data file; None for silence."""
    with socket.create_connection((address, 515), 5) as s:
        control = b"Hhost\nPanna\nfdfA001host\n"
        for part in (b"\x02PASSTHRU\n", b"\x02%d cfA001host\n" % len(control), control + b"\0",
                     b"\x034 dfA001host\n"):
            s.sendall(part)
            equal(hear(s), b"\0", f"acknowledgement of {part[:20]}")
        s.sendall(b"page\0")
        return hear(s)


def lpd_when_offline(address, number):
    """What LPD says to a job for a printer that is off-line."""
    harness.api(f"/v1/printers/{number}/condition", {"condition": "offline"})
    try:
        with socket.create_connection((address, 515), 5) as s:
            s.sendall(b"\x02PASSTHRU\n")
            return hear(s)
    finally:
        harness.api(f"/v1/printers/{number}/condition", {"condition": "offline", "on": False})


def echo(address, words):
    """Is a PJL ECHO answered?"""
    with socket.create_connection((address, 9100), 5) as s:
        s.sendall(UEL + b"@PJL ECHO " + words + b"\r\n")
        return words in (hear(s) or b"")


def job_end(address):
    """Does a client that has sent all still hear of the end of its job?"""
    heard = b""
    with socket.create_connection((address, 9100), 5) as s:
        s.sendall(UEL + b"@PJL USTATUS JOB=ON\r\n@PJL JOB NAME=\"a\"\r\n@PJL ENTER LANGUAGE=PCL\r\npage\f"
                  + UEL + b"@PJL EOJ\r\n" + UEL)
        s.shutdown(socket.SHUT_WR)
        s.settimeout(10)
        while True:
            try:
                more = s.recv(4096)
            except (socket.timeout, ConnectionResetError):
                break
            if not more:
                break
            heard += more
    return b"END" in heard


def llmnr(address, name, flags=0):
    """The answer to a query for the printer's name, None for silence."""
    label = name.encode()
    query = struct.pack(">6H", 77, flags, 1, 0, 0, 0) + bytes([len(label)]) + label + b"\0" + struct.pack(">2H", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(query, (address, 5355))
        return hear(s)


# fault: what is observed of a printer, and what it is without and with the fault (a value or a test).
QUIRKS = {
    "snmp-getnext-repeats": (lambda b, a, n: walk(b, a, UPTIME, tool="snmpgetnext")[0][0][0],
                             lambda oid: oid > UPTIME, UPTIME),
    "snmp-serial-padded": (lambda b, a, n: get(b, a, PRT + "5.1.1.17.1"),
                           lambda v: re.fullmatch(r'STRING: "\S{5,19}"', v), lambda v: re.fullmatch(r'STRING: "\S+ +"', v)
                           and len(v) == 30),
    "snmp-colorant-nul": (lambda b, a, n: get(b, a, PRT + "12.1.1.4.1.1"), 'STRING: "black"',
                          lambda v: v.startswith("Hex-STRING: 62 6C 61 63 6B 00")),
    "snmp-lifecount-integer": (lambda b, a, n: get(b, a, PRT + "10.2.1.4.1.1").split(":")[0], "Counter32", "INTEGER"),
    "snmp-localization-missing": (lambda b, a, n: [any(oid.startswith(PRT + column) for oid, _ in walk(b, a, PRT.rstrip("."))[0])
                                                   for column in ("5.1.1.2.", "7.1.1.4.", "5.1.1.3.", "7.1.1.3.")],
                                  [True] * 4, [False, False, True, True]),
    "snmp-bulk-mac-cut": (lambda b, a, n: [v for _, v in walk(b, a, MAC, "-Cr3", tool="snmpbulkget")[0]
                                           if v.startswith("Hex")] [0].strip() == get(b, a, MAC + ".1").strip(), True, False),
    "snmp-bulk-unanswered": (lambda b, a, n: (bulk(b, a, 5), get(b, a, UPTIME)[:9]), (5, "Timeticks"), (0, "Timeticks")),
    "snmp-bulk-hundred": (lambda b, a, n: bulk(b, a, 120), 120, 100),
    "snmp-v1-only": (lambda b, a, n: [get(b, a, UPTIME, v)[:9] for v in ("-v1", "-v2c")], ["Timeticks", "Timeticks"],
                     lambda v: v[0] == "Timeticks" and "imeout" in v[1]),
    "snmp-levels-unknown": (lambda b, a, n: set(levels(b, a, 8) + levels(b, a, 9)), lambda v: min(v) >= 0, {-2}),
    "snmp-levels-coarse": (lambda b, a, n: set(levels(b, a, 9)), lambda v: not v <= {1, 10, 100}, lambda v: v <= {1, 10, 100}),
    "snmp-levels-some": (lambda b, a, n: set(levels(b, a, 9)), lambda v: -3 not in v, {-3}),
    "snmp-waste-unknown": (lambda b, a, n: {v for v, _ in waste(b, a)}, lambda v: v and min(v) >= 0, {-2}),
    "snmp-waste-fills": (lambda b, a, n: [v * 2 > most for v, most in waste(b, a)], lambda v: v and all(v),
                         lambda v: v and not any(v)),
    "lpd-no-final-ack": (lambda b, a, n: lpd(a), b"\0", None),
    "lpd-accepts-when-off": (lambda b, a, n: lpd_when_offline(a, n), lambda v: v not in (b"\0", None), b"\0"),
    "raw-no-back-channel": (lambda b, a, n: echo(a, b"hello"), True, False),
    "raw-half-close-ends": (lambda b, a, n: job_end(a), True, False),
    "raw-long-lines-ignored": (lambda b, a, n: (echo(a, b"short"), echo(a, LONG)), (True, True), (True, False)),
    "llmnr-conflict-answered": (lambda b, a, n: llmnr(a, name_of(n), 0x0400) is not None, False, True),
    "llmnr-capitals": (lambda b, a, n: name_of(n).lower().encode() in llmnr(a, name_of(n).lower()), True, False),
}


def name_of(number):
    return harness.api(f"/v1/printers/{number}")["hostName"]


def holds(found, expected):
    return expected(found) if callable(expected) else found == expected


def each_quirk(bed):
    bed.fleet("--profile", "epson-wf-c5890", "--count", "2", "--first", BAD, "--pace", "100")
    known = {f["name"] for f in harness.api("/v1/faults")["faults"] if f.get("source")}
    equal(sorted(known), sorted(QUIRKS), "faults with a public source")
    check(len(known) >= 20, f"{len(known)} quirks")
    for fault, (observe, good, bad) in QUIRKS.items():
        found = observe(bed, BAD, 1)
        check(holds(found, good), f"{fault}, not armed: {found}")
        harness.api("/v1/printers/1/fault", {"fault": fault})
        found = observe(bed, BAD, 1)
        check(holds(found, bad), f"{fault}, armed: {found}")
        found = observe(bed, GOOD, 2)
        check(holds(found, good), f"{fault}, armed on the other printer: {found}")
        harness.api("/v1/printers/1/fault", {"fault": fault, "armed": False})


if __name__ == "__main__":
    harness.main(each_quirk)
