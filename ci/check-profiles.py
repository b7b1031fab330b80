#!/usr/bin/env python3
"""Every value of the shipped printers says where it comes from.

Usage: check-profiles.py SOURCE_DIR
A value is a line of profiles/*.yaml that is neither blank nor a comment. It must stand under a comment with
the word 'public' (and a source in brackets, or the rest of the sentence) or 'harness-defined'; the comment
holds to the end of its block, which a blank line before a key at the margin ends; 'harness-defined' in the
comment a file begins with holds for the whole file. Words of ours and the name
of the thing itself need no source. Also counts what there is: models, makers, and printers of the makers a fleet service is about.
"""
import pathlib
import re
import sys

OURS = {"extends", "abstract", "family", "summary", "vendor", "model", "snmp_vendor"}
MARK = re.compile(r"(?:^|[;,.(]) ?public\b|harness-defined")
SOURCE = re.compile(r"public\b[^(]*\([^)]+")
LEAST = {"models": 18, "makers": 8, "EPSON": 8, "Xerox": 5}


def comment_from(lines, at):
    """The comment that begins here, as one line without its signs."""
    words = []
    while at < len(lines) and lines[at].lstrip().startswith("#"):
        words.append(lines[at].strip().lstrip("# "))
        at += 1
    return " ".join(words)


def unmarked(lines):
    """Numbers of the value lines without a mark, and of the marks that name no source."""
    # a file's own head may say it of all of it
    whole = "harness-defined" in comment_from(lines, 0)
    marked, after_blank, in_comment, values, marks = False, True, False, [], []
    for number, line in enumerate(lines, 1):
        comment = line.lstrip().startswith("#")
        if not line.strip():
            after_blank, in_comment = True, False
            continue
        margin = not line[0].isspace()
        if comment and not in_comment:
            words = comment_from(lines, number - 1)
            mark = MARK.search(words)
            if mark:
                marked = True
                if "public" in mark.group() and not SOURCE.search(words):
                    marks.append(number)
            elif margin and after_blank:
                marked = False
        elif not comment and not (margin and line.split(":")[0] in OURS):
            if margin and after_blank:
                marked = False
            if not marked and not whole:
                values.append(number)
        after_blank, in_comment = False, comment
    return values, marks


def value_of(lines, key):
    for line in lines:
        found = re.match(rf"{key}:\s*(.+?)\s*(#.*)?$", line)
        if found:
            return found.group(1).strip('"')
    return None


def main(source):
    bad, texts = [], {}
    for path in sorted((pathlib.Path(source) / "profiles").glob("*.yaml")):
        texts[path.stem] = path.read_text().splitlines()
        values, marks = unmarked(texts[path.stem])
        bad += [f"profiles/{path.name}:{n}: no comment above says 'public (source)' or 'harness-defined'" for n in values]
        bad += [f"profiles/{path.name}:{n}: 'public' names no source in brackets" for n in marks]

    def maker(stem):
        return value_of(texts[stem], "vendor") or maker(value_of(texts[stem], "extends"))
    models = [s for s, lines in texts.items() if value_of(lines, "abstract") != "true"]
    makers = [maker(s) for s in models]
    found = {"models": len(models), "makers": len(set(makers)), **{m: makers.count(m) for m in ("EPSON", "Xerox")}}
    bad += [f"profiles: {found[k]} {k}, at least {n} are shipped" for k, n in LEAST.items() if found[k] < n]
    print("\n".join(bad) or f"{found['models']} models of {found['makers']} makers, every value marked")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
