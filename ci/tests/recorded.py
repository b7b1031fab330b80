#!/usr/bin/env python3
"""Bytes recorded of real Epson printers, asked for on the wire and compared one by one; only identities differ.

Every row is a byte string of a public recording: what is sent, and what the matching model answers or does. {m3} are
the last three octets of the MAC address as hex text, {mac} all six, {serial} and {serialhex} the serial number, {ip}
the address; {text:…} is text, the rest hex, blanks are ignored.
"""
import re
import socket

import harness

PAD = "00" * 64
# profile, what, request from the packet type on, answer from there on; "…" ends what is compared, with its length
ENPC = (
    ("epson-tm-m30ii", "error reply", "51 03 00 0999 0000 0000", "71 03 00 0999 FFFF 0000"),
    ("epson-tm-m30ii", "board information", "51 00 00 0000 0000 0000", "71 00 00 0000 0000 0036 {text:UB-E}{m3}{text:ENSN}"
     + "00" * 18 + " 00 01 FFFF 1C000208 {mac} 0000000100000001"),
    ("epson-tm-t88v", "board information, its other form", "51 00 00 0000 0000 0000", "71 00 00 0000 0000 0036 {text:UB-E}"
     "{m3}{text:ENPC}" + "00" * 18 + " 00 01 FFFF 03000102 {mac} 0000000100000001"),
    ("epson-tm-m30ii", "network information", "51 00 00 0010 0000 0000", "71 00 00 0010 0000 0017 01 {mac} 0004 {ip} {net} 807C"),
    ("epson-tm-t88v", "network information of a UB-E03", "51 00 00 0010 0000 0000",
     "71 00 00 0010 0000 0017 01 {mac} 0014 {ip} {net} 801C"),
    ("epson-tm-t88v", "POS basic information", "51 03 00 0000 0000 0000", "71 03 00 0000 0000 0085 00 05200264 {text:TM-T88V}"
     + "00" * 121),
    ("epson-tm-m30ii", "POS basic information", "51 03 00 0000 0000 0000", "71 03 00 0000 0000 0085 00 05010201 {text:TM-m30II}"
     + "00" * 120),
    ("epson-tm-t88v", "POS extended information", "51 03 00 0001 0000 0000", "71 03 00 0001 0000 00AA {mac} {text:UB-E1C}"
     + "00" * 26 + " 05200264 {text:TM-T88V}" + "00" * 121),
    ("epson-tm-m30ii", "POS extended information", "51 03 00 0001 0000 0000", "71 03 00 0001 0000 00AA {mac} {text:UB-E03}"
     + "00" * 26 + " 05010201 {text:TM-m30II}" + "00" * 120),
    ("epson-tm-m30ii", "holder of port 9100: nobody", "51 03 00 0017 0000 0000", "71 03 00 0017 0000 0004 00000000"),
    ("epson-tm-m30ii", "may a connection be opened", "51 03 00 0020 0000 0000", "71 03 00 0020 0000 0001 00"),
    ("epson-tm-m30ii", "toggle", "43 03 00 0015 0000 0001 00", "63 03 00 0015 0000 0001 00"),
    ("epson-tm-m30ii", "clear the time-out", "43 03 00 0016 0000 0000", "63 03 00 0016 0000 0001 00"),
    ("epson-tm-t88v", "function 0131 of a UB-E03", "51 03 00 0131 0000 0000", "71 03 00 0131 FFFF 0000"),
    ("epson-xp-432", "device ID", "51 02 00 0000 0000 0000", "71 02 00 0000 0000 00E2 030000 00CD {xpid} {text:XP-432 435 Series} 00"),
    ("epson-xp-432", "no POS printer in it", "51 03 00 0000 0000 0000", "71 03 00 0000 FFFE 0000"),
)
XP_ID = ("MFG:EPSON;CMD:ESCPL2,BDC,D4,D4PX,ESCPR1,END4;MDL:XP-432 435 Series;CLS:PRINTER;DES:EPSON XP-432 435 Series;"
         "CID:EpsonRGB;FID:FXN,DPN,WFA,ETN,AFN,DAN,WRA;RID:40;DDS:022500;ELG:0E10;SN:{serialhex};")
