"""Baresip: a real telephone without a head, told what to do and telling what happens through its control connection."""
import glob
import json
import os
import select
import socket
import time

from .audio import write_noise
from .processes import Failure, wait_until

_MODULES = "/usr/lib/baresip/modules"
CONTROL_PORT = 4444  # on loopback of the namespace that it is in, so the first one's there
_SECONDS = 20  # of what it says, over and over
_CONFIGURATION = """poll_method epoll
sip_listen {listen}
call_max_calls 8
audio_source aufile,{voice}
audio_player aubridge,null
audio_alert aubridge,alert
ausrc_format s16
auplay_format s16
auenc_format s16
audec_format s16
audio_buffer 20-160
video_source fakevideo,nil
video_display fakevideo,nil
video_size 176x144
video_fps 5
video_bitrate 64000
rtp_ports {first}-{last}
rtcp_mux {mux}
module_path {modules}
module g711.so
module aufile.so
module aubridge.so
{more}module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
"""


class Baresip:
    """Answers as `user`. `video`: it has a camera, and asks for video. `account`: more of baresip's account parameters,
    such as ;mediaenc=srtp-mand. `records`: what it hears is kept. `muxed`: it wants RTCP on RTP's port (RFC 5761)."""

    def __init__(self, lab, link, label, user, host, port, first_media, video=False, control=CONTROL_PORT, account="",
                 records=False, muxed=False):
        self._lab, self._label, self._buffer = lab, label, b""
        self.events, self._passed, self._answers = [], 0, []
        folder = os.path.join(lab.folder, label)
        os.makedirs(folder)
        self._folder, self.voice = folder, os.path.join(folder, "voice.wav")
        write_noise(self.voice, _SECONDS, label)
        address = f"[{host}]" if ":" in host else host
        modules = ["vp8", "fakevideo"] * video + ["srtp"] * ("=srtp" in account) + ["dtls_srtp"] * ("dtls" in account)
        modules += ["stun", "turn", "ice"] * ("medianat" in account) + ["sndfile"] * records
        more = "".join(f"module {name}.so\n" for name in modules) + f"snd_path {folder}\n" * records
        self._write(folder, "config", _CONFIGURATION.format(
            listen=f"{address}:{port}", voice=self.voice, first=first_media, last=first_media + 98, modules=_MODULES,
            more=more, control=control, mux="yes" if muxed else "no"))
        self._write(folder, "accounts", f"<sip:{user}@{address}:{port}>;regint=0;answermode=auto;audio_codecs=pcma{account}\n")
        self._write(folder, "contacts", "")
        self._process = lab.start(["baresip", "-f", folder], label, lab.links[link].client)
        self._control = wait_until(lambda: self._connect(link, control), 15, f"{label}: its control port")

    @staticmethod
    def _write(folder, name, text):
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(text)

    def _connect(self, link, port):
        if self._process.status is not None:
            raise Failure(f"{self._label} ended: {self._process.errors() or self._process.output()}")
        with self._lab.enter(self._lab.links[link].client):
            connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            connection.connect(("127.0.0.1", port))
        except OSError:
            connection.close()
            return None
        return connection

    def close(self):
        """It goes on; nobody listens to it any more."""
        self._control.close()

    def heard(self):
        """The recording of what it has heard in its only call, up to the first hold: after that baresip 1.0 records no
        more."""
        files = glob.glob(os.path.join(self._folder, "dump-*-dec.wav"))
        assert len(files) == 1, files
        return files[0]

    def tell(self, command, *words):
        """Gives it a command, and waits until it has taken it."""
        said = json.dumps({"command": command, "params": " ".join(words), "token": "t"}).encode()
        self._control.sendall(b"%d:%s," % (len(said), said))
        end = time.monotonic() + 5
        while not self._answers and self._receive(end):
            pass
        answer = self._answers.pop() if self._answers else None
        if not answer or not answer["ok"]:
            raise Failure(f"{self._label}: {command} {' '.join(words)}: {answer}")

    def expect(self, kind, seconds=10, **fields):
        """The next event of this type, with these fields; others are passed over."""
        end = time.monotonic() + seconds
        while True:
            while self._passed < len(self.events):
                event = self.events[self._passed]
                self._passed += 1
                if event.get("type") == kind and all(event.get(key) == value for key, value in fields.items()):
                    return event
            if not self._receive(end):
                seen = ", ".join(str(event.get("type")) for event in self.events[-8:]) or "nothing"
                raise Failure(f"{self._label}: no {kind} {fields or ''} within {seconds} s; came: {seen}")

    def _receive(self, end):
        """Takes what comes next; False when nothing does until `end`."""
        if not select.select([self._control], [], [], max(0, end - time.monotonic()))[0]:
            return False
        data = self._control.recv(65536)
        if not data:
            raise Failure(f"{self._label} closed its control connection: {self._process.errors()}")
        self._buffer += data
        for message in self._messages():
            (self._answers if message.get("response") else self.events).append(message)
        return True

    def _messages(self):
        """What has come whole, as netstrings of JSON; the rest stays."""
        while b":" in self._buffer:
            size, _, rest = self._buffer.partition(b":")
            if len(rest) <= int(size):
                return
            self._buffer = rest[int(size) + 1:]
            yield json.loads(rest[:int(size)])

