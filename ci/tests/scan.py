#!/usr/bin/env python3
"""SANE's epson2 finds the Epson multifunction printers of a mixed fleet by broadcast (ENPC), and nobody else."""
import os
import re

import harness


def scanners(bed):
    """{address: line} of scanimage -L with network autodiscovery alone."""
    os.makedirs(bed.path("sane"), exist_ok=True)
    bed.write("sane/dll.conf", "epson2\n")
    bed.write("sane/epson2.conf", "net autodiscovery\n")
    done = bed.run("scanimage", "-L", env={"SANE_CONFIG_DIR": bed.path("sane")}).ok()
    return {m.group(1): m.group(0) for m in re.finditer(r"^device `epson2:net:([0-9.]+)' is a .*$", done.text, re.M)}


def mixed_fleet(bed):
    bed.fleet("--profile", "epson-wf-c5890", "--count", "2", "--profile", "xerox-versalink-c7030",
              "--profile", "lindgren-mono-40", "--profile", "epson-sc-t3405", "--profile", "lindgren-color-30",
              "--profile", "epson-wf-c5890", "--first", "127.1.0.1")
    printers = harness.api("/v1/printers")["printers"]
    harness.equal(len(printers), 7, "printers up")
    # the large-format printer answers the probe too, but has no scanner behind it
    epson = {p["address"]: p for p in printers if p["vendor"].upper() == "EPSON" and not p["model"].startswith("SC-")}
    harness.equal(len(epson), 3, "multifunction printers of Epson")
    found = scanners(bed)
    harness.equal(sorted(found), sorted(epson), "scanimage -L")
    for address, line in found.items():
        model = epson[address]["model"].replace(" Series", "")
        harness.check(model in line, f"{address} is '{model}', scanimage says: {line}")
    harness.check(harness.api("/v1/counters")["enpc"]["in"] >= 1, "the probe was not counted")

    # who is switched off is not found
    harness.api("/v1/printers/1/power", {"on": False})
    harness.equal(sorted(scanners(bed)), sorted(set(epson) - {"127.1.0.1"}), "scanimage -L with one switched off")


def nobody_there(bed):
    bed.fleet("--profile", "xerox-versalink-c7030", "--first", "127.1.0.1")
    harness.equal(scanners(bed), {}, "scanimage -L without an Epson printer")


if __name__ == "__main__":
    harness.main(mixed_fleet, nobody_there)
