"""SIP messages as the judges read them: plain, forgiving, and independent of the code under test."""
import re

_COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length",
            "c": "content-type"}


class SipText:
    """A message's start line, headers (lower-case long names, in order) and body."""

    def __init__(self, payload):
        head, _, self.body = payload.partition(b"\r\n\r\n")
        lines = re.sub(r"\r\n[ \t]+", " ", head.decode("latin-1")).split("\r\n")
        self.start = lines[0]
        self.headers = []
        for line in lines[1:]:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            self.headers.append((_COMPACT.get(name, name), value.strip()))

    @property
    def is_request(self):
        return not self.start.startswith("SIP/2.0 ")

    @property
    def method(self):
        """Of the request, or of the request that the response answers."""
        return self.start.split(" ")[0] if self.is_request else self.header("cseq").split(" ")[-1]

    @property
    def status(self):
        return 0 if self.is_request else int(self.start.split(" ")[1])

    @property
    def call_id(self):
        return self.header("call-id")

    def header(self, name):
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name):
        return [value for key, value in self.headers if key == name]

    @property
    def user(self):
        """The number asked for: the user part of a request's target."""
        found = re.match(r"\S+ sips?:([^@;>\s]+)@", self.start)
        return found.group(1) if found else ""

    def media(self):
        """(address, port) of the first audio stream of an SDP body, or None."""
        body = self.body.decode("latin-1")
        host = re.search(r"^c=IN IP[46] ([^\s/]+)", body, re.M)
        port = re.search(r"^m=audio (\d+)", body, re.M)
        return (host.group(1), int(port.group(1))) if host and port else None

    def tags(self):
        return re.findall(r";\s*tag=([^;\s>]+)", " ".join(self.all("from") + self.all("to")))

    def branches(self):
        return re.findall(r";\s*branch=([^;\s,]+)", ",".join(self.all("via")))
