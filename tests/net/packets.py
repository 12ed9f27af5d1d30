"""Packets: a pcap file as frames, down to UDP or ICMP payloads, quickly enough for half a million of them."""
import ipaddress
import struct

ETHERTYPE_IPV4, ETHERTYPE_VLAN, ETHERTYPE_IPV6 = 0x0800, 0x8100, 0x86DD
UDP, ICMP, ICMPV6 = 17, 1, 58


class Packet:
    """One frame. Addresses are packed bytes; `protocol` is 0 without IP, ports are 0 without UDP."""
    __slots__ = ("time", "frame", "source_mac", "protocol", "source", "target", "source_port", "target_port",
                 "payload")

    def __init__(self, time, frame):
        self.time, self.frame, self.source_mac = time, frame, frame[6:12]
        self.protocol, self.source, self.target = 0, b"", b""
        self.source_port = self.target_port = 0
        self.payload = b""

    @property
    def sender(self):
        return text_of(self.source), self.source_port

    @property
    def receiver(self):
        return text_of(self.target), self.target_port


def text_of(address):
    return str(ipaddress.ip_address(address)) if address else ""


def _decode(packet):
    frame = packet.frame
    at, kind = 14, int.from_bytes(frame[12:14], "big")
    if kind == ETHERTYPE_VLAN:
        at, kind = 18, int.from_bytes(frame[16:18], "big")
    if kind == ETHERTYPE_IPV4 and len(frame) >= at + 20:
        length = (frame[at] & 0x0F) * 4
        end = at + int.from_bytes(frame[at + 2:at + 4], "big")
        packet.protocol = frame[at + 9]
        packet.source, packet.target = frame[at + 12:at + 16], frame[at + 16:at + 20]
    elif kind == ETHERTYPE_IPV6 and len(frame) >= at + 40:
        length = 40
        end = at + 40 + int.from_bytes(frame[at + 4:at + 6], "big")
        packet.protocol = frame[at + 6]
        packet.source, packet.target = frame[at + 8:at + 24], frame[at + 24:at + 40]
    else:
        return
    at += length
    if packet.protocol == UDP and len(frame) >= at + 8:
        packet.source_port = frame[at] << 8 | frame[at + 1]
        packet.target_port = frame[at + 2] << 8 | frame[at + 3]
        at += 8
    packet.payload = frame[at:end]


def read_pcap(path):
    """Yields the packets of a file that tcpdump wrote (micro- or nanoseconds, this machine's byte order)."""
    with open(path, "rb") as file:
        data = file.read()
    if len(data) < 24:
        return
    magic = struct.unpack_from("=I", data)[0]
    if magic not in (0xA1B2C3D4, 0xA1B23C4D):
        raise ValueError(f"{path}: not a pcap file")
    scale = 1e-9 if magic == 0xA1B23C4D else 1e-6
    record, at = struct.Struct("=IIII"), 24
    while at + 16 <= len(data):
        seconds, fraction, size, _ = record.unpack_from(data, at)
        at += 16
        packet = Packet(seconds + fraction * scale, data[at:at + size])
        at += size
        _decode(packet)
        yield packet


def is_sip(payload):
    """A SIP message by its start line."""
    if payload[:8] == b"SIP/2.0 ":
        return True
    line = payload[:payload.find(b"\r\n")] if b"\r\n" in payload[:2048] else b""
    return line.endswith(b" SIP/2.0")


def is_rtcp(payload):
    """RFC 5761 section 4: packet types 192 to 223 where RTP has marker and payload type."""
    return len(payload) >= 8 and payload[0] >> 6 == 2 and 192 <= payload[1] <= 223


def is_rtp(payload):
    return len(payload) >= 12 and payload[0] >> 6 == 2 and not 192 <= payload[1] <= 223
