"""The points of RFC 4475 and RFC 5118 through the running product, with the project's own messages, tests/torture; and
the RFCs' exact bytes, where SBC_TORTURE names a folder that holds them with a sender that judges the answers."""
import os

from e2e.bed import standing
from e2e.outcome import fits, watch
from net.configuration import Plan
from net.paths import root_folder
from net.processes import Failure, tail

_FOLDER = os.path.join(root_folder(), "tests/torture")
_MTU = 4500  # the long one in one frame: fragments are not what is tested here

# What each message owes: a status, or the reason of a counted drop. 486 is the far side's: the message got there, and
# nothing else does.
_OWED = {
    "rfc4475/3.1.1.1_tortuous": "486",
    "rfc4475/3.1.1.2_characters": "501",
    "rfc4475/3.1.1.3_escapes": "404",  # the user part shows an address, which never crosses
    "rfc4475/3.1.1.3_escapes_routed": "486",
    "rfc4475/3.1.1.4_escaped_nul": "405",
    "rfc4475/3.1.1.5_percent": "501",
    "rfc4475/3.1.1.6_no_blank": "200",
    "rfc4475/3.1.1.7_long": "486",
    "rfc4475/3.1.1.8_trailing": "405",
    "rfc4475/3.1.1.9_semicolon": "200",
    "rfc4475/3.1.1.10_transports": "200",
    "rfc4475/3.1.1.11_multipart": "405",
    "rfc4475/3.1.1.12_phrase": "response_stray",
    "rfc4475/3.1.1.13_no_phrase": "response_stray",
    "rfc4475/3.1.2.1_separators": "400",
    "rfc4475/3.1.2.2_length_large": "400",
    "rfc4475/3.1.2.3_length_negative": "400",
    "rfc4475/3.1.2.4_scalars": "400",
    "rfc4475/3.1.2.5_scalars_response": "response_bad",
    "rfc4475/3.1.2.6_quote": "400",
    "rfc4475/3.1.2.7_brackets": "400",
    "rfc4475/3.1.2.8_blank_in_uri": "400",
    "rfc4475/3.1.2.9_blanks_between": "400",
    "rfc4475/3.1.2.10_blanks_behind": "400",
    "rfc4475/3.1.2.11_headers_in_uri": "400",
    "rfc4475/3.1.2.12_time_zone": "486",
    "rfc4475/3.1.2.13_no_brackets": "405",
    "rfc4475/3.1.2.14_blanks_in_brackets": "400",
    "rfc4475/3.1.2.15_display_comma": "200",
    "rfc4475/3.1.2.16_version": "505",
    "rfc4475/3.1.2.17_method_mismatch": "400",
    "rfc4475/3.1.2.18_unknown_mismatch": "400",
    "rfc4475/3.1.2.19_status_large": "response_bad",
    "rfc4475/3.2.1_branch_one": "200",
    "rfc4475/3.2.1_branch_other": "200",
    "rfc4475/3.3.1_missing": "call_id_missing",
    "rfc4475/3.3.2_unknown_scheme": "416",
    "rfc4475/3.3.3_atypical_scheme": "416",
    "rfc4475/3.3.4_schemes_in_fields": "405",
    "rfc4475/3.3.5_extensions": "420",
    "rfc4475/3.3.6_content_type": "415",
    "rfc4475/3.3.7_authorization": "405",
    "rfc4475/3.3.8_repeated": "400",
    "rfc4475/3.3.9_lengths": "400",
    "rfc4475/3.3.10_broadcast": "response_stray",
    "rfc4475/3.3.11_no_hops": "200",  # we answer OPTIONS ourselves (RFC 3261 11)
    "rfc4475/3.3.12_contact_parameter": "405",
    "rfc4475/3.3.13_uri_parameter": "405",
    "rfc4475/3.3.14_escaped_header": "405",
    "rfc4475/3.3.15_accept": "486",
    "rfc4475/3.4.1_rfc2543": "486",
    "rfc5118/4.1_reference": "405",
    "rfc5118/4.2_no_reference": "400",
    "rfc5118/4.3_port_ambiguous": "405",
    "rfc5118/4.4_port_unambiguous": "405",
    "rfc5118/4.5_received_bracketed": "481",
    "rfc5118/4.5_received_bare": "200",
    "rfc5118/4.6_sdp": "486",
    "rfc5118/4.7_families": "481",
    "rfc5118/4.8_sdp_families": "486",
    "rfc5118/4.9_mapped": "486",
    "rfc5118/4.10_three_colons": "400",
    "rfc5118/4.10_two_colons": "200",
}

