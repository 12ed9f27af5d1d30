"""VLAN switch: joins untagged links to one tagged one, frame by frame, for kernels without 802.1Q devices.

Tags are put on and taken off here; the kernel hands a received tag over beside the frame (PACKET_AUXDATA). Slow and
fine for single calls.
"""
import select
import socket
import struct
import threading

_SOL_PACKET, _PACKET_AUXDATA, _PACKET_OUTGOING, _ETH_P_ALL = 263, 8, 4, 3
_TP_STATUS_VLAN_VALID = 0x10
_AUXDATA = struct.Struct("=IIIHHHH")


def _open(device):
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
    raw.bind((device, _ETH_P_ALL))
    raw.setsockopt(_SOL_PACKET, _PACKET_AUXDATA, 1)
    return raw


def _receive(raw):
    """(frame without tag, VLAN or 0); None for what this host sent itself."""
    frame, control, _, sender = raw.recvmsg(65535, socket.CMSG_SPACE(_AUXDATA.size))
    if sender[2] == _PACKET_OUTGOING:
        return None
    for level, kind, data in control:
        if (level, kind) == (_SOL_PACKET, _PACKET_AUXDATA):
            status, _, _, _, _, tag, _ = _AUXDATA.unpack(data[:_AUXDATA.size])
            if status & _TP_STATUS_VLAN_VALID:
                return frame, tag & 0xFFF
    if frame[12:14] == b"\x81\x00":
        return frame[:12] + frame[16:], int.from_bytes(frame[14:16], "big") & 0xFFF
    return frame, 0


class VlanSwitch:
    """Runs in a thread of its own until close(). `members` maps untagged devices to their VLANs; all devices are in
    the namespace that `lab.enter` names."""

    def __init__(self, lab, namespace, trunk, members):
        with lab.enter(namespace):
            self._trunk = _open(trunk)
            self._members = {vlan: _open(device) for device, vlan in members.items()}
        self._vlan_of = {raw: vlan for vlan, raw in self._members.items()}
        self._wake, self._stop = socket.socketpair()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        sources = [self._trunk, *self._members.values(), self._stop]
        while True:
            for raw in select.select(sources, [], [])[0]:
                if raw is self._stop:
                    return
                self._forward(raw, _receive(raw))

    def _forward(self, raw, received):
        if received is None:
            return
        frame, vlan = received
        if raw is not self._trunk:
            tag = struct.pack(">HH", 0x8100, self._vlan_of[raw])
            self._trunk.send(frame[:12] + tag + frame[12:])
        elif vlan in self._members:
            self._members[vlan].send(frame)

    def close(self):
        self._wake.send(b"x")
        self._thread.join()
        for raw in (self._trunk, *self._members.values(), self._wake, self._stop):
            raw.close()
