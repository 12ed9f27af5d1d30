"""Outcome: what became of one message that a test sent: a response, a request at the far side, or a counted drop."""
from net.sip_text import SipText


class Outcome:
    def __init__(self):
        self.response = None  # the final one
        self.forwarded = []  # INVITEs that the far side got
        self.reasons = []  # whose counters rose, where nothing was answered

    @property
    def words(self):
        """The status; without one, the reasons."""
        return [str(self.response.status)] if self.response else self.reasons or ["nothing"]


def fits(words, owed):
    return any(word in owed.split() for word in words)


def watch(bed, caller, data, callee=None, seconds=2.0):
    """Sends a message from the access side; `callee`, where there is one, is busy. Earlier calls' retransmissions are
    passed over."""
    outcome, before = Outcome(), bed.reasons()
    sent = SipText(data if isinstance(data, bytes) else data.encode("latin-1"))
    caller.send(data, bed.plan.sbc_for_access)
    for _ in range(int(seconds / 0.25)):
        outcome.response = caller.receive(lambda text: text.status >= 200 and text.call_id in sent.all("call-id"), 0.25)
        if callee and (offered := callee.receive(lambda text: text.start.startswith("INVITE "), 0.05)):
            outcome.forwarded.append(offered)
            callee.reply(offered, "486 Busy Here")
        if outcome.response or (outcome.reasons and not outcome.forwarded):
            break
        outcome.reasons = [reason for reason, count in bed.reasons().items() if count > before.get(reason, 0)]
    return outcome
