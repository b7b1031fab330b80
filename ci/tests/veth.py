#!/usr/bin/env python3
"""The whole emulator over a wire of its own (veth pair, MTU 1500, two namespaces): answers in fragments, broadcasts,
groups, jobs and pages, as clients of others see them; tshark tells that they really were on the wire."""
import os
import re
import shutil
import sys

import harness
from wire import BROADCAST, CLIENT, Wire

HERE = os.path.dirname(os.path.abspath(__file__))
EPSON = ("epson-wf-c5890", "epson-xp-432", "epson-sc-t3405")
SCANNERS = EPSON[:2]
PROFILES = (*EPSON, "lindgren-mono-40", "xerox-versalink-c7030")
PAGES = b"first\fsecond\fthird\f"
LIMITED, LLMNR_GROUP = "255.255.255.255", "224.0.0.252"


def address(wire, *profiles):
    return sorted(p["address"] for p in wire.printers if p["profile"] in profiles)


def fragments(bed, wire):
    """More in one answer than a packet takes: it comes in fragments, to GETBULK of v2c and of v3."""
    user = ("-v3", "-l", "authPriv", "-u", "fleet-reader", "-a", "SHA", "-A", "harness-read-auth", "-x", "AES", "-X",
            "harness-read-priv")
    for version in (("-v2c", "-c", "public"), user):
        done = wire.client("snmpbulkget", *version, "-m", "", "-On", "-t", "5", "-r", "0", "-Cn0", "-Cr100",
                           address(wire, "epson-sc-t3405")[0], ".1.3.6.1.4.1.1248").ok()
        rows = re.findall(r"^\.1\.3\.6\.1\.4\.1\.1248\.", done.text, re.M)
        harness.equal(len(rows), 100, f"objects in one answer of {version[0]}")


def ask_all(wire, port, datagram):
    """Who answers a datagram (hex) to the network's broadcast address; asked with a plain socket, as no client of
    others does it."""
    ask = ("import socket\n"
           "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
           "s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)\n"
           f"s.sendto(bytes.fromhex('{datagram}'), ('{BROADCAST}', {port}))\n"
           "s.settimeout(1)\n"
           "try:\n"
           "    while True: print(s.recvfrom(2048)[1][0])\n"
           "except TimeoutError: pass\n")
    return sorted(wire.client("python3", "-c", ask).ok().text.split())


def enpc(bed, wire):
    """SANE by limited broadcast; its probe to the network's own broadcast address reaches all four Epsons as well."""
    os.makedirs(bed.path("sane"), exist_ok=True)
    bed.write("sane/dll.conf", "epson2\n")
    bed.write("sane/epson2.conf", "net autodiscovery\n")
    text = wire.client("scanimage", "-L", env={"SANE_CONFIG_DIR": bed.path("sane")}).ok().text
    found = sorted(re.findall(r"^device `epson2:net:([0-9.]+)' is a ", text, re.M))
    harness.equal(found, address(wire, *SCANNERS), "scanimage -L by broadcast")
    answers = ask_all(wire, 3289, b"EPSONP\0\xff".hex() + "00" * 7)
    harness.equal(answers, address(wire, *EPSON), "ENPC answers to the network's broadcast address, once each")


def snmp_broadcast(bed, wire):
    """Epson's library finds what its driver supports; a request to the network's broadcast address is everybody's."""
    find = (f"import sys; sys.path.insert(0, {HERE!r}); import libescpr\n"
            "print('\\n'.join(p.location.decode() for p in libescpr.Library().find()))\n")
    found = wire.client("python3", "-B", "-c", find).ok().text.split()
    harness.equal(sorted(found), address(wire, *SCANNERS), "libescpr by limited broadcast")
    answers = ask_all(wire, 161, "302602010004067075626c6963a019020101020100020100300e300c06082b060102010105000500")
    harness.equal(answers, address(wire, *PROFILES), "GetRequest for sysName to the network's broadcast address")


def nbns(bed, wire):
    for p in wire.printers[2:]:
        named = p["profile"] in ("lindgren-mono-40", "xerox-versalink-c7030")
        text = wire.client("nmblookup", "-B", BROADCAST, p["hostName"]).text
        found = re.findall(r"^([0-9.]+) \S+<00>$", text, re.M)
        harness.equal(found, [p["address"]] if named else [], f"nmblookup of {p['profile']}")


