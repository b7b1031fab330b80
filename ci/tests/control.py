#!/usr/bin/env python3
"""The control API against its own document, its events, its defences, and `presscheck ctl`.

Oracle for the schemas is Debian's python3-jsonschema. Every operation of the document is called, with
good and with bad members, and every answer is held to the document.
"""
import http.client
import json
import os
import pathlib
import socket
import time

import harness
from harness import check, equal

jsonschema = harness.module("jsonschema", "python3-jsonschema")

SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "simulator" / "fleet" / "openapi.json"
PRINTERS = ("--profile", "epson-wf-c5890", "--count", "2", "--profile", "lindgren-mono-40",
            "--profile", "xerox-versalink-c7030")
PORT = 7161

STORY = """story: short
steps:
  - {do: raise, at: 1h, what: jam, pick: 1}
  - {do: clear, at: 2h, what: jam}
"""

# One good request of each operation that has members which must be there, or that the state must be
# made for. What is not named here is called without members.
GOOD = {
    "changeSetting": {"name": "sysLocation", "value": "Room 4"},
    "changeOption": {"option": "trayName", "part": 0, "text": "Blue"},
    "changeCondition": {"condition": "coverOpen", "on": False, "part": 0},
    "changePower": {"on": True},
    "changeSleep": {"on": False},
    "changeSupply": {"supply": 0, "level": 50},
    "replaceSupply": {"supply": 0},
    "changeTray": {"tray": 0, "level": 20, "size": "iso_a4_210x297mm"},
    "printPages": {"pages": 2, "color": True, "duplex": True, "size": "iso_a4_210x297mm", "copies": 2,
                   "name": "Müller", "user": "ann"},
    "scanImages": {"images": 2, "size": "iso_a4_210x297mm", "to": "mail", "color": True, "user": "ann"},
    "cleanHeads": {"power": False, "group": 0},
    "changeMail": {"server": "mail.example", "recipients": "a@site.example, b@site.example", "events": "jam coverOpen",
                   "restored": True, "port": 25, "security": "starttls", "verify": False, "user": "u", "password": "p",
                   "from": "printer@site.example"},
    "printReport": {"report": "test"},
    "getReport": {"report": "configuration"},
    "sendFax": {"way": "sent", "pages": 3, "failed": False, "user": "ann"},
    "updateFirmware": {"version": "99.99.ZZ99Z9", "signed": True},
    "changeAccount": {"limit": 500, "user": "ann"},
    "startStory": {"name": "short", "text": STORY},
    "setClock": {"seconds": 1700000000},
    "changeFault": {"fault": "snmp-serial-empty", "armed": True},
    "changeTime": {"mode": "standing"},
    "advanceTime": {"ms": 1000},
    "listPrinters": {"text": "wf-c", "status": "idle", "from": 1, "limit": 5, "vendor": "eps", "model": "c58",
                     "alerts": False, "numbers": "1-4"},
    "getJournal": {"since": 0, "limit": 5, "printer": 1, "kind": "supply"},
}
# Refusals that are not the number of the printer: printer 3 is a laser that boots, 4 has a bypass tray.
REFUSALS = (
    ("changeSetting", {"name": "nope", "value": "x"}, 3, 404),
    ("changeSetting", {"name": "sysLocation", "value": "é" * 200}, 3, 409),
    ("changeOption", {"option": "startupPage", "value": 1}, 1, 409),
    ("changeOption", {"option": "trayName", "value": 1}, 1, 400),
    ("changeCondition", {"condition": "trayEmpty", "part": 2}, 4, 409),
    ("changeCondition", {"condition": "trayEmpty", "part": 77}, 4, 400),
    ("changeFault", {"fault": "nope"}, 3, 404),
    *[("changeFault", {"fault": "udp-loss(rate=0)"}, 3, 200)] * 256,
    ("changeFault", {"fault": "udp-loss(rate=0)"}, 3, 409),  # as many as there can be
    ("changeFault", {"fault": "udp-loss", "armed": False}, 3, 200),
    ("restartPrinter", {}, 3, 200),
    ("restartPrinter", {}, 3, 409),
    ("printPages", {"pages": 1}, 3, 409),
    ("cancelJob", {"job": 9}, 3, 404),
    ("promoteJob", {"job": 9}, 3, 404),
    ("cancelJob", {"job": 1}, 1, 409),  # printed long ago
    ("promoteJob", {"job": 1}, 1, 409),
    ("checkNozzles", {}, 3, 409),
    ("cleanHeads", {}, 3, 409),
    ("scanImages", {"images": 1}, 3, 409),
    ("printReport", {"report": "test"}, 3, 409),
    ("sendFax", {"way": "sent", "pages": 1}, 3, 409),
    ("updateFirmware", {"version": "1", "model": "another"}, 1, 409),
    ("pauseStory", {}, 1, 409),
    ("stepStory", {}, 1, 409),
    ("startStory", {"text": "steps: ["}, 1, 400),
    ("startStory", {"text": "story: a\nsteps:\n  - {do: dance}\n"}, 1, 400),
    ("startStory", {"text": STORY}, 1, 200),
    ("startStory", {"text": STORY}, 1, 409),
    ("changeMail", {"recipients": "nobody"}, 3, 400),
    ("changeMail", {"events": "fire"}, 3, 400),
    ("changeMail", {"server": "a/b"}, 3, 400),
    ("changeTime", {"mode": "speed"}, 3, 400),
    ("changeTime", {}, 3, 400),
    ("changeTray", {"tray": 0}, 3, 400),
    ("changeTray", {"tray": 0, "size": "a0"}, 3, 400),
    ("changeSupply", {"supply": 0}, 3, 400),
    ("changeSupply", {"supply": 60, "level": 1}, 3, 400),
)


