"""Bad input: each message gets the RFC's response or is a counted drop; nothing stops the SBC or stays behind."""
import random
import re

from e2e.bed import standing
from e2e.frames import Wire, udp_frame
from e2e.outcome import fits, watch
from net.processes import Failure, wait_until


def _edit(text, pattern, replacement):
    changed, count = re.subn(pattern, replacement, text, count=1)
    assert count, f"{pattern} is not in the message"
    return changed


def _without(name):
    return lambda text: _edit(text, rf"\r\n{name}: [^\r]*", "")


def _body(body, kind="application/sdp"):
    def change(text):
        head = text.split("\r\n\r\n")[0]
        head = re.sub(r"\r\nContent-(Type|Length): [^\r]*", "", head)
        return f"{head}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    return change


def _replace(pattern, replacement):
    return lambda text: _edit(text, pattern, replacement)


def _add(lines):
    return lambda text: _edit(text, r"\r\nMax-Forwards", f"\r\n{lines}\r\nMax-Forwards")


# what is wrong, how an honest INVITE becomes it, and what it owes: statuses, or the reason of a counted drop. A message
# without the headers that a response copies (RFC 3261 8.2.6.2) can't be answered: it owes its reason.
_MESSAGES = [
    ("cut in a header", lambda text: text[:text.index("CSeq") + 3], "header_bad"),
    ("cut before the blank line", lambda text: text.split("\r\n\r\n")[0], "400"),
    ("cut in the body", lambda text: text[:-20], "400"),
    ("binary", lambda text: "\xff\xfe\x02\x01" * 50, "not_sip"),
    ("HTTP", lambda text: "GET / HTTP/1.1\r\nHost: example\r\n\r\n", "not_sip"),
    ("one word", lambda text: "INVITE", "not_sip"),
    ("keep-alive (RFC 5626 4.4.1)", lambda text: "\r\n\r\n", "keepalive"),
    ("Content-Length larger than the body (RFC 3261 18.3)",
     _replace(r"Content-Length: \d+", "Content-Length: 5000"), "400"),
    ("Content-Length that is no number", _replace(r"Content-Length: \d+", "Content-Length: many"), "400"),
    ("negative Content-Length", _replace(r"Content-Length: \d+", "Content-Length: -1"), "400"),
    ("two unequal Content-Lengths", _add("Content-Length: 3"), "400"),
    ("no Via", _without("Via"), "header_missing via_bad"),
    ("no From, so nothing to answer with", _without("From"), "header_missing"),
    ("no To, so nothing to answer with", _without("To"), "header_missing"),
    ("no CSeq, so nothing to answer with", _without("CSeq"), "header_missing"),
    ("no Call-ID", _without("Call-ID"), "call_id_missing 400"),
    ("two unequal Call-IDs", _add("Call-ID: another-one"), "400"),
    ("two From headers", _add("From: <sip:x@example.com>;tag=2"), "400"),
    ("CSeq of another method", _replace(r"CSeq: 1 INVITE", "CSeq: 1 BYE"), "400"),
    ("CSeq beyond 2^31 (RFC 3261 8.1.1.5)", _replace(r"CSeq: 1 ", "CSeq: 99999999999 "), "400"),
    ("bare LF in a header", _add("X-Smuggled: a\nRoute: <sip:evil>"), "400"),
    ("NUL in a header", _add("X-Nul: a\x00b"), "400"),
    ("SIP/3.0", _replace(r" SIP/2\.0\r\n", " SIP/3.0\r\n"), "505"),
    ("a scheme that is no telephone's (RFC 3261 8.2.2.1)", _replace(r"INVITE sip:", "INVITE http:"), "416 400"),
    ("Request-URI without host", _replace(r"INVITE \S+", "INVITE sip:"), "400"),
    ("Require of an extension nobody has (RFC 3261 8.2.2.3)", _add("Require: teleportation"), "420"),
    ("Max-Forwards 0 (RFC 3261 16.3)", _replace(r"Max-Forwards: 70", "Max-Forwards: 0"), "483"),
    ("Max-Forwards that is no number", _replace(r"Max-Forwards: 70", "Max-Forwards: lots"), "400"),
    ("unknown method (RFC 3261 8.2.1)", lambda text: text.replace("INVITE", "CONJURE"), "501 405"),
    ("REGISTER, which is not offered", lambda text: text.replace("INVITE", "REGISTER"), "405"),
    ("a number without route", _replace(r"INVITE sip:49", "INVITE sip:777"), "404"),
    ("BYE of no call (RFC 3261 15.1.2)", lambda text: text.replace("INVITE", "BYE").replace("To: <", "To: <").replace(
        "\r\nCall-ID", ";tag=nowhere\r\nCall-ID"), "481"),
    ("CANCEL of nothing (RFC 3261 9.2)", lambda text: text.replace("INVITE", "CANCEL"), "481"),
    ("ACK of nothing", lambda text: text.replace("INVITE", "ACK"), "ack_stray"),
    ("response to nothing", lambda text: _edit(text, r"^[^\r]*", "SIP/2.0 200 OK"), "response_stray"),
    ("header longer than the limit", _add("X-Long: " + "a" * 1100), "400"),
    ("more headers than the limit", _add("\r\n".join(f"X-{n}: y" for n in range(60))), "400 headers_too_many"),
    ("SDP cut short", _body("v=0\r\no=-"), "400 488"),
    ("SDP with a port that is no number", _body("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nc=IN IP4 1.2.3.4\r\nt=0 0\r\n"
                                                "m=audio many RTP/AVP 8\r\n"), "400 488"),
    ("SDP without address",
     _body("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"), "400 488"),
    ("SDP with a broken address", _body("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nc=IN IP4 1.2.3.400\r\nt=0 0\r\n"
                                        "m=audio 4000 RTP/AVP 8\r\n"), "400 488"),
    ("SDP that is no SDP", _body("\x00\x01\x02"), "400 488"),
    ("a body that is not SDP", _body("hello", "text/plain"), "415"),
]


