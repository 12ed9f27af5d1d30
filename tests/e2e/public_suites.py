#!/usr/bin/python3
"""Runs other projects' SIPp scenarios through the SBC, unmodified, from copies that are fetched and not kept here:

    tests/e2e/public_suites.py --siphon FOLDER --drachtio FOLDER [FILTER]

FOLDER is a clone of github.com/siphon-project/siphon-sip or github.com/drachtio/drachtio-server. Prints for each pair
whether it passed; where it should not, why. The exit status is 0 when each did as the table here says. Needs root.
"""
import argparse
import os
import signal
import sys
import time
from dataclasses import dataclass

_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(_HERE))
sys.dont_write_bytecode = True

from e2e import bed as beds  # noqa: E402
from net.configuration import to_yaml  # noqa: E402
from net.prepare import Hugepages, build  # noqa: E402
from net.processes import Failure, wait_until  # noqa: E402
from net.report import table  # noqa: E402
from net.user_agents import Sipp  # noqa: E402

_FOLDERS = {"siphon": "sipp", "drachtio": "test/scenarios"}


@dataclass
class Pair:
    """`callees`: scenarios of the first and the second callee; `why`: it does not pass, and that is right."""
    suite: str
    caller: str
    callees: tuple = ()
    why: str = ""
    more: tuple = ()  # SIPp's options of the caller
    setup: object = None  # what this pair alone wants of the configuration: setup(configuration, plan)
    seconds: int = 45


def _siphon(name, callee=None, why="", **rest):
    """Of the scenarios for a back-to-back user agent."""
    callees = callee if isinstance(callee, tuple) else (callee or f"b2bua_{name}_uas",)
    return Pair("siphon", f"b2bua_{name}_uac" if name else "b2bua_uac", callees, why, **rest)


def _drachtio(caller, callee=None, why="", **rest):
    return Pair("drachtio", f"uac{caller}", (f"uas{callee}",) if callee is not None else (), why, **rest)


def _nobody_transfers(configuration, plan):
    del plan
    configuration["realms"][0]["transfer"] = "nobody"


def _transfer_to_carol(configuration, plan):
    """The callee takes no REFER, so we call Carol in its place; she is the second callee, and takes no other calls."""
    pbx = configuration["trunks"][1]
    pbx["refer"], pbx["peers"] = "carry_out", pbx["peers"][:1]
    configuration["trunks"].append(
        {"name": "carol", "realm": "core", "peers": [plan.endpoint(plan.second_core, plan.callee_port)]})
    configuration["routes"].append({"name": "to-carol", "from": "core", "prefix": "carol", "trunks": ["carol"]})


def _fail_over_on_404(configuration, plan):
    del plan
    configuration["trunks"][1]["failover_on"] = [404]


def _leave_who_only_tries(configuration, plan):
    del plan
    configuration["routes"][0]["progress_timeout"] = "2s"


def _with_custom_field(configuration, plan):
    """As drachtio's application has it, in the INVITE and in the answer to it that it passes on."""
    del plan
    configuration["header_rules"] = [{"name": "custom", "direction": "out", "methods": ["INVITE"], "action": "set",
                                      "header": "X-Custom", "value": "custom header value"}]


def _refuse_spammers(configuration, plan):
    """By the name that drachtio's own configuration has for them."""
    del plan
    path = os.path.join(os.path.dirname(configuration["log"]["file"]), "signatures.yaml")
    spammer = {"id": 1, "message": "spammer", "where": "header User-Agent", "pattern": "sip-cli",
               "action": "reject 603"}
    with open(path, "w", encoding="utf-8") as file:
        file.write(to_yaml({"signatures": [spammer]}) + "\n")
    configuration["signatures"] = {"file": path}


_NO_FINGERPRINT = ("offers DTLS-SRTP without a fingerprint (RFC 5763 5), which gets 488 whatever `media.srtp` says; "
                   "its callee answers with RTP/AVP")
_FRAGMENTS = "longer than the MTU: fragments are not reassembled"
_EARLY_UPDATE = "before the answer, offers by UPDATE are put off (491, 500) but where both sides use 100rel"
_NO_DIGEST = "callers are not challenged"

