"""What can happen inside a call, between two SIPp user agents: each text in flows/ is a pair of scenarios, which check
what the SBC sends them. Every pair runs over IPv4 and IPv6, leaves nothing behind, and neither side sees a name of the
other."""
from . import bed as beds
from .flow_run import End, FlowRun, names, run_together

_LANES = range(1, 5)  # flows at a time, each between two ports of its own


def _caller_port(plan, lane):
    return plan.caller_port + 100 * lane


def _callee_port(plan, lane):
    return plan.callee_port + 100 * lane


def _ends(plan, lane):
    return {"caller": End("access", plan.client_access, _caller_port(plan, lane), plan.scanner,
                          plan.endpoint(plan.sbc_access, plan.sbc_access_port)),
            "callee": End("core", plan.client_core, _callee_port(plan, lane), plan.second_core)}


def _flows(v6, folder="flows", **trunk):
    plan = beds.Plan(v6)

    def add_lanes(configuration):
        for lane in _LANES:
            configuration["trunks"].append({
                "name": f"lane{lane}", "realm": "core",
                "peers": [plan.endpoint(plan.client_core, _callee_port(plan, lane))], **trunk})
            configuration["routes"].append({"name": f"to-lane{lane}", "from": "access", "prefix": f"49{lane}",
                                            "trunks": [f"lane{lane}"]})
    with beds.standing(v6, change=add_lanes) as bed:
        bed.plan.sip_ports |= {port(plan, lane) for lane in _LANES for port in (_caller_port, _callee_port)}
        captures = bed.captures()
        left = names(folder)
        while left:
            together, left = left[:len(_LANES)], left[len(_LANES):]
            run_together(FlowRun(bed, name, _ends(plan, lane), f"49{lane}{1000 + len(left)}")
                         for lane, name in zip(_LANES, together))
        bed.wait_idle()
        bed.check_no_leaks(*bed.recordings(captures))


def test_pass():
    _flows(v6=False)


def test_early_offer_pass():
    _flows(v6=False, folder="early", offer="early")


def test_pass_over_ipv6():
    _flows(v6=True)
