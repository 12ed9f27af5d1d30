"""Digits: INFO of one side (RFC 6086) is in the other one's media (RFC 4733), and the other way round."""
import re
import time

from e2e.bed import hang_up, standing
from net.agent import contact_of
from net.processes import wait_until
from net.sip_text import SipText
from net.stream import EVENTS, Stream

_EVENT_LINES = f"a=rtpmap:{EVENTS} telephone-event/8000\r\na=fmtp:{EVENTS} 0-15\r\n"


def _rules(access, core):
    def change(configuration):
        for realm, rule in zip(configuration["realms"], (access, core)):
            realm["digits"] = rule
    return change


def _with_events(sdp):
    return sdp.replace("RTP/AVP 8", f"RTP/AVP 8 {EVENTS}") + _EVENT_LINES


def _media_of(message):
    """Formats and port of the audio that a message of the SBC's describes."""
    port, formats = re.search(r"m=audio (\d+) RTP/AVP ([\d ]+)", message.body.decode("latin-1")).groups()
    return formats, int(port)


def _info(agent, dialog, cseq, body):
    """An INFO of the caller's in the dialog that its INVITE and the 200 to it have begun."""
    invite, accepted = dialog
    sent = SipText(invite.encode("latin-1"))
    text = agent.request("INFO", sent.user, (agent.address, agent.port), body, call_id=sent.call_id, cseq=cseq,
                         from_tag=sent.tags()[0], to_tag=accepted.tags()[-1], uri=contact_of(accepted))
    return text.replace("application/sdp", "application/dtmf-relay")


def _call(bed, caller, callee, offer, answer):
    """(INVITE's text, its 200, formats that the callee was offered, streams of both)."""
    invite = caller.request("INVITE", "4912345", bed.plan.sbc_for_access, offer)
    caller.send(invite, bed.plan.sbc_for_access)
    offered = callee.expect("INVITE")
    callee.reply(offered, "200 OK", answer)
    accepted = caller.expect("200")
    caller.acknowledge(invite, accepted, bed.plan.sbc_for_access)
    callee.expect("ACK")
    _, to_callee = _media_of(accepted)
    formats, to_caller = _media_of(offered)
    streams = [Stream(bed.lab, "access", caller.address, 30000, (bed.plan.sbc_access, to_callee)),
               Stream(bed.lab, "core", callee.address, 50000, (bed.plan.sbc_core, to_caller))]
    return invite, accepted, formats, streams


def test_info_of_the_caller_is_in_the_callees_media():
    with standing(change=_rules("info", "telephone_event")) as bed, bed.caller() as caller, bed.callee() as callee:
        invite, accepted, formats, streams = _call(bed, caller, callee, caller.sdp(),
                                                   _with_events(callee.sdp(50000)))
        assert formats == f"8 {EVENTS}", f"the callee was offered {formats}"
        assert _media_of(accepted)[0] == "8", "the caller was told of telephone-events"
        wait_until(lambda: len(streams[1].heard) > 10, 3, "the callee hears nothing")
        for cseq, signal in ((2, "5"), (3, "#")):
            caller.send(_info(caller, (invite, accepted), cseq, f"Signal={signal}\r\nDuration=100\r\n"),
                        bed.plan.sbc_for_access)
            caller.expect("200")
        time.sleep(1)
        hang_up(bed, caller, callee, invite, accepted, cseq=4)
        for stream in streams:
            stream.stop()
        assert [event for event, _ in streams[1].events()] == [5, 11], streams[1].events()
        assert all(60 <= lasted <= 160 for _, lasted in streams[1].events()), streams[1].events()
        sequences = [sequence for _, _, sequence, _, _ in streams[1].heard]
        assert sequences == list(range(sequences[0], sequences[0] + len(sequences))), "the stream has gaps"
        assert not any(seen.method == "INFO" for seen, _ in callee.seen if seen.is_request), "INFO has crossed"


def test_events_of_the_caller_are_info_to_the_callee():
    with standing(change=_rules("pass", "info")) as bed, bed.caller() as caller, bed.callee() as callee:
        invite, accepted, formats, streams = _call(bed, caller, callee, _with_events(caller.sdp()),
                                                   callee.sdp(50000))
        assert formats == "8", f"the callee was offered {formats}"
        assert _media_of(accepted)[0] == f"8 {EVENTS}", "the caller's telephone-events were refused"
        wait_until(lambda: len(streams[1].heard) > 10, 3, "the callee hears nothing")
        for event, signal in ((7, "7"), (10, "*")):
            streams[0].press(event)
            info = callee.expect("INFO")
            assert info.header("content-type") == "application/dtmf-relay", info.header("content-type")
            assert info.body.startswith(f"Signal={signal}\r\nDuration=160".encode()), info.body
            callee.reply(info, "200 OK")
        assert callee.receive(lambda text: text.is_request and text.method == "INFO", 1) is None, "a key too many"
        hang_up(bed, caller, callee, invite, accepted)
        for stream in streams:
            stream.stop()
        assert not streams[1].events(), "telephone-events have crossed"