PAIRS = [
    _siphon("", "b2bua_uas"),
    _siphon("session_timer"),
    _siphon("early_media"),
    _siphon("reliable_prov"),
    _siphon("update", why="the callee takes UPDATE, but no Allow says so (RFC 3311 5.1): it is asked by re-INVITE"),
    _siphon("bye_glare"),
    _siphon("cancel", why="the CANCEL has a branch of its own, and so no INVITE that it could be for (RFC 3261 9.1)"),
    _siphon("failure"),
    _siphon("reinvite"),
    _siphon("reinvite_bleg"),
    _siphon("reinvite_reject"),
    _siphon("reinvite_breject"),
    _siphon("topology"),
    _siphon("set_host", why="a host name in From that siphon's own script sets"),
    _siphon("lcr", ("b2bua_lcr_carrier_a_uas", "b2bua_lcr_carrier_b_uas")),
    _siphon("lcr", ("b2bua_lcr_carrier_a_silent_uas", "b2bua_lcr_carrier_b_uas"),
            setup=_leave_who_only_tries),
    _siphon("auth", more=("-au", "alice", "-ap", "secret"),
            why="a trunk's 407 counts as its failure and does not reach the caller"),
    _siphon("invite_auth", more=("-au", "alice", "-ap", "secret"), why=_NO_DIGEST),
    _siphon("refer"),
    _siphon("refer_reject", "b2bua_uas", why="who may not transfer gets 403; siphon's own script answers with 603",
            setup=_nobody_transfers),
    _siphon("refer_terminate", ("b2bua_refer_terminate_bob_uas", "b2bua_bye_glare_uas"), setup=_transfer_to_carol),
    _siphon("refer_terminate", ("b2bua_refer_terminate_bob_uas", "b2bua_refer_carol_uas"), setup=_transfer_to_carol,
            why="the transfer is done; but the caller takes no NOTIFY of Carol's 180 (RFC 3515 2.4.4)"),
    _siphon("refer_outbound", "b2bua_uas", why="nobody sends a REFER; for siphon its own script does"),
    Pair("siphon", "invite_uac", ("invite_uas",)),
    Pair("siphon", "reinvite_uac", ("reinvite_uas",)),
    Pair("siphon", "prack_uac", ("prack_uas",)),
    Pair("siphon", "proxy_refer_uac", ("proxy_refer_uas",)),
    Pair("siphon", "rtpengine_uac", ("rtpengine_uas",)),
    Pair("siphon", "failover_uac", ("failover_reject_uas", "failover_answer_uas"), setup=_fail_over_on_404),
    Pair("siphon", "max_forwards_uac"),
    Pair("siphon", "options"),
    Pair("siphon", "message", ("message_uas",), "MESSAGE gets 405: it is not passed on"),
    _drachtio("", "-success"),
    _drachtio("-utf8", "-success"),
    _drachtio("", "-183-180-200"),
    _drachtio("-cancel", "-cancel"),
    _drachtio("-cancel", "-ackbye"),
    _drachtio("-expect-480", "-fail-480", setup=_with_custom_field),
    _drachtio("-expect-486", "-fail-486"),
    _drachtio("-no-ack", "-fail-480", why="the caller wants a Contact in the 480, and sends no ACK"),
    _drachtio("-recv-bye", "-bye"),
    _drachtio("", "-bad-bye", why="nobody answers this call: the callee tries a BYE, and gets the 481 that it wants"),
    _drachtio("-long-sdp", "-success", why=_FRAGMENTS),
    _drachtio("-long-uri", "-success", why=_NO_FINGERPRINT),
    _drachtio("-invalid-uri-user", "-success", why=_NO_FINGERPRINT),
    _drachtio("-preloaded-route", "-success"),
    _drachtio("-forking", "-success", why="its ACK and BYE have another tag in From than its INVITE",
              more=("-cid_str", "09e59cdf-af51-4727-beeb-4eae0c0f0959")),  # the Call-ID that stands in the scenario
    _drachtio("-drop-one-200", "-success"),
    _drachtio("", "-drop-one-200", more=("-d", 12000)),  # its BYE waits for an ACK that isn't dropped
    _drachtio("-drop-all-200", "-success"),
    _drachtio("-refresh", "-success-reinvite"),
    _drachtio("-send-reinvite-no-sdp", "-success-reinvite", why="the caller takes no 180; any that fits sends one"),
    _drachtio("-recv-reinvite", "-reinvite-bye", why="a re-INVITE before the caller's ACK gets 491"),
    _drachtio("-reinvite-bye-race", "-reinvite-bye-race",
              why="the callee wants the BYE before the re-INVITE, which the caller sent first"),
    _drachtio("-overlapping", "-overlapping",
              why="the callee takes no ACK for a re-INVITE and answers the next with 500, where the caller wants 200"),
    _drachtio("-update-during-invite", "-183-recv-update", why=_EARLY_UPDATE),
    _drachtio("", "-183-send-update", why=_EARLY_UPDATE),
    _drachtio("", "-prack"),
    _drachtio("", "-slow-response"),
    _drachtio("", "-invite-delay"),
    _drachtio("-session-expires", "-success", seconds=90,
              why="the caller wants the session to expire; it says nothing of `timer` in Supported, so we refresh it"),
    _drachtio("-session-expires-no-refresher", "-success", seconds=90),
    _drachtio("-session-expires-no-refresher-default", "-success"),
    _drachtio("-options-expect-200"),
    _drachtio("-expect-503"),
    _drachtio("-drop-one-503"),
    _drachtio("-spammer-expect-603", setup=_refuse_spammers),
    _drachtio("-register-subscribe-publish", why="nothing is registered here"),
]


