#!/usr/bin/env python3
"""The same client against snmpsim serving the exported walk of a profile, and against us: what it prints is equal.

snmpsim is an oracle for the wire: another SNMP engine in another language gives the same objects. What it
cannot know is named here: what moves with time and traffic, and which missing names are objects.
"""
import os
import re

import harness

PROFILES = ("epson-wf-c5890", "xerox-versalink-c7030")
PRINTER, ORACLE = "127.1.0.1", "127.0.0.1:10161"
CLIENT = ("-c", "public", "-m", "", "-Onexb")
READY = 120  # seconds: snmpsim makes an index of the walk first

# Objects whose values differ between two moments, with the reason.
ALIVE = {
    "1.3.6.1.2.1.1.3": "sysUpTime",
    "1.3.6.1.2.1.2.2.1.10": "ifInOctets", "1.3.6.1.2.1.2.2.1.11": "ifInUcastPkts",
    "1.3.6.1.2.1.2.2.1.12": "ifInNUcastPkts", "1.3.6.1.2.1.2.2.1.16": "ifOutOctets",
    "1.3.6.1.2.1.2.2.1.17": "ifOutUcastPkts",
    "1.3.6.1.2.1.4.3": "ipInReceives", "1.3.6.1.2.1.4.9": "ipInDelivers", "1.3.6.1.2.1.4.10": "ipOutRequests",
    "1.3.6.1.2.1.4.22": "ipNetToMediaTable: who was heard last", "1.3.6.1.2.1.4.35": "ipNetToPhysicalTable: the same",
    "1.3.6.1.2.1.4.31": "ipTrafficStats",
    "1.3.6.1.2.1.6.10": "tcpInSegs", "1.3.6.1.2.1.6.11": "tcpOutSegs",
    "1.3.6.1.2.1.7.1": "udpInDatagrams", "1.3.6.1.2.1.7.4": "udpOutDatagrams",
    "1.3.6.1.2.1.7.8": "udpHCInDatagrams", "1.3.6.1.2.1.7.9": "udpHCOutDatagrams",
    "1.3.6.1.2.1.11": "snmp: the agent counts its own messages",
    "1.3.6.1.2.1.25.1.1": "hrSystemUptime", "1.3.6.1.2.1.25.1.2": "hrSystemDate",
    "1.3.6.1.2.1.25.5.1.1.1": "hrSWRunPerfCPU",
    "1.3.6.1.2.1.31.1.1.1": "ifXTable: the counters of ifTable with 64 bits",
    "1.3.6.1.4.1.1248.1.2.2.3.1.1.11": "Epson's date",
    "1.3.6.1.4.1.253.8.53.3.2.1.9": "xcmHrDevInfoResetDate",
    "1.3.6.1.6.3.10.2.1.3": "snmpEngineTime",
}
# Rows come and go with these.
MOVING = ("1.3.6.1.2.1.4.22", "1.3.6.1.2.1.4.35")


def simulator(bed, name):
    """snmpsim with the exported walk. It refuses root, which the namespace of the test is."""
    done = bed.presscheck_ends("profile", "show", name, "--snmprec").ok()
    for directory in ("data", "cache"):
        os.mkdir(bed.path(directory))
    bed.write("data/public.snmprec", done.out)
    child = bed.child("snmpsim", [harness.tool("unshare"), "-U", "--map-user=1000", "--map-group=1000",
                                  harness.tool("snmpsimd"), f"--data-dir={bed.path('data')}",
                                  f"--cache-dir={bed.path('cache')}", f"--agent-udpv4-endpoint={ORACLE}",
                                  "--logging-method=null"])

    def answers():
        harness.check(child.process.poll() is None, f"snmpsim has ended:\n{child.read()}{child.read(1)}")
        return bed.run("snmpget", "-v2c", *CLIENT, "-r0", "-t1", ORACLE, "1.3.6.1.2.1.1.1.0").code == 0
    harness.eventually(answers, "snmpsim's first answer", READY)
    return child


def records(text):
    """[(oid, rest)] of a walk, in its order; the marks at the end left out."""
    lines = [r for r in re.split(r"\n(?=\.[0-9])", re.sub(r"End of MIB\n?$", "", text).strip("\n"))
             if "No more variables left" not in r]
    return [tuple(r[1:].split(" =", 1)) for r in lines]


def under(oid, roots):
    return any(oid == r or oid.startswith(r + ".") for r in roots)


