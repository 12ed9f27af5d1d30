"""User agents: SIPp for the signalling of many calls, media_peer for their audio."""
import csv
import json
import math
import os
import signal

from .paths import program
from .processes import tail, wait_until

_SCENARIOS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "scenarios")
MEDIA_PORTS = 2400  # distinct RTP ports of one side before they come round again
CALLER_MEDIA, CALLEE_MEDIA = 30000, 50000
PACKETS_PER_SECOND = 50
CALLER_HOST, CALLEE_HOST = "handsets.access-side.example", "pbx-cluster.core-side.example"


class Sipp:
    """One SIPp process with one scenario."""

    def __init__(self, lab, link, label, scenario, local, port, more, target=None):
        argv = ["sipp", "-sf", os.path.join(_SCENARIOS, scenario), "-i", local, "-p", port, "-nostdin",
                "-trace_stat", "-stf", f"{label}.csv", "-fd", "1", "-trace_err", "-error_file", f"{label}.errors",
                "-timer_resol", "1", "-max_socket", "100", "-cid_str", f"%u-%p@{local}", *more]
        if target:
            argv.append(target)
        self._port = int(port)
        self._stat = os.path.join(lab.folder, f"{label}.csv")
        self._errors = os.path.join(lab.folder, f"{label}.errors")
        self.process = lab.start(argv, label, lab.links[link].client, environment={"TERM": "dumb"})

    def listens(self):
        """True once its UDP port is bound: a request that came sooner would be refused by ICMP."""
        return self.process.listens(self._port)

    def totals(self):
        """The last row of its statistics: cumulative counts by name."""
        try:
            with open(self._stat, newline="", encoding="utf-8") as file:
                rows = list(csv.reader(file, delimiter=";"))
        except FileNotFoundError:
            return {}
        if len(rows) < 2 or len(rows[-1]) < len(rows[0]):
            return {}
        return {name.removesuffix("(C)"): int(value) for name, value in zip(rows[0], rows[-1])
                if not name.endswith("(P)") and value.isdigit()}

    def aborts(self):
        """Why it gave its first call up."""
        try:
            with open(self._errors, encoding="utf-8", errors="replace") as file:
                return next((line.partition(": ")[2].strip() for line in file if "bort" in line), "")
        except FileNotFoundError:
            return ""

    def complaints(self):
        try:
            with open(self._errors, encoding="utf-8", errors="replace") as file:
                return tail(file.read(), 8)
        except FileNotFoundError:
            return tail(self.process.errors(), 8)


class MediaPeer:
    """The audio of all calls between two clients."""

    def __init__(self, lab, sides, packets, rtcp_ms=1000, label="media"):
        argv = [program("tests/net/media_peer"), "--packets", packets, "--rtcp-ms", rtcp_ms]
        for side in sides:
            argv += ["--side", ",".join(f"{key}={value}" for key, value in side.items())]
        self.process = lab.start(argv, label)
        self.process.wait_for("ready", 10, where="output")

    def totals(self):
        for line in reversed(self.process.output().splitlines()):
            if line.startswith("{") and line.endswith("}"):
                return json.loads(line)
        return {}

    def stop(self):
        self.process.stop(signal.SIGTERM)
        return self.totals()


class Calls:
    """Calls from the access client to the core client, with audio both ways. `duration` is each call's, in seconds;
    audio stops a little before the BYE, so that every packet that was sent can be held against one that arrived."""

    def __init__(self, lab, plan, count, rate, duration, rtcp_ms=1000, number="49", label="calls", deaf=0):
        self.count, self.rate, self.duration = count, rate, duration
        self.packets = max(1, math.floor(max(duration - 0.5, duration * 0.6) * PACKETS_PER_SECOND))
        self._lab, self._label, self._number = lab, label, number
        access, core = lab.links["access"], lab.links["core"]
        self.media = MediaPeer(lab, [
            {"name": "access", "netns": access.client, "device": access.client_device,
             "address": plan.client_access, "port": plan.caller_port,
             "cname": f"caller@{plan.client_access}", "deaf": deaf},
            {"name": "core", "netns": core.client, "device": core.client_device, "address": plan.client_core,
             "port": plan.callee_port, "cname": f"pbx@{plan.client_core}"},
        ], self.packets, rtcp_ms, f"{label}-media")
        self.callee = Sipp(lab, "core", f"{label}-callee", "callee.xml", plan.client_core, plan.callee_port,
                           ["-inf", self._ports("callee", CALLEE_MEDIA, False), "-key", "host", CALLEE_HOST,
                            "-mp", 6000])
        wait_until(lambda: self.callee.process.status is not None or self.callee.listens(), 10, "callee")
        self.caller = Sipp(lab, "access", f"{label}-caller", "caller.xml", plan.client_access, plan.caller_port,
                           ["-inf", self._ports("caller", CALLER_MEDIA, True), "-key", "host", CALLER_HOST,
                            "-mp", 6000, "-m", count, "-r", rate, "-d", int(duration * 1000),
                            "-l", max(100, count), "-recv_timeout", 20000, "-timeout_error"],
                           plan.endpoint(plan.sbc_access, plan.sbc_access_port))

    def _ports(self, side, first, with_number):
        """SIPp's injection file: one line a call; a call's number is its own, so that its two legs can be matched."""
        path = os.path.join(self._lab.folder, f"{self._label}-{side}.inf")
        with open(path, "w", encoding="ascii") as file:
            file.write("SEQUENTIAL\n")
            for call in range(self.count if with_number else MEDIA_PORTS):
                port = first + 4 * (call % MEDIA_PORTS)
                file.write(f"{self._number}{call + 1:07d};{port}\n" if with_number else f"{port}\n")
        return path

    @property
    def expected_seconds(self):
        return self.count / self.rate + self.duration

    @property
    def done(self):
        return self.caller.process.status is not None

    def finish(self, seconds=None):
        """Waits for the last call, then ends the callee and the media; answers with all totals."""
        self.caller.process.wait(seconds or self.expected_seconds + 40)
        media = self.media.stop()
        self.callee.process.stop(signal.SIGTERM)
        return Totals(self, self.caller.totals(), media)


class Totals:
    """What the generators say of a finished run."""

    def __init__(self, calls, caller, media):
        self.count = calls.count
        self.packets = calls.packets
        self.succeeded = caller.get("SuccessfulCall", 0)
        self.failed = caller.get("FailedCall", 0) + calls.count - caller.get("TotalCallCreated", 0)
        self.retransmissions = caller.get("Retransmissions", 0)
        self.media = media
        self.complaints = calls.caller.complaints() if self.succeeded != calls.count else ""

    def problems(self):
        """Empty when every call completed and the generator did all that it was asked to."""
        found = []
        if self.succeeded != self.count or self.failed:
            found.append(f"{self.count - self.succeeded} of {self.count} calls failed: {self.complaints}")
        for name in ("access", "core"):
            side = self.media.get(name, {})
            if side.get("cut") or side.get("send_failed"):
                found.append(f"void: the generator on the {name} side fell behind ({side})")
        return found