# What must hold of the answer or of what the far side got, besides.
_BESIDES = {
    "rfc4475/3.1.1.3_escapes_routed": lambda outcome: "sip:sips%3A49302%2541@" in outcome.forwarded[0].start,
    "rfc4475/3.1.1.7_long": lambda outcome: [via.split()[1].split(".")[0] for via in outcome.response.all("via")]
    == [f"hop{34 - number}" for number in range(35)],
    "rfc4475/3.3.5_extensions": lambda outcome: outcome.response.header("unsupported") == "nothingHasThis, norThis",
    "rfc4475/3.3.6_content_type": lambda outcome: "application/sdp" in outcome.response.header("accept"),
}


def _open_for_all(configuration):
    configuration["routes"][0]["prefix"] = ""
    for port in configuration["ports"]:
        port["mtu"] = _MTU


def _both_families(configuration):
    """To the realms of an IPv6 plan those of IPv4, so that media of either can be anchored."""
    _open_for_all(configuration)
    v4 = Plan()
    for realm, address in zip(configuration["realms"], (v4.sbc_access, v4.sbc_core)):
        realm["addresses"].append(v4.network(address))
    configuration["realms"][0]["gateway"].append(v4.client_access)


def _message(name):
    with open(os.path.join(_FOLDER, f"{name}.sip"), "rb") as file:
        return file.read()


def _judge(bed, caller, callee, name):
    """What is wrong with what became of one message; empty when nothing is."""
    data, owed = _message(name), _OWED[name]
    outcome = watch(bed, caller, data, callee)
    if outcome.response and outcome.response.method == "INVITE":
        caller.acknowledge(data.decode("latin-1"), outcome.response, bed.plan.sbc_for_access)
    if not fits(outcome.words, owed):
        return f"{' '.join(outcome.words)} instead of {owed}"
    if bool(outcome.forwarded) != (owed == "486"):
        return f"{len(outcome.forwarded)} INVITEs reached the far side"
    if name in _BESIDES and not _BESIDES[name](outcome):
        return f"wrong in {outcome.response.headers}"
    return "" if bed.answers_options(caller) else "the SBC answers no longer"


def _judge_all(names, change, **bed_options):
    wrong = []
    with standing(change=change, mtu=_MTU, **bed_options) as bed, bed.caller(5060) as caller, \
            bed.callee() as callee:
        for name in names:
            if why := _judge(bed, caller, callee, name):
                wrong.append(f"{name}: {why}")
        bed.wait_idle(40)
    assert not wrong, "; ".join(wrong)


def test_every_message_has_its_verdict():
    there = {f"{folder}/{file[:-4]}" for folder in ("rfc4475", "rfc5118")
             for file in os.listdir(os.path.join(_FOLDER, folder))}
    assert there == set(_OWED), there ^ set(_OWED)


def test_points_of_rfc_4475():
    _judge_all([name for name in _OWED if name.startswith("rfc4475/")], _open_for_all)


def test_points_of_rfc_5118():
    _judge_all([name for name in _OWED if name.startswith("rfc5118/")], _both_families, v6=True)


def _exact_bytes():
    with standing(change=_open_for_all, mtu=_MTU) as bed, bed.callee() as callee:
        sender = bed.lab.start(["/usr/bin/python3", os.path.join(os.environ["SBC_TORTURE"], "send"),
                                bed.plan.sbc_access, bed.plan.sbc_access_port, "--bind", bed.plan.client_access,
                                "--wait", "0.8"], "torture", bed.lab.links["access"].client)
        while sender.status is None:
            if offered := callee.receive(lambda text: text.start.startswith("INVITE "), 0.25):
                callee.reply(offered, "486 Busy Here")
        failed = [line for line in sender.output().splitlines() if not line.startswith("ok")]
        if sender.status:
            raise Failure(f"status {sender.status}: {tail(chr(10).join(failed), 20) or sender.errors()}")


if "SBC_TORTURE" in os.environ:
    test_exact_bytes = _exact_bytes
