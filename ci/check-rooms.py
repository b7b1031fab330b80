#!/usr/bin/env python3
"""Hold the code to the room map that CMake states.

Usage: check-rooms.py SOURCE_DIR BUILD_DIR [--self-test]
Includes follow NEEDS, NEEDS only point downwards and have no cycle, external symbols start with
pc_, there is no writable global outside the allow list, and no public header is left undescribed.
"""
import pathlib
import re
import subprocess
import sys

ALLOW_DATA = {"pc_log_sink"}
# design: a room includes only rooms further up in this list
ORDER = ["base", "wire", "codec", "loop", "profile", "device", "snmp", "services", "fleet",
         "cloud", "agents", "lab", "capture", "conformance"]


def room_calls(src):
    needs, where = {}, {}
    for cm in [*src.glob("*/*/CMakeLists.txt"), *src.glob("*/CMakeLists.txt")]:
        text = re.sub(r"#.*", "", cm.read_text())
        for call in re.findall(r"pc_room\(([^)]*)\)", text):
            key, arg = None, {}
            for w in call.split():
                if w.isupper() and w.isalpha():
                    key = w
                    arg[key] = []
                else:
                    arg[key].append(w)
            needs[arg["NAME"][0]] = set(arg.get("NEEDS", []))
            where[arg["NAME"][0]] = cm.parent
    return needs, where


def check_includes(src, needs, where):
    for room, d in where.items():
        for f in [*d.glob("*.[ch]"), *d.glob("tests/*.[ch]")]:
            for n, line in enumerate(f.read_text().splitlines(), 1):
                m = re.match(r'\s*#\s*include\s+"([a-z0-9_]+)/', line)
                if m and m[1] in needs and m[1] != room and m[1] not in needs[room]:
                    yield (f"{f.relative_to(src)}:{n}: room '{room}' may not include '{m[1]}'"
                           f" (its NEEDS: {', '.join(sorted(needs[room])) or 'none'})")


def check_order(needs):
    for room, below in needs.items():
        if room not in ORDER:
            continue
        for n in below:
            if n not in ORDER or ORDER.index(n) >= ORDER.index(room):
                yield f"room '{room}' NEEDS '{n}', which is not below it"


def check_symbols(build):
    for lib in build.rglob("libpc_*.a"):
        out = subprocess.run(["nm", "-f", "sysv", "--defined-only", lib],
                             capture_output=True, text=True, check=False).stdout
        for col in ([c.strip() for c in l.split("|")] for l in out.splitlines()
                    if l.count("|") == 6):
            name, kind, section = col[0], col[2], col[6]
            if name.startswith(("_", ".", "LLVM")):
                continue  # compiler and sanitizer support
            if kind in "TDBRV" and not name.startswith("pc_"):
                yield f"{lib.name}: external symbol '{name}' lacks the pc_ prefix"
            if (section.startswith((".data", ".bss", ".tbss", ".tdata"))
                    and ".rel.ro" not in section and name not in ALLOW_DATA):
                yield f"{lib.name}: writable global '{name}'"


def check_headers(src, where):
    for room, d in where.items():
        for f in d.glob("*.h"):
            if not f.read_text().startswith("/*"):
                yield f"{f.relative_to(src)}:1: the first line must say what the room offers"
        if not (d / "README.md").exists():
            yield f"{d.relative_to(src)}: a room has a short README.md"


def main():
    src, build = map(pathlib.Path, sys.argv[1:3])
    needs, where = room_calls(src)
    bad = [*check_includes(src, needs, where), *check_order(needs), *check_headers(src, where),
           *check_symbols(build)]
    print("\n".join(bad) or f"{len(needs)} rooms ok")
    return 1 if bad or not needs else 0


sys.exit(main())
