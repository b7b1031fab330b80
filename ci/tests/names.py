#!/usr/bin/env python3
"""Names and services as other people's programs find them: NetBIOS, LLMNR, SLP; over a wire of its own
where a client needs a network card. The verdict is what the client says."""
import re
import socket
import struct
import time

import harness
from wire import CLIENT, Wire

PROFILE = "lindgren-mono-40"
ALONE = "127.1.0.1"
GROUP_V2, GROUP_V1 = "239.255.255.253", "224.0.1.22"


def fleet(bed, count=3, *more):
    bed.fleet("--profile", PROFILE, "--count", str(count), "--first", ALONE, *more)
    return harness.api("/v1/printers")["printers"]


def table(text):
    """{(name, suffix): group?} of a NetBIOS name table, however the client shows it."""
    rows = re.findall(r"^[\s|_]*([A-Z0-9_-]+)\s*<(00|20)>(.*)$", text, re.M)
    return {(name, suffix): "group" in rest.lower() for name, suffix, rest in rows}


def own_table(printer, group="WORKGROUP"):
    name = printer["hostName"].upper()[:15]
    return {(name, "00"): False, (name, "20"): False, (group, "00"): True}


def mac_of(text):
    found = re.search(r"(?i)(?:MAC Address = |Adapter address: |NetBIOS MAC: )([0-9a-f:-]+)", text)
    harness.check(found, f"no MAC address in:\n{text}")
    return re.sub("[:-]", "", found.group(1)).lower()


def netbios(bed):
    printers = fleet(bed)
    for p in printers:
        at, name, mac = p["address"], p["hostName"], p["mac"].replace(":", "")
        status = bed.run("nmblookup", "-A", at).ok().text
        harness.equal(table(status), own_table(p), f"nmblookup -A {at}")
        harness.equal(mac_of(status), mac, f"nmblookup -A {at}")
        if p is not printers[0]:
            continue
        for form in ([name], [name + "#20"], ["--recursion", name]):
            found = bed.run("nmblookup", "-U", at, *form).ok().text
            harness.check(re.search(rf"^{at} {name}<", found, re.M), f"nmblookup -U {at} {form}:\n{found}")
        found = bed.run("nmblookup", "-U", at, "-S", name + "#20").ok().text
        harness.equal(table(found.split("Looking up")[1]), own_table(p), f"nmblookup -S {at}")
        seen = bed.run("nbtscan", "-v", at).ok().text
        harness.equal(table(seen), own_table(p), f"nbtscan -v {at}")
        harness.equal(mac_of(seen), mac, f"nbtscan -v {at}")
        seen = bed.run("nmap", "-n", "-Pn", "-sU", "-p137", "--script", "nbstat", at).ok().text
        harness.equal(table(seen), own_table(p), f"nmap nbstat {at}")
        harness.equal(mac_of(seen), mac, f"nmap nbstat {at}")
    everybody = {p["address"] for p in printers}
    found = bed.run("nmblookup", "-B", "127.255.255.255", printers[1]["hostName"]).ok().text
    harness.equal(re.findall(r"^([0-9.]+) \S+<00>$", found, re.M), [printers[1]["address"]], "broadcast for one name")
    found = bed.run("nmblookup", "-B", "127.255.255.255", "*").ok().text
    harness.equal(sorted(re.findall(r"^([0-9.]+) \*<00>$", found, re.M)), sorted(everybody), "broadcast for all")
    done = bed.run("nmblookup", "-B", "127.255.255.255", "NOBODY")
    harness.check(done.code != 0 and "name_query failed" in done.text, f"a foreign name: {done.text}")
    seen = bed.run("nbtscan", "127.1.0.0/29").ok().text
    harness.equal(set(re.findall(r"^(127\.1\.0\.\d)\s", seen, re.M)), everybody, "nbtscan of the network")

    # Net::NBName, with a query that is refused
    script = ('use Net::NBName; my $nb = Net::NBName->new; my $s = $nb->node_status($ARGV[0]); print $s->as_string; '
              'print "query ", $nb->name_query($ARGV[0], $ARGV[1], 0x20)->as_string; '
              'my $n = $nb->name_query($ARGV[0], "NOBODY", 0x20); print "nobody ", defined $n ? "found" : "refused";')
    text = bed.run("perl", "-e", script, printers[0]["address"], printers[0]["hostName"]).ok().text
    harness.equal(table(text), own_table(printers[0]), "Net::NBName node_status")
    harness.check(f"query {ALONE}" in text and "UNIQUE" in text, f"Net::NBName name_query:\n{text}")
    harness.check(text.endswith("nobody refused"), f"Net::NBName, a foreign name:\n{text}")

    # who is off has no name
    harness.api("/v1/printers/1/power", {"on": False})
    seen = bed.run("nbtscan", "127.1.0.0/29").ok().text
    harness.equal(set(re.findall(r"^(127\.1\.0\.\d)\s", seen, re.M)), everybody - {ALONE}, "nbtscan, one is off")


