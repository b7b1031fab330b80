#!/usr/bin/env python3
"""One port for both: curl uploads where mosquitto_sub waits for the commands of the operator."""
import json
import re

import cloudbed
import harness


def curl(bed, cloud, agent, path, *more, data=None):
    """(status, body) as curl sees it."""
    identity = ("--cert", agent.cert, "--key", agent.key) if agent else ()
    done = bed.run("curl", "-sS", "--cacert", cloud.ca, *identity, "-w", "\n%{http_code}", *more,
                   cloud.url + path, data=data).ok()
    body, _, status = done.text.rpartition("\n")
    return int(status), body


def upload(bed, cloud, agent, document, *more):
    return curl(bed, cloud, agent, agent.upload_path, "-H", "Content-Type: application/json",
                "--data-binary", "@-", *more, data=document)


def mqtt(cloud, agent):
    """What mosquitto's clients are told to be this agent."""
    return ("-h", cloudbed.ADDRESS, "-p", str(cloud.port), "--cafile", cloud.ca, "--cert", agent.cert, "--key",
            agent.key, "--tls-alpn", "mqtt", "-i", agent.id, "-q", "1")


def one_port(bed):
    cloud = cloudbed.Cloud(bed)
    agent = cloud.enrol("site-agent-1")
    topic = f"ers/v1/agents/{agent.id}/"
    # into a file it would write its lines only at its end
    waiting = bed.child("mosquitto_sub", [harness.tool("stdbuf"), "-oL", harness.tool("mosquitto_sub"), "-d",
                                          *mqtt(cloud, agent), "-C", "1", "-t", topic + "command"])
    waiting.until(r"^Subscribed \(mid: \d+\): 1$")
    document = agent.document("X3PC000042", location="Größe")
    for alpn in ((), ("--no-alpn",), ("--http1.1",)):
        status, body = upload(bed, cloud, agent, document, *alpn)
        harness.equal(status, 202, f"curl {alpn}: {body}")
        harness.equal(json.loads(body)["duplicate"], alpn != (), f"curl {alpn}: duplicate")
    stored = cloud.collections()
    harness.equal([c["devices"] for c in stored], [["X3PC000042"]], "collections after three uploads of one document")
    harness.equal(cloud.body_of(stored[0]["collectionId"]), document, "the stored body")

    ordered = cloud.portal("POST", "/devices/X3PC000042/operations", {"type": "collect"}, expect=201)
    waiting.until(r"^\{.*\"commandId\"")
    harness.equal(waiting.process.wait(harness.DEADLINE), 0, "exit code of mosquitto_sub")
    command = next(json.loads(line) for line in waiting.read().splitlines() if line.startswith("{"))
    harness.equal((command["type"], command["deviceSerial"]), ("collect", "X3PC000042"), "the command")
    operation = f"/operations/{ordered['operationId']}"
    harness.equal(cloud.portal("GET", operation)["state"], "sent", "the operation's state")
    result = {"commandId": command["commandId"], "state": "succeeded", "detail": "", "finishedAt": cloudbed.NOW}
    bed.run("mosquitto_pub", *mqtt(cloud, agent), "-t", topic + "result", "-m", json.dumps(result)).ok()
    harness.eventually(lambda: cloud.portal("GET", operation)["state"] == "succeeded", "the agent's result")


def refusals(bed):
    """What curl and mosquitto are told when they may not."""
    cloud = cloudbed.Cloud(bed)
    one, two = cloud.enrol("site-agent-1"), cloud.enrol("site-agent-2")
    document = one.document("X3PC000001")
    json_type = ("-H", "Content-Type: application/json", "--data-binary", "@-")
    for what, agent, path, more, expected in (
            ("no certificate", None, one.upload_path, json_type, 401),
            ("certificate of another", two, one.upload_path, json_type, 403),
            ("other media type", one, one.upload_path, ("-H", "Content-Type: text/plain", "--data-binary", "@-"), 415),
            ("unknown path", one, "/v1/nothing", (), 404),
            ("wrong method", one, one.upload_path, ("-X", "DELETE"), 405)):
        status, body = curl(bed, cloud, agent, path, *more, data=document)
        harness.equal(status, expected, f"{what}: {body}")
        harness.check(json.loads(body)["error"] and json.loads(body)["detail"], f"{what}: {body}")
    status, body = upload(bed, cloud, one, b'{"schema":')
    harness.equal(status, 400, f"not JSON: {body}")
    harness.equal(cloud.collections(), [], "nothing of it is stored")

    # another agent's topic, and a server that the client does not trust
    for owner, expected in ((two, "1"), (one, "128")):
        done = bed.run("mosquitto_sub", "-d", *mqtt(cloud, two), "-t", f"ers/v1/agents/{owner.id}/command",
                       "-W", "10", "-E")
        harness.check(re.search(rf"\bSubscribed \(mid: 1\): {expected}\b", done.text),
                      f"agent 2 subscribes to the commands of {owner.id}: {done.text}{done.errors}")
    done = bed.run("curl", "-sS", cloud.url + "/v1/ping")
    harness.equal(done.code, 60, "curl without the test CA: exit code (60 = peer not authenticated)")
    status, _ = curl(bed, cloud, None, "/v1/ping")
    harness.equal(status, 204, "ping")


if __name__ == "__main__":
    harness.main(one_port, refusals)
