#!/usr/bin/env python3
"""What watches printers: CUPS' supply query, Prometheus' snmp_exporter, monitoring plug-ins, munin, nmap and Epson's
own library. Each says what the printer is, in its own words, and says so again after the printer has changed."""
import os
import pathlib
import re
import shutil

import harness
import libescpr

MIBS = pathlib.Path(__file__).resolve().parents[2] / "mibs"
EXPORTER_EXAMPLE = "/usr/share/doc/prometheus-snmp-exporter/examples/generator.yml"
NAGIOS, MUNIN = "/usr/lib/nagios/plugins/", "/usr/share/munin"
LIFE, LEVEL = "1.3.6.1.2.1.43.10.2.1.4.1.1", "1.3.6.1.2.1.43.11.1.1.9.1"
STAPLES = 32  # PrtMarkerSuppliesTypeTC
PROFILES = ("epson-wf-c5890", "xerox-versalink-c7030")


def marker(state):
    """The printer as prtMarkerSuppliesTable has it: what a finisher uses up stands in a table of its own."""
    return dict(state, supplies=[s for s in state["supplies"] if s["type"] != STAPLES])


def fleet(bed, *profiles):
    profiles = profiles or PROFILES
    bed.fleet(*(a for p in profiles for a in ("--profile", p)), "--first", "127.1.0.1", "--pace", "100")
    return [marker(harness.api(f"/v1/printers/{n + 1}")) for n in range(len(profiles))]


