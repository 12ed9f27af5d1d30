"""Agent: one scripted SIP user agent on a UDP socket inside a namespace, for what SIPp's scenarios say badly: a test
sends exact bytes and looks at exact answers."""
import itertools
import os
import select
import socket
import time

from .processes import Failure
from .sip_text import SipText

_numbers = itertools.count(1)


class Agent:
    def __init__(self, lab, link, address, port):
        self.address, self.port = address, port
        self._v6 = ":" in address
        with lab.enter(lab.links[link].client):
            self._socket = socket.socket(socket.AF_INET6 if self._v6 else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, port))
        self.seen = []  # every (SipText, sender) so far

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def host(self):
        return f"[{self.address}]:{self.port}" if self._v6 else f"{self.address}:{self.port}"

    def send(self, data, to):
        self._socket.sendto(data if isinstance(data, bytes) else data.encode("latin-1"), to)

    def receive(self, wanted=lambda text: True, seconds=3.0):
        """The next message for which `wanted` is true; others are noted and passed over. None when the time is up."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self._socket], [], [], left)[0]:
                break
            data, sender = self._socket.recvfrom(65535)
            text = SipText(data)
            text.sender, text.payload = sender, data
            self.seen.append((text, sender))
            if wanted(text):
                return text
        return None

    def expect(self, what, seconds=3.0):
        """A request by its method, or a response by its status ("404", "4xx"); fails when it doesn't come."""
        def fits(text):
            if what[:1].isdigit():
                status = str(text.status)
                return not text.is_request and all(w in ("x", s) for w, s in zip(what, status))
            return text.is_request and text.method == what
        text = self.receive(fits, seconds)
        if text is None:
            came = ", ".join(seen.start for seen, _ in self.seen[-6:]) or "nothing"
            raise Failure(f"no {what} within {seconds} s; came: {came}")
        return text

    def sdp(self, port=30000):
        kind = 6 if self._v6 else 4
        return (f"v=0\r\no=- 1 1 IN IP{kind} {self.address}\r\ns=-\r\nc=IN IP{kind} {self.address}\r\nt=0 0\r\n"
                f"m=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n")

    def request(self, method, user, target, body="", call_id=None, cseq=1, to_tag="", headers=(), branch=None,
                from_tag=None, uri=None):
        """A well-formed request; `target` is (host, port)."""
        number = next(_numbers)
        host = f"[{target[0]}]:{target[1]}" if ":" in target[0] else f"{target[0]}:{target[1]}"
        lines = [f"{method} {uri or f'sip:{user}@{host}'} SIP/2.0",
                 f"Via: SIP/2.0/UDP {self.host};branch={branch or f'z9hG4bK-{os.getpid()}-{number}'}",
                 "Max-Forwards: 70",
                 f"From: <sip:agent@{self.host}>;tag={from_tag or f'agent{number}'}",
                 f"To: <sip:{user}@{host}>{f';tag={to_tag}' if to_tag else ''}",
                 f"Call-ID: {call_id or f'agent-{os.getpid()}-{number}@{self.address}'}",
                 f"CSeq: {cseq} {method}", f"Contact: <sip:agent@{self.host}>", *headers]
        if body:
            lines.append("Content-Type: application/sdp")
        lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines) + "\r\n\r\n" + body

    def reply(self, request, status, body="", tag="answer", headers=()):
        """Answers a received request."""
        to = request.header("to")
        if "tag=" not in to and not status.startswith("100"):
            to += f";tag={tag}"
        lines = [f"SIP/2.0 {status}", *(f"Via: {via}" for via in request.all("via")), f"From: {request.header('from')}",
                 f"To: {to}", f"Call-ID: {request.call_id}", f"CSeq: {request.header('cseq')}",
                 f"Contact: <sip:agent@{self.host}>", *headers]
        if body:
            lines.append("Content-Type: application/sdp")
        lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join(lines) + "\r\n\r\n" + body, request.sender)

    def acknowledge(self, invite_text, response, target):
        """The ACK of a final response: in the INVITE's transaction for a failure, a new one for a 2xx."""
        sent = SipText(invite_text.encode("latin-1"))
        uri = sent.start.split(" ")[1]
        via = sent.header("via")
        if response.status < 300:
            uri = contact_of(response)
            via = via.replace("branch=z9hG4bK", "branch=z9hG4bKack")
        lines = [f"ACK {uri} SIP/2.0", f"Via: {via}", "Max-Forwards: 70", f"From: {sent.header('from')}",
                 f"To: {response.header('to')}", f"Call-ID: {sent.call_id}",
                 f"CSeq: {sent.header('cseq').split()[0]} ACK", "Content-Length: 0"]
        self.send("\r\n".join(lines) + "\r\n\r\n", target)

    def bye(self, invite_text, accepted, target, cseq=2):
        """Ends the call that `invite_text` began and `accepted` answered."""
        sent = SipText(invite_text.encode("latin-1"))
        self.send(self.request("BYE", sent.user, target, call_id=sent.call_id, cseq=cseq, from_tag=sent.tags()[0],
                               to_tag=accepted.tags()[-1], uri=contact_of(accepted)), target)

    def cancel(self, invite_text, target):
        """Cancels a request (RFC 3261 9.1: the same Request-URI, Via, From, To, Call-ID and CSeq number)."""
        head = invite_text.split("\r\nContact:")[0].replace("INVITE sip", "CANCEL sip").replace("1 INVITE", "1 CANCEL")
        self.send(head + "\r\nContent-Length: 0\r\n\r\n", target)


def contact_of(text):
    """The URI of a message's Contact."""
    value = text.header("contact")
    return value[value.find("<") + 1:value.find(">")] if "<" in value else value
