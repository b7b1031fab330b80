#!/usr/bin/env python3
"""Write what is made from the facts of the MIB modules (mibs/facts/*.csv).

Usage: generate.py [--check] [SOURCE_DIR]
Writes simulator/snmp/mib-facts-table.c, simulator/profile/mib-names-table.c and mibs/*.txt. With --check nothing is written: exit 1
when a file is not what the facts make.
"""
import pathlib
import sys

sys.dont_write_bytecode = True
import ctable
import modules
import names
from facts import FactError, Facts


def outputs(src):
    facts = Facts(src / "mibs" / "facts")
    yield src / "simulator/snmp/mib-facts-table.c", ctable.table(facts)
    yield src / "simulator/profile/mib-names-table.c", names.table(facts)
    for name, text in modules.texts(facts):
        yield src / "mibs" / f"{name}.txt", text


def main():
    args = [a for a in sys.argv[1:] if a != "--check"]
    check = "--check" in sys.argv
    if len(args) > 1 or (args and args[0].startswith("-")):
        print(__doc__, file=sys.stderr)
        return 2
    src = pathlib.Path(args[0] if args else pathlib.Path(__file__).parent.parent).resolve()
    stale = 0
    try:
        for path, text in outputs(src):
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            stale += 1
            if check:
                print(f"{path.relative_to(src)}: not what mibs/facts make; run mibs/generate.py")
            else:
                path.write_text(text, encoding="utf-8")
                print(f"{path.relative_to(src)}: written")
    except FactError as e:
        print(f"mibs/facts: {e}", file=sys.stderr)
        return 1
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