def llmnr(bed, wire):
    for p in wire.printers[:4]:
        text = wire.client("llmnr-query", "-c", "1", "-I", "v1", "-T", "A", p["hostName"]).text
        harness.check(f"IN A {p['address']} " in text, f"llmnr-query of {p['profile']}:\n{text}")


def jobs(bed, wire):
    """rlpr and netcat print on each; a job larger than many packets comes whole."""
    job = bed.write("job", PAGES)
    large = bed.write("large", b"x" * 400000 + b"\f")
    for p in wire.printers:
        path = f"/v1/printers/{p['printer']}"
        pages = harness.api(path)["lifeCount"]
        with open(large, "rb") as f:
            wire.client("nc", "-q1", "-w5", p["address"], "9100", data=f.read()).ok()
        wire.client("rlpr", "-N", "-H" + p["address"], "-PPASSTHRU", job).ok()
        now = harness.eventually(lambda: (n := harness.api(path))["lifeCount"] >= pages + 4 and n, f"pages of {p['profile']}")
        harness.equal(now["lifeCount"], pages + 4, f"pages of {p['profile']}")
        harness.equal(now["jobs"][-2]["bytes"], 400001, f"bytes of the large job on {p['profile']}")


def pages(bed, wire):
    """curl reads each printer's page, over HTTP and, where the printer sends it there, HTTPS."""
    for p in wire.printers:
        text = wire.client("curl", "-sSkL", "--max-time", "20", f"http://{p['address']}/").ok().text
        harness.check(p["model"] in text, f"the page of {p['profile']} does not name '{p['model']}':\n{text[:400]}")


# what must have been on the wire: tshark's filter, and how many at least
SEEN = (
    ("first fragments of SNMP answers", f"ip.flags.mf == 1 && ip.frag_offset == 0 && ip.dst == {CLIENT}", 2),
    ("later fragments", f"ip.frag_offset > 0 && ip.dst == {CLIENT}", 2),
    ("no packet over the MTU", "ip.len > 1500", 0),
    ("limited broadcast of ENPC", f"ip.dst == {LIMITED} && udp.dstport == 3289 && eth.dst == ff:ff:ff:ff:ff:ff", 1),
    ("the network's broadcast of ENPC", f"ip.dst == {BROADCAST} && udp.dstport == 3289 && eth.dst == ff:ff:ff:ff:ff:ff", 1),
    ("ENPC answers", f"udp.srcport == 3289 && ip.dst == {CLIENT}", 6),
    ("limited broadcast of SNMP", f"ip.dst == {LIMITED} && udp.dstport == 161", 1),
    ("the network's broadcast of SNMP", f"ip.dst == {BROADCAST} && udp.dstport == 161", 1),
    ("broadcast of NetBIOS", f"ip.dst == {BROADCAST} && udp.dstport == 137", 3),
    ("group of LLMNR", f"ip.dst == {LLMNR_GROUP} && udp.dstport == 5355 && eth.dst == 01:00:5e:00:00:fc", 4),
    ("jobs on 9100", f"tcp.dstport == 9100 && tcp.len > 1000 && ip.src == {CLIENT}", 5),
    ("pages over HTTP", f"tcp.srcport == 80 && tcp.len > 0 && ip.dst == {CLIENT}", 5),
    ("jobs on 515", f"tcp.dstport == 515 && tcp.len > 0 && ip.src == {CLIENT}", 5),
)


