#!/usr/bin/env python3
"""Hold the code to the room map that CMake states.

Usage: check-rooms.py SOURCE_DIR [BUILD_DIR]
Includes follow NEEDS, NEEDS only point downwards, third-party headers stay out of headers, external
symbols start with pc_, nothing outside the allow list is writable and static, every header says what
it offers and every room has a README.md. Without BUILD_DIR the symbols are not looked at.
"""
import pathlib
import re
import subprocess
import sys

# Everything else that lives as long as the program is const.
ALLOW_DATA = {"pc_log_sink"}
# A room includes only rooms further up in this list.
ORDER = ["base", "wire", "codec", "loop", "profile", "device", "epson", "snmp", "services", "fleet",
         "cloud", "agents", "lab", "capture", "conformance"]
# What stands in the folders for rooms but is none.
NO_ROOM = {"cmd", "tests", "corpus", "vectors", "masks", "schema"}
THIRD_PARTY = re.compile(r"(cmocka|jansson|libfyaml|microhttpd|mosquitto|pcap|pcre2|sqlite3|zlib)\.h"
                         r"|(openssl|curl|net-snmp|pcap)/")
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')
# Made by the compiler for itself or for a sanitizer; none of ours may be called so.
TOOL_SYMBOL = re.compile(r"\.L|__(a|t|ub)san|__odr_asan|__sanc?ov|_sub_[ID]_|__start_|__stop_|"
                         r"__sancov|DW\.ref|\.?__unnamed|_GLOBAL__|asan\.module|tsan\.module|"
                         r"___asan_gen_|__local_asan|__llvm_|__emutls")


def room_calls(src):
    """Name of room -> its NEEDS; name of room -> its directory."""
    needs, where = {}, {}
    for cm in [*src.glob("*/*/CMakeLists.txt"), *src.glob("*/CMakeLists.txt")]:
        text = re.sub(r"#.*", "", cm.read_text())
        for call in re.findall(r"pc_room\s*\(([^)]*)\)", text):
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


def check_places(src, where):
    """A folder with code is a room, and carries the room's name."""
    for d in [*src.glob("simulator/*"), src / "capture", src / "conformance"]:
        if d.name not in NO_ROOM and [*d.glob("*.c")] and d not in where.values():
            yield f"{d.relative_to(src)}: holds code but no pc_room() in its CMakeLists.txt"
    for room, d in where.items():
        if d.name != room:
            yield f"{d.relative_to(src)}: the room is called '{room}', its folder is not"


def check_includes(src, needs, where):
    for room, d in where.items():
        for f in [*d.glob("*.[ch]"), *d.glob("tests/*.[ch]")]:
            for n, line in enumerate(f.read_text().splitlines(), 1):
                m = INCLUDE.match(line)
                if not m:
                    continue
                at, path = f"{f.relative_to(src)}:{n}", m[2]
                first = path.split("/")[0]
                if ".." in path.split("/") or first in ("simulator", "."):
                    yield f"{at}: includes are written \"room/file.h\", not '{path}'"
                elif "/" in path and first in where and first != room and first not in needs[room]:
                    yield (f"{at}: room '{room}' may not include '{first}'"
                           f" (its NEEDS: {', '.join(sorted(needs[room])) or 'none'})")
                elif first in where and path.split("/")[1:2] == ["cmd"] and f.parent != d / "tests":
                    yield f"{at}: a room may not include commands ('{path}')"
                elif f.suffix == ".h" and f.parent == d and THIRD_PARTY.match(path):
                    yield f"{at}: third-party header '{path}' belongs into a .c file"


def check_order(needs):
    for room, below in needs.items():
        if room not in ORDER:
            yield f"room '{room}' has no place in the order of rooms (ORDER in ci/check-rooms.py)"
            continue
        for n in sorted(below):
            if n not in ORDER or ORDER.index(n) >= ORDER.index(room):
                yield f"room '{room}' NEEDS '{n}', which is not below it"


def symbols(file):
    """(name, letter of its kind, section) for all that `file` defines."""
    out = subprocess.run(["nm", "-f", "sysv", "--defined-only", file],
                         capture_output=True, text=True, check=True).stdout
    for line in out.splitlines():
        col = [c.strip() for c in line.split("|")]
        if len(col) == 7 and col[2] != "Class":
            yield col[0], col[2], col[6]


def check_symbols(build, needs):
    found = {f.name: f for f in build.rglob("libpc_*.a")}
    for room in needs:
        if f"libpc_{room}.a" not in found:
            yield f"libpc_{room}.a: not built below {build}, so its symbols are unknown"
    objects = [*found.values(), *build.glob("conformance/cmd/CMakeFiles/presscheck.dir/*.o")]
    for lib in objects:
        for name, kind, section in symbols(lib):
            if TOOL_SYMBOL.match(name):
                continue
            if kind in "TDBRVWCSGui" and not name.startswith("pc_") and name != "main":
                yield f"{lib.name}: external symbol '{name}' lacks the pc_ prefix"
            writable = (section.startswith((".data", ".bss", ".tbss", ".tdata", "*COM*"))
                        and ".rel.ro" not in section)
            if writable and name not in ALLOW_DATA:
                yield f"{lib.name}: writable static or global '{name}'"


def check_headers(src, where):
    for room, d in where.items():
        for f in sorted(d.glob("*.h")):
            rel = f"{room}/{f.stem}"
            first = f.read_text().split("\n", 1)[0]
            names = [rel, room] if f.stem == room else [rel]
            if not any(re.match(r"/\* " + re.escape(n) + r": [^\s*]", first) for n in names):
                yield f"{f.relative_to(src)}:1: begins with '/* {rel}: what it offers'"
        readme = d / "README.md"
        if not readme.exists() or len(readme.read_text().split()) < 10:
            yield f"{d.relative_to(src)}: a room has a short README.md"


def main():
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    src = pathlib.Path(sys.argv[1])
    needs, where = room_calls(src)
    bad = [*check_places(src, where), *check_order(needs), *check_includes(src, needs, where),
           *check_headers(src, where)]
    if len(sys.argv) == 3:
        bad += check_symbols(pathlib.Path(sys.argv[2]), needs)
    if not needs:
        bad.append(f"{src}: no room found")
    print("\n".join(bad) or f"{len(needs)} rooms ok")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
