"""Call transfer by real user agents (RFC 5589): somebody in the access network sends somebody in the core to a third
one, blind or by way of a second call, whichever workers their calls are on."""
from urllib.parse import quote

from e2e.bed import answered_call, standing
from net.agent import contact_of
from net.configuration import Plan
from net.sip_text import SipText

_DESK = "4812345"  # the transfer target's number


def _with_desk(plan):
    """A second peer in the core, with numbers of its own."""
    def change(configuration):
        configuration["trunks"].append({"name": "desk", "realm": "core",
                                        "peers": [plan.endpoint(plan.second_core, plan.callee_port)]})
        configuration["routes"].append({"name": "to-desk", "from": "access", "prefix": "48", "trunks": ["desk"]})
    return change


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
    told = caller.expect("NOTIFY")
    assert told.payload.decode().endswith(f"\r\n\r\nSIP/2.0 {status}\r\n"), told.payload
    caller.reply(told, "200 OK")
    callee.expect("200")


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
    with standing(v6=v6, workers=workers, change=_with_desk(Plan(v6))) as bed:
        captures = bed.captures()
        with bed.caller() as caller, bed.callee() as callee, bed.callee(bed.plan.second_core) as desk:
            for _ in range(rounds):
                _attended_once(bed, caller, callee, desk)
        bed.wait_idle()
        bed.check_no_leaks(*bed.recordings(captures))


def _attended_once(bed, caller, callee, desk):
    invite, accepted, offered = answered_call(bed, caller, callee)
    second, second_accepted, second_offered = answered_call(bed, caller, desk, _DESK)
    sent = SipText(second.encode("latin-1"))
    named = quote(f"{sent.call_id};to-tag={second_accepted.tags()[-1]};from-tag={sent.tags()[0]}", safe="")
    _refer(bed, caller, invite, accepted, f"sip:{_DESK}@{caller.host}?Replaces={named}")
    asked = callee.expect("REFER")
    callee.reply(asked, "202 Accepted")
    caller.expect("202")
    uri, told = _refer_to(asked).split("?Replaces=")
    assert uri.startswith(f"sip:{_DESK}@"), uri
    replaces = told.replace("%3B", ";").replace("%3D", "=")
    third, third_accepted, third_offered = _new_call(bed, callee, desk, _DESK,
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
