"""Calls of every outcome, over every kind of port that a laptop has."""
import statistics
import time

from e2e.bed import answered_call, call, expect_none, hang_up, hiding, run_calls, settings, standing
from net.agent import Agent, contact_of
from net.capture import Capture, stop_all
from net.configuration import Plan, base, changed
from net.daemon import Sbc
from net.lab import Lab
from net.leaks import describe, find_leaks
from net.processes import Failure, wait_until
from net.recording import Recording
from net.tshark import rtp_streams


_ADDED_JITTER_MAX = 0.001  # seconds, of a stream's mean jitter (RFC 3550 A.8)
_JITTER_TRIES = 3  # what else the machine does at the time delays packets, too


def _complete_calls(count=20, rate=20, duration=1.0, **how):
    with standing(**how) as bed:
        totals, media, access, core = run_calls(bed, count, rate, duration)
        bed.check_calls(totals, media)
        bed.check_no_leaks(access, core)
        bed.wait_idle()


def test_ipv4_one_worker():
    _complete_calls()


def test_ipv4_three_workers():
    _complete_calls(workers=3)


def test_ipv6_one_worker():
    _complete_calls(v6=True)


def test_ipv6_three_workers():
    _complete_calls(v6=True, workers=3)


def test_af_xdp():
    _complete_calls(10, driver="af_xdp")


def test_af_xdp_ipv6_two_workers():
    _complete_calls(10, driver="af_xdp", v6=True, workers=2)


def test_tap():
    _complete_calls(10, driver="tap")


def _added_jitter(bed, totals, access, core):
    """In the middle of all streams of a direction, of both the larger; as tshark says, to whom none lost a packet."""
    outside, inside = rtp_streams(access.path), rtp_streams(core.path)
    assert len(outside) == 2 * totals.count and outside.keys() == inside.keys(), (len(outside), len(inside))
    inwards, outwards = [], []
    for ssrc, stream in outside.items():
        inward = stream.source == bed.plan.client_access
        came, left = (stream, inside[ssrc]) if inward else (inside[ssrc], stream)
        assert (came.packets, came.lost, left.packets, left.lost) == (totals.packets, 0) * 2, (ssrc, came, left)
        (inwards if inward else outwards).append(left.jitter - came.jitter)
    return max(statistics.median(inwards), statistics.median(outwards))


def test_a_hundred_calls_at_a_time_come_through_evenly():
    added = []
    with standing() as bed:
        while not added or added[-1] > _ADDED_JITTER_MAX and len(added) < _JITTER_TRIES:
            totals, media, access, core = run_calls(bed, 100, 100, 4.0, label=f"{len(added)}")
            bed.check_calls(totals, media)
            added.append(_added_jitter(bed, totals, access, core))
            bed.wait_idle()
    assert added[-1] <= _ADDED_JITTER_MAX, f"we add jitter, in seconds: {added}"


def test_cancel_reaches_callee_and_487_the_caller():
    with hiding() as bed, bed.caller() as caller, bed.callee() as callee:
        invite = call(caller, bed)
        offered = callee.expect("INVITE")
        callee.reply(offered, "180 Ringing")
        caller.expect("180")
        caller.cancel(invite, bed.plan.sbc_for_access)
        cancelled = callee.expect("CANCEL")
        callee.reply(cancelled, "200 OK")
        callee.reply(offered, "487 Request Terminated")
        callee.expect("ACK")
        refused = caller.expect("487", 5)
        caller.acknowledge(invite, refused, bed.plan.sbc_for_access)


def test_busy_is_told_as_486():
    with hiding() as bed, bed.caller() as caller, bed.callee() as callee:
        invite = call(caller, bed)
        callee.reply(callee.expect("INVITE"), "486 Busy Here")
        callee.expect("ACK")
        caller.acknowledge(invite, caller.expect("486"), bed.plan.sbc_for_access)


def test_no_answer_ends_after_the_ring_timeout():
    def change(configuration):
        configuration["routes"][0]["ring_timeout"] = "2s"
    with hiding(change=change) as bed, bed.caller() as caller, bed.callee() as callee:
        invite = call(caller, bed)
        offered = callee.expect("INVITE")
        callee.reply(offered, "180 Ringing")
        refused = caller.expect("4xx", 6)
        assert refused.status in (480, 408), refused.start
        caller.acknowledge(invite, refused, bed.plan.sbc_for_access)
        callee.reply(callee.expect("CANCEL"), "200 OK")
        callee.reply(offered, "487 Request Terminated")


