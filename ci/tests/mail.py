#!/usr/bin/env python3
"""Printers mail their alerts to the site's server. Oracle is Debian's python3-aiosmtpd: what it received
is read with Python's own mail parser. Servers that misbehave are plain sockets.
"""
import email
import email.policy
import functools
import re
import socket
import ssl
import threading

import harness
from harness import api, check, equal

Controller = harness.module("aiosmtpd.controller", "python3-aiosmtpd").Controller
smtp = harness.module("aiosmtpd.smtp", "python3-aiosmtpd")

SERVER = "127.9.9.9"
PROFILES = ("--profile", "epson-wf-c5890", "--count", "2", "--profile", "xerox-versalink-c7030")


OPEN = []  # servers of the test that runs


def alone(test):
    """No server of a test outlives it, however it ends."""
    @functools.wraps(test)
    def run(bed):
        try:
            test(bed)
        finally:
            for site in list(OPEN):
                site.stop()
    return run


class Site:
    """The site's server: keeps what it accepts; may ask for a login and offer TLS."""

    def __init__(self, port=25, context=None, tls=None, login=None):
        self.mails, self.login = [], login
        kinds = dict(require_starttls=context is not None, tls_context=context, auth_required=login is not None,
                     authenticator=self.authenticate if login else None, auth_require_tls=context is not None)
        site = self

        class Own(Controller):
            def factory(self):
                return smtp.SMTP(site, hostname="mail.example", **kinds)
        self.controller = Own(self, hostname=SERVER, port=port, ssl_context=tls, ready_timeout=harness.DEADLINE)
        self.controller.start()
        OPEN.append(self)

    def authenticate(self, server, session, envelope, mechanism, data):
        good = (data.login.decode(), data.password.decode()) == self.login
        return smtp.AuthResult(success=good, handled=good)

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((session.peer[0], session.host_name, envelope.mail_from, sorted(envelope.rcpt_tos),
                           email.message_from_bytes(envelope.content, policy=email.policy.default),
                           bool(session.ssl), envelope.content))
        return "250 kept"

    def received(self, count):
        harness.eventually(lambda: len(self.mails) >= count, f"{count} mails, {len(self.mails)} came")
        equal(len(self.mails), count, "mails")
        return self.mails[count - 1]

    def stop(self):
        if self in OPEN:
            OPEN.remove(self)
            self.controller.stop()


def mail_on(printer, **settings):
    api(f"/v1/printers/{printer}/mail", {"server": SERVER, "recipients": "desk@site.example", **settings})


def condition(printer, name, on=True, part=0):
    api(f"/v1/printers/{printer}/condition", {"condition": name, "on": on, "part": part})


def notes(event):
    return [e for e in api("/v1/journal?kind=service")["entries"] if e["detail"].get("event") == event]


def body_of(message):
    return dict(re.findall(r"^(\w+): +(.*)$", message.get_content().replace("\r", ""), re.M))


@alone
def alerts(bed):
    """On and restored, to all recipients, from the printer's own address; only the events chosen."""
    bed.fleet(*PROFILES)
    site = Site()
    equal(api("/v1/printers/1/mail")["server"], "", "off at first")
    condition(2, "jam")  # nobody asked for it
    mail_on(1, recipients="desk@site.example, boss@site.example", events="jam coverOpen", restored=True)
    state = api("/v1/printers/1")
    condition(1, "supplyEmpty")
    condition(1, "jam")
    peer, hello, sender, to, message, tls, _ = site.received(1)
    equal(peer, state["address"], "the server's peer")
    equal((sender, hello), (f"{state['hostName']}@[{state['address']}]", f"[{state['address']}]"), "sender and greeting")
    equal(to, ["boss@site.example", "desk@site.example"], "recipients")
    equal(message["Subject"], f"WF-C5890 Series {state['serial']}: Paper jam.", "subject")
    equal([a.addr_spec for a in message["To"].addresses], ["desk@site.example", "boss@site.example"], "To")
    check(message["Date"].datetime and message["Message-ID"], f"head: {message.items()}")
    body = body_of(message)
    equal({k: body[k] for k in ("Alert", "State", "Severity", "Model", "Serial", "Address", "Host")},
          {"Alert": "Paper jam.", "State": "active", "Severity": "critical", "Model": state["model"],
           "Serial": state["serial"], "Address": state["address"], "Host": state["hostName"]}, "body")
    code = [a["code"] for a in api("/v1/printers/1")["alerts"] if a["condition"] == "jam"][0]
    check(body["Code"].startswith(f"{code} (jam)"), body)
    condition(1, "jam", False)
    message = site.received(2)[4]
    check(message["Subject"].endswith("restored: Paper jam.") and body_of(message)["State"] == "restored", message)
    mail_on(1, restored=False)
    condition(1, "coverOpen")
    site.received(3)
    condition(1, "coverOpen", False)
    mail_on(1, server="")
    condition(1, "jam")
    condition(1, "jam", False)
    mail_on(1)
    condition(1, "jam")
    check("jam" in body_of(site.received(4)[4])["Code"], "the next one")
    equal(len(notes("mail-sent")), 4, "journal")
    equal(api("/v1/counters")["mail"]["out"], 4, "counter")
    site.stop()


