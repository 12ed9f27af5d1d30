"""Bed: what most end-to-end tests stand on: a lab with an access and a core client and a running SBC between them."""
import json
import os
import re
import time
import types
from contextlib import contextmanager

from net.agent import Agent
from net.capture import Capture, stop_all
from net.configuration import Plan, base
from net.daemon import Sbc
from net.lab import Lab
from net.leaks import describe, find_leaks
from net.media_check import compare_media
from net.processes import Failure, tail, wait_until
from net.recording import Recording
from net.user_agents import Calls

HUGEPAGES_MB = 512
DESK = "4812345"  # the number of whom with_desk() adds
_COUNTERS_AGE = 0.3  # at most; a worker publishes what it has in use now and then
settings = types.SimpleNamespace(full=False, huge=True)


class Bed:
    def __init__(self, lab, plan, sbc):
        self.lab, self.plan, self.sbc = lab, plan, sbc

    def caller(self, port=None):
        """A scripted user agent at the access client, trusted there; not at SIPp's port unless asked."""
        return Agent(self.lab, "access", self.plan.client_access, port or self.plan.caller_port)

    def callee(self, address=None):
        return Agent(self.lab, "core", address or self.plan.client_core, self.plan.callee_port)

    def stranger(self, port=5060):
        """A user agent that no access rule knows."""
        return Agent(self.lab, "access", self.plan.scanner, port)

    def captures(self, label="", expressions=("", "")):
        return [Capture(self.lab, side, expression, f"{side}{label}")
                for side, expression in zip(("access", "core"), expressions)]

    def recordings(self, captures, crossed_out=None):
        """The access and the core side's. `crossed_out`: see hiding()."""
        paths = dict(zip(("access", "core"), stop_all(captures)))
        for side, patterns in (crossed_out or {}).items():
            _cross_out(paths[side], patterns)
        return [Recording(path, side, self.lab.mac_of(side), self.plan.sip_ports) for side, path in paths.items()]

    def calls(self, count, rate, duration, **more):
        return Calls(self.lab, self.plan, count, rate, duration, **more)

    def check_calls(self, totals, media):
        """Fails unless every call completed and every RTP packet arrived unchanged."""
        expect_none([*totals.problems(), *media.problems()])

    def check_no_leaks(self, access, core):
        expect_none(describe([*find_leaks(core, access, self.lab.folder), *find_leaks(access, core, self.lab.folder)]))

    def reasons(self, realm="access"):
        """reason -> count so far."""
        return {row["reason"]: row["count"] for row in self.sbc.ctl("drops")["drops"] if row["realm"] == realm}

    def records(self):
        """The call detail records so far."""
        path = os.path.join(self.lab.folder, "cdr.jsonl")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def answers_options(self, agent, seconds=3.0):
        """The SBC is alive: it answers a request of this agent's."""
        agent.send(agent.request("OPTIONS", "ping", self.plan.sbc_for_access), self.plan.sbc_for_access)
        return agent.receive(lambda text: text.method == "OPTIONS" and text.status >= 200, seconds) is not None

    def wait_idle(self, seconds=10):
        """Every call has ended and every media port is free again."""
        def idle():
            status = self.sbc.ctl("status")
            return not self.sbc.ctl("calls")["calls"] and status["calls"]["live"] == 0 \
                and not any(worker["leased_ports"] for worker in status["workers"])
        time.sleep(_COUNTERS_AGE)
        wait_until(idle, seconds, "calls and ports all released")


def expect_none(problems):
    problems = list(problems)
    if problems:
        raise Failure("; ".join(problems))


