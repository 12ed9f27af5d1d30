"""Operating it: sbcctl, blocks, draining, clean start and stop."""
import os
import signal
import socket
import time

from e2e.bed import answered_call, call, hang_up, standing
from net.configuration import Plan, base
from net.daemon import Sbc
from net.lab import Lab
from net.paths import program
from net.processes import Failure, wait_until


def test_a_call_is_shown_and_its_record_written():
    with standing() as bed, bed.caller() as caller, bed.callee() as callee:
        invite, accepted, offered = answered_call(bed, caller, callee)
        listed = bed.sbc.ctl("calls")["calls"]
        assert len(listed) == 1 and listed[0]["to"] == "4912345" and listed[0]["state"] == "answered", listed
        one = bed.sbc.ctl("call", listed[0]["id"])["call"]
        assert one["route"] == "to-core" and one["callee"]["call_id"] == offered.call_id, one

        def counted():
            status = bed.sbc.ctl("status")
            return status["calls"]["live"] == 1 and sum(w["live_calls"] for w in status["workers"]) == 1
        wait_until(counted, 2, "the call in `sbcctl status`")
        hang_up(bed, caller, callee, invite, accepted)
        bed.wait_idle()
        assert not bed.sbc.ctl("calls")["calls"]
        records = wait_until(bed.records, 5, "CDR line")
        assert len(records) == 1 and records[0]["status"] == 200 and records[0]["releaser"] == "caller", records


def test_refused_attempt_leaves_a_record_with_its_reason():
    with standing() as bed, bed.caller() as caller:
        invite = caller.request("INVITE", "777", bed.plan.sbc_for_access, caller.sdp())
        caller.send(invite, bed.plan.sbc_for_access)
        caller.acknowledge(invite, caller.expect("404"), bed.plan.sbc_for_access)
        assert bed.reasons().get("no_rule") == 1, bed.reasons()
        record = wait_until(bed.records, 5, "CDR line")[0]
        assert record["status"] == 404 and record["reason"] == "no_rule", record


def test_hang_up_by_the_operator_ends_both_legs():
    with standing() as bed, bed.caller() as caller, bed.callee() as callee:
        answered_call(bed, caller, callee)
        bed.sbc.ctl("hangup", bed.sbc.ctl("calls")["calls"][0]["id"])
        caller.reply(caller.expect("BYE"), "200 OK")
        callee.reply(callee.expect("BYE"), "200 OK")
        bed.wait_idle()


def test_block_silences_a_source_and_unblock_lets_it_speak():
    with standing() as bed, bed.stranger() as stranger, bed.caller() as caller:
        assert bed.answers_options(stranger)
        bed.sbc.ctl("block", bed.plan.host_prefix(bed.plan.scanner))
        wait_until(lambda: not bed.answers_options(stranger, 0.5), 3, "blocked source is silenced")
        assert bed.reasons().get("source_blocked", 0) >= 1, bed.reasons()
        assert bed.answers_options(caller), "another source was blocked too"
        bed.sbc.ctl("unblock", bed.plan.host_prefix(bed.plan.scanner))
        wait_until(lambda: bed.answers_options(stranger, 0.5), 3, "unblocked source is heard")


def test_limits_and_drops_name_what_is_configured():
    with standing() as bed:
        limits = {row["limit"]: row for row in bed.sbc.ctl("limits")["limits"]}
        assert "limits.calls_max" in limits and "limits.source_rate" in limits, limits
        assert set(bed.sbc.ctl("drops")) >= {"drops", "total"}


def test_drain_refuses_new_calls_and_ends_the_rest_in_time():
    def change(configuration):
        configuration["timers"]["drain"] = "2s"
    with standing(change=change, sbc_end=False) as bed, bed.caller() as caller, bed.callee() as callee:
        answered_call(bed, caller, callee)
        begun = time.monotonic()
        bed.sbc.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        refused_invite = call(caller, bed, "4999")
        refused = caller.expect("503")
        caller.acknowledge(refused_invite, refused, bed.plan.sbc_for_access)
        caller.reply(caller.expect("BYE", 5), "200 OK")
        callee.reply(callee.expect("BYE", 5), "200 OK")
        assert time.monotonic() - begun > 1.5, "the call was not given its time"
        assert bed.sbc.process.wait(10) == 0


def test_sigterm_waits_for_a_call_that_ends_by_itself():
    with standing(sbc_end=False) as bed, bed.caller() as caller, bed.callee() as callee:
        invite, accepted, _ = answered_call(bed, caller, callee)
        bed.sbc.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert bed.sbc.alive, "it did not wait for the call"
        begun = time.monotonic()
        hang_up(bed, caller, callee, invite, accepted)
        assert bed.sbc.process.wait(10) == 0
        assert time.monotonic() - begun < 9, "it waited although no call was left"


def test_ready_is_told_to_systemd():
    plan = Plan()
    with Lab("sbc-e2e") as lab:
        lab.add_link("access", [plan.network(plan.client_access)])
        lab.add_link("core", [plan.network(plan.client_core)])
        path = os.path.join(lab.folder, "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
            listener.bind(path)
            listener.settimeout(30)
            os.chmod(path, 0o777)
            sbc = Sbc(lab, base(lab.folder, plan, huge=False), environment={"NOTIFY_SOCKET": path})
            assert b"READY=1" in listener.recv(4096)
        assert sbc.stop() == 0


def test_start_without_its_device_fails_with_a_sentence():
    plan = Plan()
    with Lab("sbc-e2e") as lab:
        configuration = base(lab.folder, plan, huge=False)
        configuration["ports"][0]["device"] = "not-there"
        path = os.path.join(lab.folder, "sbc.yaml")
        try:
            Sbc(lab, configuration, seconds=20)
        except Failure as failure:
            assert "not-there" in str(failure), failure
        else:
            raise Failure(f"it started without a device ({path}, {program('sbc/sbc')})")
