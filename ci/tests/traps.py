#!/usr/bin/env python3
"""net-snmp's snmptrapd receives what printers of two makers tell: traps of SNMPv1, v2c and v3, informs of v2c and
v3; and receivers that snmpset enters are told too. Every verdict is snmptrapd's own log."""
import re

import harness

EPSON, XEROX = "127.1.0.1", "127.1.0.2"
MODELS = ("--profile", "epson-wf-c5890", "--profile", "xerox-versalink-c7030", "--first", EPSON, "--pace", "1000")
USERS = {  # name, authentication and privacy of the first user of each model's profile
    EPSON: ("fleet-reader", "SHA harness-read-auth AES harness-read-priv"),
    XEROX: ("meter-reader", "SHA harness-meter-auth AES harness-meter-priv"),
}
ENTERPRISE = {EPSON: ".1.3.6.1.4.1.1248.1.1.2.1.3.5.69.69.80.83.50", XEROX: ".1.3.6.1.4.1.253.8.62.1."}
STANDARD = ".1.3.6.1.6.3.1.1.5."
ALERT = ".1.3.6.1.2.1.43.18.2.0.1"
XCMI = "1.3.6.1.4.1.253.8."
TARGET, NOTIFY = "1.3.6.1.6.3.12.1.", "1.3.6.1.6.3.13.1.1.1."


class Notice:
    """One line of the log."""

    def __init__(self, line):
        path, self.kind, self.agent, self.enterprise, self.generic, self.specific, variables = line.split("|", 6)
        self.specific = self.specific.lstrip(".")  # snmptrapd writes ".1"
        self.source, self.to = re.findall(r"\[([0-9.]+)\]:\d+", path)
        self.variables = [tuple(v.split(" = ", 1)) for v in variables.split("~|") if v]
        self.v1 = "SNMP v1" in self.kind
        self.trap = None if self.v1 else self.value(1).replace("OID: ", "")

    def value(self, at):
        return self.variables[at][1]

    def names(self):
        return [name for name, _ in self.variables]


