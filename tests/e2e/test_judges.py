"""The judges themselves: a check on captures that cannot fail proves nothing, so each is shown what it must find."""
import base64
import os
import struct
import tempfile

from net.leaks import find_leaks
from net.media_check import compare_media
from net.recording import Recording

_SBC, _CLIENT = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
_PORTS = (5060, 5071, 5082, 5093)


def _address(text):
    return bytes(int(part) for part in text.split("."))


def _frame(source, target, payload, from_sbc):
    (host, port), (to_host, to_port) = source, target
    udp = struct.pack(">HHHH", port, to_port, 8 + len(payload), 0) + payload
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0) + _address(host) + _address(to_host)
    macs = (_CLIENT + _SBC) if from_sbc else (_SBC + _CLIENT)
    return macs + b"\x08\x00" + header + udp


def _recording(folder, name, frames):
    path = os.path.join(folder, f"{name}.pcap")
    with open(path, "wb") as file:
        file.write(struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for second, frame in enumerate(frames):
            file.write(struct.pack("=IIII", second, 0, len(frame), len(frame)) + frame)
    return Recording(path, name, _SBC.hex(":"), _PORTS)


_ACCESS, _SBC_ACCESS = ("198.51.100.10", 5071), ("198.51.100.1", 5060)
_SBC_CORE, _CORE = ("203.0.113.1", 5082), ("203.0.113.10", 5093)


def _invite(sender, receiver, call_id, extra="", media=30000):
    body = f"v=0\r\nc=IN IP4 {sender[0]}\r\nm=audio {media} RTP/AVP 8\r\n"
    return (f"INVITE sip:4911@{receiver[0]}:{receiver[1]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {sender[0]}:{sender[1]};branch=z9hG4bK-{call_id}-branch\r\n"
            f"From: <sip:me@phones.{call_id}.example>;tag={call_id}-tag\r\nTo: <sip:4911@{receiver[0]}>\r\n"
            f"Call-ID: {call_id}\r\nCSeq: 1 INVITE\r\n{extra}Content-Type: application/sdp\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode()


def _leaks(extra=b"", more=()):
    """Leaks of the access side in a core side whose INVITE carries `extra`."""
    with tempfile.TemporaryDirectory() as folder:
        access = _recording(folder, "access", [
            _frame(_ACCESS, _SBC_ACCESS, _invite(_ACCESS, _SBC_ACCESS, "inside-call", media=30000), False)])
        core = _recording(folder, "core", [
            _frame(_SBC_CORE, _CORE, _invite(_SBC_CORE, _CORE, "outside", extra.decode("latin-1"), 41000), True),
            *more])
        return find_leaks(access, core, folder)


def test_leak_check_passes_what_is_clean():
    assert not _leaks(), [str(leak) for leak in _leaks()]
    assert not _leaks(b"X-Seen: 198.51.100.100 and 1198.51.100.1\r\n"), "another that only contains ours"


def test_leak_check_finds_identifiers_in_every_form():
    inside = {"address": b"198.51.100.10", "Call-ID": b"inside-call", "tag": b"inside-call-tag",
              "branch": b"z9hG4bK-inside-call-branch", "host name": b"phones.inside-call.example"}
    for kind, value in inside.items():
        percent = b"".join(b"%%%02x" % byte for byte in value)
        forms = [value, value.upper(), percent, percent.upper().replace(b"%", b"%25"),
                 *(base64.b64encode(b"@<;"[:pad] + value + b"<>").rstrip(b"=") for pad in range(3)),
                 base64.urlsafe_b64encode(b"??" + value)]
        for form in forms:
            found = _leaks(b"X-Cookie: a=" + form + b";b\r\n")
            assert found, f"{kind} as {form!r} was not found"


def test_leak_check_finds_ports_of_the_same_call():
    for form in (b"30000", b":5071>", b"%33%30%30%30%30", base64.b64encode(b"198.51.0.1:30000")):
        assert _leaks(b"X-Port: " + form + b"\r\n"), f"port as {form!r} was not found"


def test_leak_check_finds_address_bytes_in_rtcp_and_icmp():
    rtcp = bytes([0x80, 200, 0, 1]) + _address("198.51.100.10")
    assert _leaks(more=[_frame(("203.0.113.1", 41001), ("203.0.113.10", 50001), rtcp, True)])
    icmp = _frame(_SBC_CORE, _CORE, b"", True)[:14] + struct.pack(">BBHHHBBH", 0x45, 0, 36, 0, 0, 64, 1, 0) \
        + _address("203.0.113.1") + _address("203.0.113.10") + bytes(12) + _address("198.51.100.1")
    assert _leaks(more=[icmp])
    cname = bytes([0x81, 202, 0, 6]) + bytes(4) + b"\x01\x11a@198.51.100.10\0\0"
    assert _leaks(more=[_frame(("203.0.113.1", 41001), ("203.0.113.10", 50001), cname, True)])


def _rtp(sequence, ssrc=7, fill=b"a"):
    return struct.pack(">BBHII", 0x80, 8, sequence, sequence * 160, ssrc) + fill * 160


def _verdict(change, ports=(30000, 20000, 40000, 50000)):
    """The verdict on ten packets each way of which `change` rewrites those that leave toward the core."""
    caller, ours, our_core, callee = (("198.51.100.10", ports[0]), ("198.51.100.1", ports[1]),
                                      ("203.0.113.1", ports[2]), ("203.0.113.10", ports[3]))
    there, back = [_rtp(n) for n in range(10)], [_rtp(n, 9) for n in range(10)]
    with tempfile.TemporaryDirectory() as folder:
        access = _recording(folder, "access", [
            _frame(_ACCESS, _SBC_ACCESS, _invite(_ACCESS, _SBC_ACCESS, "one", media=30000), False),
            _frame(_SBC_ACCESS, _ACCESS, _invite(_SBC_ACCESS, _ACCESS, "one", media=20000), True),
            *(_frame(caller, ours, packet, False) for packet in there),
            *(_frame(ours, caller, packet, True) for packet in back)])
        core = _recording(folder, "core", [
            _frame(_SBC_CORE, _CORE, _invite(_SBC_CORE, _CORE, "two", media=40000), True),
            _frame(_CORE, _SBC_CORE, _invite(_CORE, _SBC_CORE, "two", media=50000), False),
            *(_frame(our_core, callee, packet, True) for packet in change(there)),
            *(_frame(callee, our_core, packet, False) for packet in back)])
        return compare_media(access, core)


def test_media_check_counts_what_happened_to_packets():
    good = _verdict(lambda packets: packets)
    assert not good.problems() and good.arrived == {"access": 10, "core": 10} and good.calls == 1, good
    assert _verdict(lambda packets: packets[:9]).lost["access"] == 1
    assert _verdict(lambda packets: []).lost["access"] == 10
    assert _verdict(lambda packets: packets + packets[:1]).doubled["access"] == 1
    assert _verdict(lambda packets: packets[1:] + packets[:1]).reordered["access"] == 1
    altered = _verdict(lambda packets: [_rtp(0, fill=b"b")] + packets[1:])
    assert altered.altered["access"] == 1 and altered.lost["access"] == 0, altered
    assert _verdict(lambda packets: packets + [_rtp(1, 77)]).stray == 1
    assert _verdict(lambda packets: packets, (30000, 20000, 40000, 50004)).misled == 2
    assert _verdict(lambda packets: []).one_way == 1
