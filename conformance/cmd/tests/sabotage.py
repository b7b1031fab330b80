#!/usr/bin/env python3
"""One defect in a whole run: exactly the cases that prove it turn red, the run exits 1.

Usage: sabotage.py PRESSCHECK OUT ROLE PLACE:FAULT ONLY CASE...
"""
import json
import subprocess
import sys


def main():
    program, out, role, fault, only, *expected = sys.argv[1:]
    code = subprocess.run([program, "certify", role, "--sabotage", fault, "--only", only,
                           "--out", out], timeout=240).returncode
    with open(out + "/results.json", encoding="utf-8") as f:
        results = json.load(f)
    red = {c["id"] for c in results["cases"] if c["verdict"] not in ("PASS", "NOT_APPLICABLE")}
    failed = {c["id"] for c in results["cases"] if c["verdict"] == "FAIL"}
    passed = {c["id"] for c in results["cases"] if c["verdict"] == "PASS"} - red
    problems = []
    if code != 1:
        problems.append(f"exit code {code}, expected 1")
    if results["status"] != "finished":
        problems.append(f"status {results['status']}, expected finished")
    if failed != set(expected):
        problems.append(f"failed: {sorted(failed)}, expected {sorted(expected)}")
    if red != failed:
        problems.append(f"neither passed nor failed: {sorted(red - failed)}")
    if not passed:
        problems.append("no other case passed, so nothing tells the defect from a broken run")
    for p in problems:
        print(f"{role} with {fault}: {p}")
    return 1 if problems else 0


sys.exit(main())
