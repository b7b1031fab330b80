#!/usr/bin/env python3
"""A printer as a host of the network, in the words of net-snmp's own tools: snmpnetstat, snmpdf, snmpstatus, snmpset."""
import pathlib
import re
import socket

import harness

MIBS = str(pathlib.Path(__file__).resolve().parents[2] / "mibs")
EPSON, XEROX, LINDGREN = "127.1.0.1", "127.1.0.2", "127.1.0.3"
NAMED = ("-M", MIBS, "-m", "HOST-RESOURCES-MIB")


def fleet(bed):
    bed.fleet("--profile", "epson-wf-c5890", "--profile", "xerox-versalink-c7030", "--profile", "lindgren-color-30",
              "--first", EPSON)


def ask(bed, tool, address, *arguments):
    return bed.run(tool, "-v2c", "-c", "public", "-t", "5", *arguments, address, env={"MIBS": ""}).ok().text


def interface(bed, address):
    """Packets in and out of the one interface."""
    text = ask(bed, "snmpnetstat", address, "-Ci")
    line = re.search(rf"^eth0 +1500 +127/8 +{re.escape(address)} +(\d+) +0 +(\d+) +0 +0$", text, re.M)
    harness.check(line, f"no line of eth0 with {address}:\n{text}")
    return int(line[1]), int(line[2])


def interfaces(bed):
    """What the interface counts is what the tool itself sent and got."""
    fleet(bed)
    for address in (XEROX, LINDGREN):
        before = interface(bed, address)
        for _ in range(5):
            harness.snmpget(bed, address, "1.3.6.1.2.1.1.1.0")
        after = interface(bed, address)
        asked = interface(bed, address)[0] - after[0]  # what one look costs
        harness.equal(after[0] - before[0], 5 + asked, f"{address}: packets in")
        harness.equal(after[1] - before[1], 5 + asked, f"{address}: packets out")
    quiet = interface(bed, XEROX)[0]
    interface(bed, LINDGREN)
    harness.equal(interface(bed, XEROX)[0] - quiet, asked, "packets of one printer after the other was asked")


def connections(bed):
    fleet(bed)
    with socket.create_connection((LINDGREN, 9100)) as s:
        port = s.getsockname()[1]
        line = rf"^tcp4 +127\.1\.0\.3\.9100 +127\.0\.0\.1\.{port} +ESTABLISHED"
        harness.eventually(lambda: re.search(line, ask(bed, "snmpnetstat", LINDGREN, "-Can"), re.M),
                           "the connection in snmpnetstat")
        text = ask(bed, "snmpnetstat", LINDGREN, "-Can")
        for listener in (r"^tcp4 +\*\.515 ", r"^tcp4 +\*\.9100 ", r"^udp4 +\*\.161 "):
            harness.check(re.search(listener, text, re.M), f"no {listener}\n{text}")
        harness.check("1 currently established connection\n" in ask(bed, "snmpnetstat", LINDGREN, "-Cs", "-Cp", "tcp"),
                      "the connection is not counted")
    harness.eventually(lambda: "ESTABLISHED" not in ask(bed, "snmpnetstat", LINDGREN, "-Can"), "the connection's end")
    text = ask(bed, "snmpnetstat", LINDGREN, "-Cs", "-Cp", "tcp")
    harness.check("1 passive open\n" in text and "0 currently established connections\n" in text, text)


def storage(bed):
    """snmpdf: memory everywhere, a disk where the model has one."""
    fleet(bed)
    for address, disk in ((EPSON, False), (XEROX, True), (LINDGREN, True)):
        text = ask(bed, "snmpdf", address, *NAMED)
        harness.check(re.search(r"^Storage RAM +1048576 +393216 +655360 +37%$", text, re.M), text)
        harness.equal(bool(re.search(r"^Storage disk +8388608 +1048576 +7340032 +12%$", text, re.M)), disk,
                      f"{address}: disk\n{text}")


def status(bed):
    fleet(bed)
    for address, words in ((EPSON, "EPSON Built-in"), (XEROX, "Xerox VersaLink C7030"), (LINDGREN, "Color 30 MFP")):
        text = ask(bed, "snmpstatus", address)
        harness.check(words in text and "Interfaces: 1, Recv/Trans packets: " in text and "Up: 0:0" in text, text)
        harness.check("down" not in text, text)


def date(bed):
    """The date is set by its name and goes on from there."""
    fleet(bed)
    harness.equal(bed.run("snmpset", "-v2c", "-c", "private", *NAMED, EPSON, "HOST-RESOURCES-MIB::hrSystemDate.0", "=",
                          "2030-2-3,4:5:6.0,+0:0").code, 0, "exit code of snmpset")
    text = bed.run("snmpget", "-v2c", "-c", "public", *NAMED, "-Oqv", EPSON,
                   "HOST-RESOURCES-MIB::hrSystemDate.0").ok().text
    harness.check(re.match(r"2030-2-3,4:5:", text), f"the date is {text}")
    wrong = bed.run("snmpset", "-v2c", "-c", "private", "-m", "", EPSON, "1.3.6.1.2.1.25.1.2.0", "x",
                    "07ea021e0a310105")
    harness.check("wrongValue" in wrong.errors, f"30 February: {wrong.errors}")


if __name__ == "__main__":
    harness.main(interfaces, connections, storage, status, date)
