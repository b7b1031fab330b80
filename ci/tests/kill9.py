#!/usr/bin/env python3
"""SIGKILL loses nothing that was promised: the cloud during uploads, the agent between collecting and sending."""
import http.client
import json
import os
import random
import threading
import uuid

import cloudbed
import harness

UPLOADS, SENDERS, KILLS = 200, 8, 3
GONE = (OSError, http.client.HTTPException)  # what a client sees of a server that was killed


class Uploads:
    """Senders that repeat a document until it is answered 202, as an agent does."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.agents = [cloud.enrol(f"sender-{n}") for n in range(SENDERS)]
        self.lock = threading.Lock()
        self.accepted = {}  # documentId: {collectionId} of every 202
        self.sent = {}  # documentId: bytes
        self.broken = 0  # attempts without an answer

    def once(self, agent, connection, document):
        """One attempt: the collectionId, or None when the server went away."""
        try:
            connection.request("POST", agent.upload_path, document, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            body = answer.read()
        except GONE:
            connection.close()
            with self.lock:
                self.broken += 1
            return None
        if answer.status == 503:
            return None
        harness.equal(answer.status, 202, f"an upload: {body}")
        return json.loads(body)["collectionId"]

    def sender(self, agent):
        connection = self.cloud.connect(agent)
        for n in range(UPLOADS // SENDERS):
            name = str(uuid.uuid4())
            serials = [f"SN{agent.id}-{n}-{i}" for i in range(1 + n * n)]  # from small to some 100 KiB
            document = agent.document(*serials, document_id=name)
            with self.lock:
                self.sent[name] = document
            collection = harness.eventually(lambda d=document: self.once(agent, connection, d), f"202 for {name}")
            with self.lock:
                self.accepted.setdefault(name, set()).add(collection)
        connection.close()

    def count(self):
        with self.lock:
            return len(self.accepted)


def stored(cloud):
    """{documentId: [(collectionId, body)]} of all the portal has."""
    found = {}
    listed = cloud.collections()
    harness.equal(len({c["collectionId"] for c in listed}), len(listed), "different collection IDs in the list")
    for c in listed:
        body = cloud.body_of(c["collectionId"])
        harness.equal(len(body), c["bytes"], f"bytes of {c['collectionId']}")
        found.setdefault(json.loads(body)["documentId"], []).append((c["collectionId"], body))
    return found


def cloud_killed(bed):
    cloud = cloudbed.Cloud(bed)
    seed = random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    print(f"seed {seed}", flush=True)
    uploads = Uploads(cloud)
    threads, wrong = cloudbed.in_parallel([lambda a=a: uploads.sender(a) for a in uploads.agents])
    for at in sorted(chance.sample(range(5, UPLOADS - 20), KILLS)):
        harness.eventually(lambda n=at: uploads.count() >= n or wrong, f"{at} uploads answered")
        # any moment of the next ones, not only the one just after an answer
        threading.Event().wait(chance.uniform(0, 0.02))
        cloud.child.kill()
        cloud.start()
    for thread in threads:
        thread.join(2 * harness.DEADLINE)
        harness.check(not thread.is_alive(), f"uploads do not end; {uploads.count()} answered")
    if wrong:
        raise wrong[0]
    harness.equal(uploads.count(), UPLOADS, "documents answered 202")
    harness.check(uploads.broken > 0, "no upload met the kill: the test proves nothing")

    def as_promised():
        found = stored(cloud)
        harness.equal(len(found), UPLOADS, "documents in the portal")
        for name, collections in uploads.accepted.items():
            harness.check(name in found, f"answered 202 {collections} and lost: {name}")
            harness.equal(len(found[name]), 1, f"copies of {name}")
            collection, body = found[name][0]
            harness.equal(collections, {collection}, f"collection ID of {name}")
            harness.equal(body, uploads.sent[name], f"body of {name}")
    as_promised()
    cloud.child.kill()  # and with nothing going on
    cloud.start()
    as_promised()


def agent_files(bed, cloud, agent, **more):
    config = {"server": cloud.url, "agentId": agent.id, "companyName": "Example Works", "period": "1h",
              "files": {"ca": cloud.ca, "cert": agent.cert, "key": agent.key},
              "deviceList": ["127.1.0.1", "127.1.0.2"], "stateDir": bed.path("state"),
              "timeouts": {"snmpMs": 500, "snmpRetries": 2, "httpMs": 3000}, **more}
    return bed.write("agent.json", json.dumps(config))


def spooled(bed):
    """The documents that wait in the agent's spool, by documentId."""
    found = {}
    for root, _, names in os.walk(bed.path("state/spool")):
        for name in names:
            try:
                with open(os.path.join(root, name), encoding="utf-8") as f:
                    found[json.load(f)["documentId"]] = name
            except (OSError, ValueError, KeyError, TypeError):
                continue  # being written, or just sent
    return found


def status(bed):
    try:
        with open(bed.path("state/status.json"), encoding="utf-8") as f:
            return json.load(f)
    except (OSError, ValueError):
        return {}


def waits_for_none(bed):
    return not spooled(bed) and status(bed)


def once_each(cloud):
    """No document came twice, neither under its ID nor under another."""
    contents = {}
    for name, copies in stored(cloud).items():
        harness.equal(len(copies), 1, f"copies of {name}")
        content = json.loads(copies[0][1])
        del content["documentId"]
        other = contents.setdefault(json.dumps(content, sort_keys=True), name)
        harness.equal(name, other, "two documents with the same content")


def agent_killed(bed):
    """The server is away when the agent has collected; SIGKILL; both come back."""
    bed.fleet("--profile", "epson-wf-c5890", "--count", "2", "--first", "127.1.0.1")
    cloud = cloudbed.Cloud(bed)
    config = agent_files(bed, cloud, cloud.enrol("site-agent-1"))
    cloud.child.stop()
    agent = bed.presscheck("agent", "dc", "--config", config)
    waiting = harness.eventually(lambda: spooled(bed), "a document in the spool")
    agent.kill()
    harness.equal(spooled(bed), waiting, "the spool after SIGKILL")
    cloud.start()
    harness.equal(cloud.collections(), [], "collections before the agent starts again")
    bed.presscheck("agent", "dc", "--config", config)
    harness.eventually(lambda: set(waiting) <= set(stored(cloud)), "the document collected before SIGKILL")
    harness.eventually(lambda: waits_for_none(bed), "an empty spool")
    once_each(cloud)


def agent_killed_before_the_answer(bed):
    """The server has stored the document, its answer never came: sent again, stored once."""
    bed.fleet("--profile", "epson-wf-c5890", "--count", "2", "--first", "127.1.0.1")
    cloud = cloudbed.Cloud(bed)
    config = agent_files(bed, cloud, cloud.enrol("site-agent-1"))
    cloud.child.stop()
    cloud.start("--fault", "http-reset-uploads")
    agent = bed.presscheck("agent", "dc", "--config", config)
    waiting = harness.eventually(lambda: spooled(bed), "a document in the spool")
    harness.eventually(lambda: set(waiting) <= set(stored(cloud)), "the document in the portal")
    agent.kill()
    harness.check(set(waiting) <= set(spooled(bed)), "a document without an answer left the spool")
    cloud.child.stop()
    cloud.start()
    bed.presscheck("agent", "dc", "--config", config)
    harness.eventually(lambda: waits_for_none(bed), "an empty spool")
    harness.check(set(waiting) <= set(stored(cloud)), "the document is gone")
    once_each(cloud)


if __name__ == "__main__":
    harness.main(cloud_killed, agent_killed, agent_killed_before_the_answer)
