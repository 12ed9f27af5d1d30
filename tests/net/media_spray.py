"""MediaSpray: a stranger that sends well-formed RTP to every port of a media range, round after round, and listens for
what comes back."""
import socket
import struct
import threading
import time

_PAUSE = 0.01  # between batches
_BATCH = 40


class MediaSpray:
    """Runs from the moment it is made until stop(). `ports` is the range as configured, "first-last"."""

    def __init__(self, lab, link, source, target, ports, payload_type=0):
        first, last = map(int, ports.split("-"))
        self._ports, self._target, self._payload_type = range(first, last + 1), target, payload_type
        with lab.enter(lab.links[link].client):
            self._socket = socket.socket(socket.AF_INET6 if ":" in source else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((source, 0))
        self._socket.setblocking(False)
        self.sent = self.heard = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self):
        self._over.set()
        self._thread.join(10)
        time.sleep(0.2)  # for what is on its way
        self._listen()
        self._socket.close()

    def _run(self):
        sequence = 0
        while not self._over.is_set():
            for port in self._ports:
                packet = struct.pack("!BBHII", 0x80, self._payload_type, sequence & 0xffff, sequence * 160 & 0xffffffff,
                                     0x666) + bytes(160)
                try:
                    self._socket.sendto(packet, (self._target, port))
                    self.sent += 1
                except BlockingIOError:
                    pass
                sequence += 1
                if sequence % _BATCH == 0:
                    self._listen()
                    if self._over.wait(_PAUSE):
                        return

    def _listen(self):
        while True:
            try:
                self._socket.recv(2048)
                self.heard += 1
            except BlockingIOError:
                return