def same(theirs, ours, what):
    """Equal, line for line; of what is alive the name and type."""
    def still(walk):
        return [(oid, rest.split(":")[0] if under(oid, ALIVE) else rest) for oid, rest in walk
                if not under(oid, MOVING)]
    a, b = still(records(theirs)), still(records(ours))
    wrong = [f"{'snmpsim only' if line in a else 'presscheck only'}: {line[0]} ={line[1]}"
             for line in sorted(set(a) ^ set(b))]
    harness.check(not wrong, f"{what}: {len(wrong)} lines differ\n" + "\n".join(wrong[:20]))
    harness.equal([oid for oid, _ in b], [oid for oid, _ in a], f"{what}, order")
    harness.check(len(a) > 900, f"{what}: only {len(a)} objects")
    living = sum(under(oid, ALIVE) for oid, _ in a)
    harness.check(living < len(a) / 10, f"{what}: {living} objects of {len(a)} are not compared by value")


def both(bed, tool, *argv, names=()):
    """What a client prints of both, each as (code, text)."""
    answers = []
    for address in (ORACLE, PRINTER):
        done = bed.run(tool, *argv, address, *names)
        answers.append((done.code, done.text + done.errors.replace(address, "ADDRESS")))
    return answers


def walks(bed, what):
    theirs, ours = both(bed, "snmpbulkwalk", "-v2c", *CLIENT, "-Cc", names=(".1",))
    same(theirs[1], ours[1], f"{what}: snmpbulkwalk -v2c")
    theirs, ours = both(bed, "snmpwalk", "-v1", *CLIENT, names=(".1",))
    same(theirs[1], ours[1], f"{what}: snmpwalk -v1")


MISSING = ("1.3.6.1.2.1.1.1.1", "1.3.6.1.2.1.1.99.0", "1.3.6.1.2.1.43.11.1.1.9.1.99", "1.3.9.9", "1.3.6.1.2.1.1.1")


def questions(bed, what):
    """GET of missing and present ones, GETNEXT to the end, GETBULK with non-repeaters, a wrong community."""
    theirs, ours = both(bed, "snmpget", "-v2c", *CLIENT, names=MISSING)
    harness.equal(theirs[1].count("No Such Instance"), len(MISSING), f"{what}: snmpsim's word for all that is missing")
    # snmpsim knows no modules. RFC 3416 s4.2.1: noSuchObject where no module has the name.
    for oid in ("1.3.6.1.2.1.1.99.0", "1.3.9.9"):
        theirs = (theirs[0], theirs[1].replace(f".{oid} = No Such Instance currently exists at this OID",
                                               f".{oid} = No Such Object available on this agent at this OID"))
    harness.equal(ours, theirs, f"{what}: snmpget of missing names")
    for argv in (("snmpget", "-v1", *CLIENT, "NAMES", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.99.0"),
                 ("snmpget", "-v2c", *CLIENT, "NAMES", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.43.11.1.1.9.1.1",
                  "1.3.6.1.2.1.25.3.2.1.3.1"),
                 ("snmpgetnext", "-v2c", *CLIENT, "NAMES", "1.3.6.1.2.1.1.99.0", "1.3.9"),
                 ("snmpgetnext", "-v1", *CLIENT, "NAMES", "1.3.6.1.2.1.1.99.0", "1.3.9"),
                 ("snmpbulkget", "-v2c", *CLIENT, "-Cn1", "-Cr12", "NAMES", "1.3.6.1.2.1.1.1", "1.3.6.1.2.1.43.10",
                  "1.3.6.1.2.1.43.11"),
                 ("snmpget", "-v2c", "-c", "nobody", "-r0", "-t1", "NAMES", "1.3.6.1.2.1.1.1.0")):
        at = argv.index("NAMES")
        theirs, ours = both(bed, *argv[:at], names=argv[at + 1:])
        harness.equal(ours, theirs, f"{what}: {' '.join(argv)}")


def alive(bed):
    """A printer of the profile itself."""
    for name in PROFILES:
        oracle = simulator(bed, name)
        printer = bed.fleet("--profile", name, "--first", PRINTER)
        try:
            walks(bed, name)
            questions(bed, name)
        finally:
            oracle.kill()  # it ends with an exit code of its own otherwise
        printer.stop()
        for directory in ("data", "cache"):
            os.rename(bed.path(directory), bed.path(f"{directory}-{name}"))


def main():
    harness.main(alive)


if __name__ == "__main__":
    main()
