"""Rogue media: who sprays RTP over the whole media range before, while and after calls latch hears nothing and changes
nothing, and every one of its packets is in an account."""
from e2e.bed import settings, standing
from net.configuration import ACCESS_MEDIA
from net.media_check import compare_media
from net.media_spray import MediaSpray
from net.processes import wait_until

_PORTS = "20000-20255"  # of the range: what calls take is spread over it, so they are met often


def _narrow(configuration):
    assert configuration["realms"][0]["media"]["ports"] == ACCESS_MEDIA
    configuration["realms"][0]["media"]["ports"] = _PORTS


def _sprayed(v6):
    calls = 100 if settings.full else 30
    with standing(v6=v6, change=_narrow) as bed:
        plan = bed.plan
        captures = bed.captures("", [f"not host {plan.scanner}", ""])
        spray = MediaSpray(bed.lab, "access", plan.scanner, plan.sbc_access, _PORTS)
        totals = bed.calls(calls, 10, 3).finish()
        spray.stop()
        access, core = bed.recordings(captures)
        bed.check_calls(totals, compare_media(access, core))
        assert spray.heard == 0, f"the stranger heard {spray.heard} packets"
        assert spray.sent > 1000, f"void: only {spray.sent} packets were sprayed"

        def accounted():
            reasons = bed.reasons()
            return reasons.get("media_source", 0) + reasons.get("media_closed", 0) == spray.sent
        wait_until(accounted, 3, f"{spray.sent} packets in media_source and media_closed, not {bed.reasons()}")
        for record in bed.records():
            for side in ("caller", "callee"):
                media = record[side]["media"]
                assert media["codec"] == "G711" and media["mos"] > 4 and media["jitter_ms"] is not None, record
            assert record["audio"] == "both", record
        strangers = [record["caller"]["media"]["refused_strangers"] for record in bed.records()]
        assert len(strangers) == calls and all(strangers), f"of {strangers} strangers' packets, some calls tell nothing"
        log = bed.sbc.log()
        assert "RTP bleed" in log or "RTP injection" in log, "no event"


def test_ipv4():
    _sprayed(False)


def test_ipv6():
    _sprayed(True)
