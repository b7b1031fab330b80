#!/usr/bin/env python3
"""Stories: a month in seconds with the same journal for the same seed, steered over the control API, real bytes on the printers'
ports, a printer that moves away from net-snmp. Oracle for the schema is Debian's python3-jsonschema."""
import json
import pathlib

import harness

jsonschema = harness.module("jsonschema", "python3-jsonschema")

FIRST, SECOND, BEHIND = "127.1.0.1", "127.1.0.2", "127.1.0.3"
SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "profiles" / "stories"
FLEET = ("--profile", "epson-wf-c5890", "--count", "3", "--profile", "xerox-versalink-c7030", "--count", "3",
         "--profile", "lindgren-mono-40", "--count", "2")


def play(bed, story, seed, name):
    """A story to its end in virtual time: its journal, and what it says it did."""
    journal = bed.path(name)
    done = bed.presscheck_ends("up", *FLEET, "--virtual", "--seed", seed, "--story", story, "--story-exit",
                               "--journal", journal, "--control", "none", deadline=120).ok()
    line = next(x for x in done.text.splitlines() if x.startswith("story: "))
    with open(journal, "rb") as f:
        return f.read(), json.loads(line[7:])


def same_seed(bed):
    """The same seed, the same bytes; another seed, others. The month is there: jobs, troubles, power, report."""
    first, told = play(bed, "office-month", "7", "a")
    again, _ = play(bed, "office-month", "7", "b")
    harness.check(first == again, "the same seed gave another journal")
    other, _ = play(bed, "bad-day", "8", "c")
    third, _ = play(bed, "bad-day", "9", "d")
    harness.check(other != third, "another seed gave the same journal")
    harness.equal((told["state"], told["atMs"]), ("over", 30 * 86400000), "the story's end")
    entries = [json.loads(x) for x in first.splitlines()]
    harness.equal([e["n"] for e in entries], list(range(1, len(entries) + 1)), "numbers of the journal")
    done = [e for e in entries if e["kind"] == "job" and e["state"] == "done"]
    harness.check(len(done) > 1000, f"jobs done in the month: {len(done)}")
    night = [e for e in done if e["origin"] == "raw" and 1 < int(e["at"][11:13]) < 5]
    harness.check(len(night) < len(done) / 50, f"jobs at night: {len(night)} of {len(done)}")
    reports = [e for e in entries if e["kind"] == "report"]
    harness.equal(len(reports), 8, "reports at the month's end")
    pages = sum(e["pagesDone"] for e in entries if e["kind"] == "job" and e["state"] in ("done", "cancelled", "aborted"))
    under_way = abs(sum(e["pages"] for e in reports) - pages)  # half an hour lies between the reports and the end
    harness.check(under_way < 500, f"pages of the reports and of the jobs differ by {under_way}")


def sockets(bed):
    """Jobs of a label plant go through the printers' ports: what the services noted is what the story sent."""
    journal, told = play(bed, "label-plant", "3", "labels")
    entries = [json.loads(x) for x in journal.splitlines()]
    jobs = [e["detail"] for e in entries if e["kind"] == "service" and e["detail"]["event"] == "job"]
    harness.check(len(jobs) > 300, f"jobs on the ports: {len(jobs)}")
    harness.equal({j["service"] for j in jobs}, {"raw", "lpd"}, "services that took jobs")
    waiting = told["jobs"] - len(jobs)  # for a busy printer when the story ended
    harness.check(0 <= waiting <= 24, f"sent {told['jobs']}, taken {len(jobs)}")


def steered(bed):
    """Over the control API: begun, paused, stepped, gone on with, stopped."""
    bed.fleet("--profile", "epson-wf-c5890", "--virtual")
    text = "story: s\nsteps:\n  - {do: raise, what: jam, at: 100d}\n  - {do: clear, at: 200d}\n"
    harness.api("/v1/time", {"mode": "standing"})
    harness.api("/v1/story/start", {"text": text})
    harness.api("/v1/story/pause", {"on": True})
    harness.equal(harness.api("/v1/story")["state"], "paused", "state of the story")
    harness.equal(harness.api("/v1/story/step", {})["next"]["line"], 4, "what comes next")
    harness.equal(harness.api("/v1/printers/1")["status"], "down", "the printer after the first step")
    harness.api("/v1/story/step", {})
    harness.equal(harness.api("/v1/printers/1")["status"], "idle", "the printer after the second")
    harness.equal(harness.api("/v1/story")["state"], "over", "the story after its last step")


def moves(bed):
    """A printer gets another address while others look at it: all is there, nothing is here."""
    story = bed.write("move.yaml", "story: move\ngroups: [{name: first, numbers: [1]}]\nsteps: [{do: address, who: first}]\n")
    bed.fleet("--profile", "epson-wf-c5890", "--count", "2", "--story", story)
    serial = "1.3.6.1.2.1.43.5.1.1.17.1"
    harness.eventually(lambda: harness.api("/v1/printers/1")["address"] == BEHIND, "the printer's new address")
    harness.equal(harness.snmpget(bed, BEHIND, serial), [harness.api("/v1/printers/1")["serial"]], "who is at the new address")
    harness.equal(harness.snmpget(bed, SECOND, serial), [harness.api("/v1/printers/2")["serial"]], "who is next door")
    silent = bed.run("snmpget", "-v2c", "-cpublic", "-t1", "-r0", FIRST, serial)
    harness.check(silent.code != 0 and "Timeout" in silent.errors, f"the old address: {silent.text}{silent.errors}")
    try:
        harness.equal(harness.exchange(FIRST, 515, b"\3lp\n"), b"", "LPD at the old address")
    except ConnectionResetError:
        pass
    harness.check(b"no entries" in harness.exchange(BEHIND, 515, b"\3lp\n"), "LPD at the new address")


def files(bed):
    """What is shipped is listed, right, and as the schema says; what is wrong is told with its place."""
    listed = bed.presscheck_ends("story", "list").ok().text.splitlines()
    names = [x.split()[0] for x in listed]
    harness.equal(names, sorted(p.stem for p in SHIPPED.glob("*.yaml")), "stories listed")
    harness.check(len(names) >= 4, f"stories: {names}")
    bed.presscheck_ends("story", "check", *names).ok()
    jsonschema.Draft202012Validator.check_schema(json.loads(bed.presscheck_ends("story", "schema").ok().text))
    keys = bed.presscheck_ends("story", "show", "--keys").ok().text
    harness.check("lognormal" in keys and "powerOff" in keys, keys)
    harness.check("user anna" in bed.presscheck_ends("story", "show", "office-month").ok().text, "a story shown")
    wrong = bed.write("wrong.yaml", "story: w\nsteps:\n  - do: print\n    pages: many\n")
    done = bed.presscheck_ends("story", "check", wrong)
    harness.equal(done.code, 4, "exit code of a wrong file")
    harness.check(f"{wrong}:4:12: found 'many', expected a number" in done.errors, done.errors)
    done = bed.presscheck_ends("up", "--profile", "epson-wf-c5890", "--story", "nothing")
    harness.equal(done.code, 4, "exit code of an unknown story")
    harness.check("known: bad-day" in done.errors, done.errors)


if __name__ == "__main__":
    harness.main(same_seed, sockets, steered, moves, files)