def epson_has_no_netbios(bed):
    bed.fleet("--profile", "epson-wf-c5890", "--first", ALONE)
    seen = bed.run("nbtscan", ALONE).ok().text
    harness.check(ALONE + " " not in seen.split("----")[-1], f"UDP 137 of an Epson answers:\n{seen}")
    name = harness.api("/v1/printers/1")["hostName"]
    answer = bed.run("dig", "+norecurse", "+noedns", "+tries=1", "-p", "5355", "@" + ALONE, name, "A").ok().text
    harness.check(re.search(rf"\sIN\s+A\s+{re.escape(ALONE)}$", answer, re.M), f"LLMNR of an Epson:\n{answer}")


def dig(bed, *arguments):
    text = bed.run("dig", "+tries=1", "+time=3", "-p", "5355", *arguments).ok().text
    status = re.search(r"status: (\w+)", text)
    harness.check(status, f"dig {' '.join(arguments)}: no answer\n{text}")
    records = re.search(r";; ANSWER SECTION:\n(.*?)\n\n", text, re.S)
    return status.group(1), [line.split()[1:] for line in records.group(1).splitlines()] if records else []


def llmnr_with_dig(bed):
    for p in fleet(bed):
        at, name = p["address"], p["hostName"]
        a = ["30", "IN", "A", at]
        for options in (["+norecurse", "+noedns"], [], ["+tcp"], ["+noadflag"]):
            harness.equal(dig(bed, *options, "@" + at, name, "A"), ("NOERROR", [a]), f"dig {options} A {name}")
        harness.equal(dig(bed, "@" + at, name.lower(), "A")[1], [a], "the name in lower case")
        harness.equal(dig(bed, "+tcp", "@" + at, name, "ANY"), ("NOERROR", [a]), "ANY")
        harness.equal(dig(bed, "@" + at, name, "AAAA"), ("NOERROR", []), "AAAA: a name without such a record")
        harness.equal(dig(bed, "@" + at, "-x", at), ("NOERROR", [["30", "IN", "PTR", name + "."]]), "PTR")
        harness.equal(dig(bed, "+tcp", "+edns=1", "+noednsneg", "@" + at, name, "A"), ("BADVERS", []), "EDNS 1")
    foreign = bed.run("dig", "+tries=1", "+time=1", "-p", "5355", "@" + ALONE, "somebody", "A")
    harness.check("timed out" in foreign.text or "no servers" in foreign.text, f"a foreign name:\n{foreign.text}")


def llmnr_on_the_wire(bed):
    wire = Wire(bed, PROFILE, "epson-wf-c5890", "xerox-versalink-c7030")
    for p in wire.printers:
        name, speaks = p["hostName"], not p["profile"].startswith("xerox")
        found = wire.client("llmnr-query", "-c", "1", "-I", "v1", "-T", "A", name).text
        harness.equal(f"LLMNR response: {name} IN A {p['address']} (TTL 30)" in found, speaks, f"llmnr-query:\n{found}")
        found = wire.client("llmnr-query", "-c", "1", "-I", "v1", "-T", "AAAA", name).text
        harness.equal("no answer records returned" in found, speaks, f"llmnr-query AAAA:\n{found}")
    name = wire.printers[1]["hostName"]
    harness.api("/v1/printers/1/setting", {"name": "hostName", "value": "front-desk"})
    found = wire.client("llmnr-query", "-c", "1", "-I", "v1", "-T", "A", "front-desk").text
    harness.check(f"front-desk IN A {wire.printers[0]['address']}" in found, f"after a change of name:\n{found}")
    found = wire.client("nmap", "--script", "llmnr-resolve", "--script-args", f"llmnr-resolve.hostname={name}", "-e",
                        "v1").text
    harness.check(re.search(rf"{name}\s*: {re.escape(wire.printers[1]['address'])}", found), f"nmap:\n{found}")


