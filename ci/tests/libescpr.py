"""Epson's own printer library (Debian package printer-driver-escpr), loaded as it is installed.

The library does its networking through functions that its user hands over; here they are sockets of Python. Only what
the tests call is declared: finding printers over SNMP, probing one, its status, its ink and maintenance commands.
"""
import ctypes
import os
import socket
import time

import harness

LIBRARY = "/usr/lib/printer-driver-escpr/libescpr.so.1"
SNMP_PORT = 161
LPR, RAW, BIDIRECTIONAL = 0x40, 0x80, 2
BY_ADDRESS = 2
IDLE, PRINTING, BUSY, CANCELLING, ERROR = range(5)  # printerStatus
CLEANING, NOZZLE_CHECK = 2, 3
INKS = 20

_TEXT = ctypes.c_void_p  # an address; ctypes copies c_char_p, which receive functions must not have
_INT, _UINT, _USHORT = ctypes.c_int32, ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint16)


class Printer(ctypes.Structure):
    _fields_ = [("functions", _UINT), ("maker", ctypes.c_char * 64), ("model", ctypes.c_char * 64),
                ("name", ctypes.c_char * 64), ("location", ctypes.c_char * 32), ("id", ctypes.c_char * 128),
                ("protocol", _INT), ("language", _UINT), ("mac", ctypes.c_char * 32), ("serial", ctypes.c_char * 32)]


class Status(ctypes.Structure):
    _fields_ = [("status", _INT), ("error", _INT), ("goes_on", _INT)]


class Ink(ctypes.Structure):
    _fields_ = [("number", _INT), ("colours", _INT * INKS), ("remaining", _INT * INKS), ("state", _INT * INKS)]


class _Address(ctypes.Structure):
    _fields_ = [("protocol", _INT), ("address", ctypes.c_char * 32)]


class _Target(ctypes.Union):
    _fields_ = [("identify", ctypes.c_char * 128), ("addr", _Address)]


class _Probe(ctypes.Structure):
    _fields_ = [("version", _INT), ("method", _INT), ("timeout", _UINT), ("target", _Target)]


# name, type of the result, types of the arguments; in the order of the library's table
_NET = (
    ("socket", _INT, (_INT, _INT, _INT)),
    ("close", _INT, (_INT,)),
    ("connect", _INT, (_INT, _TEXT, ctypes.c_uint16)),
    ("shutdown", _INT, (_INT, _INT)),
    ("bind", _INT, (_INT, ctypes.c_uint16, _USHORT)),
    ("listen", _INT, (_INT, _INT)),
    ("accept", _INT, (_INT, _UINT, ctypes.POINTER(_INT), _TEXT, _USHORT)),
    ("send", _INT, (_INT, _TEXT, _INT, _UINT)),
    ("send_to", _INT, (_INT, _TEXT, _INT, _TEXT, ctypes.c_uint16, _UINT)),
    ("receive", _INT, (_INT, _TEXT, _INT, _UINT)),
    ("receive_from", _INT, (_INT, _TEXT, _INT, _TEXT, _USHORT, _UINT)),
    ("getsockname", _INT, (_INT, _TEXT, _USHORT)),
    ("set_multicast_ttl", _INT, (_INT, _INT)),
    ("set_broadcast", _INT, (_INT,)),
)
_COMMON = (
    ("found", _INT, (Printer,)),
    ("state", _INT, (_INT, _INT)),
    ("malloc", ctypes.c_void_p, (ctypes.c_size_t,)),
    ("free", None, (ctypes.c_void_p,)),
    ("sleep", _INT, (_UINT,)),
    ("time", _UINT, ()),
    ("local_time", _UINT, (ctypes.c_void_p,)),
    ("lock", _INT, ()),
    ("unlock", _INT, ()),
)


