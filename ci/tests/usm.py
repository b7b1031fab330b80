#!/usr/bin/env python3
"""SNMPv3 as managers speak it: net-snmp's tools with every pair of protocols, nmap, and tshark, which verifies the
authentication of every packet and decrypts it."""
import glob
import os
import re
import shutil

import harness

PROFILES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "profiles")
# as profiles name them: as net-snmp's tools do, as tshark does
AUTH = {"md5": ("MD5", "MD5"), "sha1": ("SHA", "SHA1"), "sha224": ("SHA-224", "SHA2-224"),
        "sha256": ("SHA-256", "SHA2-256"), "sha384": ("SHA-384", "SHA2-384"), "sha512": ("SHA-512", "SHA2-512")}
PRIV = {"des": ("DES", "DES"), "aes128": ("AES", "AES")}
PAIRS = [(a, p) for a in AUTH for p in PRIV]
WRITER = ("sha512", "aes128")  # of both models
DESCR, NAME, LOCATION = ".1.3.6.1.2.1.1.1.0", ".1.3.6.1.2.1.1.5.0", ".1.3.6.1.2.1.1.6.0"


def models(bed):
    """The two models: Lindgren's as it is, and a Xerox with the same users, since models have fewer."""
    folder = bed.path("profiles")
    os.mkdir(folder)
    for path in glob.glob(os.path.join(PROFILES, "*.yaml")):
        shutil.copy(path, folder)
    users = "".join(f"  - {{name: {a}-{p}, auth: {a}, auth_password: harness-{a}-auth, priv: {p}, "
                    f"priv_password: harness-{p}-priv{', write: true' if (a, p) == WRITER else ''}}}\n"
                    for a, p in PAIRS)
    bed.write("profiles/many-users.yaml", "extends: xerox-versalink-c7030\nmodel: Many Users\nsummary: of this test\n"
              "snmp_users:\n  - {name: plain, auth: none, priv: none}\n" + users)
    return ("--profile-dir", folder, "--profile", "lindgren-color-30", "--profile", "many-users")


def fleet(bed, *more):
    bed.fleet(*models(bed), "--first", "127.1.0.1", *more)
    return [harness.api(f"/v1/printers/{n}") for n in (1, 2)]


def manager(auth=None, priv=None, user=None, wrong=""):
    """Options of net-snmp's tools; `wrong` names the password that shall be another: "auth" or "priv"."""
    level = "authPriv" if priv else "authNoPriv" if auth else "noAuthNoPriv"
    user = user or (f"{auth}-{priv or 'des'}" if auth else "plain")
    options = ["-v3", "-m", "", "-t", "5", "-r", "0", "-l", level, "-u", user]
    if auth:
        options += ["-a", AUTH[auth][0], "-A", "harness-no-such" if wrong == "auth" else f"harness-{auth}-auth"]
    if priv:
        options += ["-x", PRIV[priv][0], "-X", "harness-no-such" if wrong == "priv" else f"harness-{priv}-priv"]
    return options


def name_of(bed, state, options):
    return bed.run("snmpget", *options, "-OQvn", state["address"], NAME).ok().text.strip().strip('"')


def every_pair(bed):
    for state in fleet(bed):
        for auth, priv in PAIRS:
            harness.equal(name_of(bed, state, manager(auth, priv)), state["hostName"], f"{auth} {priv}")
        for auth in AUTH:
            harness.equal(name_of(bed, state, manager(auth)), state["hostName"], f"{auth} without privacy")
        harness.equal(name_of(bed, state, manager()), state["hostName"], "without authentication")


def walked(bed):
    """A walk tells the same whoever is asked for it, in small messages too."""
    for state in fleet(bed):
        def walk(*argv):
            done = bed.run(*argv, "-Onq", state["address"], ".1.3.6.1.2.1.43")
            return done.ok().text.splitlines()
        plain = walk("snmpbulkwalk", "-v2c", "-c", "public", "-m", "")
        harness.check(len(plain) > 100, f"only {len(plain)} objects")
        harness.equal(walk("snmpbulkwalk", *manager("sha256", "aes128")), plain, "snmpbulkwalk, SHA-256 and AES")
        harness.equal(walk("snmpbulkwalk", *manager("md5", "des"), "-Cr100"), plain, "snmpbulkwalk, MD5 and DES")
        harness.equal(walk("snmpwalk", *manager("sha512")), plain, "snmpwalk, SHA-512")


def written(bed):
    for state in fleet(bed):
        done = bed.run("snmpset", *manager(*WRITER), state["address"], LOCATION, "s", "room 5").ok()
        harness.check("room 5" in done.text, done.text)
        harness.equal(harness.snmpget(bed, state["address"], LOCATION), ["room 5"], "sysLocation")
        done = bed.run("snmpset", *manager("sha1", "aes128"), state["address"], LOCATION, "s", "room 6")
        harness.check(done.code != 0 and "authorizationError" in done.text + done.errors, done.text + done.errors)
        harness.equal(harness.snmpget(bed, state["address"], LOCATION), ["room 5"], "sysLocation")