SC_ID = ("MFG:EPSON;CMD:ESCPL2,BDC,D4,D4PX,RTL,PJL,HP-GL/2,END4,GENEP;MDL:SC-T3405 Series;CLS:PRINTER;"
         "DES:EPSON SC-T3405 Series;CID:EpsonStd14;RID:06;DDS:401900;SN:{serialhex};")
CW_ID = "MFG:EPSON;CMD:ESCLABEL;MDL:CW-C6500Au;CLS:PRINTER;DES:EPSON CW-C6500Au;CID:EpsonCWC6500Au;"
IDS = (("epson-xp-432", XP_ID), ("epson-sc-t3405", SC_ID), ("epson-cw-c6500au", CW_ID))

ST2 = "404244432053543 20D0A".replace(" ", "")
UNKNOWN = "190C0000000000756E6B6E6F776E"
XP_BLOCK = (ST2 + "5800 010100 020110 06020100 0E010F 0F0D03 010069 050369 040269 030169 100301094E 130101" + UNKNOWN
            + "24020000 3705020200 0000 390100 3F0A01 0100 00000000000000 400A {serial}")
SC_BLOCK = (ST2 + "5800 010104 0D0143 0E020F00 0F1104 05035332 04025432 03015432 01005232 130101" + UNKNOWN
            + "240400000000 280408000000 39020000 3F0C020300006300CA1700000001 400A {serial}")
LABEL = ("^S(SMA,S,IL", "^S(SEA,E,NE", "WN,IC1,IM1,IY1", "^S(CLM,P,ER", "^S(IMF,V,TS20P2", "MN,32", "IQ,56,01,01,01",
         "^S(IMP,S,{serialtext}", "^S(SPA,P,F", "^S(SPA,S,F", "^S(SPA,O,NW", "^S(SEA,F,0000")

LEAVE, ENTER, EXIT = "0000001B0140454A4C20313238342E340A40454A4C20202020200A", "1B28520800 0052454D4F544531", "1B000000"
TI, CH, NC, JE = "5449080000 07EA0B140A3100".replace(" ", ""), "434802000000", "4E4302000000", "4A45010000"
CLEAN92 = ("00 00 00 1B 01 40 45 4A 4C 20 31 32 38 34 2E 34 0A 40 45 4A 4C 20 20 20 20 20 0A 1B 40 1B 40 1B 28 52 08 00 00 52 45"
           "4D 4F 54 45 31 54 49 08 00 00 07 EA 0B 14 0A 31 00 43 48 02 00 00 00 1B 00 00 00 1B 40 1B 40 1B 28 52 08 00 00 52"
           "45 4D 4F 54 45 31 4A 45 01 00 00 1B 00 00 00")
# what, bytes, how many, what they do; the first two also set the clock
JOBS = (
    ("Epson's library, head cleaning", CLEAN92, 92, "cleanings"),
    ("Epson's library, nozzle check", LEAVE + "1B401B40" + ENTER + TI + "4A53040000000000 505003000001FE 45580800"
     "0000000033FF0100" + NC + EXIT + "0D0A0D0A" + ENTER + "564902000000 4C440000" + EXIT + "0C 1B401B40" + ENTER + JE + EXIT,
     151, "nozzleChecks"),
    ("escputil -c", LEAVE + "1B401B40" + ENTER + CH + EXIT + "1B00 0C 1B001B00", 61, "cleanings"),
    ("ESC2 over LPD, nozzle check", LEAVE + "1B401B40" + ENTER + NC + EXIT + JE, 59, "nozzleChecks"),
    ("ESC2 over LPD, nozzle check, variant", LEAVE + "1B401B40" + ENTER + "4E4302000010" + EXIT + JE, 59, "nozzleChecks"),
    ("ESC2, service form, cleaning", "1B40 1B7C000600 8505 847B42 02", 13, "cleanings"),
    ("ESC2, service form, ink charge", "1B40 1B7C000600 8505 847B42 0A", 13, "cleanings"),
    ("CUPS commandtoescpx, clean all", "1B40" + ENTER + CH + EXIT + "1B40", 27, "cleanings"),
)


