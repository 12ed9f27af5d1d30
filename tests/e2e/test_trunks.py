"""What trunks and routes are configured to do to a call, between SIPp user agents: each text in trunks/ is a flow with
settings of its own. And what becomes of calls to a peer that is not well."""
import time

from net.processes import Failure

from . import bed as beds
from .flow_run import End, FlowRun, names, run_together

_AT_A_TIME = 4
# flow -> the settings of its trunk, those of its route
_SETTINGS = {
    "callers-translated": ({"translate_callers": "national"}, {}),
    "codecs": ({"codecs": {"deny": ["G729"], "order": ["PCMA", "PCMU"], "ptime": "30ms"}}, {}),
    "codecs-none-left": ({"codecs": {"allow": ["G729"]}}, {}),
    "cause-mapped": ({"responses": [{"cause": 34, "as": 486}]}, {}),
    "early-media-authorised": ({"early_media": "authorised"}, {}),
    "early-media-withheld": ({"early_media": "none"}, {}),
    "redirect-followed": ({"redirect": "follow"}, {}),
    "redirection-passed": ({"redirect": "pass"}, {}),
    "redirected-by-us": ({}, {"redirect": "proxy.example.net:5070"}),
    "status-mapped": ({"responses": [{"status": 603, "cause": 16, "as": 480},
                                     {"status": 603, "cause": 21, "as": 404, "as_cause": 1}]}, {}),
}


def _places(plan, lane):
    return {"caller": End("access", plan.client_access, plan.caller_port + 100 * lane, plan.scanner,
                          plan.endpoint(*plan.sbc_for_access)),
            "callee": End("core", plan.client_core, plan.callee_port + 100 * lane, plan.second_core),
            "second": End("core", plan.second_core, plan.callee_port, plan.client_core)}


def _with_trunks(plan, flows):
    """A trunk and a route for each flow, and the desk."""
    def change(configuration):
        beds.with_desk(plan)(configuration)
        configuration["translations"] = [{"name": "national", "rules": [{"prefix": "+49", "with": "0"}]}]
        for lane, name in enumerate(flows, 1):
            trunk, route = _SETTINGS[name.split("/")[-1]]
            callee = _places(plan, lane)["callee"]
            configuration["trunks"].append({"name": f"lane{lane}", "realm": "core",
                                            "peers": [plan.endpoint(callee.address, callee.port)], **trunk})
            configuration["routes"].append({"name": f"to-lane{lane}", "from": "access", "prefix": f"49{lane:02}",
                                            **(route or {"trunks": [f"lane{lane}"]})})
    return change


def test_settings_hold():
    plan, flows = beds.Plan(), names("trunks")
    with beds.hiding(change=_with_trunks(plan, flows)) as bed:
        places = {name: _places(plan, lane) for lane, name in enumerate(flows, 1)}
        bed.plan.sip_ports |= {end.port for each in places.values() for end in each.values()}
        for first in range(0, len(flows), _AT_A_TIME):
            run_together(FlowRun(bed, name, places[name], f"49{lane:02}1000")
                         for lane, name in enumerate(flows[first:first + _AT_A_TIME], first + 1))


def _asked_once_a_second(plan):
    def change(configuration):
        configuration["trunks"][1]["health"] = {"interval": "1s", "failures_max": 1, "ramp": "0s"}
        beds.with_desk(plan)(configuration)
        configuration["routes"][0]["trunks"] = ["pbx", "desk"]
    return change


def _answer_options(bed, peer, status, state):
    """Until the peer is held to be as this answer says."""
    for _ in range(3):
        peer.reply(peer.expect("OPTIONS"), status)
        time.sleep(0.2)
        trunk = next(trunk for trunk in bed.sbc.ctl("trunks")["trunks"] if trunk["trunk"] == "pbx")
        if trunk["peers"][0]["state"] == state:
            return
    raise Failure(f"a peer that answers OPTIONS with {status} should be {state}: {trunk}")


def _call_reaches(bed, caller, one, other):
    """A call comes to the first one, who is busy, and not to the other."""
    invite = beds.call(caller, bed)
    one.reply(one.expect("INVITE"), "486 Busy Here")
    one.expect("ACK")
    caller.acknowledge(invite, caller.expect("486"), bed.plan.sbc_for_access)
    assert other.receive(lambda text: text.method == "INVITE", 0.1) is None, "the other peer was called too"


def test_a_peer_that_is_not_well_gets_no_calls():
    """What a peer answers to OPTIONS decides: 503 takes it out, 404 is a sign of life."""
    plan = beds.Plan()
    with beds.hiding(change=_asked_once_a_second(plan)) as bed, bed.caller() as caller, bed.callee() as peer, \
            bed.callee(plan.second_core) as desk:
        _answer_options(bed, peer, "503 Service Unavailable", "down")
        _call_reaches(bed, caller, desk, peer)
        _answer_options(bed, peer, "404 Not Found", "up")
        _call_reaches(bed, caller, peer, desk)
