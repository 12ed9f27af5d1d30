"""Flow: what each side of a call does, step by step, read from a short text; written out as scenarios for SIPp.

    caller                             a side: caller, callee, or second (another callee)
      > INVITE audio                   sends a request, with SDP that has these streams
          + Require: 100rel            … and this header field, or a line of a body of its own: "| Signal=5"
      < 180 INVITE ?                   takes a response to that request; "?": it may be missing
      < 200 INVITE                     a response must name the sender's CSeq
          has m=audio [1-9]            … and hold what this regular expression finds, or not: "lacks"
          keep number RSeq: ([0-9]+)   … and gives [$number] its value
      > ACK
      pause 200                        milliseconds
      play g711a.pcap                  sends the RTP of a recording that SIPp brings, while the next steps are taken

A side takes nothing but what its steps say, in their order: anything else fails the call. Words behind a sent request
or response: audio, video, image, text are streams; `audio/sendonly` has a direction, `audio:31000` a port (0: refused;
`media`: where recordings are played from); `c=nowhere` holds the old way (RFC 3264 8.4), `c=other` is another host's
address; `tag=x` answers as another fork. What answers an INVITE after other messages have come says so by its method
alone. A 100 may always come after an INVITE.
[network] is the name of the sender's side, for names that nobody else has.
"""
import re
from xml.sax.saxutils import quoteattr

_PORTS = {"audio": 30000, "video": 30010, "image": 30020, "text": 30030}
_STREAMS = {
    "audio": ("RTP/AVP 8 101", "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000"),
    "video": ("RTP/AVP 96", "a=rtpmap:96 H264/90000"),
    "text": ("RTP/AVP 98", "a=rtpmap:98 t140/1000"),
    "image": ("udptl t38", "a=T38FaxVersion:0", "a=T38MaxBitRate:14400", "a=T38FaxRateManagement:transferredTCF"),
}
_PHRASES = {100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 202: "Accepted",
            302: "Moved Temporarily", 404: "Not Found", 480: "Temporarily Unavailable", 486: "Busy Here",
            487: "Request Terminated", 488: "Not Acceptable Here", 491: "Request Pending", 503: "Service Unavailable",
            603: "Decline"}
_CALLER, _CALLED = "<sip:+4930555@caller.[network].example>", "<sip:[service]@[remote_ip]:[remote_port]>"
RECORDINGS = "/usr/share/sip-tester"
_LINGER = 500  # milliseconds, in which what comes again is answered again


class Flow:
    """`sides`: name -> the steps of that side, each (line, lines below it)."""

    def __init__(self, text):
        self.sides = {}
        for line in text.splitlines():
            indent = len(line) - len(line.lstrip())
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if indent == 0:
                steps = self.sides.setdefault(line, [])
            elif indent <= 2:
                steps.append((line, []))
            else:
                steps[-1][1].append(line)

    def scenario(self, side):
        """The side's scenario, as SIPp reads it."""
        return _Scenario(side, self.sides[side]).text()


