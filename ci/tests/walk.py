#!/usr/bin/env python3
"""A walk is served value for value: what net-snmp's own programs read equals what the file holds.

Both fixtures hold the same objects, one as .snmprec, one as the text of snmpbulkwalk. The files are
read here by code of its own, so that a mistake of the product's reader shows.
"""
import os
import re
import struct

import harness

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
MIBS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "mibs")
UPTIME = ".1.3.6.1.2.1.1.3.0"
COUNTER64 = "Counter64"
TAGS = {2: "INTEGER", 4: "OCTETS", 6: "OID", 64: "IpAddress", 65: "Counter32", 66: "Gauge32",
        67: "Timeticks", 68: "Opaque", 70: COUNTER64}


def snmprec(path):
    """{oid: (type, value)} of a .snmprec file: octets as bytes, all else as text."""
    objects = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            oid, tag, value = line.split("|", 2)
            kind = TAGS[int(tag.rstrip("xe"))]
            if tag.endswith("x"):
                value = bytes.fromhex(value)
                if kind == "IpAddress":
                    value = ".".join(str(b) for b in value)
            elif kind in ("OCTETS", "Opaque"):
                value = value.encode()
            elif kind == "OID":
                value = "." + value.lstrip(".")
            objects["." + oid.lstrip(".")] = (kind, value)
    return objects


def netsnmp(text):
    """The same of what snmpwalk -Onexb prints."""
    objects = {}
    text = re.sub(r"End of MIB\n?$", "", text)  # version 1 has no other word for it
    records = re.split(r"\n(?=\.[0-9])", text.strip("\n"))
    for record in records:
        oid, value = record.split(" =", 1)
        value = " ".join(value.split())
        if value.startswith("No more variables left"):
            continue
        if value == '""':
            kind, value = "OCTETS", b""
        else:
            kind, _, value = value.partition(":")
            value = value.strip()
        if kind in ("Hex-STRING", "BITS"):
            kind, value = "OCTETS", bytes.fromhex(value)
        elif kind == "STRING":
            kind, value = "OCTETS", value.strip('"').encode()
        elif kind == "Opaque" and value.startswith("Float: "):
            value = ("float", float(value[7:]))
        elif kind == "OPAQUE":
            kind, value = "Opaque", bytes.fromhex(value)
        elif kind == "Timeticks":
            value = re.match(r"\((\d+)\)", value).group(1)
        harness.check(oid not in objects, f"{oid} came twice")
        objects[oid] = (kind, value)
    return objects


def read_float(objects):
    """net-snmp shows an Opaque that holds a float as a number; the same done to what the file says."""
    shown = {}
    for oid, (kind, value) in objects.items():
        if kind == "Opaque" and value[:3] == b"\x9f\x78\x04":
            value = ("float", struct.unpack(">f", value[3:])[0])
        shown[oid] = (kind, value)
    return shown


def same(found, expected, what):
    wrong = []
    for oid in sorted(set(found) | set(expected)):
        if oid == UPTIME and oid in found and oid in expected:
            continue  # the one object that lives
        if found.get(oid) != expected.get(oid):
            wrong.append(f"{oid}: found {found.get(oid)}, the file says {expected.get(oid)}")
    harness.check(not wrong, f"{what}: {len(wrong)} differ\n" + "\n".join(wrong[:20]))
    harness.equal(len(found), len(expected), what)
    return len(found)


def compare(bed, path, address):
    """snmpbulkwalk of a whole device against its .snmprec file; how many objects were equal."""
    done = bed.run("snmpbulkwalk", "-v2c", "-c", "public", "-m", "", "-Onexb", "-Cc", address, ".1").ok()
    return same(netsnmp(done.text), read_float(snmprec(path)), f"snmpbulkwalk of {os.path.basename(path)}")


def served_as_recorded(bed):
    path = os.path.join(DATA, "odd-printer.snmprec")
    bed.fleet("--walk", path, "--first", "127.1.0.1")
    harness.check(compare(bed, path, "127.1.0.1") >= 200, "the fixture has become too small")