@alone
def texts(bed):
    """Odd texts of others stay text: no fields, no lines, no end of the message."""
    bed.fleet(*PROFILES)
    site = Site()
    location = "Büro 4\r\nBcc: all@site.example\r\n.\r\nQUIT = ende"
    api("/v1/printers/1/setting", {"name": "sysLocation", "value": location})
    mail_on(1, **{"from": "printer@site.example"})
    condition(1, "jam")
    _, hello, sender, to, message, _, raw = site.received(1)
    equal((sender, hello, to), ("printer@site.example", "site.example", ["desk@site.example"]), "envelope")
    equal(message["Bcc"], None, "Bcc")
    check("Büro 4  Bcc: all@site.example  .  QUIT = ende" in message.get_content().replace("\r\n", "|"),
          message.get_content())
    check(raw.isascii() and max(map(len, raw.split(b"\r\n"))) <= 78, "lines")
    site.stop()


def context(bed):
    bed.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=mail.example", "-keyout", bed.path("key.pem"), "-out", bed.path("cert.pem")).ok()
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(bed.path("cert.pem"), bed.path("key.pem"))
    return made


@alone
def login(bed):
    """AUTH, STARTTLS, TLS from the start; refused when the password is wrong or TLS is not to be had."""
    bed.fleet(*PROFILES)
    tls = context(bed)
    site = Site(587, context=tls, login=("fleet", "secret-1"))
    mail_on(1, port=587, security="starttlsRequired", user="fleet", password="secret-1")
    shown = api("/v1/printers/1/mail")
    check(shown["passwordSet"] and "secret-1" not in str(shown), f"settings: {shown}")
    condition(1, "jam")
    equal(site.received(1)[5], True, "over TLS")
    mail_on(1, password="wrong")
    condition(1, "coverOpen")
    harness.eventually(lambda: notes("mail-refused"), "the wrong password to be refused")
    equal(notes("mail-refused")[0]["detail"]["reply"], 535, "reply")
    check("wrong" not in str(api("/v1/journal")), "the password is in the journal")
    site.stop()
    plain = Site()
    mail_on(2, security="starttlsRequired")
    condition(2, "jam")
    harness.eventually(lambda: len(notes("mail-refused")) == 2, "no TLS to be refused")
    mail_on(2, security="starttls")
    condition(2, "coverOpen")
    equal(plain.received(1)[5], False, "opportunistic, without TLS")
    plain.stop()
    whole = Site(465, tls=tls)
    mail_on(2, security="tls", verify=True)
    condition(2, "coverOpen", False)
    condition(2, "coverOpen")
    harness.eventually(lambda: len(notes("mail-refused")) == 3, "an unknown certificate to be refused")
    mail_on(2, security="tls", verify=False)
    condition(2, "coverOpen", False)
    condition(2, "coverOpen")
    whole.received(1)
    whole.stop()


def advance(ms):
    api("/v1/time/advance", {"ms": ms})
    harness.eventually(lambda: api("/v1/time")["waitsMs"] == 0, "time to pass")


