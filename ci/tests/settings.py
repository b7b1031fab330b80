#!/usr/bin/env python3
"""What net-snmp's snmpset changes: channels refuse rlpr's jobs and connections, descriptions change their language,
settings stay over a reset and go with the factory's."""
import re
import socket

import harness

PRT = ".1.3.6.1.2.1.43."
PROFILES = ("epson-wf-c5890", "xerox-versalink-c7030")
ACCEPTS, REFUSES = "3", "4"  # prtChannelState
WARM, FACTORY = "5", "6"  # prtGeneralReset


def fleet(bed):
    arguments = [a for profile in PROFILES for a in ("--profile", profile)]
    bed.fleet(*arguments, "--first", "127.1.0.1", "--pace", "100")
    return [harness.api(f"/v1/printers/{n + 1}") for n in range(len(PROFILES))]


def snmpset(bed, address, oid, kind, value):
    """net-snmp's snmpset; it says the new value itself."""
    done = bed.run("snmpset", "-v2c", "-c", "private", "-m", "", "-OQvn", "-t", "5", address, oid, kind, value)
    return done.ok().text.strip().strip('"')


def refused(bed, address, oid, kind, value):
    """The error snmpset reports."""
    done = bed.run("snmpset", "-v2c", "-c", "private", "-m", "", "-t", "5", address, oid, kind, value)
    harness.check(done.code != 0, f"{oid} = {value} was taken: {done.text}")
    return re.search(r"^Reason: (\w+)", done.errors, re.M).group(1)


def rlpr(bed, state):
    job = bed.write("job.bin", b"page\f")
    queue = "PASSTHRU" if state["profile"].startswith("epson") else "lp"
    return bed.run("rlpr", "-N", "-H" + state["address"], "-P" + queue, job)


def raw_is_open(address):
    """Does port 9100 keep a connection and echo on it?"""
    asked = b"\x1b%-12345X@PJL ECHO here\r\n"
    try:
        return b"here" in harness.exchange(address, 9100, asked, until=b"\f")
    except (ConnectionError, socket.timeout):
        return False


def channels(bed):
    """prtChannelState: LPD and raw refuse print data until they are opened again."""
    for state in fleet(bed):
        address, path = state["address"], f"/v1/printers/{state['printer']}"
        lpd, raw = PRT + "14.1.1.6.1.1", PRT + "14.1.1.6.1.2"
        harness.equal(snmpset(bed, address, lpd, "i", REFUSES), REFUSES, f"{state['profile']}: LPD closed")
        done = rlpr(bed, state)
        harness.check(done.code != 0, f"{state['profile']}: rlpr printed on a closed channel: {done.text}{done.errors}")
        harness.check(raw_is_open(address), f"{state['profile']}: raw is closed with LPD")
        snmpset(bed, address, raw, "i", REFUSES)
        harness.check(not raw_is_open(address), f"{state['profile']}: raw takes data although it is closed")
        harness.equal(harness.api(path)["lifeCount"], state["lifeCount"], f"{state['profile']}: pages")
        snmpset(bed, address, lpd, "i", ACCEPTS)
        snmpset(bed, address, raw, "i", ACCEPTS)
        rlpr(bed, state).ok()
        harness.check(raw_is_open(address), f"{state['profile']}: raw stays closed")
        harness.eventually(lambda p=path, n=state["lifeCount"]: harness.api(p)["lifeCount"] == n + 1,
                           f"{state['profile']}: the page of rlpr")


def languages(bed):
    """A row of prtLocalizationTable changes the alert's text, another object the panel's."""
    for state in fleet(bed):
        address = state["address"]
        harness.api(f"/v1/printers/{state['printer']}/condition", {"condition": "jam", "part": 0, "on": True})
        harness.equal(snmpset(bed, address, PRT + "5.1.1.2.1", "i", "2"), "2", f"{state['profile']}: localization")
        rows = bed.run("snmpwalk", "-v2c", "-c", "public", "-m", "", "-OQvn", address, PRT + "18.1.1.8").ok().text
        harness.check("Papierstau." in rows, f"{state['profile']}: alerts say {rows!r}")
        panel = PRT + "16.5.1.2.1.1"
        harness.equal(harness.snmpget(bed, address, panel), ["Paper jam."], f"{state['profile']}: panel")
        snmpset(bed, address, PRT + "5.1.1.10.1", "i", "2")
        harness.equal(harness.snmpget(bed, address, panel), ["Papierstau."], f"{state['profile']}: panel")
        harness.equal(refused(bed, address, PRT + "5.1.1.2.1", "i", "9"), "inconsistentValue",
                      f"{state['profile']}: a language there is not")


def reset(bed, state, kind):
    """prtGeneralReset, and wait until the printer has started again."""
    reboots = harness.api(f"/v1/printers/{state['printer']}")["counters"]["reboots"]
    snmpset(bed, state["address"], PRT + "5.1.1.3.1", "i", kind)

    def started():
        return harness.api(f"/v1/printers/{state['printer']}")["counters"]["reboots"] == reboots + 1
    harness.eventually(started, f"{state['profile']}: start after prtGeneralReset {kind}")


def kept(bed):
    """Settings stay over a warm reset and go with a factory reset."""
    wanted = (("8.2.1.13.1.1", "s", "Letterhead"), ("8.2.1.22.1.1", "s", "blue"), ("8.2.1.20.1.1", "i", "120"),
              ("5.1.1.4.1", "s", "tel:117"), ("5.1.1.13.1", "i", "4"), ("14.1.1.6.1.1", "i", "4"))
    oids = [PRT + oid for oid, _, _ in wanted]
    for state in fleet(bed):
        address = state["address"]
        before = harness.snmpget(bed, address, *oids)
        for oid, kind, value in wanted:
            snmpset(bed, address, PRT + oid, kind, value)
        reset(bed, state, WARM)
        harness.equal(harness.snmpget(bed, address, *oids), [v for _, _, v in wanted], f"{state['profile']}: kept")
        reset(bed, state, FACTORY)
        harness.equal(harness.snmpget(bed, address, *oids), before, f"{state['profile']}: the factory's")


if __name__ == "__main__":
    harness.main(channels, languages, kept)
