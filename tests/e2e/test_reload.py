"""Reloads: under load they hurt nothing, a broken file changes nothing, and mistakes are told all at once."""
import copy
import os
import re
import signal

from e2e.bed import answered_call, settings, standing
from net.agent import contact_of
from net.daemon import check
from net.media_check import compare_media
from net.paths import root_folder
from net.processes import wait_until
from net.sip_text import SipText


def test_reloads_under_load():
    reloads, count, rate = (100, 500, 25) if settings.full else (20, 100, 20)
    with standing(workers=2) as bed:
        captures = bed.captures()
        traffic = bed.calls(count, rate, 1.5)
        configuration = copy.deepcopy(bed.sbc.settings)
        epochs = [bed.sbc.ctl("status")["epoch"]]
        for number in range(reloads):
            configuration["routes"].append({"name": f"more-{number}", "from": "access", "prefix": f"88{number}",
                                            "trunks": ["pbx"]})
            bed.sbc.write_config(configuration)
            epochs.append(bed.sbc.ctl("reload")["epoch"])
        assert not traffic.done, "void: the calls were over before the reloads"
        assert epochs == sorted(set(epochs)), f"epochs do not rise: {epochs}"
        wait_until(lambda: all(w["epoch"] == epochs[-1] for w in bed.sbc.ctl("status")["workers"]), 5,
                   "workers adopted the last epoch")
        totals = traffic.finish()
        access, core = bed.recordings(captures)
        bed.check_calls(totals, compare_media(access, core))


def test_reload_brings_a_route_and_sighup_takes_it_away():
    with standing() as bed, bed.caller() as caller, bed.callee() as callee:
        sip = bed.plan.sbc_for_access

        def outcome():
            invite = caller.request("INVITE", "33123", sip, caller.sdp())
            call_id = SipText(invite.encode()).call_id
            caller.send(invite, sip)
            routed = callee.receive(lambda text: text.method == "INVITE" and text.is_request, 0.5)
            if routed:
                callee.reply(routed, "486 Busy Here")
            refused = caller.receive(lambda text: text.status >= 400 and text.call_id == call_id)
            caller.acknowledge(invite, refused, sip)
            return refused.status
        assert outcome() == 404
        before = copy.deepcopy(bed.sbc.settings)
        after = copy.deepcopy(before)
        after["routes"].append({"name": "france", "from": "access", "prefix": "33", "trunks": ["pbx"]})
        bed.sbc.write_config(after)
        assert bed.sbc.ctl("reload", "--dry-run")["reloaded"] is False
        assert outcome() == 404, "a dry run changed something"
        assert bed.sbc.ctl("reload")["reloaded"] is True
        assert outcome() == 486
        epoch = bed.sbc.ctl("status")["epoch"]
        bed.sbc.write_config(before)
        bed.sbc.process.send_signal(signal.SIGHUP)
        wait_until(lambda: bed.sbc.ctl("status")["epoch"] > epoch, 5, "SIGHUP reloaded")
        assert outcome() == 404


def test_reload_changes_a_realms_tolerance_live():
    """A folded header (RFC 3261 7.3.1) is taken, then refused in the access realm only; each is counted, and told."""
    with standing() as bed, bed.caller() as caller, bed.callee() as callee:
        plan = bed.plan

        def outcome(agent, target):
            agent.send(agent.request("OPTIONS", "ping", target, headers=["Subject: one\r\n two"]), target)
            response = agent.receive(lambda text: text.status >= 200)
            return response and response.status

        def counted(realm):
            rows = [row for row in bed.sbc.ctl("deviations")["deviations"]
                    if row["realm"] == realm and row["deviation"] == "line_folded"]
            return [(row["treatment"], row["count"]) for row in rows]
        assert outcome(caller, plan.sbc_for_access) == 200
        assert counted("access") == [("repaired", 1)], bed.sbc.ctl("deviations")
        stricter = copy.deepcopy(bed.sbc.settings)
        stricter["realms"][0]["messages"] = {"tolerance": {"line_folded": "refused"}}
        bed.sbc.write_config(stricter)
        changes = bed.sbc.ctl("reload")["changes"]
        assert [change["key"] for change in changes] == ["realms[access].messages.tolerance.line_folded"], changes
        assert outcome(caller, plan.sbc_for_access) == 400
        assert outcome(callee, plan.sbc_for_core) == 200
        assert counted("access") == [("refused", 2)] and counted("core") == [("repaired", 1)], bed.sbc.ctl("deviations")
        assert bed.reasons().get("deviation_refused") == 1, bed.reasons()
        wait_until(lambda: "line_folded: OPTIONS" in bed.sbc.log(), 5, "the log names the deviation")


