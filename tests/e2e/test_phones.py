"""Telephones: baresip calls baresip through the SBC. What they say is judged on captures of both sides: RTP packets
that crossed, their number in each phase of the call, and the offers and answers."""
from net.baresip import CONTROL_PORT, Baresip
from net.packets import UDP, is_rtp, read_pcap, text_of
from net.processes import wait_until

from . import bed as beds
from .telephones import ENCRYPTED, INSIDE_MEDIA, OUTSIDE_MEDIA, HeardCall, Telephones

_DESK_MEDIA = INSIDE_MEDIA + 100


def _audio_in(recording, span, wanted=lambda packet, from_sbc: not from_sbc):
    """RTP packets that came from the client in this time, or that are wanted."""
    return sum(1 for packet in read_pcap(recording.path)
               if packet.protocol == UDP and is_rtp(packet.payload) and span[0] <= packet.time <= span[1]
               and wanted(packet, packet.source_mac == recording.sbc_mac))


def _offers(recording, what):
    """INVITEs that reached this side's client and hold the text."""
    return [m for m in recording.messages if m.from_sbc and m.text.start.startswith("INVITE ")
            and what in m.text.body.decode()]


def _hold_resume_and_dial(phones):
    phones.hold_and_resume()
    phones.outside.tell("sndcode", "5")
    phones.inside.expect("CALL_DTMF_START", param="5")
    phones.inside.tell("sndcode", "#")
    phones.outside.expect("CALL_DTMF_START", param="#")


def _hold_resume_digits(**where):
    with beds.standing(**where) as bed:
        call = HeardCall(bed, _hold_resume_and_dial)
        _check_phases(call)
        _check_families(bed.plan, call)


def _check_phases(call):
    """Who is held is silent; outside holds both are heard, and what they say reaches the other side."""
    assert _offers(call.core, "a=sendonly") and _offers(call.access, "a=sendonly"), "no hold was offered"
    for name, span in call.phases.items():
        for side, other in ((call.access, call.core), (call.core, call.access)):
            said, due = _audio_in(side, span), 50 * (span[1] - span[0])
            crossed = _audio_in(other, span, lambda packet, from_sbc: from_sbc)
            if name == ("held by who is inside" if side is call.access else "held"):
                assert said + crossed == 0, f"{name}: {said} RTP packets from the {side.name} side, {crossed} crossed"
            elif not name.startswith("held"):
                assert min(said, crossed) > due / 2, f"{name}: {said} RTP packets from the {side.name} side, " \
                    f"{crossed} crossed, not {due:.0f}"


def _check_families(plan, call):
    """The media of each side is of its own address family, and goes to us."""
    for side, ours in ((call.access, plan.sbc_access), (call.core, plan.sbc_core)):
        seen = {text_of(end) for stream in side.streams.values() for path in stream.paths for end in (path[0], path[2])}
        assert ours in seen and {":" in end for end in seen} == {":" in ours}, (side.name, seen)


def test_hold_resume_digits():
    _hold_resume_digits()


def test_hold_resume_digits_over_ipv6():
    _hold_resume_digits(v6=True)


def test_hold_resume_digits_from_ipv4_to_ipv6():
    _hold_resume_digits(core_v6=True)


def test_hold_resume_digits_from_ipv6_to_ipv4():
    _hold_resume_digits(v6=True, core_v6=False)


def test_hold_resume_digits_from_ipv4_in_clear_to_ipv6_with_srtp():
    suite = "AES_CM_128_HMAC_SHA1_80"
    with beds.standing(core_v6=True, change=beds.with_srtp(core=("required", [suite]))) as bed:
        call = HeardCall(bed, _hold_resume_and_dial, inside=ENCRYPTED)
        told = {side: call.record[side]["media"]["srtp"] for side in ("caller", "callee")}
        assert told == {"caller": None, "callee": suite}, told
        _check_phases(call)
        _check_families(bed.plan, call)


def _transfer_to_the_desk(bed):
    """The callee sends the caller to the desk, and they talk there; what was heard and seen on both sides."""
    plan, captures = bed.plan, bed.captures()
    desk = Baresip(bed.lab, "core", "desk", beds.DESK, plan.second_core, plan.callee_port, _DESK_MEDIA,
                   control=CONTROL_PORT + 1)
    with Telephones(bed) as phones:
        phones.phase("talk")
        phones.inside.tell("transfer", f"sip:{beds.DESK}@{plan.endpoint(*plan.sbc_for_core)}")
        desk.expect("CALL_ESTABLISHED")
        phones.inside.expect("CALL_CLOSED")
        phones.phase("transferred")
        phones.outside.tell("hangup")
        desk.expect("CALL_CLOSED")
    desk.close()
    bed.wait_idle()
    access, core = bed.recordings(captures)
    _check_transferred(phones.phases, access, core)
    bed.check_no_leaks(access, core)
    wait_until(lambda: len(bed.records()) == 2, 5, "CDRs")
    return access, core


def test_caller_is_transferred_by_us():
    """The caller is not asked to call anybody: it is offered what the desk answers."""
    with beds.standing(change=beds.with_desk(beds.Plan(), "carry_out")) as bed:
        _transfer_to_the_desk(bed)
        first, second = sorted(bed.records(), key=lambda record: record["begun"])
        assert first["reason"] == "transferred" and second["transferred_from"] == first["id"], (first, second)


def test_caller_calls_whom_it_is_referred_to():
    """We ask the caller to call the desk; it does, and says how that went."""
    with beds.standing(change=beds.with_desk(beds.Plan())) as bed:
        access, core = _transfer_to_the_desk(bed)
        crossed = [m.text.start for m in access.messages if m.from_sbc and m.text.start.startswith("REFER ")]
        reports = [m.text.body for m in core.messages if m.from_sbc and m.text.start.startswith("NOTIFY ")]
        assert len(crossed) == 1 and reports[-1] == b"SIP/2.0 200 OK\r\n", (crossed, reports)
        assert [record["transferred_from"] for record in bed.records()] == [None, None], bed.records()


def _check_transferred(phases, access, core):
    """Who is heard, and hears, by the ports of the three phones."""
    for name, silent in (("talk", _DESK_MEDIA), ("transferred", INSIDE_MEDIA)):
        span = phases[name]
        for side, first in ((access, OUTSIDE_MEDIA), (core, INSIDE_MEDIA), (core, _DESK_MEDIA)):
            said = _audio_in(side, span, lambda packet, from_sbc, first=first:
                             not from_sbc and first <= packet.source_port < first + 100)
            heard = _audio_in(side, span, lambda packet, from_sbc, first=first:
                              from_sbc and first <= packet.target_port < first + 100)
            due = 50 * (span[1] - span[0])
            assert said + heard == 0 if first == silent else min(said, heard) > due / 2, (name, first, said, heard)


def test_video_is_anchored():
    with beds.standing() as bed:
        captures = bed.captures()
        with Telephones(bed, {"video": True}, {"video": True}) as phones:
            phones.phase("seen")
            phones.hang_up()
        bed.wait_idle()
        access, core = bed.recordings(captures)
        assert _offers(core, "m=video "), "no video was offered"
        for side in (access, core):
            ports = {path[1] for (from_sbc, _), stream in side.streams.items() if from_sbc for path in stream.paths}
            assert len(ports) == 2, f"audio and video should reach the {side.name} side, came from ports {ports}"
        bed.check_no_leaks(access, core)
