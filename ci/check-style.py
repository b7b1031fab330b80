#!/usr/bin/env python3
"""What the house style says and a compiler does not check.

Usage: check-style.py SOURCE_DIR
Fails for functions over 120 lines, files over 800 lines, banned functions, and a layout that
.clang-format would change (left out when there is no clang-format). Lists functions over 60 lines.
"""
import pathlib
import re
import shutil
import subprocess
import sys

FOLDERS = ["simulator", "capture", "conformance", "ci"]
FUNCTION_MAX, FUNCTION_LONG, FILE_MAX = 120, 60, 800
# What a program writes is as long as the facts it is made from.
MADE = "/* Made by "
BANNED = {
    "sprintf": "snprintf", "vsprintf": "vsnprintf", "strcpy": "snprintf or base/text",
    "strcat": "snprintf or base/buf", "strtok": "strtok_r or a reader", "gets": "fgets",
    "atoi": "base/text", "atol": "base/text", "atof": "strtod", "alloca": "the heap",
    "system": "posix_spawn", "popen": "posix_spawn", "sleep": "a timer of loop",
    "usleep": "a timer of loop", "nanosleep": "a timer of loop", "rand": "base/rand",
}
# Tests run foreign programs, and a shell is how their users do.
TESTS_MAY = {"system", "popen"}
CALL = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")
# Strings and comments are no code; their newlines stay so that line numbers do.
NO_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def sources(src):
    for folder in FOLDERS:
        yield from sorted((src / folder).rglob("*.[ch]"))


def code_of(text):
    return NO_CODE.sub(lambda m: "\n" * m[0].count("\n") or " ", text)


def check_banned(name, code):
    may = TESTS_MAY if "tests" in name.parts else set()
    for n, line in enumerate(code.splitlines(), 1):
        for m in CALL.finditer(line):
            if m[1] not in may:
                yield f"{name}:{n}: {m[1]}() is banned; use {BANNED[m[1]]}"


def functions(code):
    """(name, line, lines) by the layout of the house: name and braces in the first column."""
    head = None
    for n, line in enumerate(code.splitlines(), 1):
        m = re.match(r"(?:[A-Za-z_][\w \t*]*[ \t*])?([A-Za-z_]\w*)\(", line)
        if m:
            head = (m[1], n)
        elif line.startswith("}") and head:
            yield head[0], head[1], n - head[1] + 1
            head = None
        elif line.rstrip().endswith(";") and not line.startswith((" ", "\t")):
            head = None


def check_layout(src, files):
    tool = shutil.which("clang-format")
    if tool is None:
        print("style: no clang-format here, layout not checked", file=sys.stderr)
        return
    out = subprocess.run([tool, "--dry-run", *files], cwd=src, capture_output=True, text=True,
                         check=False).stderr
    for name in sorted({m[1] for m in re.finditer(r"^(.*?):\d+:\d+: (?:warning|error)", out, re.M)}):
        yield f"{name}: layout differs from .clang-format; run clang-format -i on it"


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    src = pathlib.Path(sys.argv[1])
    bad, long, files = [], [], [f.relative_to(src) for f in sources(src)]
    for f in files:
        text = (src / f).read_text()
        code = code_of(text)
        bad += check_banned(f, code)
        lines = text.count("\n")
        if lines > FILE_MAX and not text.startswith(MADE):
            bad.append(f"{f}: {lines} lines, at most {FILE_MAX}; split it by subject")
        for name, at, n in functions(code):
            if n > FUNCTION_MAX:
                bad.append(f"{f}:{at}: {name}() has {n} lines, at most {FUNCTION_MAX}; split it")
            elif n > FUNCTION_LONG:
                long.append((n, f"{f}:{at}: {name}()"))
    bad += check_layout(src, files)
    if not files:
        bad.append(f"{src}: no source found")
    for n, what in sorted(long, reverse=True):
        print(f"long: {n} lines: {what}")
    print("\n".join(bad) or f"{len(files)} files ok, {len(long)} functions over {FUNCTION_LONG} lines")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