def llmnr_stays_on_the_link(bed):
    """Over TCP every packet has an IP TTL of 1, the SYN-ACK too (RFC 4795 s2.4)."""
    wire = Wire(bed, PROFILE)
    printer = wire.printers[0]
    shark, out = wire.record("tcp src port 5355")
    answer = wire.client("dig", "+tcp", "+tries=1", "-p", "5355", "@" + printer["address"], printer["hostName"], "A")
    harness.check(re.search(rf"IN\s+A\s+{re.escape(printer['address'])}", answer.text), f"dig +tcp:\n{answer.text}")
    ttls = wire.rows(out, 3, "tcp", "ip.ttl")
    shark.stop()
    harness.equal({t for row in ttls for t in row}, {"1"}, "TTL of what the printer sends")


def hp_installer(bed):
    """HPLIP's probe: SLP version 1 to 224.0.1.60. HP's printers answer, and no others."""
    wire = Wire(bed, "hp-color-laserjet-m880", PROFILE, "epson-wf-c5890")
    found = wire.client("hp-probe", "-b", "net", "-m", "slp", "-o", "2", "-g").text
    uris = re.findall(r"hp:/net/(\S+)\?ip=([0-9.]+)", found)
    harness.equal(set(uris), {("HP_Color_LaserJet_flow_MFP_M880", wire.printers[0]["address"])}, f"hp-probe\n{found}")
    harness.check(wire.printers[0]["hostName"] in found, f"hp-probe does not tell the name:\n{found}")


def text(value):
    return struct.pack(">H", len(value)) + value.encode()


def v2(function, body, xid, flags=0):
    size = 16 + len(body)
    return struct.pack(">BB", 2, function) + size.to_bytes(3, "big") + struct.pack(">H", flags) + b"\0\0\0" + \
        struct.pack(">H", xid) + text("en") + body


def v1(function, body, xid):
    return struct.pack(">BBHBB2sHH", 1, function, 12 + len(body), 0, 0, b"en", 3, xid) + body


def slp_v2(kind, xid, answered=""):
    """SrvRqst, AttrRqst and SrvTypeRqst for printers."""
    body = {1: text("service:printer") + text("DEFAULT") + text("") + text(""),
            6: text("service:printer") + text("DEFAULT") + text("") + text(""),
            9: b"\xff\xff" + text("DEFAULT")}[kind]
    return v2(kind, text(answered) + body, xid, 0x2000)


def ask(wire, requests, expected):
    """Send from the client's namespace, wait for so many answers and a little for more; what tshark reads of them."""
    shark, out = wire.record("udp port 427")
    sender = ("import socket,sys\n"
              "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
              "for line in sys.stdin:\n"
              "    to, data = line.split()\n"
              "    s.sendto(bytes.fromhex(data), (to, 427))\n"
              "n = 0\n"
              "try:\n"
              "    while True:\n"
              "        s.settimeout(20 if n < int(sys.argv[1]) else 0.7)\n"
              "        print(s.recvfrom(4096)[1][0])\n"
              "        n += 1\n"
              "except TimeoutError: pass\n")
    lines = "".join(f"{to} {data.hex()}\n" for to, data in requests)
    done = wire.client("python3", "-c", sender, str(expected), data=lines.encode()).ok()
    wanted = len(done.text.split()) + len(requests)
    seen = wire.rows(out, wanted, "srvloc", "ip.src", "srvloc.version", "srvloc.function", "srvloc.xid",
                     "srvloc.transaction_id", "srvloc.err", "srvloc.errv2", "srvloc.url.url",
                     "srvloc.attrrply.attrlist", "srvloc.srvtyperply.srvtypelist", "_ws.malformed")
    shark.stop()
    harness.check(not any(r[10] for r in seen), f"tshark finds malformed messages: {seen}")
    names = ("from", "version", "function", "xid", "xid1", "err", "errv2", "urls", "attributes", "types")
    return [dict(zip(names, r)) for r in seen if r[0] != CLIENT]