def refused(bed):
    """What net-snmp makes of each Report."""
    said = (
        ("Unknown user name", manager("sha1", "aes128", user="nobody")),
        ("Unsupported security level", manager("sha1", user="plain")),
        ("Authentication failure", manager("sha256", "aes128", wrong="auth")),
        ("Timeout", manager("sha256", "aes128", wrong="priv")),
        ("Bad context specified", [*manager("sha1", "des"), "-n", "other"]),
    )
    state = fleet(bed)[0]
    for sentence, options in said:
        options = ["1" if o == "5" else o for o in options]  # one of them is not answered
        done = bed.run("snmpget", *options, state["address"], DESCR)
        harness.check(done.code != 0 and sentence in done.text + done.errors,
                      f"{' '.join(options)}: {done.text}{done.errors}")
    stats = harness.snmpget(bed, state["address"], *(f".1.3.6.1.6.3.15.1.1.{n}.0" for n in (1, 3, 5)))
    harness.equal(stats, ["1", "1", "1"], "usmStats of levels, users, digests")
    harness.equal(harness.snmpget(bed, state["address"], ".1.3.6.1.6.3.12.1.5.0"), ["1"], "snmpUnknownContexts")


def key_changed(bed):
    """snmpusm makes a user of another, gives it keys of its own, and changes one's own password."""
    state = fleet(bed)[1]
    admin = [*manager(*WRITER), state["address"]]
    old, new = "harness-sha512-auth", "harness-own-auth"
    bed.run("snmpusm", "-Cw", *admin, "create", "newcomer", "sha512-aes128").ok()
    bed.run("snmpusm", "-Ca", *admin, "passwd", old, new, "newcomer").ok()
    bed.run("snmpusm", "-Cx", *admin, "passwd", "harness-aes128-priv", "harness-own-priv", "newcomer").ok()
    bed.run("snmpusm", *admin, "activate", "newcomer").ok()
    mine = manager(*WRITER, user="newcomer")
    done = bed.run("snmpget", *mine, state["address"], DESCR)
    harness.check("Authentication failure" in done.errors, done.text + done.errors)
    mine = [{old: new, "harness-aes128-priv": "harness-own-priv"}.get(o, o) for o in mine]
    harness.equal(name_of(bed, state, mine), state["hostName"], "with keys of its own")
    bed.run("snmpusm", *admin, "delete", "newcomer").ok()
    done = bed.run("snmpget", *mine, state["address"], DESCR)
    harness.check("Unknown user name" in done.text + done.errors, done.text + done.errors)


def scanned(bed):
    """nmap's snmp-info learns engine ID, boots and time."""
    for state in fleet(bed):
        done = bed.run("nmap", "-n", "-Pn", "-sU", "-p", "161", "--script", "snmp-info", state["address"]).ok()
        harness.check(re.search(r"engineIDData: " + state["mac"].replace(":", ""), done.text), done.text)
        harness.check(re.search(r"snmpEngineBoots: 1\b", done.text), done.text)
        harness.check(re.search(r"snmpEngineTime: \d+s", done.text), done.text)


def decrypted(bed):
    """tshark finds every signed packet of a session rightly signed, and decrypts every encrypted one."""
    capture = bed.path("session.pcapng")
    states = fleet(bed, "--capture", capture)
    for state in states:
        for auth, priv in PAIRS:
            bed.run("snmpget", *manager(auth, priv), state["address"], DESCR).ok()
        bed.run("snmpbulkwalk", *manager("sha256", "aes128"), state["address"], ".1.3.6.1.2.1.43").ok()
        bed.run("snmpbulkwalk", *manager("sha1", "des"), state["address"], ".1.3.6.1.2.1.43.11").ok()
        bed.run("snmpset", *manager(*WRITER), state["address"], LOCATION, "s", "room 7").ok()
    bed.children[-1].stop()
    users = [o for a, p in PAIRS for o in ("-o", f'uat:snmp_users:"","{a}-{p}","{AUTH[a][1]}","harness-{a}-auth",'
                                           f'"{PRIV[p][1]}","harness-{p}-priv"')]
    fields = ("frame.number", "snmp.v3.flags.auth", "snmp.v3.flags.crypt", "snmp.v3.auth", "snmp.decrypted_pdu",
              "snmp.decrypted_data_bad_formatted", "_ws.malformed")
    done = bed.run("tshark", "-n", "-r", capture, "-Y", "snmp.msgVersion == 3", *users, "-T", "fields", "-E",
                   "separator=/t", *(o for f in fields for o in ("-e", f))).ok()
    packets = [dict(zip(fields, line.split("\t"))) for line in done.text.splitlines()]
    signed = [p for p in packets if p["snmp.v3.flags.auth"] == "1"]
    sealed = [p for p in packets if p["snmp.v3.flags.crypt"] == "1"]
    harness.check(len(sealed) >= 2 * (2 * len(PAIRS) + 10), f"only {len(sealed)} encrypted packets")
    for p in signed:
        harness.equal(p["snmp.v3.auth"], "1", f"authentication of packet {p['frame.number']}")
    for p in sealed:
        harness.check(p["snmp.decrypted_pdu"].startswith("30") and not p["snmp.decrypted_data_bad_formatted"],
                      f"packet {p['frame.number']} is not decrypted: {p}")
    for p in packets:
        harness.check(not p["_ws.malformed"], f"packet {p['frame.number']} is malformed")


if __name__ == "__main__":
    harness.main(every_pair, walked, written, refused, key_changed, scanned, decrypted)
