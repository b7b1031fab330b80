#!/usr/bin/env python3
"""Epson's own clients and those written for Epsons: SANE's epson2 and epsonds, escputil, the CUPS filter for commands,
Epson's printer library; each on several models, over LPD and raw, judged by what it says and what the printer did."""
import os
import re

import harness
import libescpr

MODELS = ("epson-wf-c5890", "epson-xp-432", "epson-l18050", "epson-sc-p9500")
MULTIFUNCTION = MODELS[:2]


def fleet(bed, *profiles):
    bed.fleet(*(a for p in profiles for a in ("--profile", p)), "--first", "127.1.0.1", "--pace", "1000")
    return [harness.api(f"/v1/printers/{n + 1}") for n in range(len(profiles))]


def does(state, counter, what):
    """The printer counts one more, prints nothing for it but the pattern of a nozzle check, and is idle again."""
    path = f"/v1/printers/{state['printer']}"
    now = harness.eventually(lambda: (n := harness.api(path))["counters"][counter] > state["counters"][counter]
                             and n["status"] == "idle" and n, f"{counter} by {what} on {state['profile']}")
    harness.equal(now["counters"][counter], state["counters"][counter] + 1, f"{counter} by {what}")
    pages = 1 if counter == "nozzleChecks" else 0
    harness.equal(now["lifeCount"] - state["lifeCount"], pages, f"pages by {what} on {state['profile']}")
    return now


def scanimage(bed, backend, config):
    os.makedirs(bed.path("sane"), exist_ok=True)
    bed.write("sane/dll.conf", backend + "\n")
    bed.write(f"sane/{backend}.conf", config)
    done = bed.run("scanimage", "-L", env={"SANE_CONFIG_DIR": bed.path("sane")}).ok()
    return dict(re.findall(rf"^device `{backend}:net:([0-9.]+)' is an? (.*)$", done.text, re.M))


def sane(bed):
    """epson2 and epsonds ask the multifunction printers by name on 1865; a printer without a scanner is none."""
    states = fleet(bed, *MODELS)
    config = "".join(f"net {s['address']}\n" for s in states)
    want = {s["address"]: s["model"].replace(" Series", "") for s in states if s["profile"] in MULTIFUNCTION}
    for backend in ("epson2", "epsonds"):
        found = scanimage(bed, backend, config)
        harness.equal(sorted(found), sorted(want), f"scanimage -L with {backend}")
        for address, text in found.items():
            harness.check(want[address][:16] in text, f"{backend}: {address} is '{want[address]}', said: {text}")
        harness.equal(scanimage(bed, backend, config), found, f"{backend} again: the first let the scanner go")


def wrapper(bed, state):
    """An lpr that is rlpr: escputil pipes its jobs to lp or lpr, which would want a configured spooler."""
    os.makedirs(bed.path("bin"), exist_ok=True)
    line = f"exec {harness.tool('rlpr')} -N -H{state['address']} -PPASSTHRU {bed.path('escputil.job')}"
    for name in ("lp", "lpr"):
        bed.write("bin/" + name, f"#!/bin/sh\ncat >{bed.path('escputil.job')}\n{line}\n")
        os.chmod(bed.path("bin/" + name), 0o755)
    return {"PATH": bed.path("bin") + ":" + os.environ["PATH"]}


def escputil(bed):
    for state in fleet(bed, "epson-wf-c5890", "epson-sc-p9500"):
        env = wrapper(bed, state)
        for option, counter in (("-c", "cleanings"), ("-n", "nozzleChecks")):
            done = bed.run("escputil", "-q", "-u", "-m", "escp2-r3000", "-P", "emu", option, env=env, data=b"y\n" * 8).ok()
            harness.check("rror" not in done.errors, f"escputil {option}: {done.text}{done.errors}")
            state = does(state, counter, f"escputil {option}")


def cups_command(bed):
    """CUPS' "Clean all" and "PrintSelfTestPage" as the filter for ESC/P printers makes them, by both backends."""
    ppd = bed.write("emu.ppd", '*PPD-Adobe: "4.3"\n*FormatVersion: "4.3"\n*FileVersion: "1.0"\n*cupsModelNumber: 10\n'
                    '*NickName: "Emu"\n*ModelName: "Emu"\n')
    for state in fleet(bed, "epson-xp-432", "epson-l18050"):
        uris = (f"lpd://{state['address']}/PASSTHRU?reserve=none", f"socket://{state['address']}:9100/?waiteof=false")
        for text, counter in (("Clean all", "cleanings"), ("PrintSelfTestPage", "nozzleChecks")):
            command = bed.write("commands", f"#CUPS-COMMAND\n{text}\n")
            made = bed.run("/usr/lib/cups/filter/commandtoescpx", "1", "anna", "it", "1", "", command, env={"PPD": ppd}).ok()
            harness.check(b"REMOTE1" in made.out, f"commandtoescpx '{text}': {made.out!r} {made.errors}")
            job = bed.write("command.job", made.out)
            for uri in uris:
                path = harness.tool("/usr/lib/cups/backend/" + uri.split(":")[0])
                line = 'exec 3<>/dev/null 4<>/dev/null; exec "$0" 7 anna it 1 "" "$1"'
                bed.run("sh", "-c", line, path, job, env={"DEVICE_URI": uri}).ok()
                state = does(state, counter, f"'{text}' to {uri}")


def escpr(bed):
    """The library finds what its driver supports; its jobs clean and check, by rlpr and raw, on each model."""
    for state in fleet(bed, *MODELS[:3]):
        library = libescpr.Library()
        library.choose(library.probe(state["address"], libescpr.LPR))
        harness.equal(library.status().status, libescpr.IDLE, f"status of {state['profile']}")
        for command, counter, size in ((libescpr.CLEANING, "cleanings", 92), (libescpr.NOZZLE_CHECK, "nozzleChecks", 151)):
            data = library.maintenance(command)
            harness.equal(len(data), size, f"bytes of the job for {counter}")
            bed.run("nc", "-q1", "-w5", state["address"], "9100", data=data).ok()
            state = does(state, counter, "libescpr's job, raw")
            job = bed.write("escpr.job", data)
            bed.run("rlpr", "-N", "-H" + state["address"], "-PP1", job).ok()
            state = does(state, counter, "libescpr's job, LPD")
        harness.equal(library.status().status, libescpr.IDLE, f"status of {state['profile']} afterwards")
        library.done()


if __name__ == "__main__":
    harness.main(sane, escputil, cups_command, escpr)
