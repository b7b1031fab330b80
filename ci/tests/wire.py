"""Printers at one end of a pair of network cards (MTU 1500), the clients in a namespace of their own at the other."""
import os
import sys

import harness

WIRED, CLIENT = "198.18.1.11", "198.18.1.1"  # RFC 2544 benchmark network: the first printer, the client
BROADCAST = "198.18.1.255"


class Wire:
    """Printers at one end of a pair of network cards, the client in a namespace at the other. The cards get single
    segments, as real ones send them: none that is left to them to cut."""

    def __init__(self, bed, *profiles, more=()):
        self.bed = bed
        peer = bed.child("peer", [harness.tool("unshare"), "-n", sys.executable, "-c",
                                  "import signal; signal.signal(15, lambda *a: exit(0)); signal.pause()"])
        self.pid = str(peer.process.pid)
        own = os.readlink("/proc/self/ns/net")
        harness.eventually(lambda: os.readlink(f"/proc/{self.pid}/ns/net") != own, "the client's namespace")
        addresses = [WIRED[:-2] + str(11 + i) for i in range(len(profiles))]
        for line in ("link add v0 type veth peer name v1", f"link set v1 netns {self.pid}", "link set v0 up gso_max_segs 1",
                     *(f"address add {a}/24 dev v0" for a in addresses)):
            bed.run("ip", *line.split()).ok()
        for line in ("link set lo up", "link set v1 up gso_max_segs 1", f"address add {CLIENT}/24 dev v1", "route add default dev v1"):
            self.client("ip", *line.split()).ok()
        named = [a for profile in profiles for a in ("--profile", profile)]
        bed.fleet(*named, "--first", addresses[0], "--expose", *more)
        self.printers = harness.api("/v1/printers")["printers"]

    def argv(self, *argv):
        return [harness.tool("nsenter"), "-t", self.pid, "-n", harness.tool(argv[0]), *argv[1:]]

    def client(self, *argv, **options):
        return self.bed.run(*self.argv(*argv), **options)

    def record(self, what):
        """tshark at the client's card; the child to stop and the file it writes."""
        out = self.bed.path("wire.pcapng")
        shark = self.bed.child("tshark", self.argv("tshark", "-i", "v1", "-w", out, "-f", what))
        harness.eventually(lambda: "Capture started" in shark.read(1), "tshark captures")
        return shark, out

    def rows(self, out, wanted, display, *fields):
        """At least so many packets of the recording, a list of fields each."""
        argv = [a for f in fields for a in ("-e", f)]

        def look():
            read = self.bed.run("tshark", "-r", out, "-Y", display, "-T", "fields", "-E", "separator=|", *argv)
            seen = [line.split("|") for line in read.text.splitlines()]
            return seen if len(seen) >= wanted else None
        return harness.eventually(look, f"{wanted} packets of {display}")
