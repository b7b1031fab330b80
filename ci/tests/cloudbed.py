"""A cloud under test: started on one port, asked as an operator, fed as an agent."""
import http.client
import json
import os
import ssl
import threading
import uuid

import harness

ADDRESS = "127.0.0.1"
NOW = "2026-03-01T10:00:00Z"


class Cloud:
    """`presscheck cloud` with its portal. Started again with the same directory it is the same cloud. Not on 443:
    the printers of the same network have that."""

    def __init__(self, bed, port=8443):
        self.bed, self.port, self.dir = bed, port, bed.path("cloud")
        self.child = None
        self.sessions = {}
        self.start()

    def start(self, *more):
        self.child = self.bed.presscheck("cloud", "--dir", self.dir, "--listen", f"{ADDRESS}:{self.port}", *more)
        self.child.until(rf"^ready https://{ADDRESS}:{self.port}")
        self.sessions = {}

    @property
    def url(self):
        return f"https://{ADDRESS}:{self.port}"

    @property
    def ca(self):
        return os.path.join(self.dir, "pki", "root-ca.pem")

    def tls(self, agent=None):
        context = ssl.create_default_context(cafile=self.ca)
        if agent:
            context.load_cert_chain(agent.cert, agent.key)
        return context

    def connect(self, agent=None):
        return http.client.HTTPSConnection(ADDRESS, self.port, timeout=harness.DEADLINE, context=self.tls(agent))

    def ask(self, method, path, body=None, headers=None, agent=None):
        """(status, body, headers) of one request on a connection of its own."""
        connection = self.connect(agent)
        try:
            headers = {"Content-Type": "application/json", **(headers or {})}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def password(self, role):
        with open(os.path.join(self.dir, "credentials.json"), encoding="utf-8") as f:
            return next(u["password"] for u in json.load(f)["users"] if u["role"] == role)

    def session(self, role):
        if role not in self.sessions:
            login = json.dumps({"user": role, "password": self.password(role)})
            status, body, headers = self.ask("POST", "/portal/v1/login", login)
            harness.equal(status, 204, f"log-in of the {role}: {body}")
            self.sessions[role] = headers["Set-Cookie"].split(";")[0]
        return self.sessions[role]

    def portal(self, method, path, body=None, role="operator", expect=200):
        """The decoded answer of the portal's API."""
        text = None if body is None else json.dumps(body)
        status, answer, _ = self.ask(method, "/portal/v1" + path, text, {"Cookie": self.session(role)})
        harness.equal(status, expect, f"{method} {path}: {answer}")
        return json.loads(answer) if answer else None

    def collections(self):
        return self.portal("GET", "/collections")["collections"]

    def body_of(self, collection):
        status, body, _ = self.ask("GET", f"/portal/v1/collections/{collection}", None,
                                   {"Cookie": self.session("operator")})
        harness.equal(status, 200, f"body of collection {collection}")
        return body

    def enrol(self, agent_id, kind="DC"):
        return Agent(self, agent_id, self.portal("POST", "/agents", {"agentId": agent_id, "agentType": kind},
                                                 "installer", 201), kind)


class Agent:
    """An enrolled agent: its certificate and key as files, and documents of its own."""

    def __init__(self, cloud, agent_id, answer, kind):
        self.id, self.kind = agent_id, kind
        self.cert = cloud.bed.write(agent_id + "-cert.pem", answer["certificatePem"])
        self.key = cloud.bed.write(agent_id + "-key.pem", answer["privateKeyPem"])
        os.chmod(self.key, 0o600)

    @property
    def upload_path(self):
        return f"/v1/agents/{self.id}/collections"

    def document(self, *serials, document_id=None, location=""):
        agent = {"companyName": "Example Works", "agentId": self.id, "agentType": self.kind,
                 "agentVersion": "1.0.0", "vendorName": "EPSON", "collectionType": "periodic", "dueDate": NOW,
                 "sentDate": NOW, "framework": "none", "os": "Linux", "timeZone": "+00:00"}
        devices = [{"manufacturer": "EPSON", "model": "WF-C5890 Series", "serialNumber": s,
                    "ipAddress": "127.1.0.1", "acquiredDate": NOW, "status": "idle", "location": location}
                   for s in serials]
        return json.dumps({"schema": "ers-collection/1", "documentId": document_id or str(uuid.uuid4()),
                           "agent": agent, "devices": devices}).encode()


def in_parallel(jobs):
    """Run the functions in threads of their own; what one raised is raised here."""
    wrong = []

    def guarded(job):
        try:
            job()
        except Exception as e:  # handed over to the caller's thread
            wrong.append(e)
    threads = [threading.Thread(target=guarded, args=(job,), daemon=True) for job in jobs]
    for t in threads:
        t.start()
    return threads, wrong
