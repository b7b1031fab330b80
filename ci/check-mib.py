#!/usr/bin/env python3
"""Hold mibs/*.txt to what foreign tools make of them.

Usage: check-mib.py SOURCE_DIR
Fails when net-snmp's snmptranslate loads a module with a message, or finds another OID, type,
access or index than mibs/facts/ have; when smilint at level 4 has something to say; or when the
test suite's own eye for such faults is blind (a broken copy must be told). Nothing but mibs/ is on
the tools' path.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
TYPES = {"INTEGER": {"EnumVal", "Integer32"}, "Integer32": {"Integer32", "EnumVal"},
         "OCTET STRING": {"String"}, "OBJECT IDENTIFIER": {"ObjID"}, "IpAddress": {"IpAddr"},
         "Counter32": {"Counter"}, "Counter64": {"Counter64"}, "Gauge32": {"Gauge"},
         "Unsigned32": {"Unsigned"}, "TimeTicks": {"TimeTicks"}}
ACCESS = {"----": "not-accessible", "---N": "accessible-for-notify", "-R--": "read-only",
          "-RW-": "read-write", "CR--": "read-create"}
# What the tool says of the standards themselves: an OID as index has no size to restrict, and one
# module stands below another one's branch.
SMILINT = ["smilint", "-l", "4", "-s", "-m", "-i", "index-element-no-size",
           "-i", "module-identity-registration"]


def run(command, **env):
    done = subprocess.run(command, capture_output=True, text=True, check=False,
                          env={**os.environ, **env})
    return done.returncode, done.stdout, done.stderr


def translate(mibs, *args):
    return run(["snmptranslate", "-M", mibs, *args], MIBS="")


def lint(mibs):
    """smilint's own words for the modules of a folder."""
    files = sorted(str(p) for p in mibs.glob("*.txt"))
    _, out, err = run([*SMILINT, *files], SMIPATH=str(mibs))
    return [line for line in (out + err).splitlines() if line.strip()]


def check_alone(mibs):
    """Each module by itself, with what it imports."""
    for path in sorted(mibs.glob("*.txt")):
        code, _, err = translate(mibs, "-m", path.stem, "-Tz")
        if code != 0 or err:
            yield f"{path.name}: snmptranslate says '{err.strip().splitlines()[:1]}' ({code})"
        if not re.search(rf"^{re.escape(path.stem)} DEFINITIONS ::= BEGIN$", path.read_text(), re.M):
            yield f"{path.name}: holds another module"


def check_names(mibs, facts):
    code, out, err = translate(mibs, "-m", "ALL", "-Tz")
    if code != 0 or err:
        yield f"all modules together: {err.strip()}"
    found = dict(re.findall(r'^"([\w-]+)"\s+"([\d.]+)"$', out, re.M))
    for name in facts.by_name:
        want = ".".join(map(str, facts.by_name[name].oid))
        if name != "zeroDotZero" and found.get(name) != want:
            yield f"{name}: facts say {want}, the tool {found.get(name)}"


def check_types(mibs, facts):
    _, out, _ = translate(mibs, "-m", "ALL", "-Tp")
    seen = set()
    for access, kind, name in re.findall(r"\+-- ([-A-Z]{4}) (\w+) +([\w-]+)\(\d+\)", out):
        fact = facts.by_name.get(name)
        if fact is None or fact.syntax is None:
            continue
        seen.add(name)
        want = "read-write" if fact.scalar and fact.access == "read-create" else fact.access
        if kind not in TYPES[fact.syntax.base]:
            yield f"{name}: facts say {fact.syntax.base}, the tool {kind}"
        if ACCESS[access] != want:
            yield f"{name}: facts say {want}, the tool {ACCESS[access]}"
    for f in facts.objects():
        if f.name not in seen:
            yield f"{f.name}: no object for the tool"


def check_index(mibs, facts):
    _, out, _ = translate(mibs, "-m", "ALL", "-Tp")
    pairs = re.findall(r"\+--([\w-]+)\(\d+\)\n[ |]*(?:\|  )?Index: ([^\n]*)", out)
    index = {entry: [w.strip().replace("[IMPLIED] ", "") for w in words.split(",")]
             for entry, words in pairs}
    for f in facts.by_name.values():
        if f.shape == "ROW" and f.index[:1] != ["AUGMENTS"]:
            want = facts.index_of(f)[0]
            got = [w.removeprefix("IMPLIED ").strip() for w in index.get(f.name, [])]
            if got != want:
                yield f"{f.name}: facts say index {want}, the tool {got}"


def check_eye(mibs):
    """A module that breaks a rule must be told by both tools."""
    with tempfile.TemporaryDirectory() as tmp:
        copy = pathlib.Path(tmp)
        for path in mibs.glob("*.txt"):
            shutil.copy(path, copy)
        broken = copy / "UDP-MIB.txt"
        broken.write_text(broken.read_text().replace("    STATUS      current", "", 1)
                          .replace("{ mib-2 7 }", "{ mib-2x 7 }"))
        if not lint(copy):
            yield "smilint says nothing of a broken module"
        if not any(check_alone(copy)):
            yield "snmptranslate says nothing of a broken module"


def main():
    src = pathlib.Path(sys.argv[1]).resolve()
    mibs = src / "mibs"
    sys.path.insert(0, str(mibs))
    import facts as reader
    for tool, package in (("snmptranslate", "snmp"), ("smilint", "smitools")):
        if shutil.which(tool) is None:
            print(f"no {tool}: install the package {package} (ci/deps)")
            return 1
    facts = reader.Facts(mibs / "facts")
    bad = [*check_alone(mibs), *check_names(mibs, facts), *check_types(mibs, facts),
           *check_index(mibs, facts), *lint(mibs), *check_eye(mibs)]
    print("\n".join(bad) or f"{len(list(mibs.glob('*.txt')))} modules, {len(facts.by_name)} names "
          f"and {len(facts.objects())} objects ok")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
