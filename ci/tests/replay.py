#!/usr/bin/env python3
"""The kept recordings of the product, played again against printers and cloud."""
import json
import os

import cloudbed
import harness

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../conformance/tests/fixtures")


def replay(bed, name, *args):
    done = bed.presscheck_ends("replay", os.path.join(FIXTURES, name), "--json", *args)
    harness.check(done.code in (0, 1, 3), f"replay {name}: exit code {done.code}\n{done.errors}")
    return done.code, json.loads(done.text)


def site(bed, *faults):
    bed.fleet("--profile", "epson-wf-c5890", "--count", "3", "--first", "127.77.0.1", "--seed", "7", "--pace", "60",
              *faults)
    return replay(bed, "site.pcapng", "--recorded-timing")


def printers_answer_as_recorded(bed):
    code, report = site(bed)
    harness.equal(code, 0, f"exit code; {json.dumps(report)[:2000]}")
    harness.check(report["exchanges"] > 20 and report["replayed"] == report["exchanges"],
                  f"every exchange is replayed: {report['replayed']} of {report['exchanges']}")


def a_printer_without_serial_number_differs(bed):
    code, report = site(bed, "--fault", "snmp-serial-empty@2")
    harness.equal(code, 1, "exit code")
    harness.check("43.5.1.1.17.1" in json.dumps(report), "the report names prtGeneralSerialNumber")


def wan(bed, *faults):
    cloud = cloudbed.Cloud(bed)
    agent = cloud.enrol("dc-1")
    if faults:
        cloud.child.stop()
        cloud.start(*faults)
    return replay(bed, "wan.pcapng", "--cloud", cloud.url, "--ca", cloud.ca, "--cert", agent.cert, "--key",
                  agent.key, "--fresh-document")


def the_cloud_answers_as_recorded(bed):
    code, report = wan(bed)
    harness.equal(code, 0, f"exit code; {json.dumps(report)[:2000]}")
    harness.check(report["replayed"] >= 2, f"the uploads are replayed: {report['replayed']}")


def a_cloud_that_refuses_differs(bed):
    code, _ = wan(bed, "--fault", "http-500-uploads")
    harness.equal(code, 1, "exit code")


harness.main(printers_answer_as_recorded, a_printer_without_serial_number_differs, the_cloud_answers_as_recorded,
             a_cloud_that_refuses_differs)
