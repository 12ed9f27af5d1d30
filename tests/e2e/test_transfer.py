"""Call transfer by real user agents (RFC 5589): somebody in the access network sends somebody in the core to a third
one, or the other way round, blind or by way of a second call, whichever workers their calls are on. Who is sent may
take no REFER; then we carry it out."""
from urllib.parse import quote, unquote

from e2e.bed import DESK, answered_call, hiding, standing, with_desk
from e2e.flow_run import End, FlowRun, run_together
from net.agent import Agent, contact_of
from net.configuration import Plan
from net.processes import wait_until
from net.sip_text import SipText

_CALLER_MEDIA, _CALLEE_MEDIA, _DESK_MEDIA = 30000, 50000, 50008
_COLLEAGUE_PORT = 5072


def _in_dialog(agent, method, target, own, other, uri, cseq, call_id, headers=(), body=""):
    text = agent.request(method, "peer", target, call_id=call_id, cseq=cseq, from_tag=own, to_tag=other, uri=uri,
                         headers=headers)
    if body:
        text = text.replace("Content-Length: 0\r\n\r\n",
                            f"Content-Type: message/sipfrag\r\nContent-Length: {len(body)}\r\n\r\n{body}")
    agent.send(text, target)


def _refer(bed, caller, invite, accepted, target):
    sent = SipText(invite.encode("latin-1"))
    _in_dialog(caller, "REFER", bed.plan.sbc_for_access, sent.tags()[0], accepted.tags()[-1], contact_of(accepted), 2,
               sent.call_id, [f"Refer-To: <{target}>", f"Referred-By: <sip:agent@{caller.host}>"])


def _report(bed, caller, callee, offered, status):
    """The referred party says how it went; the referrer then ends its call with it."""
    _in_dialog(callee, "NOTIFY", bed.plan.sbc_for_core, "answer", offered.tags()[0], contact_of(offered), 1,
               offered.call_id, ["Event: refer", "Subscription-State: terminated;reason=noresource"],
               f"SIP/2.0 {status} at {callee.host}\r\n")
    _expect_told(caller, status)
    callee.expect("200")


def _expect_told(referrer, status):
    told = referrer.expect("NOTIFY")
    assert told.payload.decode().endswith(f"\r\n\r\nSIP/2.0 {status}\r\n"), told.payload
    referrer.reply(told, "200 OK")


def _end(bed, caller, callee, invite, accepted):
    sent = SipText(invite.encode("latin-1"))
    _in_dialog(caller, "BYE", bed.plan.sbc_for_access, sent.tags()[0], accepted.tags()[-1], contact_of(accepted), 3,
               sent.call_id)
    callee.reply(callee.expect("BYE"), "200 OK")
    caller.expect("200")


def _new_call(bed, referred, target, user, headers=()):
    """What the referred party was asked for: (its INVITE, its 200, the INVITE as the target gets it)."""
    invite = referred.request("INVITE", user, bed.plan.sbc_for_core, referred.sdp(50004), headers=headers)
    referred.send(invite, bed.plan.sbc_for_core)
    offered = target.expect("INVITE")
    target.reply(offered, "200 OK", target.sdp(50008), tag="taken-over")
    accepted = referred.expect("200")
    referred.acknowledge(invite, accepted, bed.plan.sbc_for_core)
    target.expect("ACK")
    return invite, accepted, offered


def _refer_to(text):
    return text.header("refer-to").strip("<>")


def _attended(v6, workers, rounds):
    with standing(v6=v6, workers=workers, change=with_desk(Plan(v6))) as bed:
        captures = bed.captures()
        with bed.caller() as caller, bed.callee() as callee, bed.callee(bed.plan.second_core) as desk:
            for _ in range(rounds):
                _attended_once(bed, caller, callee, desk)
        bed.wait_idle()
        bed.check_no_leaks(*bed.recordings(captures))