def _with_second_trunk(configuration):
    peer = configuration["trunks"][1]["peers"][0]
    configuration["trunks"].append({"name": "pbx2", "realm": "core",
                                    "peers": [peer.replace(".10:", ".11:")]})
    configuration["routes"][0].update(trunks=["pbx", "pbx2"], attempt_timeout="1s")


def test_failover_to_the_next_trunk_when_one_is_silent():
    with hiding(change=_with_second_trunk) as bed, bed.caller() as caller, bed.callee() as silent, \
            bed.callee(bed.plan.second_core) as second:
        invite = call(caller, bed)
        silent.expect("INVITE")
        offered = second.expect("INVITE", 5)
        second.reply(offered, "200 OK", second.sdp(50000))
        caller.acknowledge(invite, caller.expect("200"), bed.plan.sbc_for_access)
        second.expect("ACK")
        second.send(second.request("BYE", "agent", bed.plan.sbc_for_core, call_id=offered.call_id, cseq=7,
                                   from_tag="answer", to_tag=offered.tags()[0],
                                   uri=contact_of(offered)), bed.plan.sbc_for_core)
        caller.reply(caller.expect("BYE"), "200 OK")
        second.expect("200")


def test_failover_to_the_next_trunk_on_503():
    with hiding(change=_with_second_trunk) as bed, bed.caller() as caller, bed.callee() as first, \
            bed.callee(bed.plan.second_core) as second:
        invite = call(caller, bed)
        first.reply(first.expect("INVITE"), "503 Service Unavailable")
        first.expect("ACK")
        second.reply(second.expect("INVITE"), "486 Busy Here")
        caller.acknowledge(invite, caller.expect("486"), bed.plan.sbc_for_access)


def test_call_limit_answers_503_with_retry_after():
    def change(configuration):
        configuration["limits"]["calls_max"] = 1
    with hiding(change=change) as bed, bed.caller() as caller, bed.callee() as callee:
        invite, accepted, offered = answered_call(bed, caller, callee)
        second = call(caller, bed, "4999")
        refused = caller.expect("503")
        assert refused.header("retry-after"), "503 without Retry-After (RFC 3261 section 21.5.4)"
        caller.acknowledge(second, refused, bed.plan.sbc_for_access)
        hang_up(bed, caller, callee, invite, accepted)
        third = call(caller, bed, "4998")
        callee.reply(callee.expect("INVITE"), "486 Busy Here")
        caller.acknowledge(third, caller.expect("486"), bed.plan.sbc_for_access)
        assert offered.call_id not in invite


def test_callee_that_wants_a_longer_session_is_asked_again():
    """Its 422 says how long one must be at least; the caller hears nothing of it (RFC 4028 7.3)."""
    with hiding() as bed, bed.caller() as caller, bed.callee() as callee:
        invite = call(caller, bed)
        offered = callee.expect("INVITE")
        assert offered.header("session-expires") == "1800;refresher=uas", offered.headers
        callee.reply(offered, "422 Session Interval Too Small", headers=("Min-SE: 3600",))
        callee.expect("ACK")
        offered = callee.expect("INVITE")
        asked = offered.header("session-expires"), offered.header("min-se")
        assert asked == ("3600;refresher=uas", "3600"), asked
        callee.reply(offered, "200 OK", callee.sdp(50000),
                     headers=("Require: timer", "Session-Expires: 3600;refresher=uas"))
        accepted = caller.expect("200")
        caller.acknowledge(invite, accepted, bed.plan.sbc_for_access)
        callee.expect("ACK")
        hang_up(bed, caller, callee, invite, accepted)
        assert not [text for text, _ in caller.seen if text.status == 422], "the caller heard of the 422"


def _ends_by_itself(bed, caller, callee, after, reason):
    """A call without audio; both get a BYE that says why, `after` the answer, as the CDR does."""
    known = len(bed.records())
    answered_call(bed, caller, callee)
    begun = time.monotonic()
    for agent in (caller, callee):
        bye = agent.expect("BYE", after + 2)
        assert bye.header("reason") == "Q.850;cause=102", bye.headers
        agent.reply(bye, "200 OK")
    assert time.monotonic() - begun > after - 0.3, f"{reason} before its time"
    wait_until(lambda: len(bed.records()) > known, 5, "a CDR")
    assert bed.records()[-1]["reason"] == reason, bed.records()[-1]


