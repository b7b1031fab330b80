#!/usr/bin/env python3
"""AgentX both ways with programs written by others: our printers as a subagent of a stock snmpd, and
subagents of net-snmp's own library on single printers of a fleet; with kills at random moments.

The kills' seed is printed; PRESSCHECK_SEED sets it.
"""
import glob
import os
import random
import re
import shutil
import signal
import socket
import sys
import time

import harness
from harness import api, check, equal, eventually

PROFILES = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "profiles")
MASTER = "127.0.0.1:1161"  # snmpd; the printers have 161
PRINTER_MIB, HOST_PRINTER, HOST_DEVICE = "1.3.6.1.2.1.43", "1.3.6.1.2.1.25.3.5", "1.3.6.1.2.1.25.3.2"
CONTACT, NAME, LOCATION = "1.3.6.1.2.1.1.4.0", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.6.0"
OPERATOR = "1.3.6.1.2.1.43.5.1.1.4.1"  # prtGeneralCurrentOperator
NUMBER, TAG = "1.3.6.1.4.1.99999.1.0", "1.3.6.1.4.1.99999.2.0"
ENV = {"MIBS": "", "SNMPCONFPATH": "/nonexistent"}


def seed():
    n = int(os.environ.get("PRESSCHECK_SEED", random.randrange(1 << 32)))
    print(f"PRESSCHECK_SEED={n}", flush=True)
    return random.Random(n)


def snmp(bed, tool, address, *args, community="public", patience=5):
    return bed.run(tool, "-v2c", "-c", community, "-On", "-t", str(patience), "-r", "0", address, *args, env=ENV)


def walk(bed, address, root="1.3", community="public"):
    """{oid: value} of a walk, which has to come to its end."""
    done = snmp(bed, "snmpbulkwalk", address, root, community=community).ok()
    return dict(line.split(" = ", 1) for line in re.split(r"\n(?=\.1)", done.text.strip()) if " = " in line)


def value(bed, address, oid, **options):
    return snmp(bed, "snmpget", address, oid, **options).text.strip().split(" = ", 1)[-1]


def wait_for(bed, address, oid, want, what, **options):
    eventually(lambda: value(bed, address, oid, **options) == want, what)


# ---- our printers below a stock snmpd ----

def start_master(bed, more=""):
    config = bed.write("snmpd.conf", f"agentAddress udp:{MASTER}\nrocommunity public\nrwcommunity private\n"
                       f"master agentx\nagentXSocket tcp:127.0.0.1:7050,unix:{bed.path('master')}\n"
                       f"agentXTimeout 3\n{more}")
    env = dict(os.environ, SNMP_PERSISTENT_DIR=bed.path("persist"), MIBS="")
    child = bed.child("snmpd", [harness.tool("snmpd"), "-f", "-Lo", "-C", "-c", config], env=env)
    child.until("NET-SNMP version")
    return child


def profiles(bed, receiver):
    """A directory of profiles; 'receiver' is one that notifies snmptrapd."""
    to = bed.path("profiles")
    os.mkdir(to)
    for path in glob.glob(os.path.join(PROFILES, "*.yaml")):
        shutil.copy(path, to)
    if receiver:
        with open(os.path.join(to, "receiver.yaml"), "w", encoding="utf-8") as f:
            f.write("extends: lindgren-color-30\nmodel: Receiver\nsummary: notifies\ncommunity_write: private\nsnmp_receivers:\n"
                    "  - {address: 127.0.0.1, port: 1162, version: v2c, name: public}\n")
    return to


def compare(bed, root):
    """What snmpd tells of a subtree is what the printer tells; clocks may have moved meanwhile."""
    before, through, after = walk(bed, "127.1.0.1", root), walk(bed, MASTER, root), walk(bed, "127.1.0.1", root)
    check(before, f"{root}: the printer has nothing there")
    equal(list(through), list(before), f"objects under {root}")
    for oid, found in through.items():
        moved = "1.3.6.1.4.1.1248.1.2.2.3.1.1.11.1" in oid or before[oid] != after[oid]
        check(moved or found == before[oid], f"{oid}: snmpd says {found}, the printer {before[oid]}")
    return len(through)