def whole(bed):
    out = bed.path("wire.pcapng")
    wire = Wire(bed, *PROFILES, more=("--pace", "1000"))
    harness.check(" mtu 1500 " in bed.run("ip", "-o", "link", "show", "v0").ok().text, "MTU of the printers' card")
    shark = bed.child("tshark", wire.argv("tshark", "-i", "v1", "-s", "200", "-w", out))

    def count(text):
        read = bed.run("tshark", "-r", out, "-Y", text, "-T", "fields", "-e", "frame.number")
        return len(read.text.split())

    def captures():  # it says so before it does
        get = ("snmpget", "-v1", "-c", "public", "-m", "", address(wire, PROFILES[0])[0], ".1.3.6.1.2.1.1.5.0")
        return wire.client(*get).ok() and os.path.exists(out) and count("snmp") > 0
    harness.eventually(captures, "tshark captures")
    for part in (fragments, enpc, snmp_broadcast, nbns, llmnr, jobs, pages):
        part(bed, wire)
    last = f"tcp.srcport in {{80, 443}} && tcp.flags.fin == 1 && ip.src == {wire.printers[-1]['address']}"
    harness.eventually(lambda: count(last), "the end of the last page in the capture")
    shark.stop()
    # one reading counts for all filters: a column of frames and one of bytes each
    table = bed.run("tshark", "-q", "-r", out, "-z", ",".join(["io,stat,0", *(text for _, text, _ in SEEN)])).ok().text
    row = re.search(r"^\|[^|]*<>[^|]*\|(.*)\|$", table, re.M)
    harness.check(row, f"no row of counts:\n{table}")
    counts = [int(c) for c in row.group(1).split("|")][::2]
    harness.equal(len(counts), len(SEEN), "filters counted")
    for (what, text, least), seen in zip(SEEN, counts):
        harness.check(seen >= least if least else seen == 0, f"{what}: {seen} packets on the wire, wanted {least or 'none'} ({text})")


def push_scan(bed):
    """A multifunction whose profile says so tells the network every minute, three times; computers answer it."""
    shutil.copytree(os.path.join(HERE, "../../profiles"), bed.path("profiles"))
    tells = bed.write("profiles/tells.yaml", "extends: epson-wf-c5890\nepson: {push_scan: true}\n")
    wire = Wire(bed, tells, "epson-wf-c5890", more=("--virtual",))
    harness.api("/v1/time", {"mode": "standing"})
    at = wire.printers[0]["address"]
    listen = ("import socket, struct\n"
              "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
              "s.bind(('', 2968))\n"
              f"s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton('239.255.255.253') + socket.inet_aton('{CLIENT}'))\n"
              f"s.settimeout({harness.DEADLINE})\n"
              "print('listening', flush=True)\n"
              "for n in range(9):\n"
              "    data, peer = s.recvfrom(2048)\n"
              "    print(peer[0], peer[1], data.hex(), flush=True)\n"
              "text = b'(ClientName=desk),(IPAddress=' + b'" + CLIENT + "' + b'),(EventPort=2968)\\0'\n"
              "s.sendto(bytes([2, 7, 0, 0, 20 + len(text)]) + bytes(6) + bytes([data[11], 0, 2]) + b'en' + "
              "struct.pack('>I', len(text)) + text, peer)\n"
              "s.sendto(bytes([2, 7]) + bytes(30), peer)\n")
    child = bed.child("computer", wire.argv("python3", "-c", listen))
    child.until("^listening")
    harness.api("/v1/time/advance", {"ms": 180000})
    harness.eventually(lambda: child.process.poll() is not None, "nine beacons in three minutes")
    lines = [line.split() for line in child.read().splitlines()[1:]]
    harness.equal({(a, port, data[:-2]) for a, port, data in lines}, {(at, "2968", "0206" + "00" * 9)},
                  "beacons of the one that tells, none of the other")
    numbers = [int(data[-2:], 16) for _, _, data in lines]
    inner = [n for n in numbers if n not in (numbers[0], numbers[-1])] or numbers[3:6]
    harness.check(len(set(numbers)) in (3, 4) and all(numbers.count(n) == 3 for n in inner), f"three of each: {numbers}")

    def told():
        entries = harness.api("/v1/journal")
        entries = entries["entries"] if isinstance(entries, dict) else entries
        found = [e["detail"] for e in entries if e["kind"] == "service" and isinstance(e["detail"], dict)]
        found = [d for d in found if d.get("service") == "push-scan"]
        return len(found) == 2 and found
    computer, junk = sorted(harness.eventually(told, "the computer in the journal"), key=lambda d: d["event"])
    harness.equal((computer["event"], computer["name"], computer["eventPort"]), ("computer", "desk", 2968), "journal")
    harness.equal(junk["event"], "malformed", "junk on the port")


if __name__ == "__main__":
    sys.exit(harness.main(whole, push_scan))
