#!/usr/bin/env python3
"""Read a JUnit file as a pipeline does and print what it says, one test case a line."""
import sys
import xml.etree.ElementTree as ET

root = ET.parse(sys.argv[1]).getroot()
suite = root.find("testsuite")
print("suite", *(suite.get(k) for k in ("tests", "failures", "errors", "skipped")))
for case in suite.findall("testcase"):
    kinds = [e.tag for e in case if e.tag != "properties"]
    requirements = [p.get("value") for p in case.iter("property")
                    if p.get("name") == "requirement"]
    message = next((e.get("message") for e in case if e.get("message") is not None), "-")
    print(case.get("name").split(" ")[0], ",".join(kinds) or "passed", len(requirements),
          message.encode("ascii", "backslashreplace").decode())
