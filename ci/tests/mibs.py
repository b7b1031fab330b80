#!/usr/bin/env python3
"""net-snmp reads printers by the modules of mibs/ alone, and what it read passes the walk checker."""
import json
import os
import re

import harness

MIBS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "mibs")
PRINTERS = [("epson-wf-c5890", "127.1.0.1"), ("xerox-versalink-c7030", "127.1.0.2"),
            ("lindgren-color-30", "127.1.0.3")]
# Branches of which the modules have only a part: there the tool goes on in numbers.
PARTLY = re.compile(r"PRESSCHECK-EPSON-MIB::|SNMPv2-SMI::enterprises\.1248\.|RFC1213-MIB::")


def fleet(bed):
    bed.fleet(*[a for profile, _ in PRINTERS for a in ("--profile", profile)])


def walk(bed, address, *options):
    # Its own libraries and directories must not help.
    done = bed.run("snmpbulkwalk", "-v2c", "-c", "public", "-t", "5", "-M", MIBS, "-m", "ALL", *options,
                   address, ".1", env={"MIBDIRS": MIBS, "SNMPCONFPATH": bed.dir})
    done.ok()
    harness.equal(done.errors, "", f"complaints over {address}")
    return done.text


def test_names_and_types(bed):
    """Every object has a name of a module, its type, and its enumerated values by name."""
    fleet(bed)
    for profile, address in PRINTERS:
        text = walk(bed, address, "-OU")
        lines = [line for line in text.splitlines() if re.match(r"[\w-]+::| *iso|\.1", line)]
        harness.check(len(lines) > 700, f"{profile}: only {len(lines)} lines")
        for line in lines:
            harness.check("Wrong Type" not in line, f"{profile}: {line}")
            numbers = re.match(r"(SNMPv2-SMI|iso|\.1)", line)
            harness.check(not numbers or PARTLY.match(line), f"{profile}: no module has '{line}'")
        for want in ("Printer-MIB::prtMarkerSuppliesType.1.1 = INTEGER: ",
                     "HOST-RESOURCES-MIB::hrDeviceType.1 = OID: HOST-RESOURCES-TYPES::hrDevicePrinter",
                     "Printer-MIB::prtGeneralReset.1 = INTEGER: notResetting(3)",
                     "IF-MIB::ifType.1 = INTEGER: "):
            harness.check(want in text, f"{profile}: '{want}' is not in its walk")
        harness.check(re.search(r"prtMarkerSuppliesType\.1\.1 = INTEGER: [a-z]\w+\(\d+\)", text),
                      f"{profile}: the type of a supply has no name")


def judge(bed, name, text):
    done = bed.run(bed.program, "profile", "check", "--json", "--walk", bed.write(name, text))
    harness.check(done.code in (0, 1), f"{name}: exit code {done.code}\n{done.errors}")
    found = json.loads(done.text)[0]
    wrong = [f"{f['rule']}: {f['object']} {f['oid']}: {f['found']}, expected {f['expected']}"
             for f in found["findings"]]
    harness.equal(wrong, [], f"findings in {name}")
    return found


def test_walk_judged(bed):
    """What came over the network is clean, whichever way the tool writes it down."""
    fleet(bed)
    for profile, address in PRINTERS:
        plain = judge(bed, f"{profile}.walk", walk(bed, address, "-On"))
        # Indices in numbers: the tool writes a dot for an octet that does not print.
        named = judge(bed, f"{profile}-named.walk", walk(bed, address, "-Ob"))
        harness.check(plain["known"] > 700, f"{profile}: only {plain['known']} objects in the modules")
        harness.check(abs(plain["objects"] - named["objects"]) < 20, f"{profile}: {plain['objects']} "
                      f"objects in numbers, {named['objects']} in names")


harness.main(test_names_and_types, test_walk_judged)