def test_calls_that_nobody_ends_are_ended():
    def change(configuration):
        configuration["timers"]["media_idle"] = "1s"
    with hiding(change=change) as bed, bed.caller() as caller, bed.callee() as callee:
        _ends_by_itself(bed, caller, callee, 1, "media_silent")
        bed.sbc.write_config(changed(bed.sbc.settings, timers__media_idle="0s", timers__call_max="2s"))
        bed.sbc.ctl("reload")
        _ends_by_itself(bed, caller, callee, 2, "call_too_long")


def test_callee_that_never_acknowledges_its_bye_leaks_nothing():
    """Timer F (RFC 3261 17.1.2.2) with short timers: the leg is released although the callee is gone."""
    def change(configuration):
        configuration["timers"]["t1"] = "50ms"
    with hiding(change=change) as bed, bed.caller() as caller, bed.callee() as callee:
        invite, accepted, _ = answered_call(bed, caller, callee)
        caller.bye(invite, accepted, bed.plan.sbc_for_access)
        caller.expect("200")
        callee.expect("BYE")
        bed.wait_idle(12)


def test_realms_with_the_same_addresses_on_two_vlans():
    """Two access realms, one port, VLANs 10 and 20, every address the same in both: each call's signalling and audio
    stays in its own."""
    plan = Plan()
    with Lab("sbc-e2e") as lab:
        for name in ("red", "blue"):
            lab.add_link(name, [plan.network(plan.client_access)])
        lab.add_vlans("sbc-access", {"red": 10, "blue": 20})
        lab.add_link("core", [plan.network(plan.client_core)])
        configuration = base(lab.folder, plan, huge=settings.huge)
        red = configuration["realms"][0]
        configuration["realms"][:1] = [{**red, "name": "red", "vlan": 10}, {**red, "name": "blue", "vlan": 20}]
        peer = configuration["trunks"][0]["peers"]
        configuration["trunks"][:1] = [{"name": name, "realm": name, "peers": peer} for name in ("red", "blue")]
        configuration["routes"] = [{"name": f"from-{name}", "from": name, "prefix": "49", "trunks": ["pbx"]}
                                   for name in ("red", "blue")]
        configuration["access"] = [{"realm": name, "prefix": plan.host_prefix(plan.client_access), "trust": "trusted"}
                                   for name in ("red", "blue")]
        sbc = Sbc(lab, configuration)
        captures = {name: Capture(lab, name) for name in ("red", "blue", "core")}
        with Agent(lab, "red", plan.client_access, plan.caller_port) as one, \
                Agent(lab, "blue", plan.client_access, plan.caller_port) as other, \
                Agent(lab, "core", plan.client_core, plan.callee_port) as callee:
            for caller, stranger, user in ((one, other, "491"), (other, one, "492")):
                _overlapping_call(lab, plan, caller, stranger, callee, user)
        assert sbc.stop() == 0
        seen = {name: Recording(path, name, lab.mac_of(name), plan.sip_ports)
                for name, path in zip(captures, stop_all(captures.values()))}
        for name in ("red", "blue"):
            expect_none(describe([*find_leaks(seen["core"], seen[name], lab.folder),
                                  *find_leaks(seen[name], seen["core"], lab.folder)]))


def _overlapping_call(lab, plan, caller, stranger, callee, user):
    name = "red" if user == "491" else "blue"
    with Agent(lab, name, plan.client_access, 30000) as audio, Agent(lab, "core", plan.client_core, 50000) as far:
        invite = caller.request("INVITE", user, plan.sbc_for_access, caller.sdp(30000))
        caller.send(invite, plan.sbc_for_access)
        offered = callee.expect("INVITE")
        assert offered.user == user
        callee.reply(offered, "200 OK", callee.sdp(50000))
        accepted = caller.expect("200")
        caller.acknowledge(invite, accepted, plan.sbc_for_access)
        callee.expect("ACK")
        packet = bytes([0x80, 8, 0, 1, 0, 0, 0, 1, 0, 0, 0, len(user)]) + user.encode() * 40
        audio.send(packet, accepted.media())
        assert far.receive(lambda text: text.payload == packet), f"no audio from {name} to the core"
        far.send(packet, offered.media())
        assert audio.receive(lambda text: text.payload == packet), f"no audio from the core to {name}"
        if stranger.receive(seconds=0.2):
            raise Failure(f"a message of {name} arrived in the other VLAN")
        caller.bye(invite, accepted, plan.sbc_for_access)
        callee.reply(callee.expect("BYE"), "200 OK")
        caller.expect("200")
