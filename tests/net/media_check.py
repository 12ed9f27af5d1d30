"""Media check: every RTP packet that reached the SBC left it on the other side, unchanged, in order, once, in its own
call. Judged on the captures of both sides, never on what a program says of itself."""
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class MediaVerdict:
    sent: dict = field(default_factory=dict)      # by side: RTP packets that reached the SBC from there
    arrived: dict = field(default_factory=dict)   # of those, left the SBC on the other side unchanged
    lost: dict = field(default_factory=dict)
    altered: dict = field(default_factory=dict)   # a packet of the same sequence number left with other bytes
    doubled: dict = field(default_factory=dict)
    reordered: dict = field(default_factory=dict)  # streams
    streams: dict = field(default_factory=dict)
    stray: int = 0     # streams that left the SBC without having come in
    misled: int = 0    # streams that left in another call, or on ports that no SDP named
    calls: int = 0     # calls whose both legs named their audio ports
    one_way: int = 0   # of those, without audio in both directions

    def problems(self):
        found = []
        for side in self.sent:
            for what in ("lost", "altered", "doubled"):
                number = getattr(self, what)[side]
                if number:
                    found.append(f"{number} RTP packets from the {side} side {what}")
            if self.reordered[side]:
                found.append(f"{self.reordered[side]} streams from the {side} side reordered")
        if self.stray:
            found.append(f"{self.stray} streams left the SBC that nobody sent")
        if self.misled:
            found.append(f"{self.misled} streams arrived in another call than their own")
        if self.one_way:
            found.append(f"{self.one_way} calls had audio in one direction at most")
        if not self.calls:
            found.append("no call with audio was seen")
        return found


def compare_media(one, other):
    """Judges two recordings against each other."""
    verdict = MediaVerdict()
    ports_one, ports_other, verdict.calls = _ports_of_calls(one, other)
    heard = Counter()
    for source, target, source_ports, target_ports in ((one, other, ports_one, ports_other),
                                                       (other, one, ports_other, ports_one)):
        for name in ("sent", "arrived", "lost", "altered", "doubled", "reordered", "streams"):
            getattr(verdict, name)[source.name] = 0
        for (from_sbc, ssrc), ingress in source.streams.items():
            if from_sbc:
                continue
            egress = target.streams.get((True, ssrc))
            _compare_stream(verdict, source.name, ingress.prints, egress.prints if egress else [])
            if egress:
                call = source_ports.get(ingress.client_and_sbc(False))
                if call is None or call != target_ports.get(egress.client_and_sbc(True)):
                    verdict.misled += 1
                else:
                    heard[call] += 1
        verdict.stray += sum(1 for from_sbc, ssrc in target.streams
                             if from_sbc and (False, ssrc) not in source.streams)
    verdict.one_way = verdict.calls - sum(1 for ways in heard.values() if ways >= 2)
    return verdict


def _ports_of_calls(one, other):
    """(client's audio address, SBC's audio address) -> call, by side. Both legs of a call have the called number."""
    maps, calls = ({}, {}), 0
    theirs = other.legs_by_user()
    for user, leg in one.legs_by_user().items():
        match = theirs.get(user)
        if not match or not all((leg.client_media, leg.sbc_media, match.client_media, match.sbc_media)):
            continue
        calls += 1
        for ports, side in zip(maps, (leg, match)):
            ports[side.client_media, side.sbc_media] = user
    return maps[0], maps[1], calls


def _compare_stream(verdict, side, came, left):
    verdict.streams[side] += 1
    verdict.sent[side] += len(came)
    if came == left:
        verdict.arrived[side] += len(came)
        return
    expected, actual = Counter(came), Counter(left)
    arrived = expected & actual
    verdict.arrived[side] += sum(arrived.values())
    surplus = actual - expected
    sequences = {print_ & 0xFFFF for print_ in expected - actual}
    altered = sum(1 for print_ in surplus if print_ & 0xFFFF in sequences)
    verdict.altered[side] += altered
    verdict.doubled[side] += sum(surplus.values()) - altered
    verdict.lost[side] += sum((expected - actual).values()) - altered
    kept = [print_ for print_ in left if print_ in expected]
    verdict.reordered[side] += kept != sorted(kept, key={p: i for i, p in enumerate(came)}.get)
