"""What the system tests share: a network of their own, children with deadlines, and clients.

A test script calls main() with its functions. The script starts itself again in a user and network
namespace (so that it has every port, needs no root and meets no other test), where each function gets
a Bed: a temporary directory, the program under test, and a way to start children that die with it.
A program that is not installed is a failure that names its Debian package.
"""
import ctypes
import importlib
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.request

DEADLINE = 60  # seconds for one step; only a hung program takes so long
CONTROL = "http://127.0.0.1:7161"

PACKAGES = {
    "chromedriver": "chromium-driver",
    "chromium": "chromium",
    "curl": "curl",
    "dig": "bind9-dnsutils",
    "hp-probe": "hplip",
    "llmnr-query": "llmnrd",
    "nbtscan": "nbtscan",
    "nmblookup": "samba-common-bin",
    "nsenter": "util-linux",
    "python3": "python3",
    "tshark": "tshark",
    "/usr/lib/nagios/plugins/check_hpjd": "monitoring-plugins-standard",
    "/usr/lib/nagios/plugins/check_snmp": "monitoring-plugins-standard",
    "/usr/share/munin/plugins/snmp__print_pages": "munin-plugins-core",
    "/usr/share/munin/plugins/snmp__print_supplies": "munin-plugins-core",
    "nmap": "nmap",
    "perl": "perl",
    "prometheus-snmp-exporter": "prometheus-snmp-exporter",
    "prometheus-snmp-generator": "prometheus-snmp-exporter",
    "escputil": "escputil",
    "/usr/lib/cups/filter/commandtoescpx": "cups-filters",
    "fusioninventory-netdiscovery": "fusioninventory-agent-task-network",
    "fusioninventory-netinventory": "fusioninventory-agent-task-network",
    "groff": "groff-base",
    "ip": "iproute2",
    "mosquitto": "mosquitto",
    "mosquitto_pub": "mosquitto-clients",
    "mosquitto_sub": "mosquitto-clients",
    "nc": "netcat-openbsd",
    "openssl": "openssl",
    "rlpq": "rlpr",
    "rlpr": "rlpr",
    "rlprm": "rlpr",
    "scanimage": "sane-utils",
    "setpriv": "util-linux",
    "sha256sum": "coreutils",
    "snmpbulkwalk": "snmp",
    "snmpdf": "snmp",
    "snmpbulkget": "snmp",
    "snmpd": "snmpd",
    "snmpget": "snmp",
    "snmpgetnext": "snmp",
    "snmpset": "snmp",
    "snmptrapd": "snmptrapd",
    "snmpnetstat": "snmp",
    "snmpsimd": "snmpsim",
    "snmpstatus": "snmp",
    "snmpwalk": "snmp",
    "stdbuf": "coreutils",
    "unshare": "util-linux",
    "/usr/lib/cups/backend/lpd": "cups",
    "/usr/lib/cups/backend/snmp": "cups",
    "/usr/lib/cups/backend/socket": "cups",
}


class Failure(Exception):
    """What was observed is not what was expected."""


def check(ok, text):
    if not ok:
        raise Failure(text)


def equal(found, expected, what):
    check(found == expected, f"{what}: found {found!r}, expected {expected!r}")


def tool(name):
    """The path of a client; a failure with the package's name if it is missing."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    check(path, f"'{name}' is not installed: install Debian package '{PACKAGES.get(name, '?')}' (ci/deps)")
    return path


def module(name, package):
    """Import a module of a Debian package. Those are the system's Python's; another one that runs us
    gives way to it."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        pass
    if os.path.exists("/usr/bin/python3") and os.environ.get("PRESSCHECK_TEST_PYTHON") != "system":
        os.environ["PRESSCHECK_TEST_PYTHON"] = "system"
        os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])
    sys.exit(f"FAIL: Python has no module '{name}': install Debian package '{package}' (ci/deps)")


def eventually(observe, what, deadline=DEADLINE):
    """Ask observe() until it returns something true; that is returned."""
    end = time.monotonic() + deadline
    while True:
        seen = observe()
        if seen:
            return seen
        check(time.monotonic() < end, f"not seen within {deadline} s: {what}")
        select.select([], [], [], 0.02)  # the next look, not a wait for luck


def _die_with_parent():
    # No child outlives its test, whatever ends the test: PR_SET_PDEATHSIG = 1.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Done:
    """A client that has ended."""

    def __init__(self, argv, code, out, err):
        self.argv, self.code, self.out, self.err = argv, code, out, err

    @property
    def text(self):
        return self.out.decode("utf-8", "replace")

    @property
    def errors(self):
        return self.err.decode("utf-8", "replace")

    def ok(self):
        check(self.code == 0, f"{' '.join(self.argv)}: exit code {self.code}\n{self.text}{self.errors}")
        return self