def test_broken_file_changes_nothing():
    with standing() as bed, bed.caller() as caller:
        epoch = bed.sbc.ctl("status")["epoch"]
        broken = copy.deepcopy(bed.sbc.settings)
        broken["routes"][0]["trunks"] = ["nowhere"]
        for text in (broken, "routes: [", ""):
            bed.sbc.write_config(text)
            answer = bed.sbc.ctl("reload", check=False)
            assert answer.get("error") and answer.get("problems"), answer
        assert bed.sbc.ctl("status")["epoch"] == epoch
        assert bed.answers_options(caller)


def test_run_and_packaged_examples_check_clean():
    examples = os.path.join(root_folder(), "config/examples")
    status, said = check(os.path.join(examples, "annotated.yaml"))
    assert status == 0, said


# each mistake: what is replaced in the good file, by what, and the key that its error must name. The key stands on the
# line that is to be blamed.
_MISTAKES = [
    ("  count: 1\n", "  count: many\n", "count"),
    ('    driver: "af_packet"\n', '    driver: "af_paket"\n', "driver"),
    ('addresses: ["198.51.100.1/24"]', 'addresses: ["198.51.100.1/33"]', "addresses"),
    ('ports: "40000-49999"', 'ports: "49999-40000"', "ports"),
    ('peers: ["203.0.113.10:5093"]', 'peers: ["203.0.113.10:99999"]', "peers"),
    ('trunks: ["pbx"]', 'trunks: ["pbxx"]', "trunks"),
    ("  calls_max: 4000\n", "  calls_max: 0\n", "calls_max"),
    ('  drain: "10s"', '  drain: "10 parsecs"', "drain"),
    ('  level: "info"', '  level: "chatty"', "level"),
    ("  idle: ", "  idel: ", "idel"),
]


def test_ten_mistakes_get_ten_errors_each_with_its_line():
    with standing() as bed:
        with open(bed.sbc.config_path, encoding="utf-8") as file:
            text = file.read()
        wanted = {}
        for good, bad, key in _MISTAKES:
            assert good in text, f"the configuration has no {good!r}"
            text = text.replace(good, bad, 1)
            wanted[text.count("\n", 0, text.index(bad) + bad.index(key)) + 1] = key
        assert len(wanted) == 10
        path = os.path.join(bed.lab.folder, "mistakes.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        status, said = check(path)
        assert status != 0, "the file was accepted"
        told = {int(line): words for line, words in re.findall(r"mistakes\.yaml:(\d+): (.*)", said)}
        wrong = [f"line {line} ({key}): {told.get(line, 'not mentioned')}" for line, key in wanted.items()
                 if key not in told.get(line, "")]
        assert not wrong and len(told) == 10, f"{'; '.join(wrong)} in: {said}"


def test_a_trunk_that_a_reload_takes_away_ends_its_calls_itself():
    """Its calls go on, and so what it says in them is heard, although its realm serves no strangers."""
    def change(configuration):
        configuration["realms"][1]["trust"] = "denied"
    with standing(change=change) as bed, bed.caller() as caller, bed.callee() as callee:
        _, _, offered = answered_call(bed, caller, callee)
        without = copy.deepcopy(bed.sbc.settings)
        without["trunks"] = [trunk for trunk in without["trunks"] if trunk["name"] != "pbx"]
        without["routes"] = [route for route in without["routes"] if route["name"] != "to-core"]
        bed.sbc.write_config(without)
        assert bed.sbc.ctl("reload")["reloaded"] is True
        bye = callee.request("BYE", "agent", bed.plan.sbc_for_core, call_id=offered.call_id, from_tag="answer",
                             to_tag=offered.tags()[0], uri=contact_of(offered))
        callee.send(bye, bed.plan.sbc_for_core)
        ended = callee.receive(lambda text: text.method == "BYE" and text.status >= 200, 2)
        assert ended and ended.status == 200, f"BYE of a live call: {ended and ended.start}; {bed.reasons('core')}"
        caller.reply(caller.expect("BYE"), "200 OK")