def change(state, pages=3, level=4):  # percent; CUPS calls 5 and less low
    """Pages are printed, the first supply falls to a level; returns the state then."""
    path = f"/v1/printers/{state['printer']}"

    def at_rest():
        now = harness.api(path)
        return now if all(j["state"] in ("done", "aborted", "cancelled") for j in now["jobs"]) else None
    before = harness.eventually(at_rest, "all jobs over")  # a client may have printed
    harness.api(path + "/print", {"pages": pages})
    harness.eventually(lambda: harness.api(path)["lifeCount"] == before["lifeCount"] + pages, f"{pages} more pages")
    harness.api(path + "/supply", {"supply": 0, "level": level * state["supplies"][0]["capacity"] // 100})
    return marker(harness.api(path))


def before_and_after(state):
    """The printer as it is; then, when that was looked at, as it is after a change."""
    yield state
    yield change(state)


def receptacles(bed, state):
    """Which supplies fill up, by prtMarkerSuppliesClass."""
    oids = [f".1.3.6.1.2.1.43.11.1.1.4.1.{n + 1}" for n in range(len(state["supplies"]))]
    return [c == "4" for c in harness.snmpget(bed, state["address"], *oids)]


def percents(state):
    return [s["permille"] // 10 for s in state["supplies"]]


# ---- CUPS

PPD = '*PPD-Adobe: "4.3"\n*FormatVersion: "4.3"\n*cupsSNMPSupplies: True\n'


def cups(bed, state):
    """What the socket backend tells the scheduler of the supplies: names and levels."""
    cache = bed.path("cache")
    shutil.rmtree(cache, ignore_errors=True)  # it remembers what it asked before
    os.mkdir(cache)
    env = {"DEVICE_URI": f"socket://{state['address']}:9100/?waiteof=false", "CUPS_CACHEDIR": cache,
           "PPD": bed.write("t.ppd", PPD)}
    line = 'exec 3<>/dev/null; exec "$0" 1 anna title 1 "" "$1"'
    done = bed.run("sh", "-c", line, harness.tool("/usr/lib/cups/backend/socket"), bed.write("job", "\f"), env=env)
    return done.ok().errors


def cups_supplies(bed):
    for state in fleet(bed):
        for now in before_and_after(state):
            said = cups(bed, now)
            names = re.search(r"^ATTR: marker-names=(.*)$", said, re.M)
            levels = re.findall(r"^ATTR: marker-levels=(.*)$", said, re.M)
            harness.check(names and levels, f"{now['profile']}: no markers in\n{said}")
            harness.equal(re.findall(r"'\"(.*?)\"'", names[1]) or names[1].split(","),
                          [s["name"] for s in now["supplies"]], f"{now['profile']}: marker-names")
            # what fills up is told as how full it is
            expected = [100 - p if fills else p for fills, p in zip(receptacles(bed, now), percents(now))]
            harness.equal([int(n) for n in levels[0].split(",")], expected, f"{now['profile']}: marker-levels")
        low = [w for w in ("marker-supply-low-report", "toner-low-report") if f"STATE: +{w}" in said]
        harness.check(low, f"{now['profile']}: nothing is low in\n{said}")


# ---- Prometheus

def exporter(bed):
    """snmp_exporter with the module printer_mib of its example, made with our MIB modules; returns its port."""
    text = pathlib.Path(EXPORTER_EXAMPLE).read_text()
    module = re.search(r"^  printer_mib:\n(?:(?:    .*)?\n)+", text, re.M)
    harness.check(module, f"no module printer_mib in {EXPORTER_EXAMPLE}")
    bed.write("generator.yml", "modules:\n" + module[0])
    made = bed.run("prometheus-snmp-generator", "generate", env={"MIBDIRS": str(MIBS), "MIBS": "ALL"})
    harness.check(made.code == 0, f"the generator fails:\n{made.errors}")
    port = 9116
    child = bed.child("exporter", [harness.tool("prometheus-snmp-exporter"), f"--config.file={bed.path('snmp.yml')}",
                                   f"--web.listen-address=127.0.0.1:{port}"])
    harness.eventually(lambda: "Listening" in child.read(1), "snmp_exporter listens")
    return port, child


def scrape(bed, port, state):
    """name{labels} -> value"""
    url = f"http://127.0.0.1:{port}/snmp?target={state['address']}&module=printer_mib"
    text = bed.run("curl", "-sf", url).ok().text
    return {m[1]: float(m[2]) for m in re.finditer(r"^([a-zA-Z][^ ]*(?:\{.*\})?) (\S+)$", text, re.M)}


def snmp_exporter(bed):
    states = fleet(bed)
    port, child = exporter(bed)
    for state in states:
        for now in before_and_after(state):
            metrics = scrape(bed, port, now)
            for n, supply in enumerate(now["supplies"]):
                found = [v for k, v in metrics.items() if k.startswith("prtMarkerSuppliesLevel{")
                         and f'prtMarkerSuppliesIndex="{n + 1}"' in k]
                harness.equal(found, [float(supply["level"])], f"{now['profile']}: level of {supply['name']}")
            serial = [k for k in metrics if k.startswith("prtGeneralSerialNumber")]
            harness.check(serial and now["serial"] in serial[0], f"{now['profile']}: serial number in {serial}")
    child.kill()  # it ends on SIGTERM with an exit code of its own


# ---- monitoring plug-ins

def check_snmp(bed, state, *more):
    return bed.run(NAGIOS + "check_snmp", "-H", state["address"], "-C", "public", *more)


def monitoring_plugins(bed):
    for state in fleet(bed):
        for version in ("1", "2c"):
            done = check_snmp(bed, state, "-P", version, "-o", LIFE)
            harness.check(done.code == 0 and done.text.startswith(f"SNMP OK - {state['lifeCount']} "), done.text)
        now = change(state)
        level = now["supplies"][0]["level"]
        limits = ("-o", LEVEL + ".1", "-w", f"{level + 2}:", "-c", f"{level + 1}:")
        done = check_snmp(bed, now, "-P", "2c", *limits)
        harness.check(done.code == 2 and f"*{level}*" in done.text, f"check_snmp of a low supply: {done.code} {done.text}")
        done = check_snmp(bed, now, "-P", "1", "-o", "1.3.6.1.2.1.43.99.0")
        harness.check(done.code == 3, f"check_snmp of what is not there: {done.code} {done.text}")
        # check_hpjd needs HP's tree; without it the plug-in takes away one variable after the other and gives up
        done = bed.run(NAGIOS + "check_hpjd", "-H", now["address"], "-C", "public")
        harness.check(done.code == 2 and "Error in packet" in done.text, f"check_hpjd: {done.code} {done.text}")


# ---- munin

def munin_plugin(bed, state, which, *words):
    """Its lines as a table; the name of the file tells the plug-in the host."""
    name = bed.path(f"snmp_{state['address']}_print_{which}")
    if not os.path.exists(name):
        os.symlink(harness.tool(f"{MUNIN}/plugins/snmp__print_{which}"), name)
    text = bed.run("perl", name, *words, env={"MUNIN_LIBDIR": MUNIN}).ok().text
    return dict(line.split(" ", 1) for line in text.splitlines() if " " in line)


def munin(bed):
    for state in fleet(bed):
        for now in before_and_after(state):
            pages = munin_plugin(bed, now, "pages")
            harness.equal(pages.get("pages.value"), str(now["lifeCount"]), f"{now['profile']}: munin's pages")
            labels = munin_plugin(bed, now, "supplies", "config")
            values = munin_plugin(bed, now, "supplies")
            for n, (supply, percent) in enumerate(zip(now["supplies"], percents(now))):
                label = labels.get(f"supply1_{n + 1}.label", "").removesuffix("...")  # long ones are cut
                harness.check(label and supply["name"].startswith(label), f"{now['profile']}: munin's label '{label}'")
                harness.equal(int(float(values[f"supply1_{n + 1}.value"])), percent, f"{now['profile']}: munin's level")


# ---- nmap

def nmap_scripts(bed):
    states = fleet(bed)
    text = bed.run("nmap", "-n", "-Pn", "-sU", "-p161", "--script", "snmp-info,snmp-sysdescr,snmp-interfaces",
                   *(s["address"] for s in states)).ok().text
    for state in states:
        part = re.search(rf"report for {re.escape(state['address'])}\n.*?(?=Nmap scan report|Nmap done)", text, re.S)
        harness.check(part, f"nmap says nothing of {state['address']}:\n{text}")
        descr = harness.snmpget(bed, state["address"], ".1.3.6.1.2.1.1.1.0")[0]
        harness.check(descr in part[0], f"{state['profile']}: '{descr}' is not in\n{part[0]}")
        harness.check(state["mac"].replace(":", "").lower() in part[0].lower(), f"{state['profile']}: MAC in\n{part[0]}")
        harness.check("Type: ethernetCsmacd" in part[0] and "Status: up" in part[0], part[0])


# ---- Epson's library

def escpr(bed):
    """Finds what Epson's driver supports, reads ink and status, and cleans; says why not for what it does not."""
    state, large = fleet(bed, "epson-wf-c5890", "epson-sc-t3405")
    library = libescpr.Library()
    for protocol in (libescpr.RAW, libescpr.LPR):
        printer = library.probe(state["address"], protocol)
        harness.equal((printer.maker, printer.model, printer.serial.decode(), printer.mac.decode().lower()),
                      (b"EPSON", state["model"].encode(), state["serial"], state["mac"].replace(":", "")), "probed")
        library.choose(printer)
        harness.equal(library.status().status, libescpr.IDLE, "status")
    harness.equal([(colour, low) for colour, _, low in library.ink()], [(0, 0), (1, 0), (2, 0), (3, 0)], "ink")
    path = f"/v1/printers/{state['printer']}"
    harness.api(path + "/condition", {"condition": "supplyLow", "part": 1, "on": True})
    harness.equal([low for _, _, low in library.ink()], [0, 1, 0, 0], "cyan ink is low")
    harness.api(path + "/condition", {"condition": "coverOpen", "part": 0, "on": True})
    status = library.status()
    harness.check(status.status == libescpr.ERROR and status.error != 0, f"cover open: {status.status} {status.error}")
    harness.api(path + "/condition", {"condition": "coverOpen", "part": 0, "on": False})
    harness.api(path + "/condition", {"condition": "supplyLow", "part": 1, "on": False})
    for command, counter in ((libescpr.CLEANING, "cleanings"), (libescpr.NOZZLE_CHECK, "nozzleChecks")):
        before = harness.api(path)
        bed.run("nc", "-q1", "-w5", state["address"], "9100", data=library.maintenance(command)).ok()
        harness.eventually(lambda c=counter, b=before: harness.api(path)["counters"][c] == b["counters"][c] + 1, f"{counter} by libescpr's job")
        harness.eventually(lambda: library.status().status == libescpr.IDLE, "idle after maintenance")
    library.done()


def escpr_finds(bed):
    """A broadcast finds the two printers that the driver supports, each once, and not the one without ESC/P-R."""
    states = fleet(bed, "epson-wf-c5890", "epson-sc-t3405", "epson-wf-c5890")
    library = libescpr.Library()
    found = sorted(p.location.decode() for p in library.find())
    harness.equal(found, [states[0]["address"], states[2]["address"]], "found by broadcast")
    library.done()


if __name__ == "__main__":
    harness.main(cups_supplies, snmp_exporter, monitoring_plugins, munin, nmap_scripts, escpr, escpr_finds)
