#!/usr/bin/env python3
"""The walk checker as a command: what every profile answers is clean, a broken walk is told.

Usage: walkcheck.py PRESSCHECK
"""
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLEAN = ROOT / "simulator/snmp/tests/walks/clean.snmprec"


def run(program, *args):
    done = subprocess.run([program, "profile", *args], capture_output=True, text=True, timeout=100,
                          check=False)
    return done.returncode, done.stdout, done.stderr


def expect(what, got, want):
    if got != want:
        raise AssertionError(f"{what}: {got!r}, expected {want!r}")


def check_profiles(program):
    code, out, _ = run(program, "list", "--json")
    expect("list", code, 0)
    names = [p["name"] for p in json.loads(out) if not p["abstract"]]
    args = [a for n in names for a in ("--profile", n)]
    code, out, err = run(program, "check", *args, "--json")
    found = json.loads(out)
    for p in found:
        for f in p["findings"]:
            print(f"{p['name']}: {f['rule']}: {f['object']} {f['oid']}: {f['found']}, "
                  f"expected {f['expected']}")
    expect("profiles judged", [p["name"] for p in found], names)
    expect(f"exit code of the profiles ({err})", code, 0)
    if len(names) < 6 or any(p["known"] < 400 for p in found):
        raise AssertionError(f"only {[(p['name'], p['known']) for p in found]}")
    return len(names)


def check_walks(program, tmp):
    """A clean walk, the same with its supplies in another order and a level over the maximum."""
    code, out, _ = run(program, "check", "--walk", str(CLEAN))
    expect("exit code of the clean walk", code, 0)
    if " 0 findings" not in out:
        raise AssertionError(out)
    lines = CLEAN.read_text().splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("1.3.6.1.2.1.43.11.1.1.9.1.1|"))
    lines[at], lines[at + 1] = lines[at + 1], lines[at].split("|")[0] + "|2|101"
    broken = tmp / "broken.snmprec"
    broken.write_text("\n".join(lines) + "\n")
    code, out, _ = run(program, "check", "--walk", str(broken))
    expect("exit code of the broken walk", code, 1)
    want = f"{broken}:{at + 2}: 1.3.6.1.2.1.43.11.1.1.9.1.1 prtMarkerSuppliesLevel.1.1: "
    for rule in ("order", "level"):
        if not any(line.startswith(want + rule + ": found ") for line in out.splitlines()):
            raise AssertionError(f"no line '{want}{rule}' in {out}")
    code, out, _ = run(program, "check", "--json", "--walk", str(broken), "--profile",
                       "lindgren-mono-40")
    expect("exit code of both", code, 1)
    walk, printer = json.loads(out)
    expect("rules of the broken walk", [f["rule"] for f in walk["findings"]], ["order", "level"])
    expect("line", walk["findings"][1]["line"], at + 2)
    expect("findings of the profile", printer["findings"], [])


def check_usage(program, tmp):
    wrong = tmp / "wrong.snmprec"
    wrong.write_text("1.3.6.1.2.1.1.1.0|4|x\n1.3.6|99|x\n")
    for args, word in ((["--walk", str(tmp / "none")], "none"), (["--walk", str(wrong)], ":2:"),
                       (["--profile", "nope"], "nope"), (["--profile", "epson"], "extended"),
                       ([], "name the files"), (["--json", str(CLEAN)], "--json")):
        code, _, err = run(program, "check", *args)
        expect(f"exit code of {args}", code, 4)
        if word not in err:
            raise AssertionError(f"{args}: '{word}' is not in {err}")
    code, out, _ = run(program, "check", "--rules", "--json")
    expect("exit code of --rules", code, 0)
    rules = json.loads(out)
    if len(rules) < 39 or not all(r["rule"] and r["asks"] and r["spec"] for r in rules):
        raise AssertionError(out)
    return len(rules)


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as tmp:
        n = check_profiles(program)
        check_walks(program, pathlib.Path(tmp))
        rules = check_usage(program, pathlib.Path(tmp))
    print(f"{n} profiles clean under {rules} rules")


main()
