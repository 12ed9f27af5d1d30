"""ICE (RFC 8445): a telephone that trusts nothing but its own connectivity checks gets media through the SBC, which
answers them as a lite agent. What each phone hears is what the other said, bit for bit."""
import time

from net.audio import problems_of
from net.baresip import Baresip
from net.packets import UDP, read_pcap
from net.processes import wait_until

from . import bed as beds

_NUMBER = "49123"
_CALLER_MEDIA, _CALLEE_MEDIA = 30000, 50000
_PHASE = 2.5  # seconds
_REQUEST, _RESPONSE = b"\x00\x01", b"\x01\x01"  # of Binding (RFC 8489 5)


def _with_ice(configuration):
    for realm in configuration["realms"]:
        if realm["name"] == "access":
            realm["media"]["ice"] = "lite"
            realm["media"]["rtcp_mux"] = "offer"


def _bindings(recording, kind, from_sbc):
    """Media's, by ports that are no SIP ports."""
    return sum(1 for packet in read_pcap(recording.path)
               if packet.protocol == UDP and packet.payload[:2] == kind and packet.payload[4:8] == b"\x21\x12\xa4\x42"
               and (packet.source_mac == recording.sbc_mac) == from_sbc)


def _call(v6, caller_rings_in, muxed=False):
    """Between a phone with ICE outside and one without it inside; the first calls, or is called."""
    with beds.standing(v6, change=_with_ice) as bed:
        plan, captures = bed.plan, bed.captures()
        inside = Baresip(bed.lab, "core", "inside", _NUMBER, plan.client_core, plan.callee_port, _CALLEE_MEDIA,
                         records=True)
        outside = Baresip(bed.lab, "access", "outside", "alice", plan.client_access, plan.caller_port, _CALLER_MEDIA,
                          account=";medianat=ice", records=True, muxed=muxed)
        if caller_rings_in:
            outside.tell("dial", f"sip:{_NUMBER}@{plan.endpoint(*plan.sbc_for_access)}")
        else:
            inside.tell("dial", f"sip:alice@{plan.endpoint(*plan.sbc_for_core)}")
        outside.expect("CALL_ESTABLISHED")
        inside.expect("CALL_ESTABLISHED")
        time.sleep(_PHASE)
        outside.tell("hangup")
        inside.expect("CALL_CLOSED")
        bed.wait_idle()
        wait_until(lambda: len(bed.records()) == 1, 5, "a CDR")
        beds.expect_none(filter(None, (problems_of(outside.voice, inside.heard()),
                                       problems_of(inside.voice, outside.heard()))))
        outside.close()
        inside.close()
        access, core = bed.recordings(captures)
        assert _bindings(access, _REQUEST, from_sbc=False) > 0, "the phone checked nothing"
        assert _bindings(access, _RESPONSE, from_sbc=True) > 0, "no check was answered"
        assert _bindings(access, _REQUEST, from_sbc=True) == 0, "a lite agent checks nothing"
        assert _bindings(core, _REQUEST, from_sbc=True) == 0, "a check crossed"
        bed.check_no_leaks(access, core)


def test_phone_with_ice_calls():
    _call(v6=False, caller_rings_in=True)


def test_phone_with_ice_is_called():
    _call(v6=False, caller_rings_in=False)


def test_phone_with_ice_and_one_port_calls():
    _call(v6=False, caller_rings_in=True, muxed=True)


def test_phone_with_ice_and_one_port_is_called():
    _call(v6=False, caller_rings_in=False, muxed=True)


def test_phone_with_ice_calls_over_ipv6():
    _call(v6=True, caller_rings_in=True)