def slp_read_by_tshark(bed):
    wire = Wire(bed, PROFILE, "epson-wf-c5890", "xerox-versalink-c7030")
    at = [p["address"] for p in wire.printers]
    one = v1(1, text("") + text("service:printer//(color-supported=true)/"), 11)
    answers = ask(wire, [(GROUP_V2, slp_v2(1, 1)), (GROUP_V2, slp_v2(1, 2, at[0])), (GROUP_V2, slp_v2(6, 3)),
                              (GROUP_V2, slp_v2(9, 4)), (GROUP_V1, one), (at[1], v1(6, text("") + text(
                                  "service:printer:lpr") + text("") + text("sides-supported"), 12)),
                              (GROUP_V2, v2(1, text("") + text("service:scanner") + text("DEFAULT") + text("") +
                                            text(""), 5)),
                              (at[2], v2(1, text("") + text("service:printer") + text("LAB") + text("") + text(""), 6))],
                  3 + 2 + 3 + 3 + 2 + 1 + 1)

    def who(xid):
        return sorted(a["from"] for a in answers if int(a["xid"] or a["xid1"], 0) == xid)

    def of(xid, address):
        return next(a for a in answers if int(a["xid"] or a["xid1"], 0) == xid and a["from"] == address)
    harness.equal(who(1), at, "SrvRply of everybody, once")
    harness.equal(who(2), at[1:], "silent because on the list of those that have answered")
    harness.equal(who(3), at, "AttrRply of everybody")
    harness.equal(who(4), at, "SrvTypeRply of everybody")
    harness.equal(who(11), [at[1], at[2]], "version 1: those that print in colour")
    harness.equal(who(5), [], "a service nobody has")
    harness.equal(who(6), [at[2]], "an error to who asked one printer")
    harness.check(int(of(6, at[2])["errv2"], 0) == 4, f"scope not supported: {of(6, at[2])}")
    for address in at:
        urls = of(1, address)["urls"]
        queue = "PASSTHRU" if address == at[1] else "lp"
        harness.equal(urls, f"service:printer:lpr://{address}/{queue},service:printer:raw-tcp://{address}:9100", "URLs")
        harness.equal(of(4, address)["types"], "service:printer:lpr,service:printer:raw-tcp", "types")
        for p in wire.printers:
            if p["address"] == address:
                told = of(3, address)["attributes"]
                harness.check(f"(printer-make-and-model={p['vendor']} {p['model']})" in told, f"attributes: {told}")
    harness.check("sides-supported=" in of(12, at[1])["attributes"], f"version 1 attributes: {of(12, at[1])}")


def slp_over_tcp(bed):
    """Attributes that do not fit a datagram; junk on the port does not wedge it."""
    fleet(bed, 1)
    long = "x" * 250
    harness.api("/v1/printers/1/setting", {"name": "sysLocation", "value": long})
    harness.api("/v1/printers/1/setting", {"name": "printerName", "value": "y" * 60})
    request = slp_v2(6, 21)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(harness.DEADLINE)
        s.sendto(request, (ALONE, 427))
        short = s.recv(4096)
    harness.check(short[5] & 0x80 and len(short) <= 1400, f"no overflow flag over UDP: {short!r}")
    answer = harness.exchange(ALONE, 427, request, until=b"security-mechanisms-supported=none)")
    harness.check(long.encode() in answer and len(answer) > 1400, f"the attributes over TCP: {answer!r}")
    found = bed.run("nmap", "-n", "-Pn", "-sV", "--version-light", "-p427", ALONE, deadline=120).ok().text
    harness.check(re.search(r"^427/tcp\s+open", found, re.M), f"nmap -sV:\n{found}")
    harness.equal(harness.exchange(ALONE, 427, request, until=b"supported=none)"), answer, "after nmap's junk")


def a_thousand_printers(bed):
    """One request to all of them: each answers once, from its own address, over half a second."""
    printers = fleet(bed, 1000)
    seen, began, ended = [], 0, 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        s.settimeout(harness.DEADLINE)
        s.sendto(slp_v2(1, 7), ("127.255.255.255", 427))
        while len(seen) < len(printers):
            seen.append(s.recvfrom(2048)[1][0])
            ended = time.monotonic()
            began = began or ended
        s.settimeout(0.5)
        try:
            seen.append(s.recvfrom(2048)[1][0])
        except TimeoutError:
            pass
    harness.equal(sorted(seen), sorted(p["address"] for p in printers), "who has answered")
    harness.check(ended - began > 0.3, f"all answers within {ended - began:.3f} s: a burst")
    harness.check(seen != [p["address"] for p in printers], "the answers come in the printers' order")


if __name__ == "__main__":
    harness.main(netbios, epson_has_no_netbios, llmnr_with_dig, llmnr_on_the_wire, llmnr_stays_on_the_link,
                 hp_installer, slp_read_by_tshark, slp_over_tcp, a_thousand_printers)
