#!/usr/bin/env python3
"""Ten thousand printers in one process: each is there and none is another."""
import harness

SERIAL = ".1.3.6.1.2.1.43.5.1.1.17.1"
MAC = ".1.3.6.1.2.1.2.2.1.6.1"
NAME = ".1.3.6.1.2.1.1.5.0"


def address(number):
    """Number 1 is 127.1.0.1; addresses are consecutive."""
    n = (127 << 24) + (1 << 16) + number
    return ".".join(str(n >> s & 255) for s in (24, 16, 8, 0))


def ten_thousand(bed):
    fleet = bed.fleet("--profile", "epson-wf-c5890", "--count", "10000", "--first", address(1))
    fleet.until(rf"^ready: 10000 printers, {address(1)} to {address(10000)},")
    harness.equal(harness.api("/v1/health")["printers"], 10000, "printers in the control API")
    seen = {}
    for number in (1, 2, 256, 5000, 9999, 10000):
        values = harness.snmpget(bed, address(number), SERIAL, MAC, NAME)
        harness.equal(len(values), 3, f"values of printer {number}")
        for what, value in zip(("serial number", "MAC address", "name"), values):
            harness.check(value.strip(), f"printer {number}: empty {what}")
            other = seen.setdefault((what, value), number)
            harness.equal(number, other, f"printers {number} and {other} share {what} {value}")
        state = harness.api(f"/v1/printers/{number}")
        harness.equal(values[0], state["serial"], f"serial number of printer {number}")
        harness.equal(values[1].strip().replace(" ", ":").lower(), state["mac"].lower(), f"MAC of printer {number}")
    done = bed.run("snmpget", "-v2c", "-c", "public", "-m", "", "-t", "0.3", "-r", "0", address(10001), SERIAL)
    harness.check(done.code != 0 and "Timeout" in done.errors, f"the address after the last answered: {done.text}")


def identities_all_differ(bed):
    bed.fleet("--profile", "epson-wf-c5890", "--count", "10000", "--first", address(1))
    printers = []
    while len(printers) < 10000:
        page = harness.api(f"/v1/printers?from={len(printers) + 1}&limit=1000")["printers"]
        harness.check(page, f"the list ends after {len(printers)} printers")
        printers += page
    for key in ("address", "serial", "mac", "hostName"):
        harness.equal(len({p[key] for p in printers}), 10000, f"different values of '{key}'")


if __name__ == "__main__":
    harness.main(ten_thousand, identities_all_differ)