def _attended_once(bed, caller, callee, desk):
    invite, accepted, offered = answered_call(bed, caller, callee)
    second, second_accepted, second_offered = answered_call(bed, caller, desk, DESK)
    named = _name_second_call(second, second_accepted)
    _refer(bed, caller, invite, accepted, f"sip:{DESK}@{caller.host}?Replaces={named}")
    asked = callee.expect("REFER")
    callee.reply(asked, "202 Accepted")
    caller.expect("202")
    uri, told = _refer_to(asked).split("?Replaces=")
    assert uri.startswith(f"sip:{DESK}@"), uri
    replaces = told.replace("%3B", ";").replace("%3D", "=")
    third, third_accepted, third_offered = _new_call(bed, callee, desk, DESK,
                                                     [f"Replaces: {replaces}", "Require: replaces"])
    expected = f"{second_offered.call_id};to-tag=answer;from-tag={second_offered.tags()[0]}"
    assert third_offered.header("replaces") == expected, third_offered.header("replaces")
    # The target ends the call that was taken over by itself.
    _in_dialog(desk, "BYE", bed.plan.sbc_for_core, "answer", second_offered.tags()[0], contact_of(second_offered), 1,
               second_offered.call_id)
    caller.reply(caller.expect("BYE"), "200 OK")
    desk.expect("200")
    _report(bed, caller, callee, offered, "200 OK")
    _end(bed, caller, callee, invite, accepted)
    callee.bye(third, third_accepted, bed.plan.sbc_for_core)
    desk.reply(desk.expect("BYE"), "200 OK")
    callee.expect("200")


def test_attended_transfer():
    _attended(v6=False, workers=1, rounds=1)


def test_attended_transfer_over_three_workers():
    _attended(v6=False, workers=3, rounds=6)


def test_attended_transfer_over_ipv6_and_two_workers():
    _attended(v6=True, workers=2, rounds=4)


def test_blind_transfer():
    with standing() as bed:
        captures = bed.captures()
        with bed.caller() as caller, bed.callee() as callee:
            invite, accepted, offered = answered_call(bed, caller, callee)
            _refer(bed, caller, invite, accepted, f"sip:4930777@{caller.host}")
            asked = callee.expect("REFER")
            callee.reply(asked, "202 Accepted")
            caller.expect("202")
            host = bed.plan.endpoint(bed.plan.sbc_core, bed.plan.sbc_core_port)
            assert _refer_to(asked) == f"sip:4930777@{host}", asked.header("refer-to")
            # The number leads back into the access network, to another of the same peer's.
            second, second_accepted, second_offered = _new_call(bed, callee, caller, "4930777")
            assert "4930777@" in second_offered.start, second_offered.start
            _report(bed, caller, callee, offered, "200 OK")
            _end(bed, caller, callee, invite, accepted)
            callee.bye(second, second_accepted, bed.plan.sbc_for_core)
            caller.reply(caller.expect("BYE"), "200 OK")
            callee.expect("200")
        bed.wait_idle()
        bed.check_no_leaks(*bed.recordings(captures))


def _name_second_call(invite, accepted):
    """The caller's second call, as a REFER of its names it (RFC 3891)."""
    sent = SipText(invite.encode("latin-1"))
    return quote(f"{sent.call_id};to-tag={accepted.tags()[-1]};from-tag={sent.tags()[0]}", safe="")


def _expect_carried_out(referrer, referred, desk, media_port):
    """From the answer to the REFER to the referrer's end: (the desk's INVITE, the offer to who was referred)."""
    referrer.expect("202")
    _expect_told(referrer, "100 Trying")
    asked = desk.expect("INVITE")
    desk.reply(asked, "180 Ringing")
    _expect_told(referrer, "180 Ringing")
    desk.reply(asked, "200 OK", desk.sdp(_DESK_MEDIA))
    desk.expect("ACK")
    offer = referred.expect("INVITE")
    referred.reply(offer, "200 OK", referred.sdp(media_port))
    referred.expect("ACK")
    _expect_told(referrer, "200 OK")
    referrer.reply(referrer.expect("BYE"), "200 OK")
    return asked, offer