class _Scenario:
    def __init__(self, side, steps):
        self._side, self._calls = side, side == "caller"
        self._tag = f"[pid]{side}[call_number]"
        self._steps, self._variables, self._index = [], [], 0
        self._cseq = 0  # of requests that this side sends
        self._version = 0  # of its SDP
        self._invite = self._invite_cseq = self._invites_taken = 0
        self._confirmed, self._refused = False, False
        self._last = ""  # the method of the last request that came
        for number, (line, below) in enumerate(steps):
            kind, _, words = line.partition(" ")
            if kind == "pause":
                self._add(f'<pause milliseconds="{words}"/>')
            elif kind == "play":
                self._add(f'<nop><action><exec play_pcap_audio="{RECORDINGS}/{words}"/></action></nop>')
            elif kind == "<":
                self._take(words.split(), below)
            elif kind == ">":
                self._send(words.split(), below)
                after = steps[number + 1][0] if number + 1 < len(steps) else ""
                if words.startswith("INVITE") and not after.startswith("< 100"):
                    self._add('<recv response="100" optional="true"/>')
            else:
                raise ValueError(f"flow: {line}")

    def text(self):
        names = ",".join(dict.fromkeys(self._variables))
        used = f'<Reference variables="{names}"/>\n' if names else ""
        steps = "\n".join(self._steps)
        return (f'<?xml version="1.0" encoding="ISO-8859-1" ?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n'
                f'<scenario name="{self._side}">\n{steps}\n<timewait milliseconds="{_LINGER}"/>\n'
                f"{used}</scenario>\n")

    def _add(self, step):
        self._steps.append(step)
        self._index += 1

    # What comes.

    def _take(self, words, below):
        optional = words[-1] == "?"
        what, method = words[0], words[1] if len(words) > 1 and words[1] != "?" else ""
        actions = [self._condition(line) for line in below]
        more = ' optional="true"' if optional else ""
        if what.isdigit():
            self._last = ""
            if not optional:
                number = self._invite_cseq if method in ("INVITE", "CANCEL") else self._cseq
                actions.append(self._find(f"CSeq: {number} {method}", "check_it"))
            if method == "INVITE" and 100 < int(what) < 300 and not self._confirmed:
                more += ' rrs="true"'
                self._confirmed = int(what) >= 200
            self._refused = self._refused if method != "INVITE" else int(what) >= 300
            self._add(f'<recv response="{what}"{more}>{_actions(actions)}</recv>')
            return
        self._last = what
        if what == "INVITE":
            actions += self._remember()
            if not self._confirmed:
                more += ' rrs="true"'
                self._confirmed = True
        self._add(f'<recv request="{what}"{more}>{_actions(actions)}</recv>')

    def _condition(self, line):
        kind, _, rest = line.partition(" ")
        if kind == "keep":
            name, _, pattern = rest.partition(" ")
            return self._find(pattern, "check_it", name)
        return self._find(rest, {"has": "check_it", "lacks": "check_it_inverse"}[kind])

    def _find(self, pattern, check=None, *names):
        """Finds a pattern; its groups become `names`."""
        if not names:
            self._variables.append(f"seen{len(self._variables)}")
        assigned = ",".join(["whole", *names]) if names else self._variables[-1]
        self._variables += ["whole", *names] if names else []
        checked = f' {check}="true"' if check else ""
        return f'<ereg regexp={quoteattr(pattern)} search_in="msg"{checked} assign_to="{assigned}"/>'

    def _remember(self):
        """What an answer to this INVITE repeats, when other messages came between."""
        self._invites_taken += 1
        first = [self._find(r"From:[ ]*([^\r\n]*)", None, "peer"),
                 self._find(r"To:[ ]*(<sip:[^>]*>)", None, "self")] if self._invites_taken == 1 else []
        return [*first, self._find(r"((Record-Route|Via):[^\r\n]*(\r\n(Record-Route|Via):[^\r\n]*)*)", None, "path"),
                self._find(r"CSeq:[ ]*([0-9]+) INVITE", None, "cseq")]

    # What is sent.

    def _send(self, words, below):
        extra = [line[2:] for line in below if line.startswith("+ ")]
        body = [line[2:] for line in below if line.startswith("| ")]
        sdp = self._sdp(words[1:])
        answers = words[0].isdigit()
        lines = self._response(int(words[0]), words[1:]) if answers else self._request(words[0])
        named = {line.split(":")[0] for line in extra}
        lines = [line for line in lines if line.split(":")[0] not in named]
        kind = ["Content-Type: application/sdp"] if sdp else []
        lines += [*extra, *kind, "Content-Length: [len]", "", *(sdp or body)]
        repeated = words[0] >= "200" and "INVITE" in words if answers else words[0] != "ACK"
        more, text = ' retrans="500"' if repeated else "", "\n".join(lines)
        self._add(f"<send{more}><![CDATA[\n\n{text}\n\n]]></send>")

    def _response(self, status, words):
        method = next(word for word in words if word.isupper())
        fork = next((word[4:] for word in words if word.startswith("tag=")), self._side)
        tag = f"[pid]{fork}[call_number]"
        start = f"SIP/2.0 {status} {_PHRASES[status]}"
        contact = f"Contact: <sip:{self._side}@[local_ip]:[local_port]>"
        if method == "INVITE" and self._last != "INVITE":
            return [start, "[$path]", "From: [$peer]", f"To: [$self];tag={tag}", "[last_Call-ID:]",
                    "CSeq: [$cseq] INVITE", contact]
        first = method == "INVITE" and not self._calls and self._invites_taken == 1
        return [start, "[last_Via:]", "[last_Record-Route:]", "[last_From:]", f"[last_To:];tag={tag}" if first else
                "[last_To:]", "[last_Call-ID:]", "[last_CSeq:]", *([contact] if method != "BYE" else [])]

    def _request(self, method):
        own, peer = ((f"{_CALLER};tag={self._tag}", f"{_CALLED}[peer_tag_param]") if self._calls else
                     (f"[$self];tag={self._tag}", "[$peer]"))
        inside = self._confirmed or method == "PRACK"
        branch = "[branch]"
        if method in ("ACK", "CANCEL"):
            if method == "CANCEL" or self._refused:  # RFC 3261 9.1, 17.1.1.3: of the INVITE's own transaction
                branch = f"[branch-{self._index - self._invite}]"
            peer = peer.removesuffix("[peer_tag_param]") if method == "CANCEL" else peer
        else:
            self._cseq += 1
        if method == "INVITE":
            self._invite, self._invite_cseq, self._refused = self._index, self._cseq, False
        number = self._invite_cseq if method in ("ACK", "CANCEL") else self._cseq
        contact = [f"Contact: <sip:{self._side}@[local_ip]:[local_port]>"] if method in ("INVITE", "UPDATE") else []
        return [f"{method} {'[next_url]' if inside else _CALLED[1:-1]} SIP/2.0",
                f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}", *(["[routes]"] if inside else []),
                f"From: {own}", f"To: {peer}", "Call-ID: [call_id]", f"CSeq: {number} {method}", "Max-Forwards: 70",
                *contact]

    def _sdp(self, words):
        streams = [word for word in words if re.split("[/:]", word)[0] in _STREAMS]
        if not streams:
            return []
        self._version += 1
        address = next((f"[{word[2:]}]" for word in words if word.startswith("c=")), "[media_ip]")
        lines = ["v=0", f"o=- 53655 {self._version} IN IP[media_ip_type] [media_ip]", "s=-",
                 f"c=IN IP[media_ip_type] {address}", "t=0 0"]
        for word in streams:
            name, port, direction = re.fullmatch(r"(\w+)(?::(\w+))?(?:/(\w+))?", word).groups()
            protocol, *attributes = _STREAMS[name]
            port = "[media_port]" if port == "media" else port or _PORTS[name]
            lines += [f"m={name} {port} {protocol}", *attributes]
            if name != "image":
                lines.append(f"a={direction or 'sendrecv'}")
        return lines


def _actions(actions):
    return f"<action>{''.join(actions)}</action>" if actions else ""
