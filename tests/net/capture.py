"""Capture: tcpdump on a client's end of a link. A capture that lost a packet is void, not a pass."""
import os
import re
import signal
import time

from .processes import Failure

_FLUSH_SECONDS = 1.2  # tcpdump reads its ring once a second at the latest; what it has not read at its end is gone


class Capture:
    def __init__(self, lab, name, expression="", label=None):
        """Starts at once; `expression` is a pcap filter. Returns with tcpdump listening."""
        link = lab.links[name]
        label = label or name
        self.path = os.path.join(lab.folder, f"{label}.pcap")
        self._process = lab.start(
            ["tcpdump", "-i", link.client_device, "-n", "-U", "-B", "65536", "-s", "0", "-Z", "root",
             "--time-stamp-precision=nano", "-w", self.path, *([expression] if expression else [])],
            f"capture-{label}", link.client)
        self._process.wait_for("listening on", 10)

    def stop(self, flushed=False):
        """Ends the capture and answers with its path, or fails where packets were lost."""
        if not flushed:
            time.sleep(_FLUSH_SECONDS)
        self._process.stop(signal.SIGINT, seconds=20)
        report = self._process.errors()
        dropped = re.search(r"(\d+) packets? dropped by kernel", report)
        if not dropped or int(dropped.group(1)):
            raise Failure(f"capture {self.path} is void: {report.strip()}")
        return self.path


def stop_all(captures):
    """Their paths, as stop() gives them."""
    time.sleep(_FLUSH_SECONDS)
    return [capture.stop(flushed=True) for capture in captures]
