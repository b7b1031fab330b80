#!/usr/bin/env python3
"""Hold mibs/PRESSCHECK-SIM-MIB.txt to what the simulator serves.

Usage: check-mib.py SOURCE_DIR
net-snmp's snmptranslate resolves every name of simulator/snmp/mib-sim.c to the OID that stands
there, the module has no object that is not served, and types agree. 77 without snmptranslate.
"""
import pathlib
import re
import shutil
import subprocess
import sys

MODULE = "PRESSCHECK-SIM-MIB"
TYPES = {"COUNTER32": {"Counter32"}, "INTEGER": {"INTEGER", "Integer32"},
         "OCTETS": {"OCTET STRING", "DateAndTime"}}


def translate(src, *args):
    return subprocess.run(["snmptranslate", "-M", src / "mibs", "-m", MODULE, *args],
                          capture_output=True, text=True, check=False).stdout


def served(src):
    """Name -> (OID, type) as the code has them."""
    found, oid = {}, None
    for line in (src / "simulator/snmp/mib-sim.c").read_text().splitlines():
        m = re.match(r"static const uint32_t sim_\w*oid\[\] = \{([\d, ]+)\};", line)
        if m:
            oid = ".".join(m[1].split(", "))
        m = re.match(r'\t\{(\d+), PC_SNMP_(\w+), .*"(sim\w+)"\},', line)
        if m:
            found[m[3]] = (f".{oid}.{m[1]}", m[2])
    return found


def main():
    src = pathlib.Path(sys.argv[1])
    if shutil.which("snmptranslate") is None:
        print("no snmptranslate: install the package snmp (ci/deps)")
        return 1
    code, bad = served(src), []
    text = (src / "mibs" / f"{MODULE}.txt").read_text()
    for name, (oid, kind) in code.items():
        got = translate(src, "-On", f"{MODULE}::{name}").strip()
        if got != oid:
            bad.append(f"{name}: served at {oid}, the module says '{got}'")
        # Not from -Td: it leaves out what comes from a module that is not installed.
        syntax = re.search(name + r" OBJECT-TYPE\s+SYNTAX\s+(OCTET STRING|\w+)", text)
        if syntax is None or syntax[1] not in TYPES[kind]:
            bad.append(f"{name}: served as {kind}, the module says {syntax and syntax[1]}")
    objects = set(re.findall(r"^(\w+) OBJECT-TYPE\s+SYNTAX.*\s+MAX-ACCESS\s+read-", text, re.M))
    bad += [f"{name}: in the module, not served" for name in sorted(objects - set(code))]
    grouped = set(re.findall(r"\w+", re.search(r"OBJECTS \{(.*?)\}", text, re.S)[1]))
    bad += [f"{name}: in no group" for name in sorted(objects ^ grouped)]
    if len(code) < 20:
        bad.append(f"only {len(code)} objects found in mib-sim.c")
    print("\n".join(bad) or f"{len(code)} objects resolve")
    return 1 if bad else 0


sys.exit(main())
