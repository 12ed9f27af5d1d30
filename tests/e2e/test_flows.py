"""What can happen inside a call, between two SIPp user agents: each text in flows/ is a pair of scenarios, which check
what the SBC sends them. Every pair runs over IPv4 and IPv6, some from one to the other; it leaves nothing behind, and
neither side sees a name of the other."""
from . import bed as beds
from .flow_run import End, FlowRun, names, run_together

_LANES = range(1, 5)  # flows at a time, each between two ports of its own
_BETWEEN_FAMILIES = ("call", "crossing", "delayed-offer", "early-media", "hold", "hold-by-address", "moved-media",
                     "refer-passed")


def _caller_port(plan, lane):
    return plan.caller_port + 100 * lane


def _callee_port(plan, lane):
    return plan.callee_port + 100 * lane


def _caller(plan, lane):
    return End("access", plan.client_access, _caller_port(plan, lane), plan.scanner,
               plan.endpoint(*plan.sbc_for_access))


def _stranger(plan, lane):
    return End("access", plan.scanner, _caller_port(plan, lane), plan.client_access,
               plan.endpoint(*plan.sbc_for_access))


def _callee(plan, lane):
    return End("core", plan.client_core, _callee_port(plan, lane), plan.second_core)


def _add_lanes(configuration, plan_of, **trunk):
    """A trunk for each, whose peer is the lane's callee, and a route."""
    for lane in _LANES:
        callee = _callee(plan_of(lane), lane)
        configuration["trunks"].append({"name": f"lane{lane}", "realm": "core",
                                        "peers": [beds.Plan.endpoint(callee.address, callee.port)], **trunk})
        configuration["routes"].append({"name": f"to-lane{lane}", "from": "access", "prefix": f"49{lane}",
                                        "trunks": [f"lane{lane}"]})


def _name_ports(bed):
    bed.plan.sip_ports |= {port(bed.plan, lane) for lane in _LANES for port in (_caller_port, _callee_port)}


def _flows(v6, folder="flows", caller=_caller, **trunk):
    plan = beds.Plan(v6)
    with beds.standing(v6, change=lambda configuration: _add_lanes(configuration, lambda _: plan, **trunk)) as bed:
        _name_ports(bed)
        captures = bed.captures()
        left = names(folder)
        while left:
            together, left = left[:len(_LANES)], left[len(_LANES):]
            run_together(FlowRun(bed, name, {"caller": caller(plan, lane), "callee": _callee(plan, lane)},
                                 f"49{lane}{1000 + len(left)}") for lane, name in zip(_LANES, together))
        bed.wait_idle()
        bed.check_no_leaks(*bed.recordings(captures))


def test_strangers_pass():
    _flows(v6=False, folder="strangers", caller=_stranger)


def test_pass():
    _flows(v6=False)


def test_early_offer_pass():
    _flows(v6=False, folder="early", offer="early")


def test_pass_over_ipv6():
    _flows(v6=True)


def _callees_family(lane):
    """The callee of an odd lane has IPv6, and its caller IPv4; of an even lane it is the other way round."""
    return beds.Plan(v6=lane % 2 == 1)


def _callers_family(lane):
    return beds.Plan(v6=lane % 2 == 0)


def _both_families(configuration):
    """To the addresses of an IPv6 plan those of IPv4."""
    v4 = beds.Plan()
    for realm, address, sip in zip(configuration["realms"], (v4.sbc_access, v4.sbc_core),
                                   (v4.sbc_for_access, v4.sbc_for_core)):
        realm["addresses"].append(v4.network(address))
        realm["sip"].append(v4.endpoint(*sip))
    configuration["access"].append({"realm": "access", "prefix": v4.host_prefix(v4.client_access), "trust": "trusted"})
    _add_lanes(configuration, _callees_family)


def test_pass_between_ipv4_and_ipv6():
    v4 = beds.Plan()
    with beds.standing(v6=True, change=_both_families) as bed:
        _name_ports(bed)
        for link, *addresses in (("access", v4.client_access, v4.scanner), ("core", v4.client_core, v4.second_core)):
            for address in addresses:
                bed.lab.add_address(link, v4.network(address))
        captures = bed.captures()
        for first, second in zip(_BETWEEN_FAMILIES[::2], _BETWEEN_FAMILIES[1::2]):
            run_together(FlowRun(bed, f"flows/{name}", {"caller": _caller(_callers_family(lane), lane),
                                                        "callee": _callee(_callees_family(lane), lane)},
                                 f"49{lane}1000") for lane, name in zip(_LANES, (first, first, second, second)))
        bed.wait_idle()
        access, core = bed.recordings(captures)
        bed.check_no_leaks(access, core)
        for user, leg in access.legs_by_user().items():
            other = core.legs_by_user()[user]
            ends = [media[0] for each in (leg, other) for media in (each.client_media, each.sbc_media)]
            assert [":" in end for end in ends] == [":" in ends[0]] * 2 + [":" not in ends[0]] * 2, (user, ends)
