"""DnsServer: a small DNS server on loopback of the SBC's namespace, whose answers a test changes while it runs."""
import ipaddress
import select
import socket
import struct
import threading

PORT = 5353
_TYPES = {"A": 1, "AAAA": 28, "SRV": 33, "NAPTR": 35}
_SOA, _NO_NAME = 6, 3


def _name(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".") if label) + b"\0"


def _text(data):
    return bytes([len(data)]) + data.encode()


def _data(kind, value):
    if kind in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    if kind == "SRV":
        priority, weight, port, target = value
        return struct.pack("!3H", priority, weight, port) + _name(target)
    order, preference, flags, service, replacement = value
    return struct.pack("!2H", order, preference) + _text(flags) + _text(service) + _text("") + _name(replacement)


class DnsServer:
    """A context manager; asked at 127.0.0.1:5353 there. What `records` does not have is no name."""

    def __init__(self, lab, ttl=1, silent=False):
        self._lab, self.ttl, self.silent = lab, ttl, silent
        self.records = {}  # (name, type) -> [value]
        self.asked = []    # (name, type) of every query
        self._socket, self._thread = None, None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def set(self, name, kind, *values):
        self.records = {**self.records, (name, kind): list(values)}

    def start(self):
        with self._lab.enter(self._lab.sbc_namespace):
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", PORT))
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self):
        """From then on its port is closed."""
        if self._thread:
            self._ending.set()
            self._thread.join()
            self._socket.close()
            self._thread = None

    def _serve(self):
        while not self._ending.is_set():
            if not select.select([self._socket], [], [], 0.05)[0]:
                continue
            query, sender = self._socket.recvfrom(1500)
            reply = self._reply(query)
            if not self.silent:
                self._socket.sendto(reply, sender)

    def _reply(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode().lower())
            at += 1 + query[at]
        number, = struct.unpack("!H", query[at + 1:at + 3])
        name, question = ".".join(labels), query[12:at + 5]
        kind = next((known for known, value in _TYPES.items() if value == number), None)
        self.asked.append((name, kind))
        values = self.records.get((name, kind), [])
        known = any(owner == name for owner, _ in self.records)
        answers = b"".join(b"\xc0\x0c" + struct.pack("!2HIH", number, 1, self.ttl, len(data)) + data
                           for data in (_data(kind, value) for value in values))
        negative = b""
        if not values:
            soa = _name("ns.example") + _name("admin.example") + struct.pack("!5I", 1, 2, 3, 4, self.ttl)
            negative = b"\xc0\x0c" + struct.pack("!2HIH", _SOA, 1, self.ttl, len(soa)) + soa
        flags = 0x8180 | (0 if known else _NO_NAME)
        counts = struct.pack("!4H", 1, len(values), 0 if values else 1, 0)
        return query[:2] + struct.pack("!H", flags) + counts + question + answers + negative
