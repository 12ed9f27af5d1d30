"""Attacks from the access side, and the accounts that are held against them.

Every attack packet ends in exactly one of the SBC's reasons, or it was taken as a request and answered; what is in
neither is `unaccounted`. The number sent comes from the attacker's socket or from the capture, never from the SBC.
"""
import json
import os
import re
import shutil
import time
from dataclasses import dataclass, field

from .capture import Capture
from .paths import program, root_folder
from .processes import Failure, wait_until
from .recording import Recording


_SIP_SECTIONS = ("Access and limits", "SIP messages", "Requests")
_QUEUE_REASONS = {"handover_full", "buffer_empty"}


def sip_reasons():
    """The reasons in which a well-formed SIP packet to a listener can end, from the project's one list of reasons.
    The others are of other traffic, or of what the SBC itself would have sent."""
    reasons, section = set(_QUEUE_REASONS), ""
    with open(os.path.join(root_folder(), "config/types/reasons.def"), encoding="utf-8") as file:
        for line in file:
            if line.startswith("// "):
                section = line[3:]
            found = re.match(r"(?:DROP|REJECT)\((\w+),", line)
            if found and section.startswith(_SIP_SECTIONS):
                reasons.add(found.group(1))
    return reasons


def count_drops(sbc, realm="access"):
    """reason -> count so far, of SIP packets that came from a realm."""
    wanted = sip_reasons()
    return {row["reason"]: row["count"] for row in sbc.ctl("drops")["drops"]
            if row["realm"] == realm and row["reason"] in wanted}


@dataclass
class Outcome:
    """What became of one attack's packets."""
    name: str
    sent: int = 0
    seconds: float = 0
    reasons: dict = field(default_factory=dict)  # reason -> packets
    answered: int = 0                            # taken as a request: a response without a reason

    @property
    def unaccounted(self):
        return self.sent - sum(self.reasons.values()) - self.answered


def observe(sbc, name, attack):
    """Runs `attack()`, which answers with (sent, answered), and sets the SBC's counters against it."""
    before, begun = count_drops(sbc), time.monotonic()
    sent, answered = attack()
    outcome = Outcome(name, sent, time.monotonic() - begun, answered=answered)

    def settled():
        outcome.reasons = _between(before, count_drops(sbc))
        return outcome.unaccounted <= 0
    try:
        wait_until(settled, 2, name)
    except Failure:
        pass  # what is left stays in `unaccounted`, for the caller to judge
    return outcome


def _between(before, after):
    return {reason: count - before.get(reason, 0) for reason, count in after.items() if count > before.get(reason, 0)}


def flood(lab, plan, mode, rate, seconds, user="000", method="INVITE"):
    """Starts one flood; `mode` is source, spoofed or call-id."""
    link = lab.links["access"]
    return lab.start(
        [program("tests/net/flood"), "--device", link.client_device, "--mac", lab.mac_of("access"),
         "--target", plan.sbc_access, "--port", plan.sbc_access_port, "--mode", mode, "--rate", rate,
         "--seconds", seconds, "--from", plan.attackers, "--user", user, "--method", method],
        f"flood-{mode}", link.client)


def run_flood(lab, plan, mode, rate, seconds, **more):
    """One flood to its end: (sent, 0), by the attacker's own count."""
    process = flood(lab, plan, mode, rate, seconds, **more)
    if process.wait(seconds + 30) != 0:
        raise Failure(f"{process.name}: {process.errors()}")
    return json.loads(process.output())["sent"], 0


def run_scanners(lab, plan, seconds=0):
    """svmap and svwar from the scanner's address, round after round until `seconds` have passed, at least one round:
    (sent, answered), by a capture of that address. Each gives up by itself where it is not answered."""
    lab.prefer_source("access", plan.sbc_access, plan.scanner)  # svwar sends from elsewhere in spite of -b
    capture = Capture(lab, "access", f"host {plan.scanner} and udp", "scanner")
    end = time.monotonic() + seconds
    while True:
        tools = [_start_scanner(lab, plan, tool, method)
                 for tool in ("svmap", "svwar") for method in ("OPTIONS", "INVITE", "REGISTER")]
        for process in tools:
            process.wait(60)
        if time.monotonic() >= end:
            break
    recording = Recording(capture.stop(), "access", lab.mac_of("access"), plan.sip_ports)
    sent = sum(not message.from_sbc for message in recording.messages)
    answered = {message.text.call_id for message in recording.messages
                if message.from_sbc and 100 <= message.text.status < 300}
    return sent, len(answered)


def _start_scanner(lab, plan, tool, method):
    path = shutil.which(tool) or shutil.which(f"sipvicious_{tool}")
    if not path:
        raise Failure("sipvicious is not installed")
    words = ["-p", plan.sbc_access_port, "-b", plan.scanner, "-m", method, *(["-6"] if plan.v6 else [])]
    if tool == "svwar":
        words += ["--force", "-e", "100-400", "-t", "0.01"]
    return lab.start([path, *words, plan.sbc_access], f"{tool}-{method}", lab.links["access"].client,
                     environment={"HOME": lab.folder})
