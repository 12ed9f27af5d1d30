"""Leak check: does anything of one side occur in any byte that was on the wire of the other?

What is looked for, all taken from the first side's capture: IP addresses (text in every usual spelling, and the bare
bytes), MAC addresses, host names, Call-IDs, tags, branches, and each call's ports. Where: every byte of the other
side's capture. How: as it stands, percent-decoded, and base64-decoded at every alignment; text without regard to case.

Two kinds of chance hit are kept out, and no more: the audio samples of RTP aren't searched for four-byte values (they
are compared to what was sent anyway), nor may four bytes inside decoded base64 hit in one call only: a real leak is
in every call. Ports are looked for call by call as numbers of their own in SIP text, where the other side does not use
the same number.
"""
import base64
import ipaddress
import os
import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass

from .packets import text_of

_HOST_NAME = re.compile(r"(?<![\w.%-])((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9])(?![\w-])", re.I)
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{6,}={0,2}")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_PLAIN = {"LC_ALL": "C", "PATH": os.environ["PATH"]}
_SHORTEST = 6  # of a Call-ID, tag or branch that is looked for


@dataclass(frozen=True)
class Leak:
    kind: str
    value: str
    where: str
    excerpt: str

    def __str__(self):
        return f"{self.kind} {self.value} in {self.where}: {self.excerpt}"


def _spellings(address):
    ip = ipaddress.ip_address(address)
    if ip.version == 4:
        return {str(ip)}
    groups = ip.exploded.split(":")
    return {ip.compressed, ip.exploded, ":".join(group.lstrip("0") or "0" for group in groups)}


def identifiers(recording):
    """kind -> set of texts of one side; and the packed addresses, MACs included."""
    texts = defaultdict(set)
    packed = {address for address in recording.addresses if _is_host(address)}
    for message in recording.messages:
        text = message.text
        texts["Call-ID"].add(text.call_id)
        texts["tag"].update(text.tags())
        texts["branch"].update(text.branches())
        whole = message.payload.decode("latin-1")
        texts["host name"].update(name.lower() for name in _HOST_NAME.findall(whole) if not name[-1].isdigit())
        for literal in re.findall(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])|(?<=IP6 )[0-9a-fA-F:]+|"
                                  r"(?<=\[)[0-9a-fA-F:]+(?=\])", whole):
            packed |= _packed(literal)
    for address in packed:
        texts["address"] |= _spellings(text_of(address))
    for kind in ("Call-ID", "tag", "branch"):
        texts[kind] = {value for value in texts[kind] if len(value) >= _SHORTEST}
    macs = {mac for mac in recording.macs if not mac[0] & 1}
    return texts, packed, macs


def _packed(literal):
    try:
        address = ipaddress.ip_address(literal).packed
    except ValueError:
        return set()
    return {address} if _is_host(address) else set()


def _is_host(address):
    ip = ipaddress.ip_address(address)
    special = ip.is_multicast or ip.is_unspecified or ip.is_link_local or ip.is_loopback
    return not special and str(ip) != "255.255.255.255"


def _percent_decoded(data):
    while True:
        decoded = _PERCENT.sub(lambda found: bytes([int(found.group(1), 16)]), data)
        if decoded == data:
            return data
        data = decoded


def _base64_decoded(data):
    """What every run of base64 characters may stand for, at each of the four alignments."""
    for found in _BASE64.finditer(data):
        run = found.group().rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        for shift in range(4):
            part = run[shift:]
            part = part[:len(part) - 1] if len(part) % 4 == 1 else part
            if len(part) >= 6:
                yield base64.b64decode(part + b"=" * (-len(part) % 4))


class _Haystack:
    """Everything of one side that is searched, with the place that each piece came from."""

    def __init__(self, recording):
        self.texts, self.places = [], []      # as it stands and percent-decoded, lower case
        self.decoded = []                     # (bytes, place) out of base64
        self.binary = []                      # (bytes, place) that are no SIP text
        for message in recording.messages:
            place = f"SIP {message.text.start[:40]!r} {message.text.call_id}"
            self._add_text(message.payload, place)
        for packet in recording.rtcp:
            self._add_text(packet.payload, "RTCP")
            self.binary.append((packet.payload, "RTCP"))
        for packet in recording.others:
            self._add_text(packet.frame[14:], "frame " + packet.frame[12:40].hex())
            self.binary.append((packet.frame, "frame " + packet.frame[12:40].hex()))

    def _add_text(self, data, place):
        plain = _percent_decoded(data)
        for piece in {data, plain}:
            self.texts.append(piece.lower())
            self.places.append(place)
        for piece in _base64_decoded(plain):
            self.decoded.append((piece, place))


def _grep(folder, label, needles, pieces):
    """Indices of pieces that hold one of the needles, with the needle: grep's automaton finds thousands at once."""
    haystack, wanted = (os.path.join(folder, f"leaks-{label}.{kind}") for kind in ("hay", "needles"))
    with open(haystack, "wb") as file:
        file.write(b"\n".join(piece.replace(b"\n", b"\r") for piece in pieces))
    with open(wanted, "wb") as file:
        file.write(b"\n".join(sorted(needles)))
    done = subprocess.run(["grep", "-a", "-n", "-o", "-F", "-f", wanted, haystack], capture_output=True, check=False,
                          env=_PLAIN)
    if done.returncode > 1:
        raise OSError(done.stderr.decode())
    for line in done.stdout.splitlines():
        number, _, needle = line.partition(b":")
        yield int(number) - 1, needle


