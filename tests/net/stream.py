"""Stream: one end's RTP of PCMA in real time, with telephone-events (RFC 4733) of its own, and what it hears."""
import socket
import struct
import threading
import time

_INTERVAL = 0.02  # seconds, of 160 samples
_SAMPLES = 160
_PCMA, EVENTS = 8, 101  # payload types


class Stream:
    """Sends from the moment it is made until stop()."""

    def __init__(self, lab, link, address, port, target):
        with lab.enter(lab.links[link].client):
            self._socket = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, port))
        self._socket.setblocking(False)
        self._target = target
        self._pressed = []
        self.heard = []  # (payload type, marker, sequence, timestamp, payload)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def press(self, event, packets=8):
        """A key: so many packets, and the last one twice more (RFC 4733 2.5.1.4)."""
        self._pressed.append((event, packets))

    def stop(self):
        self._over.set()
        self._thread.join(10)
        self._listen()
        self._socket.close()

    def events(self):
        """Of what was heard: (event, duration in milliseconds), one for each timestamp."""
        lasted = {}
        for kind, _, _, timestamp, payload in self.heard:
            if kind != EVENTS:
                continue
            event, flags, duration = struct.unpack("!BBH", payload[:4])
            longest, ended = lasted.get((timestamp, event), (0, False))
            lasted[timestamp, event] = max(longest, duration), ended or bool(flags & 0x80)
        assert all(ended for _, ended in lasted.values()), f"an event does not end: {lasted}"
        return [(event, duration // 8) for (_, event), (duration, _) in lasted.items()]

    def _run(self):
        sequence = timestamp = 0
        due = time.monotonic()
        left = []  # packets of the key that is pressed: (event, end, duration, marker)
        began = 0
        while not self._over.is_set():
            if not left and self._pressed:
                event, packets = self._pressed.pop(0)
                began = timestamp
                left = [(event, 0, (n + 1) * _SAMPLES, n == 0) for n in range(packets - 1)]
                left += [(event, 0x80, packets * _SAMPLES, False)] * 3
            if left:
                event, end, duration, marker = left.pop(0)
                self._send(EVENTS, marker, sequence, began, struct.pack("!BBH", event, end | 10, duration))
            else:
                self._send(_PCMA, False, sequence, timestamp, b"\xd5" * _SAMPLES)
            sequence, timestamp = sequence + 1, timestamp + _SAMPLES
            self._listen()
            due += _INTERVAL
            time.sleep(max(0.0, due - time.monotonic()))

    def _send(self, kind, marker, sequence, timestamp, payload):
        head = struct.pack("!BBHII", 0x80, kind | marker << 7, sequence & 0xffff, timestamp & 0xffffffff, 0x5eed)
        self._socket.sendto(head + payload, self._target)

    def _listen(self):
        while True:
            try:
                data = self._socket.recv(2048)
            except BlockingIOError:
                return
            _, kind, sequence, timestamp, _ = struct.unpack("!BBHII", data[:12])
            self.heard.append((kind & 0x7f, bool(kind >> 7), sequence, timestamp, data[12:]))
