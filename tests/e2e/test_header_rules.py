"""Header rules on the wire, tried before: what `sbc --try` prints is what leaves."""
import os
import subprocess
import tempfile

from e2e.bed import call, hiding
from net.configuration import to_yaml
from net.paths import program, root_folder

_RULES = [
    {"name": "account", "direction": "in", "realm": "access", "action": "allow", "header": "X-Account"},
    {"name": "number", "direction": "out", "trunk": "pbx", "action": "replace", "header": "X-Account",
     "pattern": "acct-*", "value": "$1"},
    {"name": "served", "direction": "out", "realm": "access", "message": "response", "action": "set",
     "header": "Server", "value": "edge"},
]
_FIELDS = ("X-Account: acct-17", "X-Other: secret", "User-Agent: phone")


def _try(*words):
    done = subprocess.run([program("sbc/sbc"), *words], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def _with_rules(configuration):
    configuration["header_rules"] = _RULES


def test_rules_change_what_crosses_as_tried_before():
    with hiding(change=_with_rules) as bed, bed.caller() as caller, bed.callee() as callee:
        invite = caller.request("INVITE", "4912345", bed.plan.sbc_for_access, caller.sdp(), headers=_FIELDS)
        path = os.path.join(bed.lab.folder, "invite.sip")
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(invite)
        status, said, errors = _try("--try", path, "--from", "access", "--config", bed.sbc.config_path)
        assert status == 0, said + errors
        for line in ("verdict     taken", "rules       account, number", "\nX-Account: 17\n"):
            assert line in said, said
        assert "X-Other" not in said and "User-Agent" not in said, said
        caller.send(invite, bed.plan.sbc_for_access)
        offered = callee.expect("INVITE")
        assert offered.header("x-account") == "17", offered
        assert not offered.all("x-other") and not offered.all("user-agent"), offered
        callee.reply(offered, "486 Busy Here", headers=("Server: pbx",))
        refused = caller.expect("486")
        assert refused.header("server") == "edge", refused
        caller.acknowledge(invite, refused, bed.plan.sbc_for_access)
        callee.expect("ACK")


def test_a_reload_takes_rules_over_and_refuses_wrong_ones():
    with hiding() as bed, bed.caller() as caller, bed.callee() as callee:
        settings = {**bed.sbc.settings, "header_rules": [{**_RULES[2], "header": "Via"}]}
        bed.sbc.write_config(settings)
        answer = bed.sbc.ctl("reload", check=False)
        assert "header_rules[served].header" in str(answer), answer
        settings["header_rules"] = [_RULES[2]]
        bed.sbc.write_config(settings)
        bed.sbc.ctl("reload")
        invite = call(caller, bed)
        callee.reply(callee.expect("INVITE"), "486 Busy Here")
        refused = caller.expect("486")
        assert refused.header("server") == "edge", refused
        caller.acknowledge(invite, refused, bed.plan.sbc_for_access)


def test_the_annotated_example_can_be_tried():
    example = os.path.join(root_folder(), "config/examples/annotated.yaml")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "invite.sip")
        with open(path, "w", encoding="utf-8") as file:
            file.write("INVITE sip:4912345@198.51.100.1 SIP/2.0\nVia: SIP/2.0/UDP 198.51.100.10;branch=z9hG4bK1\n"
                       "From: <sip:4930@x>;tag=1\nTo: <sip:4912345@x>\nCall-ID: 1\nCSeq: 1 INVITE\n"
                       "Contact: <sip:4930@198.51.100.10>\nX-Account: acct-17\n\n")
        status, said, errors = _try("--try", path, "--from", "access", "--config", example)
        assert status == 0 and "\nX-Account: 17\n" in said and "\nX-Caller: 4930\n" in said, said + errors
        status, said, errors = _try("--try", path, "--from", "core", "--source", "203.0.113.99", "--config", example)
        assert status == 1 and "verdict     dropped: source_unknown" in said, said + errors
        for words in (("--from", "elsewhere"), ("--from", "access", "--source", "nowhere")):
            status, said, errors = _try("--try", path, *words, "--config", example)
            assert status == 2 and not said and errors.startswith("sbc: "), said + errors
        status, said, errors = _try("--try", f"{path}.not", "--from", "access", "--config", example)
        assert status == 2 and "cannot be read" in errors, said + errors
        wrong = os.path.join(folder, "wrong.yaml")
        with open(wrong, "w", encoding="utf-8") as file:
            file.write(to_yaml({"header_rules": [{"name": "r", "direction": "in"}]}) + "\n")
        status, said, errors = _try("--try", path, "--from", "access", "--config", wrong)
        assert status == 2 and "wrong.yaml:" in errors and not said, said + errors