class Library:
    """One use of the library: printers that find() and probe() were told of, and calls to one of them."""

    def __init__(self, broadcast="255.255.255.255"):
        harness.check(os.path.exists(LIBRARY), f"'{LIBRARY}' is not installed: install Debian package "
                      "'printer-driver-escpr' (ci/deps)")
        self.c = ctypes.CDLL(LIBRARY)
        self.libc = ctypes.CDLL(None)
        self.libc.malloc.restype = ctypes.c_void_p
        self.libc.malloc.argtypes = (ctypes.c_size_t,)
        self.libc.free.argtypes = (ctypes.c_void_p,)
        self.broadcast = broadcast
        self.sockets, self.printers = {}, []
        # The library may look behind the end of its table for what it was built without.
        self.net = self._table(_NET, spare=4)
        self.common = self._table(_COMMON, spare=0)
        both = BIDIRECTIONAL | LPR | RAW
        self._check(self.c.epsInitDriver(both, None, ctypes.byref(self.net), ctypes.byref(self.common)), "epsInitDriver")

    def _table(self, rows, spare):
        fields, values = [("version", _INT)], [1]
        for name, result, arguments in rows:
            kind = ctypes.CFUNCTYPE(result, *arguments)
            fields.append((name, kind))
            values.append(kind(getattr(self, "_" + name)))
        fields += [(f"spare{n}", ctypes.c_void_p) for n in range(spare)]
        return type("Table", (ctypes.Structure,), {"_fields_": fields})(*values)

    @staticmethod
    def _check(code, what):
        harness.check(code == 0, f"libescpr: {what} returns {code}")

    # ---- what the library calls

    def _socket(self, _family, kind, _protocol):
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == 1 else socket.SOCK_DGRAM)
        self.sockets[s.fileno()] = s
        return s.fileno()

    def _close(self, fd):
        self.sockets.pop(fd).close()
        return 0

    def _timed(self, fd, ms, call):
        self.sockets[fd].settimeout(ms / 1000)
        try:
            return call(self.sockets[fd])
        except OSError:
            return None

    def _connect(self, fd, address, port):
        to = (ctypes.string_at(address).decode(), port)
        return -1 if self._timed(fd, 5000, lambda s: s.connect(to) or True) is None else 0

    def _shutdown(self, fd, how):
        return -1 if self._timed(fd, 1000, lambda s: s.shutdown(how) or True) is None else 0

    def _bind(self, fd, port, ret):
        self.sockets[fd].bind(("", port))
        if ret:
            ret[0] = self.sockets[fd].getsockname()[1]
        return 0

    def _listen(self, fd, backlog):
        self.sockets[fd].listen(backlog)
        return 0

    def _accept(self, *_):
        return -1  # nothing here is called back

    def _send(self, fd, data, size, ms):
        sent = self._timed(fd, ms, lambda s: s.send(ctypes.string_at(data, size)))
        return -1 if sent is None else sent

    def _send_to(self, fd, data, size, address, port, ms):
        to = (ctypes.string_at(address).decode(), port)
        sent = self._timed(fd, ms, lambda s: s.sendto(ctypes.string_at(data, size), to))
        return -1 if sent is None else sent

    def _receive(self, fd, data, size, ms):
        got = self._timed(fd, ms, lambda s: s.recv(size))
        if got is None:
            return -1
        ctypes.memmove(data, got, len(got))
        return len(got)

    def _receive_from(self, fd, data, size, address, port, ms):
        got = self._timed(fd, ms, lambda s: s.recvfrom(size))
        if got is None:
            return -1
        ctypes.memmove(data, got[0], len(got[0]))
        if address:
            text = got[1][0].encode() + b"\0"
            ctypes.memmove(address, text, len(text))
        if port:
            port[0] = got[1][1]
        return len(got[0])

    def _getsockname(self, fd, address, port):
        name = self.sockets[fd].getsockname()
        if address:
            ctypes.memmove(address, name[0].encode() + b"\0", len(name[0]) + 1)
        if port:
            port[0] = name[1]
        return 0

    def _set_multicast_ttl(self, fd, ttl):
        self.sockets[fd].setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
        return 0

    def _set_broadcast(self, fd):
        self.sockets[fd].setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        return 0

    def _found(self, printer):
        copy = Printer()
        ctypes.pointer(copy)[0] = printer
        self.printers.append(copy)
        return 0

    def _state(self, *_):
        return 0

    def _malloc(self, size):
        return self.libc.malloc(size)

    def _free(self, at):
        self.libc.free(at)

    def _sleep(self, ms):
        # Its waits are for answers, and receiving has deadlines of its own.
        return 0

    def _time(self):
        return int(time.monotonic() * 1000) & 0xffffffff

    def _local_time(self, _):
        return 0

    def _lock(self):
        return 0

    def _unlock(self):
        return 0

    # ---- what tests call

    def probe(self, address, protocol=RAW, timeout=20):
        """The printer at an address, as the library knows it afterwards."""
        probe = _Probe(1, BY_ADDRESS, timeout)
        probe.target.addr = _Address(protocol, address.encode())
        self._check(self.c.epsProbePrinter(ctypes.byref(probe)), f"epsProbePrinter of {address}")
        harness.check(self.printers, f"libescpr: the probe of {address} told of no printer")
        return self.printers[-1]

    def find(self, protocol=RAW, timeout=600):
        """All printers that answer a broadcast, until nobody answers any more. The time it may take in all is long
        enough for a machine that is busy with other things."""
        self.printers = []
        self.c.epsFindPrinter(protocol, timeout)
        return self.printers

    def choose(self, printer):
        self._check(self.c.epsSetPrinter(ctypes.byref(printer)), "epsSetPrinter")

    def status(self):
        status = Status()
        self._check(self.c.epsGetStatus(ctypes.byref(status)), "epsGetStatus")
        return status

    def ink(self):
        ink = Ink()
        self._check(self.c.epsGetInkInfo(ctypes.byref(ink)), "epsGetInkInfo")
        return [(ink.colours[n], ink.remaining[n], ink.state[n]) for n in range(ink.number)]

    def maintenance(self, command):
        """The bytes of a maintenance job, to be sent as one."""
        size = _UINT(0)
        self.c.epsMakeMainteCmd(command, None, ctypes.byref(size))
        harness.check(0 < size.value < 65536, f"libescpr: a maintenance command of {size.value} bytes")
        data = ctypes.create_string_buffer(size.value)
        self._check(self.c.epsMakeMainteCmd(command, data, ctypes.byref(size)), "epsMakeMainteCmd")
        return data.raw[:size.value]

    def done(self):
        self._check(self.c.epsReleaseDriver(), "epsReleaseDriver")
