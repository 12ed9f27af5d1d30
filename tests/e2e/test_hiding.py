"""Topology hiding on the wire: nothing of one side in any byte of the other: SIP, RTCP and ICMP alike."""
from e2e.bed import run_calls, standing
from net.packets import ICMP, ICMPV6

_CALLS, _DEAF_EVERY = 50, 10


def _nothing_crosses(v6, workers):
    """50 calls; every tenth caller has no open media ports, so its kernel answers the core's audio with ICMP errors
    that quote SBC packets, and the core sends to a port of the SBC's that is closed and gets ICMP from the SBC."""
    with standing(v6=v6, workers=workers) as bed:
        with bed.callee() as probe:
            probe.send(b"nobody listens here", (bed.plan.sbc_core, 9999))
        with bed.caller() as probe:
            probe.send(b"nobody listens here", (bed.plan.sbc_access, 9999))
        totals, media, access, core = run_calls(bed, _CALLS, 25, 1.2, rtcp_ms=400, deaf=_DEAF_EVERY)
        assert totals.succeeded == _CALLS, totals.problems()
        assert media.misled == media.stray == 0 and not any(media.altered.values()), media.problems()
        silent = totals.media["access"]["silent"]
        assert silent == _CALLS // _DEAF_EVERY and media.one_way <= silent, media.problems()
        icmp = [packet for packet in access.others if packet.protocol in (ICMP, ICMPV6)]
        assert any(packet.source_mac != access.sbc_mac for packet in icmp), "no ICMP error reached the SBC"
        for side in (access, core):
            relayed = sum(packet.source_mac == side.sbc_mac for packet in side.rtcp)
            assert relayed > _CALLS, f"only {relayed} RTCP packets were relayed, so nothing is shown of them"
        bed.check_no_leaks(access, core)


def test_nothing_crosses_ipv4():
    _nothing_crosses(False, 2)


def test_nothing_crosses_ipv6():
    _nothing_crosses(True, 1)