def below_snmpd(bed):
    """One printer in the default context: walks are equal, SETs work in all phases, notifications pass."""
    start_master(bed, "trap2sink 127.0.0.1:1162 public\n")
    trapd = bed.child("snmptrapd", [harness.tool("snmptrapd"), "-f", "-Lo", "-On", "-n", "-C", "--disableAuthorization=yes",
                                    "udp:127.0.0.1:1162"], env=dict(os.environ, **ENV))
    trapd.until("NET-SNMP version")
    bed.fleet("--profile", "epson-wf-c5890", "--agentx-connect", "tcp:127.0.0.1:7050")
    eventually(lambda: api("/v1/counters")["agentxSubagent"]["registered"] > 5, "registrations")
    equal(api("/v1/counters")["agentxSubagent"]["refused"], 0, "registrations refused")
    counts = [compare(bed, root) for root in (PRINTER_MIB, "1.3.6.1.4.1.1248", HOST_PRINTER)]
    check(counts[0] > 200 and counts[1] > 200, f"objects: {counts}")
    through = walk(bed, MASTER, HOST_DEVICE)  # snmpd has devices of its own in this table
    for oid, own in walk(bed, "127.1.0.1", HOST_DEVICE).items():
        equal(through.get(oid), own, oid)
    check(value(bed, MASTER, "1.3.6.1.2.1.1.1.0") != value(bed, "127.1.0.1", "1.3.6.1.2.1.1.1.0"),
          "system is snmpd's own")
    snmp(bed, "snmpset", MASTER, OPERATOR, "s", "Anna", community="private").ok()
    equal(value(bed, "127.1.0.1", OPERATOR), 'STRING: "Anna"', "the printer after a SET through snmpd")
    refused = snmp(bed, "snmpset", MASTER, OPERATOR, "s", "Otto", PRINTER_MIB + ".5.1.1.2.1", "i", "4711",
                   community="private")
    check(refused.code != 0 and "Reason" in refused.errors, f"a wrong SET: {refused.text}{refused.errors}")
    equal(value(bed, "127.1.0.1", OPERATOR), 'STRING: "Anna"', "the printer after a SET that failed")
    api("/v1/printers/1/condition", {"condition": "coverOpen", "part": 0, "on": True})
    trapd.until(r"1\.3\.6\.1\.2\.1\.43\.18\.2\.0\.1")  # printerV2Alert, by way of snmpd


def below_snmpd_killed(bed):
    """Either side is killed at random moments: it comes back, and the printers answer all the time."""
    rand = seed()
    master = start_master(bed)
    args = ("--profile", "lindgren-mono-40", "--agentx-connect", "unix:" + bed.path("master"))
    printer = bed.fleet(*args)
    model = value(bed, "127.1.0.1", PRINTER_MIB + ".5.1.1.16.1")
    for _ in range(6):
        wait_for(bed, MASTER, PRINTER_MIB + ".5.1.1.16.1", model, "the printer behind snmpd")
        walks = bed.child("walks", [harness.tool("snmpbulkwalk"), "-v2c", "-c", "public", "-r", "0", MASTER, "1.3"],
                          env=dict(os.environ, **ENV))
        end = time.monotonic() + rand.uniform(0, 0.05)
        eventually(lambda: time.monotonic() >= end, "the random moment")
        if rand.random() < 0.5:
            master.kill()
            equal(value(bed, "127.1.0.1", PRINTER_MIB + ".5.1.1.16.1"), model, "the printer without its master")
            master = start_master(bed)
        else:
            printer.kill()
            wait_for(bed, MASTER, PRINTER_MIB + ".5.1.1.16.1",
                     "No Such Object available on this agent at this OID", "snmpd without the printer")
            printer = bed.fleet(*args)
        walks.process.wait(harness.DEADLINE)  # it may have failed, but it ends
        bed.children.remove(walks)
    wait_for(bed, MASTER, PRINTER_MIB + ".5.1.1.16.1", model, "the printer behind snmpd")
    bed.children = [c for c in bed.children if c.process.returncode is None]
    printer.stop()
    wait_for(bed, MASTER, PRINTER_MIB + ".5.1.1.16.1",
             "No Such Object available on this agent at this OID", "snmpd after the printer's Close")


