#!/usr/bin/env python3
"""Bad files, bad surroundings and hostile peers: a defined exit code and sentence, or an answer as before."""
import os
import random
import re
import socket

import cloudbed
import harness

EPSON = ("--profile", "epson-wf-c5890")
USAGE, ENVIRONMENT = 4, 2


def refused(bed, code, pattern, *args):
    """The program ends at once with this code and says why on stderr."""
    done = bed.presscheck_ends(*args, deadline=20)
    what = "presscheck " + " ".join(args)
    harness.equal(done.code, code, f"{what}: exit code; it says {done.text}{done.errors}")
    harness.check(re.search(pattern, done.errors), f"{what}: no '{pattern}' in: {done.errors}")


def bad_files(bed):
    bed.write("broken.yaml", "extends: base\nmodel: Broken\nsupplies: [\n")
    bed.write("base.yaml", "vendor: Example\nabstract: true\n")
    bed.write("one.yaml", "extends: two\nmodel: One\n")
    bed.write("two.yaml", "extends: one\nmodel: Two\n")
    bed.write("key.yaml", "extends: base\nmodel: Key\ncolour_of_hope: 7\n")
    for name, pattern in (("broken", r"broken\.yaml:[34]:\d+: "), ("one", r"two\.yaml:1:10: .*'one'"),
                          ("key", r"key\.yaml:3:1: .*'colour_of_hope'.*expected")):
        refused(bed, USAGE, pattern, "up", "--profile-dir", bed.dir, "--profile", name)
        refused(bed, USAGE, pattern, "profile", "check", bed.path(name + ".yaml"))
    walk = bed.write("bad.snmprec", "1.3.6.1.2.1.1.1.0|4|x\n1.3.6.1.2.1.1.2.0|99|x\n")
    refused(bed, USAGE, r"bad\.snmprec:2:\d+: .*'99'.*expected", "up", "--walk", walk)


def bad_options(bed):
    for command in ("up", "cloud", "certify", "bench", "agent dc", "profile list"):
        refused(bed, USAGE, "unknown option '--nonsense'", *command.split(), "--nonsense")
    refused(bed, USAGE, "--expose", "up", *EPSON, "--first", "10.1.1.1")


def surroundings(bed):
    cloud = cloudbed.Cloud(bed)
    bed.fleet(*EPSON)
    refused(bed, ENVIRONMENT, r"161.*--port-offset", "up", *EPSON, "--control", "none")
    refused(bed, ENVIRONMENT, r"7161.*--port-offset", "up", *EPSON, "--port-offset", "20000")
    refused(bed, ENVIRONMENT, r"127\.0\.0\.1:443.*--port-offset", "cloud", "--dir", bed.path("other"))
    refused(bed, ENVIRONMENT, "another process", "cloud", "--dir", cloud.dir, "--port-offset", "10000")
    for command in (("up", *EPSON, "--first", "10.1.1.1", "--port-offset", "20000", "--control", "none"),
                    ("cloud", "--dir", bed.path("third"), "--listen", "10.1.1.1:443")):
        refused(bed, ENVIRONMENT, r"10\.1\.1\.1.*does not have the address", *command, "--expose")


def no_mosquitto(bed):
    """A broker that is nowhere: in a mount namespace without it."""
    hide = f'mount --bind /dev/null "$0" && exec "{bed.program}" cloud --dir "{bed.path("cloud")}"'
    done = bed.run("unshare", "-m", "sh", "-c", hide, os.path.realpath(harness.tool("mosquitto")),
                   env={"PATH": "/usr/bin:/bin"}, deadline=20)
    harness.equal(done.code, ENVIRONMENT, f"cloud without mosquitto: exit code\n{done.text}{done.errors}")
    harness.check(re.search(r"mosquitto not found: install .*mosquitto", done.errors), done.errors)


def no_right(bed):
    """Without the right to bind a low port. Capabilities are dropped: in this namespace there is no other user."""
    for command in (["up", *EPSON], ["cloud", "--dir", bed.path("cloud")]):
        done = bed.run("setpriv", "--bounding-set=-all", "--inh-caps=-all", bed.program, *command, deadline=20)
        what = " ".join(command)
        harness.equal(done.code, ENVIRONMENT, f"{what} without a right: exit code\n{done.text}{done.errors}")
        harness.check(re.search("no right.*--port-offset", done.errors), f"{what}: {done.errors}")


