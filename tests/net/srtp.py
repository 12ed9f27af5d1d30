"""SRTP: packets protected and opened by libsrtp2 (srtp_filter), with the keys that SDP carries (RFC 4568)."""
import base64
import os
import re

from .packets import UDP, is_rtcp, is_rtp, read_pcap
from .paths import program, root_folder
from .processes import run
from .recording import Recording

_CRYPTO = re.compile(rb"^a=crypto:(\d+) (\S+) inline:([A-Za-z0-9+/=]+)", re.M)


def _known_suites():
    """SDES's name -> bytes of master key and salt, of each suite that the SBC knows."""
    with open(os.path.join(root_folder(), "config/types/srtp_suite.h"), encoding="ascii") as file:
        return {name: int(key) + int(salt) for name, key, salt in re.findall(r'{"(A\w+)", (\d+), (\d+),', file.read())}


SUITES = _known_suites()


def _filtered(way, suite, key, packets):
    answers = run(program("tests/net/srtp_filter"), way, suite, key.hex(), text="".join(f"{packet.hex()}\n"
                                                                                        for packet in packets))
    return [None if line.startswith("refused") else bytes.fromhex(line) for line in answers.splitlines()]


def protected(suite, key, packets):
    """RTP and RTCP packets of one sender's, in its order, as they go on the wire."""
    return _filtered("protect", suite, key, packets)


def opened(suite, key, packets):
    """The packets that one receiver got, in its order; None in the place of each that is not authentic."""
    return _filtered("unprotect", suite, key, packets)


def crypto_line(tag, suite, key):
    return f"a=crypto:{tag} {suite} inline:{base64.b64encode(key).decode()}\r\n"


def keys_in(body):
    """(tag, suite, master key and salt) of each line of an SDP body."""
    return [(int(tag), suite.decode(), base64.b64decode(key)) for tag, suite, key in _CRYPTO.findall(body)]


def in_clear(recording, sip_ports):
    """What was recorded, its SRTP opened by the keys that its own SDP names; and how many packets none of them opens.
    Of RTCP ours alone count: baresip sends some before it has its keys, and tags of 32 bits (against RFC 3711 5.2)."""
    packets, refused = list(read_pcap(recording.path)), 0
    for from_sbc in (False, True):
        keys = dict.fromkeys(words[1:] for message in recording.messages if message.from_sbc == from_sbc
                             for words in keys_in(message.text.body))
        left = [packet for packet in packets if packet.protocol == UDP
                and (is_rtp(packet.payload) or is_rtcp(packet.payload))
                and (packet.source_mac == recording.sbc_mac) == from_sbc] if keys else []
        for suite, key in keys:
            clear = opened(suite, key, [packet.payload for packet in left])
            for packet, payload in zip(left, clear):
                packet.payload = payload or packet.payload
            left = [packet for packet, payload in zip(left, clear) if payload is None]
        refused += sum(1 for packet in left if from_sbc or is_rtp(packet.payload))
    mac = recording.sbc_mac.hex(":")
    return Recording(recording.path, recording.name, mac, sip_ports, packets), refused
