"""What can happen inside a call, between two SIPp user agents: each folder of flows/ is a pair of scenarios, which check
what the SBC sends them. Every pair runs over IPv4 and IPv6, leaves nothing behind, and neither side sees a name of the
other."""
import os

from net.processes import Failure, wait_until
from net.user_agents import Sipp

from . import bed as beds

_FLOWS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "flows")
_CALLS = 3
_SECONDS = 30


def _run(bed, flow):
    lab, plan = bed.lab, bed.plan
    common = ["-m", _CALLS, "-recv_timeout", 8000, "-mp", 6000]
    folder = os.path.join(_FLOWS, flow)
    callee = Sipp(lab, "core", f"{flow}-callee", os.path.join(folder, "callee.xml"), plan.client_core, plan.callee_port,
                  common)
    wait_until(lambda: callee.process.status is not None or callee.listens(), 10, "callee")
    caller = Sipp(lab, "access", f"{flow}-caller", os.path.join(folder, "caller.xml"), plan.client_access,
                  plan.caller_port, [*common, "-r", 10], plan.endpoint(plan.sbc_access, plan.sbc_access_port))
    for name, side in (("caller", caller), ("callee", callee)):
        side.process.wait(_SECONDS)
        if side.process.status != 0:
            raise Failure(f"{flow}: the {name} ended with {side.process.status}: {side.complaints()}")


def _flows(v6):
    with beds.standing(v6) as bed:
        captures = bed.captures()
        for flow in sorted(os.listdir(_FLOWS)):
            _run(bed, flow)
        bed.wait_idle()
        bed.check_no_leaks(*bed.recordings(captures))


def test_pass():
    _flows(v6=False)


def test_pass_over_ipv6():
    _flows(v6=True)
