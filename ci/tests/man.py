#!/usr/bin/env python3
"""Every command the program lists tells its options, in short and as a man page that groff sets without a word."""
import re

import harness


def commands(bed):
    text = bed.presscheck_ends("--help").ok().text
    listed = re.findall(r"^  (\w+(?: \w+)?)  +\S", text[text.index("Commands:"):], re.M)
    harness.check(len(listed) >= 10, f"commands listed: {listed}")
    return listed


def options(text):
    """{--option: its metavariable} of a --help text."""
    found = dict(re.findall(r"^  (?:-\w, )?(--[\w-]+)(?: (\S+))?  +\S", text, re.M))
    harness.check("--help" in found, f"no option --help:\n{text}")
    return found


def plain(bed, page):
    """A man page as groff shows it."""
    done = bed.run("groff", "-man", "-Tascii", "-ww", "-P-c", "-P-b", "-P-o", "-P-u", data=page).ok()
    harness.equal(done.errors, "", "groff's complaints")
    return done.text


def each_command(bed):
    for command in commands(bed):
        words = command.split()
        help_text = bed.presscheck_ends(*words, "--help").ok()
        harness.equal(help_text.errors, "", f"{command} --help: on stderr")
        harness.check(help_text.text.startswith(f"Usage: presscheck {command}"), f"{command} --help: {help_text.text}")
        man = bed.presscheck_ends("help", "--man", *words).ok()
        harness.check(man.text.startswith(".TH "), f"help --man {command}: {man.text[:80]}")
        page = plain(bed, man.out)
        for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS"):
            harness.check(re.search(rf"^{section}$", page, re.M), f"help --man {command}: no section {section}")
        for option, value in options(help_text.text).items():
            line = rf"^ +(?:-\w, )?{option}{' ' + re.escape(value) if value else ''}(?!\S)"
            harness.check(re.search(line, page, re.M), f"help --man {command}: no {option} {value}\n{page}")


def unknown(bed):
    for words in (("help", "--man", "nonsense"), ("help", "--man"), ("nonsense",), ("nonsense", "--help")):
        done = bed.presscheck_ends(*words)
        harness.equal(done.code, 4, f"presscheck {' '.join(words)}: exit code")
        harness.check(done.errors and not done.out, f"presscheck {' '.join(words)}: {done.text}{done.errors}")


if __name__ == "__main__":
    harness.main(each_command, unknown)