def _change(plan, pair):
    def change(configuration):
        """Every number goes to the callees, the second one where the first fails; nobody sends media, and that ends no
        call; what is left over ends soon."""
        route, trunk = configuration["routes"][0], configuration["trunks"][1]
        route.update(prefix="", attempt_timeout="10s")
        trunk["peers"] = [plan.endpoint(address, plan.callee_port) for address in (plan.client_core, plan.second_core)]
        configuration["timers"].update(drain="0s", media_idle="0s")
        del configuration["signatures"]
        if pair.setup:
            pair.setup(configuration, plan)
    return change


def _play(bed, pair, folder):
    """What went wrong, or nothing."""
    plan = bed.plan

    def start(link, label, scenario, address, port, more, target=None):
        path = os.path.join(folder, f"{scenario}.xml")
        if not os.path.exists(path):
            raise Failure(f"{path} is not there")
        return Sipp(bed.lab, link, label, path, address, port, ["-m", 1, "-s", "4912345", "-mp", 6000, *more], target)
    callees = [start("core", f"callee{i}", scenario, address, plan.callee_port, [])
               for i, (scenario, address) in enumerate(zip(pair.callees, (plan.client_core, plan.second_core)))]
    for callee in callees:
        wait_until(lambda callee=callee: callee.process.status is not None or callee.listens(), 10, "callee")
    caller = start("access", "caller", pair.caller, plan.client_access, plan.caller_port, pair.more,
                   plan.endpoint(*plan.sbc_for_access))
    agents = {"caller": caller, **{f"callee {i + 1}": callee for i, callee in enumerate(callees)}}
    end = time.monotonic() + pair.seconds
    while time.monotonic() < end and None in (statuses := [a.process.status for a in agents.values()]):
        if any(statuses):
            break
        time.sleep(0.1)
    for agent in agents.values():
        if agent.process.status is None:
            agent.process.stop(signal.SIGKILL)
    return "; ".join(f"{name}: {agent.aborts() or agent.complaints() or 'did not end'}"
                     for name, agent in agents.items() if agent.process.status)


def _run(pair, folder):
    try:
        plan = beds.Plan()
        with beds.standing(change=_change(plan, pair), sbc_end=False) as bed:
            return " ".join(_play(bed, pair, folder).split())
    except Failure as failure:
        return str(failure)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    for suite in _FOLDERS:
        parser.add_argument(f"--{suite}", metavar="FOLDER", help="a clone of it")
    parser.add_argument("filter", nargs="?", default="")
    options = parser.parse_args()
    build()
    rows, surprises = [], 0
    with Hugepages(beds.HUGEPAGES_MB) as pages:
        beds.settings.huge = pages.enough
        for pair in PAIRS:
            clone, name = getattr(options, pair.suite), f"{pair.caller} {' '.join(pair.callees)}"
            if not clone or options.filter not in name:
                continue
            folder = os.path.abspath(os.path.join(clone, _FOLDERS[pair.suite]))
            # Once more, since some callees fail where a BYE meets their pause, which is as long as the caller's.
            wrong = _run(pair, folder) and _run(pair, folder) if not pair.why else _run(pair, folder)
            rows.append([pair.suite, name, "passes" if not wrong else "fails",
                         pair.why if wrong and pair.why else wrong[:160]])
            surprises += bool(wrong) != bool(pair.why)
            print(" ".join(rows[-1]), flush=True)
    print(table(rows, ["suite", "scenarios", "", "why"]))
    print(f"{sum(row[2] == 'passes' for row in rows)} of {len(rows)} pairs pass; {surprises} not as expected")
    return 1 if surprises or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