def contexts_below_snmpd(bed):
    """Twenty printers, each in a context of its own, with all of its tree."""
    lines = "".join(f"rocommunity c{i} default -V all d{i}\n" for i in range(1, 21))
    start_master(bed, "view all included .1\n" + lines)
    bed.fleet("--profile", "lindgren-mono-40", "--count", "20", "--agentx-connect", "tcp:127.0.0.1:7050")
    for i in (1, 7, 20):
        own = value(bed, f"127.1.0.{i}", NAME)
        wait_for(bed, MASTER, NAME, own, f"printer {i} in context d{i}", community=f"c{i}")
    through, own = walk(bed, MASTER, PRINTER_MIB, community="c7"), walk(bed, "127.1.0.7", PRINTER_MIB)
    equal(through, own, "the Printer-MIB of printer 7")


# ---- foreign subagents on our printers ----

def attach(bed, where, tag):
    env = dict(os.environ, SNMP_PERSISTENT_DIR=bed.path("persist-" + tag), **ENV)
    child = bed.child("subagent-" + tag, [os.environ["AGENTX_SUBAGENT"], where, tag], env=env)
    child.until("^running")
    return child


def gone(bed, child):
    """Killed on purpose: its exit code says nothing."""
    child.kill()
    bed.children.remove(child)


def moving(bed):
    """Names of what moves by itself in printers like the first: clocks, and what traffic moves."""
    one, two = walk(bed, "127.1.0.1"), walk(bed, "127.1.0.1")
    return {o for o in one if one[o] != two.get(o)}


def standing(objects, restless):
    """A walk without what moves by itself."""
    # Connections come and go; clocks, the load and the imaging counters may stand still for two walks.
    table = re.compile(r"\.1\.3\.6\.1\.(2\.1\.(6\.1[39]|7\.[57]|49\.1|50\.1|25\.1\.2|25\.5)|6\.3\.10\.2\.1\.3|4\.1\.2699\.1\.3)\.")
    return {o: v for o, v in objects.items() if o not in restless and not table.match(o)
            and not re.match("Counter|Timeticks", v)}


def same(found, expected, what):
    wrong = {o: (found.get(o), expected.get(o)) for o in found.keys() | expected.keys()
             if found.get(o) != expected.get(o)}
    check(not wrong, f"{what}: found and expected differ: {wrong}")


def fleet_with_subagents(bed):
    os.mkdir(bed.path("ax"))
    return bed.fleet("--profile-dir", profiles(bed, True), "--profile", "receiver", "--count", "10",
                     "--agentx-dir", bed.path("ax"))


def context_name(address):
    """contextName of a printer's answer to a GET of the user "plain", who signs nothing."""
    def ask(engine, user):
        def octets(data, tag=4):
            return bytes([tag, len(data)]) + data
        pdu = bytes.fromhex("a01c020400000007020100020100300e300c06082b060102010105000500")
        return octets(bytes.fromhex("020103300e020101020300ffe3040104020103")
                      + octets(octets(octets(engine) + bytes.fromhex("020100020100") + octets(user) + b"\4\0\4\0", 0x30))
                      + octets(octets(engine) + b"\4\0" + pdu, 0x30), 0x30)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(10)
        s.connect((address, 161))
        s.send(ask(b"", b""))
        report = s.recv(2000)
        at = report.index(b"\x04\x0b\x80") + 2
        engine = report[at:at + 11]
        s.send(ask(engine, b"plain"))
        answer = s.recv(2000)
    at = answer.rindex(engine) + len(engine)
    return answer[at + 2:at + 2 + answer[at + 1]]