def datagrams(chance):
    """Random bytes, and well-formed requests with bytes changed, lengths lying or an end missing; names in loops."""
    seeds = (bytes.fromhex("302902010104067075626c6963a01c02047465737402010002010030"
                           "0e300c06082b060102010101000500"),
             b"EPSONQ\x03\x00\x00\x00\x00\x00\x00\x00\x00",
             b"\x02\x01\x00\x00\x32\x20\x00\x00\x00\x00\x00\x01\x00\x02en\x00\x00\x00\x0fservice:printer"
             b"\x00\x07DEFAULT\x00\x00\x00\x00",
             b"\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00 CK" + b"A" * 30 + b"\x00\x00\x21\x00\x01",
             b"\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\xc0\x0c\x00\x21\x00\x01")
    for n in range(3000):
        if n % 3 == 0:
            yield chance.randbytes(chance.randrange(0, 1400))
            continue
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chance.choice((0, 1, 0x7f, 0x80, 0x84, 0xff, chance.randrange(256)))
        yield bytes(data[:chance.randrange(1, len(data) + 1)]) if n % 3 == 1 else bytes(data)


def stream(address, port, data):
    """Send and leave; what the server does with the connection is its business."""
    try:
        with socket.create_connection((address, port), timeout=10) as s:
            if data[:1] == b"\x00":  # some leave with a reset
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            s.sendall(data)
    except (ConnectionResetError, BrokenPipeError):
        pass


STREAMS = (b"", b"\x00", b"\x02" + b"q" * 5000, b"\x02lp\n\x0299999999999 cfA001x\n", b"\x02lp\n\x03-1 dfA001x\n",
           b"\x03\n", b"\x05lp \xff\xfe\n", b"\x1b%-12345X@PJL " + b"A" * 9000 + b"\r\n",
           b"\x1b%-12345X@PJL SET COPIES=99999999999999999999\r\n@PJL INFO \xff\r\n", b"\x1b@" * 2000,
           b"IS\x80\x00\x00\x0c\xff\xff\xff\xff", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"\x00" * 600,
           b"\x10\xff\xff\xff\xff\x7f", b"\x10\x00", b"\xff" * 3000)


def hostile_peers(bed):
    seed = random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    print(f"seed {seed}", flush=True)
    cloud = cloudbed.Cloud(bed)
    agent = cloud.enrol("site-agent-1")
    bed.fleet(*EPSON, "--count", "3", "--profile", "xerox-versalink-c7030", "--pace", "100")
    before = harness.api("/v1/counters")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for n, data in enumerate(datagrams(chance)):
            s.sendto(data, (f"127.1.0.{1 + n % 4}", (161, 3289, 427, 137, 5355)[n // 4 % 5]))
    for port in (515, 9100, 1865, 80, 443, cloud.port):
        for n in range(200):
            data = STREAMS[n] if n < len(STREAMS) else chance.randbytes(chance.randrange(0, 3000))
            stream("127.0.0.1" if port == cloud.port else f"127.1.0.{1 + n % 3}", port, data)

    for service, counter in (("snmp", "asnParseErrors"), ("enpc", "malformed"), ("slp", "malformed"),
                             ("nbns", "malformed"), ("llmnr", "malformed"), ("entp", "connections"),
                             ("lpd", "malformed"), ("lpd", "connections"), ("raw", "connections")):
        harness.eventually(lambda s=service, c=counter: harness.api("/v1/counters")[s][c] > before[s][c],
                           f"{service}: {counter} over {before[service][counter]}", 20)
    still_answering(bed, cloud, agent)


def still_answering(bed, cloud, agent):
    for number in range(1, 5):
        state = harness.api(f"/v1/printers/{number}")
        serial = harness.snmpget(bed, state["address"], ".1.3.6.1.2.1.43.5.1.1.17.1")
        harness.equal(serial, [state["serial"]], f"SNMP of printer {number}")
        bed.run("rlpq", "-N", "-H" + state["address"], "-Plp").ok()
        # the raw port serves one at a time: whoever came before has been given up or has ended
        answer = harness.exchange(state["address"], 9100, b"\x1b%-12345X@PJL ECHO alive\r\n\x1b%-12345X", until=b"\f")
        harness.check(b"@PJL ECHO alive" in answer, f"port 9100 of printer {number}: {answer!r}")
    status, body, _ = cloud.ask("POST", agent.upload_path, agent.document("X3PC000001"), agent=agent)
    harness.equal(status, 202, f"an upload afterwards: {body}")


if __name__ == "__main__":
    harness.main(bad_files, bad_options, surroundings, no_mosquitto, no_right, hostile_peers)