def octets(template, state):
    """The bytes a row stands for on this printer."""
    mac, serial = bytes.fromhex(state["mac"].replace(":", "")), state["serial"].encode()
    ip = bytes(int(n) for n in state["address"].split("."))
    net = b"\xff\0\0\0" + b"\x7f\0\0\1"  # mask and gateway on loopback
    words = {"m3": mac[3:].hex().upper().encode(), "mac": mac, "serial": serial, "ip": ip, "net": net,
             "serialhex": serial.hex().upper().encode(), "xpid": identity(XP_ID, state).encode()}
    out = b""
    for text, word, plain in re.findall(r"\{text:([^}]*)\}|\{(\w+)\}|([^{}]+)", template):
        out += text.encode() if text else words[word] if word else bytes.fromhex(plain.replace(" ", ""))
    return out


def identity(text, state):
    return text.replace("{serialhex}", state["serial"].encode().hex().upper())


def fleet(bed, *profiles):
    """{profile: state}"""
    bed.fleet(*(a for p in profiles for a in ("--profile", p)), "--first", "127.1.0.1", "--pace", "1000")
    states = [harness.api(f"/v1/printers/{n + 1}") for n in range(len(profiles))]
    return {s["profile"]: s for s in states}


def enpc(state, request):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(harness.DEADLINE)
        s.sendto(b"EPSON" + request, (state["address"], 3289))
        answer, peer = s.recvfrom(65536)
    harness.equal(peer, (state["address"], 3289), "sender of an ENPC answer")
    return answer


def equal(found, expected, what):
    harness.equal(found.hex(" "), expected.hex(" "), what)


def enpc_answers(bed):
    states = fleet(bed, "epson-tm-m30ii", "epson-tm-t88v", "epson-xp-432")
    for profile, what, request, answer in ENPC:
        state = states[profile]
        equal(enpc(state, octets(request, state)), b"EPSON" + octets(answer, state), f"{what} of {profile}")
    # status of a TM-m30II somebody is connected to, and that somebody
    state = states["epson-tm-m30ii"]
    with socket.create_connection((state["address"], 9100)):
        busy = b"EPSON" + octets("71 03 00 0010 0000 000D 0E1400000FFFFFFFFF39414000", state)
        harness.eventually(lambda: enpc(state, octets("51 03 00 0010 0000 0000", state)) == busy, "POS status")
        equal(enpc(state, octets("51 03 00 0017 0000 0000", state)),
              b"EPSON" + octets("71 03 00 0017 0000 0004 7F000001", state), "holder of port 9100")
    # the two probes: SANE's, one octet longer, and the one of the TM port tool
    for probe in ("50 00 FF 0000 0000 0000 00", "50 00 00 0000 0000 0000"):
        answer = enpc(states["epson-xp-432"], bytes.fromhex(probe.replace(" ", "")))
        harness.check(len(answer) >= 76 and answer.startswith(b"EPSONp"), f"probe: {answer!r}")


def snmp_octets(bed, state, oid):
    done = bed.run("snmpget", "-v1", "-c", "public", "-m", "", "-Oxvn", "-t", "5", state["address"], oid).ok()
    return bytes.fromhex("".join(re.findall(r"\b[0-9A-F]{2}\b", done.text.split(":", 1)[1])))


STATUS, TUNNEL_ST = ".1.3.6.1.4.1.1248.1.2.2.1.1.1.4.1", ".1.3.6.1.4.1.1248.1.2.2.44.1.1.2.1.115.116.1.0.1"