def overlays(bed):
    """Printers 3 and 8 are overlaid, each by its own; all others stay as they are."""
    fleet_with_subagents(bed)
    restless = moving(bed)
    before = {i: standing(walk(bed, f"127.1.0.{i}"), restless) for i in (1, 3, 8)}
    three = attach(bed, "tcp:127.1.0.3:705", "three")
    eight = attach(bed, "unix:" + bed.path("ax/8.sock"), "eight")
    same(standing(walk(bed, "127.1.0.1"), restless), before[1], "printer 1")
    for i, tag in ((3, "three"), (8, "eight")):
        found = standing(walk(bed, f"127.1.0.{i}"), restless)
        equal(list(found), sorted(found, key=lambda o: [int(a) for a in o[1:].split(".")]), "order of the walk")
        caps = {o: v for o, v in found.items() if "99999.9" in v or "the test's subagent" in v}
        check(len(caps) == 2, f"sysORTable: {caps}")
        want = dict(before[i], **caps)
        want["." + CONTACT] = want["." + TAG] = f'STRING: "{tag}"'
        want["." + NUMBER] = "INTEGER: 1"
        same(found, want, f"printer {i}")
    address = "127.1.0.3"
    snmp(bed, "snmpset", address, NUMBER, "i", "7", LOCATION, "s", "attic", community="private").ok()
    refused = snmp(bed, "snmpset", address, LOCATION, "s", "cellar", NUMBER, "i", "-13", community="private")
    check("commitFailed" in refused.errors, f"a commit that fails: {refused.text}{refused.errors}")
    refused = snmp(bed, "snmpset", address, LOCATION, "s", "cellar", NUMBER, "s", "x", community="private")
    check("wrongType" in refused.errors, f"a test that fails: {refused.text}{refused.errors}")
    equal(value(bed, address, NUMBER), "INTEGER: 7", "the subagent's number")
    equal(value(bed, address, LOCATION), 'STRING: "attic"', "the printer's own object in the same SET")
    v3 = bed.run("snmpget", "-v3", "-l", "authPriv", "-u", "sha256-aes128", "-a", "SHA-256", "-A",
                 "harness-sha256-auth", "-x", "AES", "-X", "harness-aes128-priv", "-On", address, TAG, NAME, env=ENV)
    check('"three"' in v3.ok().text, f"SNMPv3: {v3.text}")
    equal(context_name(address), b"", "contextName of an SNMPv3 answer")
    v1 = bed.run("snmpget", "-v1", "-c", "public", "-On", address, NUMBER, env=ENV)
    check("INTEGER: 7" in v1.ok().text, f"SNMPv1: {v1.text}")
    trapd = bed.child("snmptrapd", [harness.tool("snmptrapd"), "-f", "-Lo", "-On", "-n", "-C", "--disableAuthorization=yes",
                                    "udp:127.0.0.1:1162"], env=dict(os.environ, **ENV))
    trapd.until("NET-SNMP version")
    eight.process.send_signal(signal.SIGUSR1)
    trapd.until(r"UDP: \[127\.1\.0\.8\](.|\n)*1\.3\.6\.1\.4\.1\.99999\.0\.1(.|\n)*eight")
    three.stop()
    eight.stop()
    for i in (3, 8):
        eventually(lambda i=i: value(bed, f"127.1.0.{i}", TAG).startswith("No Such"), f"the end of {i}'s subagent")
        found = standing(walk(bed, f"127.1.0.{i}"), restless)
        found["." + LOCATION] = before[i]["." + LOCATION]
        same(found, before[i], f"printer {i} without its subagent")


