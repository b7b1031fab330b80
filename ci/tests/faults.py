#!/usr/bin/env python3
"""Faults of the network stay with the printer they are armed on: while it loses, holds, cuts and stalls everything, on
every port, with more connections and datagrams than it may keep, the printer beside it answers as ever; and once they
are disarmed it does so itself."""
import socket
import struct

import harness
from harness import check, equal

BAD, GOOD = 1, 2  # of one model; two further lies the same of another one, which has the ports the first has not
OTHER = 2
ARMED_ON = f"@{BAD}-{BAD + OTHER}/{OTHER}"
QUIET = 0.3  # a printer beside answers within milliseconds
CONNECTIONS, DATAGRAMS = 80, 200  # more than a printer may keep while it is slow: 64 and 128
UEL = b"\x1b%-12345X"
GET = bytes.fromhex("302602010004067075626c6963a019020101020100020100300e300c06082b060102010103000500")


def address_of(number, port):
    return f"127.1.0.{number + OTHER if port == 'nbns' else number}"


def name_of(address):
    return harness.api(f"/v1/printers/{address.rsplit('.', 1)[1]}")["hostName"]


def llmnr(address):
    label = name_of(address).encode()
    return struct.pack(">6H", 77, 0, 1, 0, 0, 0) + bytes([len(label)]) + label + b"\0" + struct.pack(">2H", 1, 1)


def nbns(_address):
    """Node status of the name '*'. Spec: RFC 1002 s4.2.17"""
    return struct.pack(">6H", 78, 0, 1, 0, 0, 0) + b"\x20CK" + b"A" * 30 + b"\0" + struct.pack(">2H", 0x21, 1)


def slp(_address):
    body = b"\0\0\0\x0fservice:printer\0\x07DEFAULT\0\0\0\0"
    return b"\x02\x01" + struct.pack(">I", 16 + len(body))[1:] + b"\0\0\0\0\0\0\1\0\2en" + body


UDP = {
    "snmp": (161, lambda a: GET),
    "enpc": (3289, lambda a: b"EPSONP\0\xff\0\0\0\0\0\0"),
    "slp": (427, slp),
    "nbns": (137, nbns),
    "llmnr": (5355, llmnr),
}
# what is said, and what the answer holds; None: the printer speaks first
TCP = {
    "lpd": (515, b"\x03PASSTHRU\n", b"no entries"),
    "raw": (9100, UEL + b"@PJL ECHO here I am\r\n", b"here I am"),
    "entp": (1865, None, b"IS\x80"),
    "http": (80, b"GET / HTTP/1.0\r\n\r\n", b"HTTP/1."),
}


def datagram(address, name, wait):
    port, question = UDP[name]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(wait)
        s.sendto(question(address), (address, port))
        try:
            return bool(s.recv(4096))
        except socket.timeout:
            return False


def connection(address, name, wait):
    port, says, hears = TCP[name]
    heard = b""
    try:
        with socket.create_connection((address, port), wait) as s:
            if says:
                s.sendall(says)
            while hears not in heard:
                more = s.recv(4096)
                if not more:
                    return False
                heard += more
    except (socket.timeout, ConnectionError):
        return False
    return True


def works(number, wait):
    """{port: does it answer?}"""
    found = {name: datagram(address_of(number, name), name, wait) for name in UDP}
    return found | {name: connection(address_of(number, name), name, wait) for name in TCP}


def crowd(number):
    """More than the printer may keep: datagrams on every port, and connections that stay."""
    held = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for name, (port, question) in UDP.items():
            address = address_of(number, name)
            asked = question(address)
            for _ in range(DATAGRAMS):
                s.sendto(asked, (address, port))
    for name, (port, says, _) in TCP.items():
        for _ in range(CONNECTIONS // len(TCP) + 1):
            try:
                c = socket.create_connection((address_of(number, name), port), 5)
                c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if says:
                    c.sendall(says)
                held.append(c)
            except ConnectionError:
                pass
    return held


# Faults, and whether the printer then answers datagrams and connections at all. What is a minute late still counts as
# held after the fault was disarmed, so those come late.
ROWS = (
    (("udp-delay(ms=20,jitter=20)", "tcp-close(at=1)"), True, False),
    (("udp-silence", "tcp-refuse"), False, False),
    (("udp-loss(rate=1)", "tcp-silent"), False, False),
    (("udp-delay(ms=60000)", "tcp-delay(ms=60000)"), False, False),
    (("udp-truncate(len=3,dir=in)", "tcp-stall(at=0)"), False, False),
    (("udp-reorder(ms=60000)", "tcp-slow(bytes=1)"), None, False),
    (("udp-bit-flip", "udp-duplicate(copies=8)", "udp-wrong-source", "tcp-reset(at=1)"), True, False),
)


def stays_there(bed):
    bed.fleet("--profile", "epson-wf-c5890", "--count", "2", "--profile", "lindgren-mono-40", "--count", "2",
              "--first", "127.1.0.1", "--pace", "100")
    everything = {name: True for name in (*UDP, *TCP)}
    equal(works(BAD, 5), everything, "without faults")
    for faults, datagrams, connections in ROWS:
        for fault in faults:
            harness.api("/v1/printers/0/fault", {"fault": fault + ARMED_ON})
        held = crowd(BAD)
        equal(works(GOOD, 5), everything, f"the printer beside one with {faults}")
        # What the crowd sent is late, and what comes while that much is held would be lost.
        if datagrams and "udp-delay" in faults[0]:
            harness.eventually(lambda: harness.api("/v1/faults")["network"]["held"] == 0, "nothing is held")
        found = works(BAD, QUIET)
        check(datagrams is None or all(found[n] == datagrams for n in UDP), f"{faults}: {found}")
        check(all(found[n] == connections for n in TCP), f"{faults}: {found}")
        equal(works(GOOD, 5), everything, f"the printer beside one with {faults}, once more")
        for fault in faults:
            harness.api("/v1/printers/0/fault", {"fault": fault.split("(")[0] + ARMED_ON, "armed": False})
        for c in held:
            c.close()
    harness.eventually(lambda: harness.api("/v1/faults")["network"]["connections"] == 0, "the connections to end")
    equal(works(BAD, 5), everything, "disarmed")
    done = harness.api("/v1/faults")["network"]
    for counter in ("lost", "changed", "doubled", "late", "overflowed", "refused", "silenced", "delayed", "slowed",
                    "reset", "closed", "stalled", "overLimit"):
        check(done[counter] > 0, f"nothing was {counter}: {done}")
    equal(harness.api("/v1/faults")["rules"], [], "rules")


if __name__ == "__main__":
    harness.main(stays_there)
