"""Kamailio as a core proxy that record-routes, between the SBC and the core's user agents: flows in both directions,
and what a proxy does to a call. Nothing is left behind, and neither side sees a name of the other."""
import os

from net.processes import wait_until

from . import bed as beds
from .flow_run import End, FlowRun, run_together

_CONFIGURATION = os.path.join(os.path.dirname(os.path.abspath(__file__)), "core/kamailio.cfg")
_FIRST, _SECOND, _CALLER, _OUTSIDE = 6001, 6002, 6003, 6004  # ports of user agents in the core; a caller's outside
_FEW = ("hold", "bye-from-callee", "cancel-meets-answer")
_MANY = (*_FEW, "call", "delayed-offer", "early-media", "prack", "update-hold", "info-dtmf", "glare", "reinvite-fails",
         "cancel", "cancel-reinvite", "bye-during-reinvite", "busy", "redirected")


def _start_proxy(bed):
    plan = bed.plan
    defines = {"SBC": plan.endpoint(*plan.sbc_for_core), "SBC_PORT": plan.sbc_core_port,
               "ONE": plan.endpoint(plan.second_core, _FIRST),
               "TWO": plan.endpoint(plan.second_core, _SECOND)}
    proxy = bed.lab.start(
        ["kamailio", "-f", _CONFIGURATION, "-DD", "-E", "-m", "32", "-M", "4", "-Y", bed.lab.folder, "-l",
         f"udp:{plan.endpoint(plan.client_core, plan.callee_port)}",
         *(word for name, value in defines.items() for word in ("-A", f"{name}={value}"))],
        "kamailio", bed.lab.links["core"].client)
    wait_until(lambda: proxy.status is not None or proxy.listens(plan.callee_port), 10, "kamailio")


def _add_routes(plan):
    def change(configuration):
        """495: a trunk that is gone comes first. 493: what the proxy sends back goes there again."""
        configuration["trunks"].append({"name": "gone", "realm": "core",
                                        "peers": [plan.endpoint(plan.sbc_core + "9", 5060)]})
        configuration["routes"] += [
            {"name": "past-gone", "from": "access", "prefix": "495", "trunks": ["gone", "pbx"],
             "attempt_timeout": "300ms"},
            {"name": "back", "from": "core", "prefix": "493", "trunks": ["pbx"]}]
    return change


def _inward(plan):
    """Calls from the access side, through the proxy, to the core's user agents."""
    return {"caller": End("access", plan.client_access, _OUTSIDE, plan.scanner, plan.endpoint(*plan.sbc_for_access)),
            "callee": End("core", plan.second_core, _FIRST, plan.client_core),
            "second": End("core", plan.second_core, _SECOND, plan.client_core)}


def _outward(plan):
    return {"caller": End("core", plan.second_core, _CALLER, plan.client_core,
                          plan.endpoint(plan.client_core, plan.callee_port)),
            "callee": End("access", plan.client_access, plan.caller_port, plan.scanner)}


def _calls_through_a_proxy(v6, flows):
    plan = beds.Plan(v6)
    with beds.standing(v6, change=_add_routes(plan)) as bed:
        bed.plan.sip_ports |= {_FIRST, _SECOND, _CALLER, _OUTSIDE}
        _start_proxy(bed)
        captures = bed.captures()
        for number, name in enumerate(flows, 100):
            run_together([FlowRun(bed, f"flows/{name}", _inward(plan), f"491{number}"),
                          FlowRun(bed, f"flows/{name}", _outward(plan), f"30{number}")])
        for name, number in (("fork", 4921), ("loop", 4931), ("dead-agent", 4941)):
            run_together([FlowRun(bed, f"core/{name}", _inward(plan), number)])
        run_together([FlowRun(bed, "flows/call", _inward(plan), 4951)])
        bed.wait_idle()
        bed.check_no_leaks(*bed.recordings(captures))


def test_calls_through_a_proxy():
    _calls_through_a_proxy(False, _MANY)


def test_calls_through_a_proxy_over_ipv6():
    _calls_through_a_proxy(True, _FEW)