def stopped(bed):
    """A subagent that hangs: others answer, to SETs too, while its own printer still waits for it; then its
    own answers itself. One that is killed: the printer falls back."""
    fleet_with_subagents(bed)
    three = attach(bed, "tcp:127.1.0.3:705", "three")
    attach(bed, "tcp:127.1.0.8:705", "eight")
    three.process.send_signal(signal.SIGSTOP)
    hanging = bed.child("hanging", [harness.tool("snmpget"), "-v2c", "-c", "public", "-t", "10", "-r", "0", "127.1.0.3",
                                    TAG], env=dict(os.environ, **ENV))
    eventually(lambda: api("/v1/counters")["snmp"]["in"] > 0, "the request that hangs")
    started = time.monotonic()
    for i in (1, 8):
        equal(value(bed, f"127.1.0.{i}", NAME).split(":")[0], "STRING", f"printer {i}")
    snmp(bed, "snmpset", "127.1.0.8", NUMBER, "i", "5", LOCATION, "s", "here", community="private").ok()
    snmp(bed, "snmpset", "127.1.0.1", LOCATION, "s", "there", community="private").ok()
    took = (time.monotonic() - started) * 1000
    check(hanging.process.poll() is None, "the requests of the others waited for the stopped subagent")
    print(f"two GETs and two SETs of others while one subagent hangs: {took:.0f} ms, most of it the tools'")
    hanging.process.wait(harness.DEADLINE)
    check("genError" in hanging.read(1), f"the request that hung: {hanging.read()}{hanging.read(1)}")
    bed.children.remove(hanging)
    check(value(bed, "127.1.0.3", TAG).startswith("No Such"), "printer 3 falls back")
    equal(api("/v1/counters")["agentx"]["timeouts"], 1, "time-outs")
    gone(bed, three)
    three = attach(bed, "tcp:127.1.0.3:705", "again")
    equal(value(bed, "127.1.0.3", TAG), 'STRING: "again"', "a new subagent")
    gone(bed, three)
    eventually(lambda: value(bed, "127.1.0.3", TAG).startswith("No Such"), "the fall-back after a kill")
    equal(value(bed, "127.1.0.8", TAG), 'STRING: "eight"', "printer 8")


def killed(bed):
    """Subagents killed and stopped at random moments, while managers read and write."""
    rand = seed()
    fleet_with_subagents(bed)
    restless = moving(bed)
    reference = standing(walk(bed, "127.1.0.5"), restless)
    subagents = {}
    for turn in range(12):
        i = rand.choice((3, 8))
        if i in subagents:
            child = subagents.pop(i)
            writer = bed.child("writer", [harness.tool("snmpset"), "-v2c", "-c", "private", "-r", "0", "-t", "4",
                                          f"127.1.0.{i}", NUMBER, "i", str(turn), LOCATION, "s", f"turn {turn}"],
                               env=dict(os.environ, **ENV))
            walker = bed.child("walker", [harness.tool("snmpbulkwalk"), "-v2c", "-c", "public", "-r", "0", "-t", "4",
                                          f"127.1.0.{i}", "1.3"], env=dict(os.environ, **ENV))
            end = time.monotonic() + rand.uniform(0, 0.03)
            eventually(lambda end=end: time.monotonic() >= end, "the random moment")
            child.process.send_signal(rand.choice((signal.SIGKILL, signal.SIGSTOP)))
            same(standing(walk(bed, "127.1.0.5"), restless), reference, "a printer nobody overlays")
            for c in (writer, walker):
                c.process.wait(harness.DEADLINE)
                bed.children.remove(c)
                check("Timeout" not in c.read(1), f"printer {i} did not answer: {c.read(1)}")
            gone(bed, child)
            eventually(lambda i=i: value(bed, f"127.1.0.{i}", TAG).startswith("No Such"), "the fall-back")
        else:
            subagents[i] = attach(bed, f"tcp:127.1.0.{i}:705", f"turn{turn}")
            equal(value(bed, f"127.1.0.{i}", TAG), f'STRING: "turn{turn}"', f"printer {i} with a subagent")
    same(standing(walk(bed, "127.1.0.5"), restless), reference, "a printer nobody overlays")


if __name__ == "__main__":
    sys.exit(harness.main(below_snmpd, below_snmpd_killed, contexts_below_snmpd, overlays, stopped, killed))