def receiver(bed, users=""):
    """A running snmptrapd; what it has logged so far is told by heard()."""
    conf = bed.write("trapd.conf", "authCommunity log public\nauthCommunity log entered\n" + users)
    log = bed.write("trapd.log", "")
    bed.child("snmptrapd", [harness.tool("snmptrapd"), "-f", "-n", "-C", "-c", conf, "-m", "", "-On", "-Lf", log,
                            "-x", bed.path("no-agentx"),
                            "-F", "%b|%P|%a|%N|%w|%q|%V~|%v\\n", "udp:127.0.0.1:162"],
              env={"SNMP_PERSISTENT_DIR": bed.path("trapd"), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    harness.eventually(lambda: "NET-SNMP version" in open(log, encoding="utf-8").read(), "snmptrapd's first line")


def heard(bed, source=None, kind=None):
    with open(bed.path("trapd.log"), encoding="utf-8") as f:
        lines = [line for line in f.read().splitlines() if line.startswith("UDP: ")]
    return [n for n in map(Notice, lines) if source in (None, n.source) and (kind is None or kind in n.kind)]


def wait_for(bed, what, wanted):
    """The first notice that `wanted` says is the one."""
    return harness.eventually(lambda: next((n for n in heard(bed) if wanted(n)), None), what)


def users_conf(bed):
    """Users of snmptrapd: for traps with the engine of each printer, for informs with its own."""
    lines = []
    for address, (name, keys) in USERS.items():
        text = harness.snmpget(bed, address, "1.3.6.1.6.3.10.2.1.1.0")[0]
        engine = text.replace(" ", "")
        harness.check(re.fullmatch("80[0-9A-F]{8,}", engine), f"engine ID of {address}: {text!r}")
        lines += [f"createUser -e 0x{engine} {name} {keys}", f"createUser {name} {keys}", f"authUser log {name} priv"]
    return "\n".join(lines) + "\n"


def every_kind(bed):
    bed.fleet(*MODELS, *(w for to in ("v1", "v2c", "v3", "v2c,inform", "v3,inform")
                         for w in ("--trap-to", f"127.0.0.1:162,{to}")))
    receiver(bed, users_conf(bed))
    for printer in (1, 2):
        harness.api(f"/v1/printers/{printer}/restart", {"kind": "warm"})
    for address, (user, _) in USERS.items():
        kinds = {"TRAP, SNMP v1, community public": None, "TRAP2, SNMP v2c, community public": None,
                 f"TRAP2, SNMP v3, user {user}, context ": None, "INFORM, SNMP v2c, community public": None,
                 f"INFORM, SNMP v3, user {user}, context ": None}
        for kind in kinds:
            told = harness.eventually(lambda a=address, k=kind: [
                n for n in heard(bed, a, k) if len(heard(bed, a, k)) >= 2][:2], f"'{kind}' of {address}")
            check_start(address, kind, told)
    counters = harness.eventually(lambda: (lambda c: c["acknowledged"] >= 8 and c)(
        harness.api("/v1/counters")["notifications"]), "eight informs acknowledged")
    harness.equal(counters["dropped"], 0, "notifications dropped")
    events = [e["detail"]["event"] for e in harness.api("/v1/journal?since=0")["entries"] if e["kind"] == "service"
              and e["detail"].get("service") == "snmp"]
    harness.equal(events.count("notificationAcknowledged"), counters["acknowledged"], "acknowledged in the journal")


def check_start(address, kind, told):
    """warmStart, then linkUp; the same in every version."""
    start, link = told
    interface = [f".1.3.6.1.2.1.2.2.1.{column}.1" for column in (1, 7, 8)]
    for n in told:
        harness.equal(n.kind, kind, "kind")
        harness.equal(n.to, "127.0.0.1", "destination")
    if start.v1:
        for n, generic in ((start, "1"), (link, "3")):
            harness.equal((n.agent, n.generic, n.specific), (address, generic, "0"), f"v1 fields of {address}")
            harness.check(n.enterprise.startswith(ENTERPRISE[address]), f"enterprise {n.enterprise}")
        harness.equal(start.variables, [], "variables of warmStart")
        harness.equal(link.names(), interface, "variables of linkUp")
        return
    head = [".1.3.6.1.2.1.1.3.0", ".1.3.6.1.6.3.1.1.4.1.0"]
    last = [".1.3.6.1.6.3.1.1.4.3.0"]
    harness.equal((start.trap, link.trap), (STANDARD + "2", STANDARD + "4"), f"traps of {address}")
    harness.equal(start.names(), head + last, "variables of warmStart")
    harness.equal(link.names(), head + interface + last, "variables of linkUp")
    harness.check(start.value(2).startswith("OID: " + ENTERPRISE[address]), f"snmpTrapEnterprise {start.value(2)}")


def alerts_and_intruders(bed):
    bed.fleet(*MODELS, "--trap-to", "127.0.0.1,v1", "--trap-to", "127.0.0.1")
    receiver(bed)
    harness.api("/v1/printers/1/condition", {"condition": "jam", "on": True})
    n = wait_for(bed, "the alert by SNMPv1", lambda n: n.v1 and n.specific == "1")
    harness.equal((n.source, n.agent, n.enterprise, n.generic), (EPSON, EPSON, ".1.3.6.1.2.1.43.18.2", "6"), "v1 alert")
    row = n.names()[0].rsplit(".", 1)[1]
    columns = [f".1.3.6.1.2.1.43.18.1.1.{c}.1.{row}" for c in (1, 2, 4, 5, 6, 7)]
    harness.equal(n.names(), columns, "variables of printerV2Alert")
    harness.equal(n.value(0), f"INTEGER: {row}", "prtAlertIndex")
    harness.equal((n.value(1), n.value(5)), ("INTEGER: 3", "INTEGER: 8"), "critical, jam")
    shown = harness.snmpget(bed, EPSON, f"1.3.6.1.2.1.43.18.1.1.7.1.{row}")
    harness.equal(shown, ["8"], "the same row of prtAlertTable")
    n = wait_for(bed, "the alert by SNMPv2c", lambda n: n.trap == ALERT)
    harness.equal(n.names()[2:], columns, "variables of printerV2Alert")

    # a wrong community, while its printer tells of such, and when it no longer does
    wrong = ("snmpget", "-v2c", "-c", "wrong", "-t", "0.2", "-r", "0", "-On", XEROX, "1.3.6.1.2.1.1.1.0")
    harness.check(bed.run(*wrong).code != 0, "a wrong community was answered")
    n = wait_for(bed, "authenticationFailure", lambda n: n.trap == STANDARD + "5")
    harness.equal(n.source, XEROX, "who was asked")
    n = wait_for(bed, "authenticationFailure by SNMPv1", lambda n: n.v1 and n.generic == "4")
    harness.check(n.enterprise.startswith(ENTERPRISE[XEROX]), f"enterprise {n.enterprise}")
    # SNMPv3: an unknown user and a wrong digest are failures, the question for the engine is none
    for user in ("nobody", "fleet-reader"):
        harness.check(bed.run("snmpget", "-v3", "-l", "authNoPriv", "-u", user, "-a", "SHA", "-A", "not-the-password",
                              "-r", "0", "-On", EPSON, "1.3.6.1.2.1.1.1.0").code != 0, f"{user} was answered")
    told = harness.eventually(lambda: (lambda all_: len(all_) >= 2 and all_)(
        [n for n in heard(bed, EPSON) if n.trap == STANDARD + "5"]), "two failures of SNMPv3")
    harness.equal(len(told), 2, "failures of SNMPv3")
    bed.run("snmpset", "-v2c", "-c", "private", XEROX, "1.3.6.1.2.1.11.30.0", "i", "2").ok()
    before = len(heard(bed))
    bed.run(*wrong)
    harness.api("/v1/printers/2/condition", {"condition": "jam", "on": True})
    wait_for(bed, "the Xerox' alert", lambda n: n.source == XEROX and n.trap == ALERT)
    failures = [n for n in heard(bed)[before:] if n.trap == STANDARD + "5" or n.generic == "4"]
    harness.equal(len(failures), 0, "authenticationFailure although it is disabled")


def snmpset(bed, address, *values, code=0):
    done = bed.run("snmpset", "-v2c", "-c", "private", "-m", "", "-On", address, *values)
    harness.equal(done.code, code, f"snmpset {' '.join(values)}: {done.text}{done.errors}")
    return done


def entered_by_set(bed):
    bed.fleet(*MODELS)
    receiver(bed)
    ask_targets(bed)
    ask_xcmi(bed)
    ask_epson(bed)


def ask_targets(bed):
    """SNMP-TARGET-MIB and SNMP-NOTIFICATION-MIB of the Xerox: SNMPv2c informs to the community 'entered'."""
    name, params, tag = "109", "112", "116"  # m, p, t
    snmpset(bed, XEROX,
            f"{TARGET}2.1.9.{name}", "i", "4", f"{TARGET}2.1.2.{name}", "o", "1.3.6.1.6.1.1",
            f"{TARGET}2.1.3.{name}", "x", "7F00000100A2", f"{TARGET}2.1.6.{name}", "s", "tag",
            f"{TARGET}2.1.7.{name}", "s", "p")
    snmpset(bed, XEROX,
            f"{TARGET}3.1.7.{params}", "i", "4", f"{TARGET}3.1.2.{params}", "i", "1",
            f"{TARGET}3.1.3.{params}", "i", "2", f"{TARGET}3.1.4.{params}", "s", "entered",
            f"{TARGET}3.1.5.{params}", "i", "1")
    snmpset(bed, XEROX, f"{NOTIFY}5.{tag}", "i", "4", f"{NOTIFY}2.{tag}", "s", "tag", f"{NOTIFY}3.{tag}", "i", "2")
    walked = bed.run("snmpwalk", "-v2c", "-c", "public", "-m", "", "-On", XEROX, TARGET + "2").ok().text
    harness.check(f".{TARGET}2.1.9.{name} = INTEGER: 1" in walked, f"the row of the target:\n{walked}")
    harness.api("/v1/printers/2/condition", {"condition": "jam", "on": True})
    n = wait_for(bed, "an inform to the entered target", lambda n: n.trap == ALERT and "INFORM" in n.kind)
    harness.equal((n.source, n.kind), (XEROX, "INFORM, SNMP v2c, community entered"), "the inform")
    harness.eventually(lambda: harness.api("/v1/counters")["notifications"]["acknowledged"] >= 1, "its answer")
    harness.equal([r["table"] for r in harness.api("/v1/printers/2")["receivers"]], ["target"], "receivers")
    # an incomplete row is refused as a whole
    done = snmpset(bed, XEROX, f"{TARGET}2.1.9.120", "i", "4", f"{TARGET}2.1.6.120", "s", "tag", code=2)
    harness.check("inconsistentValue" in done.errors, f"an incomplete row: {done.errors}")
    snmpset(bed, XEROX, f"{TARGET}2.1.9.{name}", "i", "6")
    harness.equal(harness.api("/v1/printers/2")["receivers"], [], "receivers after the row was destroyed")
    harness.api("/v1/printers/2/condition", {"condition": "jam", "on": False})


def ask_xcmi(bed):
    """Xerox' own table of trap clients, and a view without which a client is told nothing."""
    client = "1.6.127.0.0.1.0.162"  # UDP, 127.0.0.1:162
    view = "1.11.1.3.6.1.2.1.43.18.2.0.1"  # client 1 wants printerV2Alert
    snmpset(bed, XEROX, f"{XCMI}51.13.2.1.3.{client}", "i", "4", f"{XCMI}51.13.2.1.6.{client}", "i", "6",
            f"{XCMI}51.13.2.1.7.{client}", "s", "entered")
    snmpset(bed, XEROX, f"{XCMI}51.14.2.1.2.{view}", "i", "4")
    before = len(heard(bed))
    harness.api("/v1/printers/2/condition", {"condition": "coverOpen", "part": 0, "on": True})
    n = harness.eventually(lambda: next((n for n in heard(bed)[before:] if n.trap == ALERT), None),
                           "a trap to the trap client")
    harness.equal((n.source, n.kind), (XEROX, "TRAP2, SNMP v2c, community entered"), "the trap")
    harness.equal([n.trap for n in heard(bed)[before:]], [ALERT], "what the view lets through")
    snmpset(bed, XEROX, f"{XCMI}51.13.2.1.3.{client}", "i", "6")
    harness.equal(harness.api("/v1/printers/2")["receivers"], [], "receivers after the client was destroyed")


def ask_epson(bed):
    """The second of the four rows of an Epson's network board."""
    row = "1.3.6.1.4.1.1248.1.1.3.1.2.16.1.{}.2"
    snmpset(bed, EPSON, row.format(2), "s", "entered", row.format(3), "i", "2", row.format(4), "a", "127.0.0.1",
            row.format(8), "i", "162")
    harness.api("/v1/printers/1/condition", {"condition": "coverOpen", "part": 0, "on": True})
    n = wait_for(bed, "a trap to the row", lambda n: n.trap == ALERT and n.source == EPSON)
    harness.equal(n.kind, "TRAP2, SNMP v2c, community entered", "the trap")
    snmpset(bed, EPSON, row.format(3), "i", "0")
    before = len(heard(bed, EPSON))
    harness.api("/v1/printers/1/condition", {"condition": "jam", "on": True})
    snmpset(bed, EPSON, row.format(3), "i", "1")
    harness.api("/v1/printers/1/condition", {"condition": "coverOpen", "part": 1, "on": True})
    n = wait_for(bed, "a trap of SNMPv1 to the row", lambda n: n.v1 and n.source == EPSON)
    harness.equal(n.kind, "TRAP, SNMP v1, community entered", "the trap")
    harness.equal(len(heard(bed, EPSON)), before + 1, "traps while the row was off, and after")


if __name__ == "__main__":
    harness.main(every_kind, alerts_and_intruders, entered_by_set)