def status_blocks(bed):
    """The same bytes on every port: SNMP, its command tunnel behind a zero octet, ENPC."""
    states = fleet(bed, "epson-xp-432", "epson-sc-t3405", "epson-cw-c6500au")
    for supply, level in ((0, -3), (1, -3), (2, -3), (3, -3), (4, 0)):  # unreadable ink, a full pad
        harness.api("/v1/printers/1/supply", {"supply": supply, "level": level})
    for supply, level in ((1, 1), (2, 1), (3, 1)):
        harness.api("/v1/printers/3/supply", {"supply": supply, "level": level})
    label = b"".join(b"\2" + t.replace("{serialtext}", states["epson-cw-c6500au"]["serial"]).encode() + b"\3\r\n" for t in LABEL)
    harness.equal(len(label), 192, "octets of the label printer's recording")
    for profile, block in (("epson-xp-432", octets(XP_BLOCK, states["epson-xp-432"])),
                           ("epson-sc-t3405", octets(SC_BLOCK, states["epson-sc-t3405"])), ("epson-cw-c6500au", label)):
        state = states[profile]
        equal(snmp_octets(bed, state, STATUS), block, f"status of {profile} over SNMP")
        end = b"\x0c" if profile == "epson-cw-c6500au" else b""
        equal(snmp_octets(bed, state, TUNNEL_ST), b"\0" + block + end, f"status of {profile} through the tunnel")
        equal(enpc(state, bytes.fromhex("510200F00000000000"))[14:], block, f"status of {profile} over ENPC")


def device_ids(bed):
    states = fleet(bed, *(p for p, _ in IDS))
    for profile, text in IDS:
        want = identity(text, states[profile])
        for oid in (".1.3.6.1.4.1.1248.1.2.2.1.1.1.1.1", ".1.3.6.1.4.1.2699.1.2.1.2.1.1.3.1"):
            harness.equal(harness.snmpget(bed, states[profile]["address"], oid), [want], f"device ID of {profile}")


def dialogue(bed):
    """Identification and packet mode on the raw port."""
    state = fleet(bed, "epson-sc-t3405")["epson-sc-t3405"]
    name = b"@EJL ID\r\n" + identity(SC_ID, state).encode()
    found = harness.exchange(state["address"], 9100, b"\x1b\1@EJL ID\r\n", until=b"\x0c")
    harness.check(found in (name + b"\x0c", name + b"\r\n\x0c"), f"answer to @EJL ID: {found!r}")
    with socket.create_connection((state["address"], 9100), timeout=harness.DEADLINE) as s:
        for asked, answer in ((b"\0\0\0\x1b\1@EJL 1284.4\n@EJL\n@EJL\n", "00000008 0100 C500"),
                              (bytes.fromhex("00000008 0100 0010"), "00000009 0100 800010")):
            s.sendall(asked)
            want = bytes.fromhex(answer)
            equal(s.recv(len(want), socket.MSG_WAITALL), want, f"answer to {asked!r}")


def jobs(bed):
    """What programs send to clean and check: each does it, by raw and by LPD, and prints nothing else."""
    state = fleet(bed, "epson-xp-432")["epson-xp-432"]
    for what, text, size, counter in JOBS:
        data = bytes.fromhex(text.replace(" ", ""))
        harness.equal(len(data), size, f"octets of '{what}'")
        for way in ("raw", "LPD"):
            if way == "raw":
                with socket.create_connection((state["address"], 9100)) as s:
                    s.sendall(data)
            else:
                bed.run("rlpr", "-N", "-H" + state["address"], "-PPASSTHRU", bed.write("job", data)).ok()
            before = state
            state = harness.eventually(lambda b=before: (n := harness.api("/v1/printers/1"))["counters"][counter]
                                       > b["counters"][counter] and n["status"] != "cleaning"
                                       and n["status"] != "nozzleCheck" and n, f"'{what}' over {way}")
            harness.equal(state["counters"][counter], before["counters"][counter] + 1, f"{counter} by '{what}' over {way}")
            pattern = 1 if counter == "nozzleChecks" else 0
            harness.equal(state["lifeCount"] - before["lifeCount"], pattern, f"pages by '{what}' over {way}")
            if TI.lower() in data.hex():
                date = harness.snmpget(bed, state["address"], ".1.3.6.1.2.1.25.1.2.0")[0]
                harness.check(date.startswith(("2026-11-20,10:", "07 EA 0B 14 0A")), f"clock after '{what}': {date}")
            for supply in range(4):  # cartridges last for all of them
                harness.api("/v1/printers/1/supply", {"supply": supply, "level": 90})
            harness.api("/v1/printers/1/supply", {"supply": 4, "level": 900})


if __name__ == "__main__":
    harness.main(enpc_answers, status_blocks, device_ids, dialogue, jobs)
