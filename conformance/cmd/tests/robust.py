#!/usr/bin/env python3
"""What 'presscheck certify' does when things go wrong: interrupted, a directory of somebody else's,
files of an earlier run, a directory that cannot be written, words that make no sense.

Usage: robust.py PRESSCHECK OUT
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

PROGRAM = os.path.abspath(sys.argv[1])
OUT = pathlib.Path(sys.argv[2])


def certify(*words, **more):
    return subprocess.run([PROGRAM, "certify", *words], capture_output=True, text=True,
                          timeout=120, check=False, **more)


def expect(true, what):
    if not true:
        sys.exit(f"FAILED: {what}")


def children_of(pid):
    try:
        tasks = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except FileNotFoundError:
        return []
    return [int(p) for p in tasks.split()]


def is_running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def awaited(test, seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = test()
        if value:
            return value
        time.sleep(0.02)
    sys.exit(f"FAILED: awaited for {seconds} s: {what}")


def interrupted(number):
    """One signal to the program alone, as from a supervisor: evidence stays, children go."""
    out = OUT / "interrupted"
    shutil.rmtree(out, ignore_errors=True)
    with subprocess.Popen([PROGRAM, "certify", "device", "--out", out],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as p:
        def some_cases():
            try:
                return json.loads((out / "results.json").read_text())["cases"]
            except (FileNotFoundError, json.JSONDecodeError):
                return None
        awaited(some_cases, 60, "results of the first case while the run goes on")
        children = children_of(p.pid)
        expect(children, "the run has started printers")
        p.send_signal(number)
        _, said = p.communicate(timeout=60)
        expect(p.returncode == 2, f"exit code {p.returncode} after a signal, expected 2")
    expect("interrupted" in said, f"it says that it was interrupted: {said}")
    results = json.loads((out / "results.json").read_text())
    expect(results["status"] == "incomplete", f"status {results['status']}")
    expect(results["finished"] == "", "no time of the end")
    expect("Incomplete" in (out / "report.html").read_text(), "the report says so")
    for c in results["cases"]:
        whole = c["status"] == "finished"
        expect(whole or c["verdict"] == "INCONCLUSIVE", f"{c['id']}: {c['verdict']} of a cut case")
        expect(not whole or c["verdict"] in ("PASS", "NOT_APPLICABLE"), f"{c['id']}: {c['reason']}")
    for child in children:
        awaited(lambda c=child: not is_running(c), 10, f"the end of child {child}")


def killed():
    """SIGKILL leaves what was known, and no child."""
    out = OUT / "killed"
    shutil.rmtree(out, ignore_errors=True)
    with subprocess.Popen([PROGRAM, "certify", "device", "--out", out],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as p:
        awaited(lambda: (out / "results.json").exists() and children_of(p.pid), 60, "a start")
        children = children_of(p.pid)
        p.kill()
        p.wait(30)
    expect(json.loads((out / "results.json").read_text())["status"] == "incomplete", "status")
    for child in children:
        awaited(lambda c=child: not is_running(c), 10, f"the end of child {child}")


def somebody_elses():
    for name, text in (("letter.txt", "dear reader"), ("results.json", '{"schema":"other/1"}'),
                       ("results.json", "no JSON")):
        out = OUT / "theirs"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        (out / name).write_text(text)
        r = certify("server", "--only", "SRV-HTTP-001", "--out", str(out))
        expect(r.returncode == 4, f"{name}: exit code {r.returncode}, expected 4")
        expect("--out" in r.stderr, f"{name}: {r.stderr}")
        expect(os.listdir(out) == [name], f"{name}: {os.listdir(out)}")
        expect((out / name).read_text() == text, f"{name} was changed")


def stale():
    out = OUT / "stale"
    shutil.rmtree(out, ignore_errors=True)
    r = certify("server", "--only", "SRV-HTTP-001", "--out", str(out))
    expect(r.returncode == 0, r.stdout + r.stderr)
    (out / "wan-7.pcapng").write_text("of an earlier run")
    r = certify("server", "--only", "SRV-HTTP-004", "--out", str(out))
    expect(r.returncode == 0, r.stdout + r.stderr)
    expect(not (out / "wan-7.pcapng").exists(), "what an earlier run left is gone")
    cases = json.loads((out / "results.json").read_text())["cases"]
    expect([c["id"] for c in cases] == ["SRV-HTTP-004"], "only the new results are there")


def not_writable():
    r = certify("server", "--out", "/proc/no/such")
    expect(r.returncode == 2 and "/proc" in r.stderr, f"{r.returncode}: {r.stderr}")


def wrong_words():
    for words in (["printer"], ["device", "--only", "NO-SUCH-*"], ["--sabotage", "toaster:x"],
                  ["device", "--sabotage", "device:no-such-fault"],
                  ["device", "--mutants", "--sabotage", "device:snmp-silent"]):
        out = OUT / "wrong"
        shutil.rmtree(out, ignore_errors=True)
        r = certify(*words, "--out", str(out))
        expect(r.returncode == 4, f"{words}: exit code {r.returncode}, expected 4: {r.stderr}")
        expect(r.stderr != "", f"{words}: it says why")


OUT.mkdir(parents=True, exist_ok=True)
somebody_elses()
not_writable()
wrong_words()
stale()
killed()
interrupted(signal.SIGTERM)
interrupted(signal.SIGINT)
