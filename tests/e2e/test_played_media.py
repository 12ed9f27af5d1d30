"""Audio that SIPp plays from recordings (play_pcap_audio): every packet of them reaches the other side, unchanged."""
import os

from net.media_check import compare_media
from net.packets import UDP, is_rtp, read_pcap

from . import bed as beds
from .flow import RECORDINGS
from .flow_run import End, FlowRun, run_together

_PLAYED = {"access": ("g711a.pcap", "dtmf_2833_5.pcap"), "core": ("g711a.pcap",)}  # by whose client: see played/play.flow


def _rtp(path):
    return [packet for packet in read_pcap(path) if packet.protocol == UDP and is_rtp(packet.payload)]


def _check_crossed(recording, other):
    """What the other side's client played has left us here as it is in its files, in their order."""
    got = [packet.payload for packet in _rtp(recording.path) if packet.source_mac == recording.sbc_mac]
    sent = [packet.payload for file in _PLAYED[other.name] for packet in _rtp(os.path.join(RECORDINGS, file))]
    same = sum(1 for one, two in zip(got, sent) if one == two)
    assert got == sent, f"of {len(sent)} packets played by the {other.name} side {len(got)} arrived, {same} unchanged"


def _played(**families):
    with beds.standing(**families) as bed:
        plan, captures = bed.plan, bed.captures()
        places = {"caller": End("access", plan.client_access, plan.caller_port, plan.scanner,
                                plan.endpoint(*plan.sbc_for_access)),
                  "callee": End("core", plan.client_core, plan.callee_port, plan.second_core)}
        run_together([FlowRun(bed, "played/play", places, "4912345", calls=1)])
        bed.wait_idle()
        access, core = bed.recordings(captures)
        beds.expect_none(compare_media(access, core).problems())
        _check_crossed(core, access)
        _check_crossed(access, core)
        bed.check_no_leaks(access, core)


def test_ipv4():
    _played()


def test_ipv6():
    _played(v6=True)


def test_ipv4_to_ipv6():
    _played(core_v6=True)
