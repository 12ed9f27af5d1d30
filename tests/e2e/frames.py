"""Frames: raw Ethernet from a client's end, for what no kernel would send."""
import socket
import struct

from net.processes import run


def _checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data[:len(data) // 2 * 2]))
    total += data[-1] << 8 if len(data) % 2 else 0
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def udp_frame(bed, payload, *, source=None, source_port=5060, target_port=None, ip_checksum=None, udp_checksum=None,
              udp_length=None, ip_length=None, fragment=0, protocol=17, target_mac=None, target=None, ethertype=0x0800,
              options=b""):
    """A frame from the access client to the SBC's SIP port, correct but for what is given."""
    plan = bed.plan
    source, target = (socket.inet_aton(text) for text in (source or plan.client_access, target or plan.sbc_access))
    length = 8 + len(payload)
    udp = struct.pack(">HHHH", source_port, target_port or plan.sbc_access_port,
                      length if udp_length is None else udp_length, 0) + payload
    if udp_checksum is None:
        udp_checksum = _checksum(source + target + struct.pack(">HH", 17, length) + udp) or 0xFFFF
    udp = udp[:6] + struct.pack(">H", udp_checksum) + udp[8:]
    size = 20 + len(options)
    header = struct.pack(">BBHHHBBH", 0x40 | size // 4, 0, size + len(udp) if ip_length is None else ip_length, 1,
                         fragment, 64, protocol, 0) + source + target + options
    check = _checksum(header) if ip_checksum is None else ip_checksum
    header = header[:10] + struct.pack(">H", check) + header[12:]
    macs = bytes.fromhex((target_mac or bed.lab.mac_of("access")).replace(":", "")) + client_mac(bed)
    return macs + struct.pack(">H", ethertype) + header + udp


def client_mac(bed):
    link = bed.lab.links["access"]
    text = run("cat", f"/sys/class/net/{link.client_device}/address", namespace=link.client).strip()
    return bytes.fromhex(text.replace(":", ""))


class Wire:
    """A raw socket on the access client's end."""

    def __init__(self, bed):
        link = bed.lab.links["access"]
        with bed.lab.enter(link.client):
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            self._socket.bind((link.client_device, 0))

    def send(self, frame):
        self._socket.send(frame)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()