def call(method, path, body=None, headers=None, data=None):
    """(status, headers, text) of one request, whatever it answers."""
    link = http.client.HTTPConnection("127.0.0.1", PORT, timeout=harness.DEADLINE)
    send = {"Content-Type": "application/json"} if method == "POST" else {}
    send.update(headers or {})
    text = data if data is not None else None if body is None else json.dumps(body)
    link.request(method, path, text, {k: v for k, v in send.items() if v is not None})
    answer = link.getresponse()
    out = answer.status, dict(answer.getheaders()), answer.read().decode("utf-8")
    link.close()
    return out


class Document:
    def __init__(self, document):
        self.document = document
        self.operations = {}
        for path, methods in document["paths"].items():
            for method, op in methods.items():
                self.operations[op["operationId"]] = (method.upper(), path, op)
        self.seen = {name: set() for name in self.operations}

    def validate(self, schema, value, what):
        whole = dict(schema, components=self.document["components"])
        errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}"
                  for e in jsonschema.Draft202012Validator(whole).iter_errors(value)]
        check(not errors, f"{what}: {errors[:5]}")

    def ask(self, name, body=None, printer=1, path=None, **options):
        """Calls an operation; the answer must be one that the document knows. Returns (status, value)."""
        method, template, op = self.operations[name]
        path = path or template.replace("{printer}", str(printer))
        if method == "GET" and body:
            words = {k: str(v).lower() if isinstance(v, bool) else v for k, v in body.items()}
            path += "?" + "&".join(f"{k}={v}" for k, v in words.items())
        status, _, text = call(method, path, None if method == "GET" else body or {}, **options)
        known = op["responses"].get(str(status))
        check(known, f"{name} {body}: {status} is not in the document: {text[:300]}")
        value = json.loads(text)
        self.validate(known["content"]["application/json"]["schema"], value, f"{name} {body}: {status}")
        self.seen[name].add(status)
        return status, value

    def members(self, name):
        """{name: (schema, required)} of what an operation takes."""
        method, _, op = self.operations[name]
        if method == "GET":
            return {p["name"]: (p["schema"], p["required"]) for p in op["parameters"] if p["in"] == "query"}
        schema = op["requestBody"]["content"]["application/json"]["schema"]
        check(schema["additionalProperties"] is False, f"{name}: unknown members are not excluded")
        return {k: (v, k in schema.get("required", ())) for k, v in schema["properties"].items()}


def fleet(bed, *args):
    bed.fleet(*PRINTERS, "--virtual", *args)
    return Document(json.loads(call("GET", "/v1/openapi.json")[2]))


