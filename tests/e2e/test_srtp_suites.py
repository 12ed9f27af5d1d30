"""SRTP between us and another implementation, libsrtp2, in every suite: it offers keys, or answers ours, and the other
side is in the clear. What each side gets is what the other sent, bit for bit, over a wrap of the sequence numbers."""
import random
import struct
import time
from contextlib import ExitStack

from net.agent import Agent
from net.audio import RATE
from net.processes import wait_until
from net.srtp import SUITES, crypto_line, keys_in, opened, protected

from . import bed as beds

_PACKETS, _BEFORE_WRAP = 60, 20
_INTERVAL = 0.02  # seconds
_SAMPLES = int(RATE * _INTERVAL)
_ACCESS_MEDIA, _CORE_MEDIA = 30000, 50000


def _voice(seed):
    """RTP with noise of A-law; a sender report (RFC 3550 6.4.1) comes last."""
    source = random.Random(seed)
    ssrc, stamp, first = source.getrandbits(32), source.getrandbits(31), 65536 - _BEFORE_WRAP
    rtp = [struct.pack("!BBHII", 0x80, 8, (first + i) % 65536, stamp + i * _SAMPLES, ssrc) + source.randbytes(_SAMPLES)
           for i in range(_PACKETS)]
    return rtp, struct.pack("!BBHIQIII", 0x80, 200, 6, ssrc, time.time_ns(), stamp, _PACKETS, _PACKETS * _SAMPLES)


class _End:
    """One side of a call: where its media is, what it sends, and its keys where it speaks SRTP."""

    def __init__(self, stack, bed, link, address, port):
        self._stack, self._bed, self._link, self._address, self.port = stack, bed, link, address, port
        self._rtp, self._rtcp = self._socket(port), self._socket(port + 1)
        self.sent, self.report = _voice(f"{link} {port}")
        self._to = self._suite = self._own = self._other = None
        self._wire = []

    def _socket(self, port):
        return self._stack.enter_context(Agent(self._bed.lab, self._link, self._address, port))

    def secured(self, sdp, suite, tag=1):
        """This side's SDP, with a new key."""
        self._suite, self._own = suite, random.Random(f"{suite} {self.port}").randbytes(SUITES[suite])
        return sdp.replace("RTP/AVP", "RTP/SAVP") + crypto_line(tag, suite, self._own)

    def learn(self, text):
        """The other side's address, and its key by its SDP."""
        self._to = text.media()
        keys = [key for _, suite, key in keys_in(text.body) if suite == self._suite]
        assert bool(keys) == bool(self._suite), text.body
        self._other = keys[0] if keys else None

    def prepare(self):
        packets = [*self.sent, self.report]
        self._wire = protected(self._suite, self._own, packets) if self._suite else packets
        assert None not in self._wire

    def send(self, number):
        if number < len(self.sent):
            self._rtp.send(self._wire[number], self._to)
        else:
            self._rtcp.send(self._wire[number], (self._to[0], self._to[1] + 1))

    def heard(self):
        """RTP, and RTCP, in the clear."""
        for socket in (self._rtp, self._rtcp):
            socket.receive(lambda _: False, 0.05)
        got = [text.payload for socket in (self._rtp, self._rtcp) for text, _ in socket.seen]
        clear = opened(self._suite, self._other, got) if self._suite else got
        assert None not in clear, f"{clear.count(None)} packets are not authentic"
        return clear[:len(self._rtp.seen)], clear[len(self._rtp.seen):]


class _Call:
    """Between an end outside and one inside, each of which speaks SRTP where it has a suite."""

    def __init__(self, stack, bed, number, caller, callee, suite, caller_secured):
        self._bed, self._caller, self._callee, self.suite = bed, caller, callee, suite
        plan = bed.plan
        self.outside = _End(stack, bed, "access", plan.client_access, _ACCESS_MEDIA + 2 * number)
        self.inside = _End(stack, bed, "core", plan.client_core, _CORE_MEDIA + 2 * number)
        offer, answer = caller.sdp(self.outside.port), callee.sdp(self.inside.port)
        if caller_secured:
            offer = self.outside.secured(offer, suite)
        self._invite = caller.request("INVITE", f"4912{number}", plan.sbc_for_access, offer)
        caller.send(self._invite, plan.sbc_for_access)
        offered = callee.expect("INVITE")
        if not caller_secured:
            tag = next(tag for tag, name, _ in keys_in(offered.body) if name == suite)
            answer = self.inside.secured(answer, suite, tag)
        callee.reply(offered, "200 OK", answer, tag=f"answer{number}")
        self._accepted = caller.expect("200")
        caller.acknowledge(self._invite, self._accepted, plan.sbc_for_access)
        callee.expect("ACK")
        self.inside.learn(offered)
        self.outside.learn(self._accepted)
        for end in (self.outside, self.inside):
            end.prepare()

    def check(self):
        for end, other in ((self.outside, self.inside), (self.inside, self.outside)):
            rtp, rtcp = end.heard()
            same = sum(1 for got, sent in zip(rtp, other.sent) if got == sent)
            assert rtp == other.sent, f"{self.suite}: {same} of {len(other.sent)} packets as they were, {len(rtp)} came"
            assert [report[:28] for report in rtcp] == [other.report], f"{self.suite}: RTCP {rtcp}"

    def end(self):
        beds.hang_up(self._bed, self._caller, self._callee, self._invite, self._accepted)


def _calls_in_every_suite(caller_secured, **families):
    realm = "access" if caller_secured else "core"
    with beds.standing(change=beds.with_srtp(**{realm: ("required", SUITES)}), **families) as bed, \
            ExitStack() as stack, bed.caller() as caller, bed.callee() as callee:
        calls = [_Call(stack, bed, number, caller, callee, suite, caller_secured)
                 for number, suite in enumerate(SUITES)]
        due = time.monotonic()
        for number in range(_PACKETS + 1):
            for call in calls:
                call.outside.send(number)
                call.inside.send(number)
            due += _INTERVAL
            time.sleep(max(0, due - time.monotonic()))
        for call in calls:
            call.check()
            call.end()
        bed.wait_idle()
        wait_until(lambda: len(bed.records()) == len(calls), 5, "CDRs")
        side = "caller" if caller_secured else "callee"
        assert [record[side]["media"]["srtp"] for record in bed.records()] == list(SUITES), bed.records()


def test_it_answers():
    _calls_in_every_suite(caller_secured=False)


def test_it_offers():
    _calls_in_every_suite(caller_secured=True)


def test_it_answers_over_ipv6_a_caller_over_ipv4():
    _calls_in_every_suite(caller_secured=False, core_v6=True)
