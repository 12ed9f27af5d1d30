"""Attacks while calls go on: no call is hurt, and every packet of the attack is in an account."""
from e2e.bed import expect_none, settings, standing
from net import attack
from net.media_check import compare_media

_RATE = 5000
_MODES = ("source", "spoofed", "call-id")


def _attacked(workers, v6=False):
    calls, seconds, pace = (500, 8, 12) if settings.full else (100, 2, 5)
    with standing(v6=v6, workers=workers) as bed:
        plan = bed.plan
        captures = bed.captures("", [f"host {plan.client_access} and not host {plan.scanner}", ""])
        traffic = bed.calls(calls, pace, 2)
        outcomes = [attack.observe(bed.sbc, "scanners", lambda: attack.run_scanners(bed.lab, plan))]
        for mode in _MODES:
            outcomes.append(attack.observe(bed.sbc, f"flood ({mode})",
                                           lambda mode=mode: attack.run_flood(bed.lab, plan, mode, _RATE, seconds)))
        over = traffic.done
        totals = traffic.finish()
        access, core = bed.recordings(captures)
        bed.check_calls(totals, compare_media(access, core))
        assert not over, "void: the calls were over before the attacks"
        expect_none(f"{outcome.name}: {outcome.unaccounted} of {outcome.sent} packets unaccounted: {outcome.reasons}"
                    for outcome in outcomes if outcome.unaccounted or not outcome.sent)
        bed.wait_idle(45)


def test_one_worker():
    _attacked(1)


def test_two_workers():
    _attacked(2)


def test_ipv6():
    _attacked(1, v6=True)


def test_limits_name_the_refusing_limit():
    """One stranger above its own limit is refused by source_rate; a trusted source at the same rate is not."""
    def change(configuration):
        configuration["limits"]["source_rate"] = "10/s burst 10"
    with standing(change=change) as bed, bed.stranger() as stranger, bed.caller() as caller:
        assert bed.answers_options(caller), "so that both know each other's MAC address before the burst"
        for agent in (stranger, caller):
            for _ in range(60):
                agent.send(agent.request("OPTIONS", "ping", bed.plan.sbc_for_access), bed.plan.sbc_for_access)
        answers = 0
        while caller.receive(lambda text: text.status == 200, 1):
            answers += 1
        assert answers == 60, f"{answers} of 60 requests of a trusted source were answered"
        refused = bed.reasons().get("source_rate", 0)
        assert 40 <= refused <= 50, f"source_rate refused {refused} of 60 at a limit of 10"