def _expect_heard(bed, referred, referred_port, offer, asked):
    """Audio between who was referred and the desk, both ways."""
    link = "access" if referred.address == bed.plan.client_access else "core"
    with Agent(bed.lab, link, referred.address, referred_port) as one, \
            Agent(bed.lab, "core", bed.plan.second_core, _DESK_MEDIA) as other:
        for number, (source, target, where) in enumerate(((one, other, offer), (other, one, asked))):
            packet = bytes([0x80, 8, 0, 1, 0, 0, 0, 1, 0, 0, 0, number]) + bytes([number]) * 160
            source.send(packet, where.media())
            assert target.receive(lambda text, packet=packet: text.payload == packet), f"no audio: {number}"


def _check_records(bed, others=0):
    """Of each call that a transfer has begun the record names the one that it came from, which ended with it."""
    def written():
        return [record for record in bed.records() if record["transferred_from"]]
    wait_until(lambda: len(bed.records()) == 2 * len(written()) + others and written(), 5, "CDRs")
    ended = {record["id"]: record["reason"] for record in bed.records()}
    for record in written():
        assert record["status"] == 200 and ended[record["transferred_from"]] == "transferred", record


def _attended_is_carried_out(workers, rounds):
    with standing(workers=workers, change=with_desk(Plan(), "carry_out")) as bed:
        captures = bed.captures()
        with bed.caller() as caller, bed.callee() as callee, bed.callee(bed.plan.second_core) as desk:
            for _ in range(rounds):
                _attended_is_carried_out_once(bed, caller, callee, desk)
        bed.wait_idle()
        bed.check_no_leaks(*bed.recordings(captures))
        _check_records(bed, others=rounds)


def _attended_is_carried_out_once(bed, caller, callee, desk):
    invite, accepted, offered = answered_call(bed, caller, callee)
    second, second_accepted, second_offered = answered_call(bed, caller, desk, DESK)
    named = _name_second_call(second, second_accepted)
    _refer(bed, caller, invite, accepted, f"sip:{DESK}@{caller.host}?Replaces={named}")
    asked, offer = _expect_carried_out(caller, callee, desk, _CALLEE_MEDIA)
    expected = f"{second_offered.call_id};to-tag=answer;from-tag={second_offered.tags()[0]}"
    assert asked.header("replaces") == expected and asked.header("require") == "replaces", asked.payload
    _in_dialog(desk, "BYE", bed.plan.sbc_for_core, "answer", second_offered.tags()[0], contact_of(second_offered), 1,
               second_offered.call_id)
    caller.reply(caller.expect("BYE"), "200 OK")
    desk.expect("200")
    _expect_heard(bed, callee, _CALLEE_MEDIA, offer, asked)
    _in_dialog(callee, "BYE", bed.plan.sbc_for_core, "answer", offered.tags()[0], contact_of(offered), 1,
               offered.call_id)
    desk.reply(desk.expect("BYE"), "200 OK")
    callee.expect("200")


def test_attended_transfer_is_carried_out():
    _attended_is_carried_out(workers=1, rounds=1)


def test_attended_transfer_is_carried_out_over_three_workers():
    _attended_is_carried_out(workers=3, rounds=4)


def _blind_is_carried_out(v6):
    """The core sends a caller from outside to the desk: its network is told nothing of who is there."""
    with standing(v6, change=with_desk(Plan(v6), "carry_out")) as bed:
        captures = bed.captures()
        with bed.caller() as caller, bed.callee() as callee, bed.callee(bed.plan.second_core) as desk:
            invite, accepted, offered = answered_call(bed, caller, callee)
            _in_dialog(callee, "REFER", bed.plan.sbc_for_core, "answer", offered.tags()[0], contact_of(offered), 1,
                       offered.call_id, [f"Refer-To: <sip:{DESK}@{desk.host}>"])
            asked, offer = _expect_carried_out(callee, caller, desk, _CALLER_MEDIA)
            _expect_heard(bed, caller, _CALLER_MEDIA, offer, asked)
            _end(bed, caller, desk, invite, accepted)
        bed.wait_idle()
        bed.check_no_leaks(*bed.recordings(captures))
        _check_records(bed)


