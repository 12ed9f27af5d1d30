"""Emergency calls pass where limits stop all others, and the CDR says by which rule."""
from e2e.bed import hiding
from net.processes import wait_until

_SERVICE = dict.fromkeys(("access", "core"), [rb"(?i)(?<=urn:service:)sos\.fire"])  # crosses as it is


def _one_call_an_hour(configuration):
    configuration["limits"]["call_rate"] = "1/h burst 1"
    configuration["realms"][0]["emergency_numbers"] = ["112"]
    configuration["routes"] += [{"name": name, "from": "access", "prefix": prefix, "trunks": ["pbx"]}
                                for name, prefix in (("by-number", "112"), ("by-service", "urn:service:sos"))]


def _busy(bed, caller, callee, user, uri=None):
    """Calls; the callee, if it is reached, is busy: (the INVITE it got, the final response)."""
    target = bed.plan.sbc_for_access
    invite = caller.request("INVITE", user, target, caller.sdp(), uri=uri)
    caller.send(invite, target)
    offered = callee.receive(lambda text: text.is_request and text.method == "INVITE", 1.0)
    if offered:
        callee.reply(offered, "486 Busy Here")
        callee.expect("ACK")
    final = caller.receive(lambda text: text.status >= 300 and f"Call-ID: {text.call_id}" in invite)
    caller.acknowledge(invite, final, target)
    return offered, final.status


def test_emergency_calls_pass_where_others_are_refused():
    with hiding(_SERVICE, change=_one_call_an_hour) as bed, bed.caller() as caller, bed.callee() as callee:
        assert _busy(bed, caller, callee, "4912345")[1] == 486
        assert _busy(bed, caller, callee, "4912345") == (None, 503)
        offered, status = _busy(bed, caller, callee, "112")
        assert status == 486 and offered.user == "112", offered
        offered, status = _busy(bed, caller, callee, "112", "urn:service:SOS.fire")
        assert status == 486 and offered.start == "INVITE urn:service:sos.fire SIP/2.0", offered
        assert _busy(bed, caller, callee, "1123")[1] in (403, 503), "a number that only begins like one has precedence"
        bed.wait_idle()
        wait_until(lambda: len(bed.records()) == 5, 5, "CDRs")
        rules = [record["precedence"] for record in bed.records()]
        assert rules == [None, None, "emergency_number", "emergency_service", None], rules
