"""ICE (RFC 8445): a telephone that trusts nothing but its own connectivity checks gets media through the SBC, which
answers them as a lite agent. What each phone hears is what the other said, bit for bit."""
from net.packets import UDP, read_pcap

from . import bed as beds
from .telephones import HeardCall

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


def _call(v6=False, outside_calls=True, muxed=False):
    """Between a phone with ICE outside and one without it inside."""
    with beds.standing(v6, change=_with_ice) as bed:
        call = HeardCall(bed, outside={"account": ";medianat=ice", "muxed": muxed}, outside_calls=outside_calls)
        assert _bindings(call.access, _REQUEST, from_sbc=False) > 0, "the phone checked nothing"
        assert _bindings(call.access, _RESPONSE, from_sbc=True) > 0, "no check was answered"
        assert _bindings(call.access, _REQUEST, from_sbc=True) == 0, "a lite agent checks nothing"
        assert _bindings(call.core, _REQUEST, from_sbc=True) == 0, "a check crossed"


def test_phone_with_ice_calls():
    _call()


def test_phone_with_ice_is_called():
    _call(outside_calls=False)


def test_phone_with_ice_and_one_port_calls():
    _call(muxed=True)


def test_phone_with_ice_and_one_port_is_called():
    _call(outside_calls=False, muxed=True)


def test_phone_with_ice_calls_over_ipv6():
    _call(v6=True)