def document(bed):
    """What is served, what is shipped and what the program prints are one document, and it is sound."""
    bed.fleet(*PRINTERS)
    served = call("GET", "/v1/openapi.json")[2]
    equal(served, bed.presscheck_ends("ctl", "openapi").ok().text, "served and printed")
    check(served == SHIPPED.read_text(), f"{SHIPPED} is old: presscheck ctl openapi > simulator/fleet/openapi.json")
    doc = json.loads(served)
    equal(doc["openapi"], "3.1.0", "version")
    names = [op["operationId"] for p in doc["paths"].values() for op in p.values()]
    verbs = [op["x-presscheck-ctl"] for p in doc["paths"].values() for op in p.values()]
    equal(len(set(names)), len(names), "operationIds")
    equal(len(set(verbs)), len(verbs), "verbs")
    help_text = bed.presscheck_ends("ctl", "--help").ok().text
    check(all(v in help_text for v in verbs), f"not in ctl --help: {[v for v in verbs if v not in help_text]}")
    used = set()

    def walk(node):
        if isinstance(node, dict):
            if "$ref" in node:
                used.add(node["$ref"].rsplit("/", 1)[1])
            for v in node.values():
                walk(v)
        elif isinstance(node, list):
            for v in node:
                walk(v)
    walk(doc)
    equal(used ^ set(doc["components"]["schemas"]), set(), "schemas used and schemas there")
    for name, schema in doc["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        if schema["type"] == "object" and "properties" in schema:
            check(schema["additionalProperties"] is False, f"{name}: open")


def bad_values(schema):
    """Values of a member that its schema excludes."""
    out = [None, [], {}]
    if schema["type"] == "integer":
        out += [schema["minimum"] - 1, "1", 1.5, True]
        if schema["maximum"] < 2 ** 63 - 1:
            out.append(schema["maximum"] + 1)
    elif schema["type"] == "boolean":
        out += [0, "true"]
    elif "enum" in schema:
        out += ["nonsense", "", 3]
    else:
        out += [3, "x" * (schema["maxLength"] + 1)] + ([""] if schema["minLength"] > 0 else [])
    return out


def settle(doc):
    """An hour later printer 1 has booted, cleaned and printed."""
    doc.ask("advanceTime", {"ms": 3600000})
    harness.eventually(lambda: doc.ask("getTime")[1]["waitsMs"] == 0, "an hour")


def good_request(doc, name):
    if name in ("startStory", "stopStory"):
        doc.ask("stopStory")
    if name not in ("cancelJob", "promoteJob"):
        return GOOD.get(name, {})
    for _ in range(3):
        doc.ask("printPages", {"pages": 50})
    return {"job": doc.ask("getPrinter")[1]["jobs"][-1]["job"]}


def each_operation(bed):
    """Every operation: good; then each member wrong, unknown, missing; every refusal it documents."""
    doc = fleet(bed)
    call("POST", "/v1/time", {"mode": "standing"})
    for name, (method, path, op) in doc.operations.items():
        if name == "followEvents":
            continue  # see events()
        if method == "POST" and "{printer}" in path:
            settle(doc)
        good = good_request(doc, name)
        status, answer = doc.ask(name, good)
        equal(status, 200, f"{name} {good}: {answer}")
        members = doc.members(name)
        for member, (schema, needed) in members.items():
            for value in bad_values(schema):
                if method == "GET" and (isinstance(value, (list, dict)) or value is None or value == "1"):
                    continue
                if method == "GET" and schema["type"] == "string" and not isinstance(value, str):
                    continue
                if method == "GET" and schema["type"] == "boolean" and value == "true":
                    continue
                status, answer = doc.ask(name, dict(good, **{member: value}))
                equal(status, 400, f"{name} {member}={value!r}: {answer}")
                check(member in answer["detail"], f"{name} {member}={value!r}: {answer}")
            if needed:
                equal(doc.ask(name, {k: v for k, v in good.items() if k != member})[0], 400, f"{name} without {member}")
        equal(doc.ask(name, dict(good, unknown=1))[0], 400, f"{name} with an unknown member")
        if "{printer}" in path:
            for number in ("77", "-1", "x", "4294967296", "1x"):
                equal(doc.ask(name, good, printer=number)[0], 404, f"{name} of printer {number}")
            all_allowed = len(op["responses"]["200"]["content"]["application/json"]["schema"].get("oneOf", ())) == 2
            if not all_allowed:
                equal(doc.ask(name, good, printer=0)[0], 404, f"{name} of all")
        if method == "POST":
            equal(doc.ask(name, good, headers={"Content-Type": "text/plain"})[0], 415, f"{name} as text")
            equal(doc.ask(name, good, headers={"Content-Type": None})[0], 415, f"{name} without a type")
            equal(doc.ask(name, data="[]")[0], 400, f"{name} of an array")
            equal(doc.ask(name, data='{"a":1,"a":2}')[0], 400, f"{name} with a member twice")
            equal(doc.ask(name, data=" " * 65537)[0], 413, f"{name} too large")
            equal(call("POST", path.replace("{printer}", "1") + "?on=true", good)[0], 400, f"{name} with a query")
        equal(doc.ask(name, good, headers={"Origin": "http://evil.example"})[0], 403, f"{name} from elsewhere")
        status, head, _ = call("DELETE", path.replace("{printer}", "1"))
        equal(status, 405, f"DELETE {path}")
        check(method in head["Allow"], f"Allow of {path}: {head}")
    for n in range(70):  # accounts there is place for: see device/account.h
        status, _ = doc.ask("changeAccount", {"limit": 5, "user": f"user {n}"}, printer=2)
    equal(status, 409, "the account after the last")
    for name, body, printer, expected in REFUSALS:
        status, answer = doc.ask(name, body, printer=printer)
        equal(status, expected, f"{name} {body}: {answer}")
    real_clock = ("changeTime", "advanceTime")  # their 409 needs a run without --virtual, see clock_is_real()
    for name, (_, _, op) in doc.operations.items():
        unseen = {int(s) for s in op["responses"]} - doc.seen[name] - ({409} if name in real_clock else set())
        check(name == "followEvents" or not unseen, f"{name}: {unseen} are in the document but could not be reached")


def clock_is_real(bed):
    bed.fleet(*PRINTERS)
    doc = Document(json.loads(call("GET", "/v1/openapi.json")[2]))
    equal(doc.ask("changeTime", {"mode": "standing"})[0], 409, "standing")
    equal(doc.ask("advanceTime", {"ms": 1})[0], 409, "advance")
    equal(doc.ask("changeTime", {"pace": 20})[0], 200, "pace")
    equal(doc.ask("getTime")[1]["mode"], "real", "mode")


def everywhere(bed):
    """Printer 0 is all of them: done by those that can."""
    doc = fleet(bed)
    _, answer = doc.ask("checkNozzles", printer=0)
    equal((answer["done"], answer["refused"]), (2, 2), "nozzle checks")
    check("printer 3" in answer["detail"], answer)
    _, answer = doc.ask("changeFault", {"fault": "enpc-silent"}, printer=0)
    equal((answer["done"], answer["refused"]), (4, 0), "faults")
    armed = {f["name"]: f["armed"] for f in doc.ask("listFaults")[1]["faults"]}
    equal((armed["enpc-silent"], armed["snmp-silent"]), (4, 0), "armed faults")
    for printer in range(1, 5):
        equal(doc.ask("getPrinter", printer=printer)[1]["faults"], ["enpc-silent"], "faults of one")


def lists(bed):
    """Filters and pages."""
    doc = fleet(bed)
    doc.ask("changeCondition", {"condition": "jam"}, printer=3)
    doc.ask("changeFault", {"fault": "snmp-silent"}, printer=2)
    numbers = lambda **q: [p["printer"] for p in doc.ask("listPrinters", q)[1]["printers"]]  # noqa: E731
    equal(numbers(), [1, 2, 3, 4], "all")
    equal(numbers(status="down"), [3], "down")
    equal(numbers(vendor="xerox"), [4], "vendor")
    equal(numbers(model="c5890"), [1, 2], "model")
    equal(numbers(text="127.1.0.2"), [2], "address")
    equal(numbers(alerts=True), [3], "with alerts")
    equal(numbers(alerts=False), [1, 2, 4], "without alerts")
    equal(numbers(fault="snmp-silent"), [2], "fault")
    equal(numbers(numbers="2-3,1,9-12"), [2, 3, 1], "numbers")
    for wrong in ("a", "1-", "3-1", "1,,2", "1;2", "0", "99999999999"):
        equal(doc.ask("listPrinters", {"numbers": wrong})[0], 400, f"numbers {wrong}")
    equal(doc.ask("listPrinters", {"fault": "nope"})[0], 400, "unknown fault")
    seen, at = [], 1
    while at:
        page = doc.ask("listPrinters", {"from": at, "limit": 1, "alerts": "false"})[1]
        seen += [p["printer"] for p in page["printers"]]
        at = page.get("next")
    equal(seen, [1, 2, 4], "page by page")
    models = doc.ask("listModels")[1]["models"]
    equal([(m["first"], m["printers"]) for m in models], [(1, 2), (3, 1), (4, 1)], "models")


def defences(bed):
    """Names that could be rebound, pages of other sites, forms; and that ours are let in."""
    bed.fleet(*PRINTERS)
    rows = (
        ({"Host": "evil.example"}, 403), ({"Host": "evil.example:7161"}, 403), ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": "localhost:7161"}, 200), ({"Host": "127.0.0.1"}, 200), ({"Host": "127.0.0.1:x"}, 403),
        ({"Origin": "http://127.0.0.1:7161"}, 200), ({"Origin": "http://127.0.0.1:80"}, 403), ({"Origin": "null"}, 403),
        ({"Origin": "https://127.0.0.1:7161"}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403), ({"Sec-Fetch-Site": "same-origin"}, 200), ({"Sec-Fetch-Site": "none"}, 200),
    )
    for headers, expected in rows:
        for method, path in (("GET", "/v1/health"), ("POST", "/v1/printers/1/sleep")):
            status, head, text = call(method, path, {"on": False} if method == "POST" else None, headers=headers)
            equal(status, expected, f"{method} {path} {headers}: {text}")
            check("Access-Control-Allow-Origin" not in head, f"{headers}: {head}")
    equal(call("OPTIONS", "/v1/printers/1/sleep")[0], 405, "preflight")
    equal(harness.exchange("127.0.0.1", PORT, b"GET /v1/health HTTP/1.1\r\nConnection: close\r\n\r\n")[9:12] in
          (b"400", b"403"), True, "no Host")
    done = bed.presscheck_ends("up", "--profile", "lindgren-mono-40", "--first", "127.3.0.1", "--control", "0.0.0.0:7999")
    equal(done.code, 4, "control API on all addresses")
    check("--expose" in done.errors, done.errors)


class Listener:
    """An event stream, read event by event."""

    def __init__(self, query="", headers=""):
        self.link = socket.create_connection(("127.0.0.1", PORT), timeout=harness.DEADLINE)
        self.link.sendall(f"GET /v1/events{query} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode())
        self.file = self.link.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.head = {}
        for line in iter(self.file.readline, b"\r\n"):
            key, value = line.decode().split(":", 1)
            self.head[key.lower()] = value.strip()
        self.text = b""

    def more(self):
        size = int(self.file.readline(), 16)
        self.text += self.file.read(size)
        self.file.readline()
        return size > 0

    def event(self):
        """(event, id, data) of the next one; None at the end."""
        end = time.monotonic() + harness.DEADLINE  # comments keep the line alive
        while True:
            check(time.monotonic() < end, "no event came")
            while b"\n\n" not in self.text:
                if not self.more():
                    return None
            block, self.text = self.text.split(b"\n\n", 1)
            fields = dict(line.split(": ", 1) for line in block.decode().split("\n") if ": " in line)
            if "data" in fields:
                return fields.get("event", "message"), int(fields.get("id", 0)), json.loads(fields["data"])

    def close(self):
        self.file.close()
        self.link.close()


def events(bed):
    """Told as they happen, filtered, resumed; every entry is as the document says."""
    doc = fleet(bed)
    call("POST", "/v1/time", {"mode": "standing"})
    first = doc.ask("getHealth")[1]["event"]
    everything, one = Listener(), Listener("?printer=2&kind=alertAdded")
    equal((everything.status, everything.head["content-type"]), (200, "text/event-stream"), "stream")
    doc.ask("changeCondition", {"condition": "jam"}, printer=1)
    doc.ask("changeFault", {"fault": "snmp-silent"}, printer=2)
    doc.ask("changeCondition", {"condition": "jam"}, printer=2)
    told = [everything.event() for _ in range(doc.ask("getHealth")[1]["event"] - first)]
    equal([n for _, n, _ in told], list(range(first + 1, first + 1 + len(told))), "numbers")
    kinds = [(e["printer"], e["kind"]) for _, _, e in told]
    check((1, "alertAdded") in kinds and (2, "fault") in kinds and (2, "alertAdded") in kinds, kinds)
    schema = {"$ref": "#/components/schemas/Entry"}
    for event, number, entry in told:
        equal((event, number), ("message", entry["n"]), "event and id")
        doc.validate(schema, entry, entry["kind"])
    event = one.event()
    equal((event[2]["printer"], event[2]["kind"]), (2, "alertAdded"), "the filtered one")
    again = Listener("", f"Last-Event-ID: {told[1][1]}\r\n")
    equal(again.event(), told[2], "resumed")
    equal(Listener("?since=0").event()[1], 1, "from the beginning")
    equal(Listener("", "Last-Event-ID: x\r\n").status, 400, "a number that is none")
    for listener in (everything, one, again):
        listener.close()


def many_listeners(bed):
    doc = fleet(bed)
    held = [Listener() for _ in range(16)]
    equal([x.status for x in held], [200] * 16, "sixteen")
    status, head, text = call("GET", "/v1/events")
    equal(status, 503, f"the seventeenth: {text}")
    doc.validate({"$ref": "#/components/schemas/Error"}, json.loads(text), "503")
    last = held.pop()
    last.more()  # else what it has not read makes its end a reset
    last.close()
    # at once, not only when the next comment cannot be sent (PC_CONTROL_BEAT_MS)
    harness.eventually(lambda: Listener().status == 200, "a place becomes free", deadline=10)
    equal(call("GET", "/v1/health")[0], 200, "others meanwhile")


def slow_listener(bed):
    """Who does not read is dropped and finds out; whose place is gone is told what is missing."""
    bed.fleet("--profile", "lindgren-mono-40", "--count", "300", "--virtual")
    doc = Document(json.loads(call("GET", "/v1/openapi.json")[2]))
    call("POST", "/v1/time", {"mode": "standing"})
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect(("127.0.0.1", PORT))
    slow.sendall(b"GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    equal(slow.recv(12), b"HTTP/1.1 200", "slow listener")
    turn = True
    while doc.ask("getHealth")[1]["event"] < 26000:  # more than the journal keeps
        doc.ask("changeCondition", {"condition": "coverOpen", "on": turn}, printer=0)
        turn = not turn
    slow.settimeout(harness.DEADLINE)
    heard = b""
    while True:
        more = slow.recv(65536)
        if not more or heard.endswith(b"0\r\n\r\n"):
            break
        heard += more
        if b"event: dropped" in heard:
            break
    check(b"event: dropped" in heard, f"the slow listener was not told: {heard[-300:]!r}")
    late = Listener("?since=1")
    event, _, data = late.event()
    equal((event, data["after"]), ("lost", 1), "a place that is gone")
    equal(late.event()[1], data["until"] + 1, "the oldest entry kept")
    check(doc.ask("getHealth")[1]["event"] >= data["until"] + 10000, "entries kept")


def clock(bed):
    """Virtual time stands, goes on by so much, runs at a speed, and only then do printers print."""
    doc = fleet(bed)
    ask = lambda body: doc.ask("changeTime", body)[1]  # noqa: E731
    stood = ask({"mode": "standing"})
    doc.ask("printPages", {"pages": 10})
    equal(doc.ask("getTime")[1]["now"], stood["now"], "standing")
    equal(doc.ask("getPrinter")[1]["status"], "printing", "while time stands")
    doc.ask("advanceTime", {"ms": 3600000})
    harness.eventually(lambda: doc.ask("getTime")[1]["waitsMs"] == 0, "the hour to pass")
    after = doc.ask("getTime")[1]
    equal(after["elapsedMs"] - stood["elapsedMs"], 3600000, "advanced by")
    state = doc.ask("getPrinter")[1]
    equal((state["status"], state["counters"]["jobsDone"]), ("idle", 1), "after an hour")
    ask({"speed": 100000})
    equal(doc.ask("getTime")[1]["mode"], "speed", "mode")
    harness.eventually(lambda: doc.ask("getTime")[1]["elapsedMs"] > after["elapsedMs"] + 10000, "time to run")
    ask({"mode": "standing", "pace": 7})
    equal(doc.ask("getTime")[1]["pace"], 7, "pace")
    kinds = [e["kind"] for e in doc.ask("getJournal", {"kind": "time"})[1]["entries"]]
    check(len(kinds) >= 3, f"journal: {kinds}")


def ctl(bed):
    """Tables, JSON, the printer by any name, and an exit code for each kind of failure."""
    bed.fleet(*PRINTERS)
    run = lambda *words: bed.presscheck_ends("ctl", *words)  # noqa: E731
    serial = harness.api("/v1/printers/3")["serial"]
    check("WF-C5890" in run("list").ok().text, "list")
    check(serial in run("list", "status=idle", "vendor=lind").ok().text, "list, narrowed")
    equal(len(run("list", "--json").ok().text) > 0 and json.loads(run("list", "--json").text)["count"], 4, "--json")
    check("127.1.0.3" in run("condition", serial, "jam").ok().text, "by serial number")
    check("down" in run("list", "127.1.0.3").ok().text, "jammed")
    equal(run("get", "127.1.0.3", "status").ok().text, "down\n", "by address, with a path")
    run("condition", "all", "jam", "off").ok()
    check("done by 4" in run("sleep", "all").ok().text, "all")
    run("print", "1", "3", "color", "name=Hello").ok()
    check("Hello" in run("get", "1").ok().text, "jobs of get")
    run("set", "1", "sysLocation", "Room 9").ok()
    check("Room 9" in run("settings", "1").ok().text, "settings")
    check("snmp-silent" in run("fault", "list").ok().text, "fault list")
    run("fault", "1", "snmp-silent").ok()
    check("fault" in run("journal", "kind=fault").ok().text, "journal")
    check("Configuration" in run("report-text", "1", "configuration").ok().text, "report")
    check("bad-day" in run("story", "start", "bad-day").ok().text, "story start")
    run("story", "pause").ok()
    check("paused" in run("story").ok().text, "story")
    run("story", "stop").ok()
    for words in (("usage", "1"), ("log", "1"), ("accounts", "1"), ("models",), ("options", "1"), ("mail", "1"),
                  ("counters",), ("time",), ("health",)):
        check(run(*words).ok().text, f"ctl {words}: nothing")
    follow = bed.presscheck("ctl", "events", "--follow", "since=0", "printer=2")
    follow.until(r"sleep")
    run("condition", "2", "coverOpen", "on", "0").ok()
    follow.until(r"alertAdded .*")
    follow.kill()
    rows = (
        (("print", "1"), 4, "'pages' is missing"), (("print", "1", "0"), 4, "1 to 100000"), (("print", "1", "x"), 4, "number"),
        (("dance",), 4, "unknown action"), ((), 4, "help"), (("print", "nobody", "1"), 4, "means 0 printers"),
        (("print", "WF-C", "1"), 4, "means 2 printers"), (("sleep", "1", "maybe"), 4, "on or off"),
        (("get",), 4, "which printer"), (("get", "9"), 1, "no such printer"), (("get", "1", "a.b"), 1, "no 'a.b'"),
        (("condition", "1", "fire"), 4, "jam"), (("nozzle-check", "3"), 1, ""), (("fault", "1", "nope"), 1, "snmp-silent"),
        (("time", "standing"), 1, "--virtual"), (("story", "start", "nope"), 4, "bad-day"), (("story", "step"), 1, "no story"), (("list", "--follow"), 4, "events"), (("health", "1"), 4, "nothing is left"),
        (("health", "--control", "http://127.0.0.1:1"), 2, "presscheck up"),
    )
    for words, code, text in rows:
        done = run(*words)
        equal(done.code, code, f"ctl {' '.join(words)}: {done.errors}")
        check(text in done.errors, f"ctl {' '.join(words)}: {done.errors}")
        equal(done.text, "", f"ctl {' '.join(words)}: stdout")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    harness.main(document, each_operation, clock_is_real, everywhere, lists, defences, events, many_listeners,
                 slow_listener, clock, ctl)
