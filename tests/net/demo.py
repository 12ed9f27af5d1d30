"""The demo: calls through the SBC and what became of them, judged on packet captures. Started by sbc/demo.

Exit status 0 only when every call completed, every RTP packet arrived unchanged, nothing of one side was seen on the
other, and no attack hurt a call.
"""
import argparse
import os
import re
import signal
import sys
import time

from . import attack
from .capture import Capture, stop_all
from .configuration import Plan
from .daemon import Sbc
from .lab import Lab
from .ladder import draw_call, finest_call
from .leaks import describe, find_leaks
from .media_check import compare_media
from .paths import program, root_folder
from .prepare import Hugepages, build
from .processes import Failure, tail
from .recording import Recording
from .report import Progress, table
from .user_agents import Calls

_EXAMPLE = "config/examples/annotated.yaml"
_HUGEPAGES_MB = 512
_FLOOD_RATE, _FLOOD_SECONDS = 5000, 3
_FLOODS = (("INVITE flood, one source", "source"), ("INVITE flood, 10,000 spoofed sources", "spoofed"),
           ("INVITE flood, one Call-ID", "call-id"))


def parse_options(words):
    options = argparse.ArgumentParser(prog="sbc/demo", description=__doc__.split("\n")[0])
    options.add_argument("--calls", type=int, default=300, help="calls of the first act")
    options.add_argument("--rate", type=float, default=50, help="new calls per second")
    options.add_argument("--hold", type=float, default=2, help="seconds from answer to BYE")
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--ipv6", action="store_true")
    options.add_argument("--port", choices=("af_packet", "af_xdp", "tap"), default="af_packet")
    options.add_argument("--no-attack", action="store_true", help="without the second act")
    options.add_argument("--keep", action="store_true", help="stay up at the end and print how to look around")
    return options.parse_args(words)


def example_configuration(lab, options, huge):
    """The annotated example, with the few values changed that this run decides. Each must be there to be changed."""
    with open(os.path.join(root_folder(), _EXAMPLE), encoding="utf-8") as file:
        text = file.read()
    examples = os.path.join(root_folder(), os.path.dirname(_EXAMPLE))
    changes = [(r"(?m)^  count: \d+", f"  count: {options.workers}"),
               (r"(?m)^  huge: \w+", f"  huge: {str(huge).lower()}"),
               (r"(?m)^  socket: \S+", f"  socket: {lab.folder}/sbc.sock"),
               (r"(?m)^  file: signatures.yaml", f"  file: {examples}/signatures.yaml"),
               (r"(?m)^    driver: af_packet", f"    driver: {options.port}"),
               (r'(?ms)^(log:.*?^  file: )""', rf'\g<1>"{lab.folder}/sbc.log"'),
               (r'(?ms)^(cdr:.*?^  file: )""', rf'\g<1>"{lab.folder}/cdr.jsonl"'),
               (r'(?ms)^(  - name: to-core.*?^    prefix: )""', r'\g<1>"49"')]
    # Peers of a trunk are tried in order; here only those of the family that the clients have are up.
    changes += [(r'(?m)^    peers: \["([^"\[]+)", "(\[[^"]+)"\]', rf'    peers: ["\{2 if options.ipv6 else 1}"]')]
    if options.port == "tap":
        changes += [(r"(?m)^    device: sbc-", "    device: tap-")]
    for pattern, replacement in changes:
        text, count = re.subn(pattern, replacement, text)
        if not count:
            raise Failure(f"{_EXAMPLE} has no {pattern} any more")
    return text