class Child:
    """A program in the background whose streams go to files in the bed."""

    def __init__(self, bed, name, argv, **options):
        self.name = name
        bed.serial += 1
        self.paths = [os.path.join(bed.dir, f"{bed.serial}-{name}.{s}") for s in ("out", "err")]
        with open(self.paths[0], "wb") as out, open(self.paths[1], "wb") as err:
            self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                            preexec_fn=_die_with_parent, cwd=bed.dir, **options)

    def read(self, stream=0):
        with open(self.paths[stream], "rb") as f:
            return f.read().decode("utf-8", "replace")

    def until(self, pattern, deadline=DEADLINE):
        """Wait for a line of its output; it must not end before."""
        def look():
            ended = self.process.poll() is not None
            found = re.search(pattern, self.read(), re.M)
            check(found or not ended, f"{self.name} ended with {self.process.returncode} before "
                  f"'{pattern}':\n{self.read()}{self.read(1)}")
            return found
        return eventually(look, f"'{pattern}' from {self.name}", deadline)

    def kill(self):
        """SIGKILL: as a power cut."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """SIGTERM; the program must end in order (a sanitizer's complaint is an exit code)."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            code = self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure(f"{self.name} does not end on SIGTERM") from None
        check(code == 0, f"{self.name}: exit code {code}\n{self.read(1)[-4000:]}")


class Bed:
    """One test's directory, programs and children."""

    def __init__(self, program):
        self.program = program
        self.dir = tempfile.mkdtemp(prefix="pc-system-")
        self.children = []
        self.serial = 0

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as f:
            f.write(data if isinstance(data, bytes) else data.encode())
        return self.path(name)

    def child(self, name, argv, **options):
        c = Child(self, name, argv, **options)
        self.children.append(c)
        return c

    def presscheck(self, *args, **options):
        return self.child(args[0], [self.program, *args], **options)

    def fleet(self, *args):
        c = self.presscheck("up", *args)
        c.until(r"^ready")
        return c

    def run(self, *argv, deadline=DEADLINE, data=None, env=None, pass_fds=()):
        """Run a client to its end."""
        argv = [tool(argv[0]), *argv[1:]]
        full = dict(os.environ, LC_ALL="C", TMPDIR=self.dir, HOME=self.dir, **(env or {}))
        with subprocess.Popen(argv, stdin=subprocess.PIPE if data is not None else subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.dir, env=full,
                              preexec_fn=_die_with_parent, pass_fds=pass_fds) as p:
            try:
                out, err = p.communicate(data, deadline)
            except subprocess.TimeoutExpired:
                p.kill()
                out, err = p.communicate()
                raise Failure(f"{' '.join(argv)}: no end within {deadline} s\n"
                              f"{out.decode('utf-8', 'replace')}{err.decode('utf-8', 'replace')}") from None
        return Done(argv, p.returncode, out, err)

    def presscheck_ends(self, *args, **options):
        return self.run(self.program, *args, **options)

    def done(self):
        """End all children; what went wrong in them is the test's failure."""
        wrong = []
        for c in reversed(self.children):
            try:
                if c.process.returncode is None:
                    c.stop()
            except Failure as e:
                wrong.append(str(e))
        shutil.rmtree(self.dir, ignore_errors=True)
        check(not wrong, "\n".join(wrong))


def api(path, body=None, base=CONTROL):
    """The control API of 'up': the decoded answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
            text = answer.read()
            return json.loads(text) if text else None
    except urllib.error.HTTPError as e:
        raise Failure(f"{path}: {e.code} {e.read().decode('utf-8', 'replace')}") from None


def snmpget(bed, address, *oids, community="public", version="2c"):
    """The values of objects as net-snmp prints them, without types."""
    done = bed.run("snmpget", "-v" + version, "-c", community, "-m", "", "-OQvn", "-t", "5", address, *oids)
    return [line.strip().strip('"') for line in done.ok().text.splitlines()]


def exchange(address, port, data, deadline=20, until=None):
    """What a TCP server answers to these bytes, until it closes, `until` is seen or nothing comes for long."""
    out = b""
    with socket.create_connection((address, port), timeout=deadline) as s:
        s.sendall(data)
        while until is None or until not in out:
            try:
                more = s.recv(65536)
            except ConnectionResetError:
                break
            if not more:
                break
            out += more
    return out


def _enter_network():
    tool("ip")
    for line in ("ip link set lo up", "ip route add default dev lo",
                 "ip route replace 255.255.255.255 dev lo src 127.0.0.1"):
        done = subprocess.run(line.split(), capture_output=True, text=True, check=False)
        check(done.returncode == 0, f"{line}: {done.stderr}")


def _run_all(tests, program):
    failed = 0
    for test in tests:
        bed = Bed(program)
        started = time.monotonic()
        why = None
        try:
            test(bed)
        except Exception as e:  # a broken expectation must not end the tests after it
            why = str(e) if isinstance(e, Failure) else traceback.format_exc()
        if why is not None:
            for c in bed.children:
                why += f"\n--- {c.name}: {c.read(1)[-3000:]}"
        try:
            bed.done()
        except Failure as e:
            why = f"{why}\n{e}" if why else str(e)
        print(f"{'FAIL' if why else 'ok'}: {test.__name__} ({time.monotonic() - started:.1f} s)", flush=True)
        if why:
            print(why, flush=True)
            failed += 1
    return 1 if failed else 0


def main(*tests):
    """Run the tests named on the command line, or all, in a network of their own."""
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} PRESSCHECK [TEST…]")
    try:
        if os.environ.get("PRESSCHECK_TEST_NETWORK") != "own":
            os.environ["PRESSCHECK_TEST_NETWORK"] = "own"
            unshare = tool("unshare")
            probe = subprocess.run([unshare, "-rn", "true"], capture_output=True, text=True, check=False)
            check(probe.returncode == 0, "no network namespace can be made (unshare -rn, package util-linux; "
                  f"sysctl kernel.unprivileged_userns_clone or user.max_user_namespaces): {probe.stderr}")
            os.execv(unshare, [unshare, "-rn", sys.executable, *sys.argv])
        _enter_network()
    except Failure as e:
        sys.exit(f"FAIL: {e}")
    chosen = [t for t in tests if len(sys.argv) == 2 or t.__name__ in sys.argv[2:]]
    sys.exit(_run_all(chosen, os.path.abspath(sys.argv[1])) if chosen else "no such test")
