"""Recording: what one side's capture holds, sorted into SIP, RTP streams, RTCP and the rest, and SIP into legs.

RTP packets are kept as fingerprints only (sequence number and a hash of the whole UDP payload), so that long runs fit.
"""
from .packets import UDP, is_rtcp, is_rtp, read_pcap, text_of
from .sip_text import SipText

_HASH_BITS = (1 << 60) - 1


class Stream:
    """The packets of one SSRC in one direction, in order of arrival."""
    __slots__ = ("ssrc", "paths", "prints", "first", "last")

    def __init__(self, ssrc):
        self.ssrc, self.paths, self.prints = ssrc, set(), []
        self.first = self.last = 0.0

    def add(self, packet):
        self.first = self.first or packet.time
        self.last = packet.time
        self.paths.add((packet.source, packet.source_port, packet.target, packet.target_port))
        payload = packet.payload
        self.prints.append((hash(payload) & _HASH_BITS) << 16 | payload[2] << 8 | payload[3])

    def client_and_sbc(self, from_sbc):
        """Its ends as ((client, port), (sbc, port)); None where it had more than one path."""
        if len(self.paths) != 1:
            return None
        source, source_port, target, target_port = next(iter(self.paths))
        ends = (text_of(source), source_port), (text_of(target), target_port)
        return ends[::-1] if from_sbc else ends


class Message:
    """One SIP message on the wire."""
    __slots__ = ("time", "from_sbc", "sender", "receiver", "payload", "text")

    def __init__(self, packet, from_sbc):
        self.time, self.from_sbc, self.payload = packet.time, from_sbc, packet.payload
        self.sender, self.receiver = packet.sender, packet.receiver
        self.text = SipText(packet.payload)


class Leg:
    """All messages of one Call-ID on one side, and the audio addresses that either end named."""

    def __init__(self, call_id):
        self.call_id, self.messages, self.user = call_id, [], ""
        self.client_media = self.sbc_media = None

    def add(self, message):
        self.messages.append(message)
        if message.text.is_request and message.text.method == "INVITE":
            self.user = self.user or message.text.user
        media = message.text.media()
        if media and message.from_sbc:
            self.sbc_media = self.sbc_media or media
        elif media:
            self.client_media = self.client_media or media

    @property
    def answered(self):
        return any(m.text.status == 200 and m.text.method == "INVITE" for m in self.messages)


class Recording:
    def __init__(self, path, name, sbc_mac, sip_ports, packets=None):
        """`packets`: the file's, where they are no longer as they were on the wire."""
        self.name, self.path = name, path
        self.sbc_mac = bytes.fromhex(sbc_mac.replace(":", ""))
        self.messages, self.rtcp, self.others = [], [], []
        self.streams = {}  # (from_sbc, ssrc) -> Stream
        self.addresses, self.ports, self.macs = set(), set(), set()
        self.frames = 0
        ports = set(sip_ports)
        for packet in read_pcap(path) if packets is None else packets:
            self._add(packet, ports)
        self.legs = {}
        for message in self.messages:
            call_id = message.text.call_id
            if call_id:
                self.legs.setdefault(call_id, Leg(call_id)).add(message)

    def _add(self, packet, sip_ports):
        self.frames += 1
        from_sbc = packet.source_mac == self.sbc_mac
        payload = packet.payload
        if packet.protocol != UDP:
            self.others.append(packet)
        elif packet.source_port in sip_ports or packet.target_port in sip_ports:
            self.messages.append(Message(packet, from_sbc))
        elif is_rtp(payload):
            key = from_sbc, payload[8:12]
            if key not in self.streams:
                self.streams[key] = Stream(payload[8:12])
                self._note_ends(packet)
            self.streams[key].add(packet)
            return
        elif is_rtcp(payload):
            self.rtcp.append(packet)
        else:
            self.others.append(packet)
        self._note_ends(packet)

    def _note_ends(self, packet):
        self.macs |= {packet.source_mac, packet.frame[:6]}
        if packet.source:
            self.addresses |= {packet.source, packet.target}
            self.ports |= {packet.source_port, packet.target_port}

    def legs_by_user(self):
        return {leg.user: leg for leg in self.legs.values() if leg.user}