def _limits(configuration):
    configuration["limits"].update(header_bytes_max=1024, headers_max=48)


def test_every_bad_message_is_answered_or_counted():
    wrong = []
    with standing(change=_limits) as bed, bed.caller() as caller, bed.callee() as callee:
        for what, change, owed in _MESSAGES:
            data = change(caller.request("INVITE", "4912345", bed.plan.sbc_for_access, caller.sdp()))
            words = watch(bed, caller, data).words
            if not fits(words, owed):
                wrong.append(f"{what}: {' '.join(words)} instead of {owed}")
            if not bed.answers_options(caller):
                wrong.append(f"{what}: the SBC answers no longer")
                break
        leaked = callee.receive(seconds=0.2)
        if leaked:
            wrong.append(f"the core got {leaked.start}")
        bed.wait_idle()
    assert not wrong, "; ".join(wrong)


def test_420_names_the_extension_and_405_the_methods():
    """RFC 3261 8.2.2.3 (Unsupported) and 8.2.1 (Allow)."""
    with standing() as bed, bed.caller() as caller:
        sip = bed.plan.sbc_for_access
        caller.send(caller.request("INVITE", "491", sip, caller.sdp(), headers=["Require: teleportation"]), sip)
        assert "teleportation" in caller.expect("420").header("unsupported")
        caller.send(caller.request("REGISTER", "491", sip), sip)
        assert "INVITE" in caller.expect("405").header("allow")


def test_message_longer_than_the_limit_is_513():
    def change(configuration):
        configuration["limits"].update(message_bytes_max=1500, header_bytes_max=1024)
        for port in configuration["ports"]:
            port["mtu"] = 2400
    with standing(change=change, mtu=2400) as bed, bed.caller() as caller:
        padding = [f"X-Padding-{n}: {'x' * 200}" for n in range(6)]
        long = caller.request("INVITE", "491", bed.plan.sbc_for_access, caller.sdp(), headers=padding)
        assert len(long) > 1500
        assert watch(bed, caller, long).words == ["513"]