@contextmanager
def standing(v6=False, driver="af_packet", workers=1, change=None, sbc_end=True, mtu=1500, core_v6=None):
    """A bed; `core_v6` as for Plan. `change(configuration)` edits the configuration before the start. At the end the
    SBC must still live and end cleanly on SIGTERM, which a sanitizer's complaint or a leak would prevent;
    `sbc_end=False` leaves that to the test."""
    plan = Plan(v6, core_v6=core_v6)
    with Lab("sbc-e2e") as lab:
        lab.add_link("access", [plan.network(plan.client_access), plan.network(plan.scanner)], mtu=mtu)
        lab.add_link("core", [plan.network(plan.client_core), plan.network(plan.second_core)], mtu=mtu)
        configuration = base(lab.folder, plan, driver, workers, settings.huge)
        if change:
            change(configuration)
        sbc = Sbc(lab, configuration)
        if driver == "tap":
            for side, address in (("access", plan.sbc_access), ("core", plan.sbc_core)):
                lab.bridge_to_tap(side, f"tap-{side}", address)
        bed = Bed(lab, plan, sbc)
        try:
            yield bed
        except (Failure, AssertionError) as failure:
            if not sbc.alive:
                raise Failure(f"the SBC died with status {sbc.process.status}: {tail(sbc.process.errors(), 30)}; "
                              f"then: {failure}") from failure
            raise
        if sbc_end:
            assert sbc.alive, f"the SBC died with status {sbc.process.status}: {tail(sbc.process.errors(), 30)}"
            status = sbc.stop()
            assert status == 0, f"the SBC ended with status {status}: {tail(sbc.process.errors(), 30)}"


@contextmanager
def hiding(let_through=None, **how):
    """A standing bed, captured: at its end all calls are over, and neither side has seen anything of the other.
    `let_through`: side -> patterns of bytes that policy lets it see, which are crossed out in its capture."""
    with standing(**how) as bed:
        captures = bed.captures()
        yield bed
        bed.wait_idle()
        bed.check_no_leaks(*bed.recordings(captures, let_through))


def _cross_out(path, patterns):
    with open(path, "r+b") as file:
        data = file.read()
        for pattern in patterns:
            data = re.sub(pattern, lambda found: b"x" * len(found.group()), data)
        file.seek(0)
        file.write(data)


def with_desk(plan, refer="pass"):
    """A second peer in the core, with numbers of its own; what becomes of a REFER of those whom others refer."""
    def change(configuration):
        for realm in configuration["realms"]:
            realm["refer"] = refer
        configuration["trunks"].append({"name": "desk", "realm": "core",
                                        "peers": [plan.endpoint(plan.second_core, plan.callee_port)]})
        configuration["routes"].append({"name": "to-desk", "from": "access", "prefix": "48", "trunks": ["desk"]})
        configuration["routes"].append({"name": "inside", "from": "core", "prefix": "48", "trunks": ["desk"]})
    return change


def with_srtp(**realms):
    """realm -> (rule, suites)."""
    def change(configuration):
        for realm in configuration["realms"]:
            if realm["name"] in realms:
                rule, suites = realms[realm["name"]]
                realm["media"].update(srtp=rule, srtp_suites=list(suites))
    return change


def run_calls(bed, count, rate, duration, **more):
    """Calls with audio between captures: (totals, media verdict, access recording, core recording)."""
    captures = bed.captures(more.get("label", ""))
    totals = bed.calls(count, rate, duration, **more).finish()
    access, core = bed.recordings(captures)
    return totals, compare_media(access, core), access, core


def call(caller, bed, user="4912345"):
    """Sends an INVITE and answers with its text."""
    invite = caller.request("INVITE", user, bed.plan.sbc_for_access, caller.sdp())
    caller.send(invite, bed.plan.sbc_for_access)
    return invite


def answered_call(bed, caller, callee, user="4912345"):
    """A call up to the ACK: (caller's INVITE text, its 200, callee's INVITE)."""
    invite = call(caller, bed, user)
    offered = callee.expect("INVITE")
    callee.reply(offered, "180 Ringing")
    caller.expect("180")
    callee.reply(offered, "200 OK", callee.sdp(50000))
    accepted = caller.expect("200")
    caller.acknowledge(invite, accepted, bed.plan.sbc_for_access)
    callee.expect("ACK")
    return invite, accepted, offered


def hang_up(bed, caller, callee, invite, accepted, cseq=2):
    caller.bye(invite, accepted, bed.plan.sbc_for_access, cseq)
    callee.reply(callee.expect("BYE"), "200 OK")
    caller.expect("200")
