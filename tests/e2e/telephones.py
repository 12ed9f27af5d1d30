"""Two telephones in a call through the SBC: baresip outside, in the access network, and baresip inside, in the core."""
import time

from net.audio import problems_of
from net.baresip import Baresip
from net.media_check import compare_media
from net.processes import wait_until
from net.srtp import in_clear

from .bed import expect_none

NUMBER = "49123"
OUTSIDE_MEDIA, INSIDE_MEDIA = 30000, 50000
ENCRYPTED = {"account": ";mediaenc=srtp-mand"}  # of a telephone that insists on SRTP
DTLS = {"account": ";mediaenc=dtls_srtp"}  # likewise, with keys that no SDP has (RFC 5763)
_LOST_MAX = 15  # RTP packets of one side that met no relay: before an answer, after a BYE
_PHASE = 1.2  # seconds that a phase of the call lasts
_SETTLE = 0.4  # at its beginning, while packets are on their way, anything may come


class Telephones:
    """In a call when made: who is outside has called, or has been. `outside`, `inside`: more of Baresip's arguments."""

    def __init__(self, bed, outside=None, inside=None, outside_calls=True):
        plan = bed.plan
        self.inside = Baresip(bed.lab, "core", "inside", NUMBER, plan.client_core, plan.callee_port, INSIDE_MEDIA,
                              **(inside or {}))
        self.outside = Baresip(bed.lab, "access", "outside", "alice", plan.client_access, plan.caller_port,
                               OUTSIDE_MEDIA, **(outside or {}))
        self.phases = {}
        if outside_calls:
            self.outside.tell("dial", f"sip:{NUMBER}@{plan.endpoint(*plan.sbc_for_access)}")
        else:
            self.inside.tell("dial", f"sip:alice@{plan.endpoint(*plan.sbc_for_core)}")
        self.outside.expect("CALL_ESTABLISHED")
        self.inside.expect("CALL_ESTABLISHED")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.outside.close()
        self.inside.close()

    def phase(self, name, seconds=_PHASE):
        """Lets the call go on for a while, and notes when that was."""
        begin = time.time() + _SETTLE
        time.sleep(seconds)
        self.phases[name] = begin, time.time()

    def hang_up(self):
        self.outside.tell("hangup")
        self.inside.expect("CALL_CLOSED")

    @staticmethod
    def _offer(phone, command):
        phone.tell(command)
        phone.expect("CALL_REMOTE_SDP", param="answer")

    def hold_and_resume(self):
        """By each of them, with talk before, between and after."""
        self.phase("talk", 2)
        self._offer(self.outside, "hold")
        self.phase("held")
        self._offer(self.outside, "resume")
        self.phase("resumed")
        self._offer(self.inside, "hold")
        self.phase("held by who is inside")
        self._offer(self.inside, "resume")
        self.phase("resumed by who is inside")


def check_media(access, core):
    """Every RTP packet that crossed is as it was; but few may be lost."""
    media = compare_media(access, core)
    assert media.calls == 1 and media.one_way == 0, media.problems()
    assert not (media.stray or media.misled or any(media.altered.values()) or any(media.doubled.values())
                or any(media.reordered.values())), media.problems()
    assert all(lost <= _LOST_MAX for lost in media.lost.values()), media.problems()


class HeardCall:
    """A call in which each side got what the other said, bit for bit, and nothing of one side was seen on the other;
    with its phases, its CDR, and what was recorded on both sides. `during(phones)` is what happens in it.

    What the telephones have heard is judged up to the first hold, what was on the wire in the whole call; of SRTP once
    it has been opened by libsrtp2."""

    def __init__(self, bed, during=lambda phones: phones.phase("talk", 2.5), outside=None, inside=None,
                 outside_calls=True):
        captures = bed.captures()
        with Telephones(bed, {"records": True, **(outside or {})}, {"records": True, **(inside or {})},
                        outside_calls) as phones:
            during(phones)
            phones.hang_up()
            bed.wait_idle()
            self.record = wait_until(bed.records, 5, "a CDR")[0]
            expect_none(filter(None, (problems_of(phones.outside.voice, phones.inside.heard()),
                                      problems_of(phones.inside.voice, phones.outside.heard()))))
        self.phases = phones.phases
        self.access, self.core = bed.recordings(captures)
        bed.check_no_leaks(self.access, self.core)
        clear = [in_clear(side, bed.plan.sip_ports) for side in (self.access, self.core)]
        assert not any(refused for _, refused in clear), f"{clear[0][1]} and {clear[1][1]} packets that no key opens"
        check_media(*(recording for recording, _ in clear))