def test_broken_frames_are_counted_by_what_is_wrong():
    """Fragments aren't among them: the kernel reassembles them before net_af_packet sees them."""
    with standing() as bed, Wire(bed) as wire, bed.caller() as caller:
        sip = caller.request("OPTIONS", "ping", bed.plan.sbc_for_access).encode()
        good = udp_frame(bed, sip, source_port=caller.port)
        rows = [
            ("good", good, None),
            ("shorter than an IP header", good[:20], "frame_truncated"),
            ("IP length beyond the frame", udp_frame(bed, sip, ip_length=4000), "frame_truncated ip_header_bad"),
            ("IP header checksum", udp_frame(bed, sip, ip_checksum=0x1234), "ip_checksum_bad"),
            ("IP version 5", good[:14] + b"\x55" + good[15:], "ip_header_bad"),
            ("IP header shorter than 20", good[:14] + b"\x42" + good[15:], "ip_header_bad"),
            ("IP options", udp_frame(bed, sip, options=b"\x01\x01\x01\x00"), "ip_options"),
            ("UDP length beyond the packet", udp_frame(bed, sip, udp_length=4000), "udp_length_bad"),
            ("UDP length below 8", udp_frame(bed, sip, udp_length=7), "udp_length_bad"),
            ("UDP checksum", udp_frame(bed, sip, udp_checksum=0x1234), "udp_checksum_bad"),
            ("TCP", udp_frame(bed, sip, protocol=6), "ip_protocol_unknown"),
            ("another's address", udp_frame(bed, sip, target="198.51.100.99"), "ip_not_for_us"),
            ("our own address as source", udp_frame(bed, sip, source=bed.plan.sbc_access), "ip_source_bad"),
            ("a broadcast source", udp_frame(bed, sip, source="255.255.255.255"), "ip_source_bad"),
            ("a port where nobody listens", udp_frame(bed, sip, target_port=9999), "port_closed"),
            ("a media port without a call", udp_frame(bed, b"\x80" + bytes(171), target_port=20000), "media_closed"),
            ("an EtherType that we don't speak", udp_frame(bed, sip, ethertype=0x88CC), "ethertype_unknown"),
            ("a VLAN without a realm", good[:12] + b"\x81\x00\x00\x07" + good[12:], "vlan_unknown"),
        ]
        wrong = []
        for what, frame, owed in rows:
            before = bed.reasons()
            everywhere = {row["reason"]: row["count"] for row in bed.sbc.ctl("drops")["drops"] if row["realm"] is None}
            wire.send(frame)
            if owed is None:
                assert caller.receive(lambda text: text.status == 200, 2), "a good raw frame was not answered"
                continue

            def risen():
                rows_now = bed.sbc.ctl("drops")["drops"]
                return [row["reason"] for row in rows_now
                        if row["count"] > (before if row["realm"] == "access" else everywhere).get(row["reason"], 0)
                        and row["realm"] in ("access", None)]
            try:
                outcome = wait_until(risen, 2, what)
            except Failure:
                outcome = ["nothing"]
            if not fits(outcome, owed):
                wrong.append(f"{what}: {' '.join(outcome)} instead of {owed}")
        assert not wrong, "; ".join(wrong)


def test_mutated_messages_never_stop_it():
    """Seeded mutations of honest messages, from a trusted source, so that all of them are parsed."""
    random_ = random.Random(3261)
    with standing(workers=2) as bed, bed.caller() as caller:
        sip = bed.plan.sbc_for_access
        for number in range(1500):
            method = random_.choice(("INVITE", "BYE", "CANCEL", "OPTIONS", "ACK"))
            data = bytearray(caller.request(method, random_.choice(("491", "777")), sip,
                                            caller.sdp() if method == "INVITE" else "").encode())
            for _ in range(random_.randrange(1, 6)):
                at = random_.randrange(len(data))
                action = random_.randrange(4)
                if action == 0:
                    data[at] = random_.randrange(256)
                elif action == 1:
                    del data[at:at + random_.randrange(1, 40)]
                elif action == 2:
                    data[at:at] = data[at:at + random_.randrange(1, 40)]
                else:
                    data[at:at] = random_.choice((b"\r\n", b"\r\n\r\n", b"%00", b";", b":", b"<", b'"', b"\0", b","))
                if not data:
                    data = bytearray(b"x")
            caller.send(bytes(data), sip)
            if number % 250 == 249:
                assert bed.answers_options(caller), f"no answer after {number + 1} messages"
        assert bed.answers_options(caller)