def test_blind_transfer_is_carried_out():
    _blind_is_carried_out(v6=False)


def test_blind_transfer_is_carried_out_over_ipv6():
    _blind_is_carried_out(v6=True)


def test_blind_transfers_of_sipp_are_carried_out():
    plan = Plan()
    places = {"caller": End("access", plan.client_access, plan.caller_port, plan.scanner,
                            plan.endpoint(*plan.sbc_for_access)),
              "callee": End("core", plan.client_core, plan.callee_port, plan.second_core),
              "second": End("core", plan.second_core, plan.callee_port, plan.client_core)}
    with standing(change=with_desk(plan, "carry_out")) as bed:
        captures = bed.captures()
        for number, name in enumerate(("blind", "blind-fails")):
            run_together([FlowRun(bed, f"transfer/{name}", places, f"491{number}")])
        bed.wait_idle()
        bed.check_no_leaks(*bed.recordings(captures))


def _pick_up(bed, colleague, invite, accepted):
    """An INVITE in the place of the caller in this call, by the name that the caller's network knows it by."""
    text = colleague.request("INVITE", "4912345", bed.plan.sbc_for_access, colleague.sdp(30100), headers=[
        "Require: replaces", f"Replaces: {unquote(_name_second_call(invite, accepted))}"])
    colleague.send(text, bed.plan.sbc_for_access)
    return text


def test_a_colleague_takes_a_call_over():
    """RFC 3891: who may transfer takes the caller's place; the other end is told by the name that it knows, and ends
    what was taken over by itself. Who may not transfer is refused."""
    with hiding() as bed, bed.caller() as caller, bed.caller(_COLLEAGUE_PORT) as colleague, \
            bed.stranger() as stranger, bed.callee() as callee:
        bed.plan.sip_ports |= {_COLLEAGUE_PORT}
        invite, accepted, offered = answered_call(bed, caller, callee)
        refused = _pick_up(bed, stranger, invite, accepted)
        stranger.acknowledge(refused, stranger.expect("403"), bed.plan.sbc_for_access)
        assert bed.reasons().get("refer_forbidden") == 1, bed.reasons()
        second = _pick_up(bed, colleague, invite, accepted)
        taken = callee.expect("INVITE")
        expected = f"{offered.call_id};to-tag=answer;from-tag={offered.tags()[0]}"
        assert (taken.header("replaces"), taken.header("require")) == (expected, "replaces"), taken.payload
        assert len([text for text, _ in callee.seen if text.start.startswith("INVITE ")]) == 2, "the stranger crossed"
        callee.reply(taken, "200 OK", callee.sdp(_CALLEE_MEDIA), tag="taken-over")
        second_accepted = colleague.expect("200")
        colleague.acknowledge(second, second_accepted, bed.plan.sbc_for_access)
        callee.expect("ACK")
        _in_dialog(callee, "BYE", bed.plan.sbc_for_core, "answer", offered.tags()[0], contact_of(offered), 1,
                   offered.call_id)
        caller.reply(caller.expect("BYE"), "200 OK")
        callee.expect("200")
        _end(bed, colleague, callee, second, second_accepted)


def test_strangers_transfer_nothing():
    """A source that no rule names may talk, but not send others anywhere."""
    with standing() as bed, bed.stranger() as stranger, bed.callee() as callee:
        invite, accepted, _ = answered_call(bed, stranger, callee)
        _refer(bed, stranger, invite, accepted, "sip:4930777@x")
        assert stranger.expect("403").method == "REFER"
        assert bed.reasons().get("refer_forbidden") == 1, bed.reasons()
        assert callee.receive(lambda text: text.method == "REFER", 0.5) is None
        _end(bed, stranger, callee, invite, accepted)
        bed.wait_idle()