class Demo:
    def __init__(self, options, lab, huge):
        self._options, self._lab, self._plan = options, lab, Plan(options.ipv6, ports=(5060,) * 4)
        self._problems = []
        plan = self._plan
        lab.add_link("access", [plan.network(plan.client_access), plan.network(plan.scanner)])
        lab.add_link("core", [plan.network(plan.client_core)])
        self.sbc = self._start_sbc(huge)

    def _start_sbc(self, huge):
        for attempt in (huge, False) if huge else (False,):
            try:
                sbc = Sbc(self._lab, example_configuration(self._lab, self._options, attempt))
                break
            except Failure as failure:
                if not attempt:
                    raise
                print(f"hugepages did not serve ({tail(str(failure), 1)}); carrying on without")
        if self._options.port == "tap":
            for side, address in (("access", self._plan.sbc_access), ("core", self._plan.sbc_core)):
                self._lab.bridge_to_tap(side, f"tap-{side}", address)
        return sbc

    def run(self):
        self._first_act()
        if not self._options.no_attack:
            self._second_act()
        if self._options.keep:
            self._stay()
        if not self.sbc.alive:
            self._problems.append(f"the SBC died: {tail(self.sbc.log())}")
        elif self.sbc.stop() != 0:
            self._problems.append(f"the SBC ended with status {self.sbc.process.status}: {tail(self.sbc.log())}")
        return self._problems

    # --- act one: calls

    def _first_act(self):
        options, plan = self._options, self._plan
        print(f"\nAct 1: {options.calls} calls at {options.rate:g}/s, {options.hold:g} s each, audio both ways, "
              f"{'IPv6' if options.ipv6 else 'IPv4'}, {options.port}, {options.workers} worker"
              f"{'s' if options.workers > 1 else ''}")
        captures = [Capture(self._lab, side) for side in ("access", "core")]
        base = self.sbc.ctl("status")["calls"]
        calls = Calls(self._lab, plan, options.calls, options.rate, options.hold)
        with Progress(lambda: self._progress_line(calls, base)):
            totals = calls.finish()
        access, core = self._recordings(captures)
        media = compare_media(access, core)
        leaks = [*find_leaks(core, access, self._lab.folder), *find_leaks(access, core, self._lab.folder)]
        print(table([["calls placed", totals.count], ["completed", totals.succeeded],
                     ["failed", totals.count - totals.succeeded],
                     ["SIP retransmissions by the caller", totals.retransmissions],
                     *_media_rows(media),
                     ["identifiers of one side seen on the other", len(leaks)]],
                    ("", "act 1")))
        self._judge("act 1", [*totals.problems(), *media.problems(), *describe(leaks)])
        user = finest_call(access, core)
        if user:
            print("\nOne call, as each side saw it:\n")
            print(draw_call(access, core, user))

    def _progress_line(self, calls, base):
        now, media = self.sbc.ctl("status")["calls"], calls.media.totals()
        access, core = media.get("access", {}), media.get("core", {})
        placed, answered, ended, failed = (now[key] - base[key] for key in ("begun", "answered", "ended", "failed"))
        return (f"  calls: {placed} placed, {answered} answered, {ended} ended, {failed} failed │ RTP: "
                f"{access.get('rtp_sent', 0):,} to the core, {core.get('rtp_sent', 0):,} to access, "
                f"{access.get('lost', 0) + core.get('lost', 0)} lost")

    def _recordings(self, captures):
        return [Recording(path, side, self._lab.mac_of(side), self._plan.sip_ports)
                for path, side in zip(stop_all(captures), ("access", "core"))]

    def _judge(self, act, problems):
        for problem in problems:
            print(f"  ✗ {problem}")
        self._problems += [f"{act}: {problem}" for problem in problems]

    # --- act two: attacks while calls go on

    def _second_act(self):
        options, plan, lab = self._options, self._plan, self._lab
        count = max(1, int(options.rate * (6 + len(_FLOODS) * (_FLOOD_SECONDS + 0.5))))  # longer than the attacks
        print(f"\nAct 2: a scanner and floods of {_FLOOD_RATE:,} INVITEs/s from the access side, "
              f"while {count} calls go on")
        captures = [Capture(lab, side, f"host {own} and not host {plan.scanner}", f"{side}-attacked")
                    for side, own in (("access", plan.client_access), ("core", plan.client_core))]
        base = self.sbc.ctl("status")["calls"]
        calls = Calls(lab, plan, count, options.rate, options.hold, number="491", label="attacked")
        with Progress(lambda: self._progress_line(calls, base)):
            outcomes = [attack.observe(self.sbc, "SIPVicious svmap, svwar", lambda: attack.run_scanners(lab, plan))]
            for name, mode in _FLOODS:
                outcomes.append(attack.observe(
                    self.sbc, name,
                    lambda mode=mode: attack.run_flood(lab, plan, mode, _FLOOD_RATE, _FLOOD_SECONDS)))
            over = calls.done
            totals = calls.finish()
        access, core = self._recordings(captures)
        media = compare_media(access, core)
        rows = [[outcome.name, outcome.sent, ", ".join(f"{reason} {number:,}" for reason, number in
                                                       sorted(outcome.reasons.items(), key=lambda item: -item[1])),
                 outcome.answered, outcome.unaccounted] for outcome in outcomes]
        print(table(rows, ("attack", "packets", "dropped or rejected, by reason", "answered", "unaccounted")))
        print()
        print(table([["calls placed", totals.count], ["completed", totals.succeeded],
                     ["failed", totals.count - totals.succeeded], *_media_rows(media)], ("", "act 2")))
        self._judge("act 2", [*totals.problems(), *media.problems(),
                              *(["void: the calls were over before the attacks"] if over else []),
                              *(f"{outcome.name}: {outcome.unaccounted} packets unaccounted for"
                                for outcome in outcomes if outcome.unaccounted or not outcome.sent)])

    def _stay(self):
        lab, sbcctl = self._lab, program("sbc/sbcctl")
        print(f"""
Still up. Look around from another terminal:
  {sbcctl} --socket {self.sbc.socket} status          (or calls, drops, limits, reload)
  sudo ip netns exec {lab.links['access'].client} bash        the access client; {lab.links['core'].client}: the core's
  tail -f {lab.folder}/sbc.log {lab.folder}/cdr.jsonl
  {lab.folder} holds configuration, captures and everybody's output
Ctrl-C takes it all down.""", flush=True)
        try:
            while self.sbc.alive:
                time.sleep(0.5)
        except KeyboardInterrupt:
            print()


def _media_rows(media):
    rows = []
    for side, other in (("access", "core"), ("core", "access")):
        rows += [[f"RTP packets {side} → {other}: into the SBC", media.sent[side]],
                 ["  out of it, unchanged", media.arrived[side]],
                 ["  lost, altered, doubled", media.lost[side] + media.altered[side] + media.doubled[side]]]
    return rows


def _interrupted(_signal, _frame):
    raise KeyboardInterrupt


def main():
    options = parse_options(sys.argv[1:])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    try:
        begun = time.monotonic()
        print("building", flush=True)
        build()
        print(f"built in {time.monotonic() - begun:.0f} s", flush=True)
        with Hugepages(_HUGEPAGES_MB) as pages:
            if not pages.enough:
                print("no hugepages to be had here: carrying on with --no-huge")
            with Lab("sbc-demo") as lab:
                problems = Demo(options, lab, pages.enough).run()
    except Failure as failure:
        problems = [str(failure)]
    except KeyboardInterrupt:
        print("\ninterrupted; everything taken down")
        return 130
    print()
    for problem in problems:
        print(f"FAILED: {problem}")
    print(f"{'failed' if problems else 'all well'}, {time.monotonic() - begun:.0f} s")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