@alone
def away(bed):
    """The server is away: kept, tried again later and later, given up after a day; then the rate limit."""
    bed.fleet(*PROFILES, "--virtual")
    api("/v1/time", {"mode": "standing"})
    mail_on(1)
    condition(1, "jam")
    harness.eventually(lambda: notes("mail-delayed"), "the first try to fail")
    advance(59000)
    equal(len(notes("mail-delayed")), 1, "tries before a minute has passed")
    advance(1000)
    harness.eventually(lambda: len(notes("mail-delayed")) == 2, "the second try")
    advance(60000)
    equal(len(notes("mail-delayed")), 2, "tries before two more minutes have passed")
    site = Site()
    advance(60000)
    equal(body_of(site.received(1)[4])["Alert"], "Paper jam.", "kept")
    site.stop()
    condition(1, "jam", False)
    condition(1, "jam")
    harness.eventually(lambda: len(notes("mail-delayed")) == 3, "it is away again")
    for hour in range(27):
        before = len(notes("mail-delayed")) + len(notes("mail-given-up"))
        advance(3600000)
        harness.eventually(lambda b=before: len(notes("mail-given-up")) or
                           len(notes("mail-delayed")) + len(notes("mail-given-up")) > b, f"hour {hour}")
        if notes("mail-given-up"):
            break
    check(22 <= hour <= 26, f"given up after {hour} hours")
    site = Site()
    for _ in range(30):
        condition(2, "coverOpen")
        condition(2, "coverOpen", False)
    equal(len(site.mails), 0, "mails of a printer whose mail is off")
    mail_on(2)
    for n in range(24):
        condition(2, "coverOpen")
        if n < 20:
            site.received(n + 1)
        condition(2, "coverOpen", False)
    equal(len(notes("mail-suppressed")), 4, "kept back")
    advance(3600000)
    condition(2, "coverOpen")
    check("4 more alerts" in site.received(21)[4].get_content(), "told with the next one")
    site.stop()


@alone
def many(bed):
    """Two hundred printers at once: each its own mail from its own address, once."""
    bed.fleet("--profile", "lindgren-mono-40", "--count", "200")
    site = Site()
    mail_on(0)
    condition(0, "jam")
    site.received(200)
    equal(len({m[0] for m in site.mails}), 200, "addresses")
    equal(len({m[4]["Message-ID"] for m in site.mails}), 200, "message IDs")
    site.stop()


class Liar(threading.Thread):
    """A server that answers what it is told, line by line, and then closes."""

    def __init__(self, *answers):
        super().__init__(daemon=True)
        self.answers = answers
        self.listener = socket.create_server((SERVER, 25))
        self.heard = b""
        self.start()

    def run(self):
        link, _ = self.listener.accept()
        with link:
            link.settimeout(harness.DEADLINE)
            try:
                for n, answer in enumerate(self.answers, 1):
                    link.sendall(answer)
                    if n == len(self.answers):
                        link.shutdown(socket.SHUT_WR)
                    got = link.recv(65536)
                    self.heard += got
                    if not got:
                        break
                while link.recv(65536):
                    pass
            except OSError:
                pass
        self.listener.close()


EHLO = (b"220 mail\r\n", b"250 mail\r\n")
HOSTILE = (
    ("closed at once", (b"",), "mail-delayed"),
    ("no SMTP", (b"HTTP/1.1 400 Bad\r\n\r\n",), "mail-delayed"),
    ("an endless line", (b"220 " + b"x" * 2000000,), "mail-delayed"),
    ("bytes of all kinds", (bytes(range(256)) * 8 + b"\r\n",), "mail-delayed"),
    ("busy", (b"421 later\r\n",), "mail-delayed"),
    ("never", (b"554 go away\r\n",), "mail-refused"),
    ("sender for later", (*EHLO, b"451 later\r\n"), "mail-delayed"),
    ("sender never", (*EHLO, b"550 no\r\n"), "mail-refused"),
    ("recipient never", (*EHLO, b"250 ok\r\n", b"550 nobody\r\n"), "mail-refused"),
    ("closed in the middle", (*EHLO, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b""), "mail-delayed"),
    ("message never", (*EHLO, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"552 too large\r\n"), "mail-refused"),
    ("a thousand lines of greeting", (b"220-more\r\n" * 1000 + b"220 end\r\n", b"250 ok\r\n", b"451 later\r\n"),
     "mail-delayed"),
)


@alone
def hostile(bed):
    """Whatever the server says: the mail is kept or refused, and the printers go on."""
    bed.fleet("--profile", "lindgren-mono-40", "--count", str(len(HOSTILE)))
    for n, (name, answers, event) in enumerate(HOSTILE, 1):
        liar = Liar(*answers)
        mail_on(n)
        condition(n, "jam")
        harness.eventually(lambda e=event, p=n: [x for x in notes(e) if x["printer"] == p], f"{name}: {event}")
        liar.join(harness.DEADLINE)
        check(not liar.is_alive(), f"{name}: the connection stays open")
        check(b"desk@site.example" not in liar.heard or "EHLO".encode() in liar.heard, f"{name}: {liar.heard!r}")
    equal(api("/v1/health")["status"], "ok", "the fleet")
    site = Site()
    condition(1, "coverOpen")
    site.received(1)
    site.stop()


if __name__ == "__main__":
    harness.main(alerts, texts, login, away, many, hostile)