def _stands_alone(piece, needle):
    """The needle with no further digit or letter of an address or name around it."""
    at = piece.find(needle)
    while at >= 0:
        before, after = piece[at - 1:at] if at else b"", piece[at + len(needle):at + len(needle) + 1]
        if not (before.isalnum() or before == b"." and needle[:1].isdigit()) and not after.isalnum():
            return True
        at = piece.find(needle, at + 1)
    return False


def find_leaks(inside, outside, folder):
    """Leaks of `inside` in what was on the wire of `outside`."""
    texts, packed, macs = identifiers(inside)
    hay = _Haystack(outside)
    kinds = {value.lower().encode("latin-1"): kind for kind, values in texts.items() for value in values if value}
    leaks = []
    decoded = [piece.lower() for piece, _ in hay.decoded]
    for label, pieces, places in (("text", hay.texts, hay.places),
                                  ("base64", decoded, [place for _, place in hay.decoded])):
        for index, needle in _grep(folder, f"{inside.name}-{label}", kinds, pieces):
            piece = pieces[index].replace(b"\n", b"\r")
            if kinds[needle] in ("address", "host name") and not _stands_alone(piece, needle):
                continue
            at = piece.find(needle)
            leaks.append(Leak(kinds[needle], needle.decode("latin-1"), f"{outside.name} side, {places[index]}"
                              + (" (base64)" if label == "base64" else ""),
                              repr(piece[max(0, at - 30):at + len(needle) + 10].decode("latin-1"))))
    leaks += _binary_leaks(packed | macs, hay, outside.name)
    leaks += _whole_leaks(packed, outside, kinds)
    leaks += _port_leaks(inside, outside)
    return leaks


def _binary_leaks(values, hay, side):
    leaks = []
    for value in values:
        name = text_of(value) if len(value) in (4, 16) else value.hex(":")
        leaks += [Leak("address bytes", name, f"{side} side, {place}", piece[:48].hex())
                  for piece, place in hay.binary if value in piece]
        hits = {place: piece for piece, place in hay.decoded if value in piece}
        if len(hits) >= (2 if len(value) == 4 else 1):
            place, piece = next(iter(hits.items()))
            leaks.append(Leak("address bytes", name, f"{side} side, {place} (base64)", piece.hex()))
    return leaks


def _whole_leaks(packed, outside, kinds):
    """The file as it stands, audio included: texts and sixteen-byte addresses, which audio doesn't hold by chance."""
    where, leaks = f"{outside.name} side, the whole capture", []
    needles = sorted(needle for needle, kind in kinds.items() if kind != "address" and len(needle) >= 8)
    if needles:
        done = subprocess.run(["grep", "-a", "-o", "-i", "-F", "-m", "1", "-f", "/dev/stdin", outside.path],
                              input=b"\n".join(needles), capture_output=True, check=False, env=_PLAIN)
        leaks += [Leak(kinds.get(found.lower(), "text"), found.decode("latin-1"), where, "")
                  for found in done.stdout.splitlines()]
    with open(outside.path, "rb") as file:
        data = file.read()
    leaks += [Leak("address", needle.decode(), where, "") for needle, kind in kinds.items()
              if kind == "address" and _stands_alone(data, needle)]
    leaks += [Leak("address bytes", text_of(value), where, "") for value in packed
              if len(value) == 16 and value in data]
    return leaks


def _port_leaks(inside, outside):
    """Each call's ports of the inner side, in the SIP of the same call's outer leg."""
    leaks, outer = [], outside.legs_by_user()
    for user, leg in inside.legs_by_user().items():
        if user not in outer:
            continue
        other = outer[user]
        ports = {end[1] for message in leg.messages for end in (message.sender, message.receiver)}
        ports |= {media[1] + more for media in (leg.client_media, leg.sbc_media) if media for more in (0, 1)}
        ports -= {end[1] for message in other.messages for end in (message.sender, message.receiver)}
        ports -= {media[1] + more for media in (other.client_media, other.sbc_media) if media for more in (0, 1)}
        wanted = re.compile(rb"(?<![\w.])(?:" + b"|".join(b"%d" % port for port in sorted(ports)) + rb")(?![\w.])")
        for message in other.messages:
            plain = _percent_decoded(message.payload)
            for piece in (message.payload, plain, *_base64_decoded(plain)):
                found = wanted.search(piece) if ports else None
                if found:
                    leaks.append(Leak("port", found.group().decode(), f"{outside.name} side, SIP {message.text.start}",
                                      repr(piece[max(0, found.start() - 20):found.end() + 10])))
    return leaks


def describe(leaks, most=8):
    lines = [str(leak) for leak in leaks[:most]]
    return lines + ([f"and {len(leaks) - most} more"] if len(leaks) > most else [])