def text_of_netsnmp(bed):
    bed.fleet("--walk", os.path.join(DATA, "odd-printer.walk"), "--first", "127.1.0.1")
    compare(bed, os.path.join(DATA, "odd-printer.snmprec"), "127.1.0.1")


# Its index holds the engine ID, which net-snmp writes as text with a dot for each octet that is none.
USERS = ".1.3.6.1.6.3.15.1.2.2."


def in_names(bed):
    """What net-snmp writes when it has our MIB modules: read back it is the same printer, whatever the notation."""
    numeric = ("-v2c", "-c", "public", "-m", "", "-Onexb", "-Cc", "127.1.0.1", ".1")
    for profile in ("epson-wf-c5890", "xerox-versalink-c7030"):
        alive = bed.fleet("--profile", profile, "--first", "127.1.0.1")
        path = bed.write(f"{profile}.walk", bed.run("snmpbulkwalk", *numeric).ok().text)
        alive.stop()
        still = bed.fleet("--walk", path, "--first", "127.1.0.1")
        expected, texts = netsnmp(bed.run("snmpbulkwalk", *numeric).ok().text), {}
        for notation in ("", "-Of", "-Os", "-Ou", "-Oe", "-Ob"):
            with_mibs = ("-v2c", "-c", "public", "-M", MIBS, "-m", "ALL", *([notation] if notation else []))
            texts[notation] = bed.run("snmpbulkwalk", *with_mibs, "-Cc", "127.1.0.1", ".1").ok().text
        still.stop()
        for notation, text in texts.items():
            harness.check("::" in text or notation in ("-Of", "-Os", "-Ou"), f"no names with {notation}:\n{text[:500]}")
            again = bed.fleet("--walk", bed.write("names.walk", text), "--first", "127.1.0.1")
            found = netsnmp(bed.run("snmpbulkwalk", *numeric).ok().text)
            readable = expected
            if notation != "-Ob":
                found, readable = ({o: v for o, v in w.items() if not o.startswith(USERS)} for w in (found, expected))
            same(found, readable, f"{profile} written with '{notation}'")
            again.stop()


def version_1(bed):
    """RFC 3584 s4.2.2: an SNMPv1 manager never sees Counter64, and errors name the variable."""
    path = os.path.join(DATA, "odd-printer.snmprec")
    objects = snmprec(path)
    bed.fleet("--walk", path, "--first", "127.1.0.1")
    v1 = ("-v1", "-c", "public", "-m", "", "-Onexb")
    done = bed.run("snmpwalk", *v1, "-Cc", "127.1.0.1", ".1").ok()
    visible = {o: v for o, v in objects.items() if v[0] != COUNTER64}
    harness.check(len(visible) < len(objects), "the fixture holds no Counter64")
    same(netsnmp(done.text), read_float(visible), "snmpwalk -v1")

    present = ".1.3.6.1.2.1.1.1.0"
    large = next(o for o in sorted(objects) if objects[o][0] == COUNTER64)
    for absent, why in ((".1.3.6.1.2.1.1.99.0", "absent object"), (large, "Counter64")):
        done = bed.run("snmpget", *v1, "-Cf", "127.1.0.1", present, absent)
        harness.equal(done.code, 2, f"snmpget -v1 of an {why}")
        said = done.text + done.errors
        harness.check("noSuchName" in said, f"snmpget -v1 of an {why}: {said}")
        harness.check(f"Failed object: {absent}\n" in said, f"the error index of an {why}: {said}")
    done = bed.run("snmpget", "-v2c", *v1[1:], "127.1.0.1", present, large, ".1.3.6.1.2.1.1.99.0").ok()
    harness.check("Counter64: " in done.text, "Counter64 in version 2c")
    harness.check("No Such" in done.text, "noSuchInstance or noSuchObject in version 2c")
    # getnext steps over a Counter64 to the next object a version 1 manager may see
    done = bed.run("snmpgetnext", *v1, "127.1.0.1", large).ok()
    harness.check("Counter64" not in done.text, "getnext -v1 gave a Counter64")


if __name__ == "__main__":
    harness.main(served_as_recorded, text_of_netsnmp, in_names, version_1)
