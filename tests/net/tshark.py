"""tshark: what it says of the RTP streams in a capture."""
import re
from dataclasses import dataclass

from .processes import run

_SECONDS = 60  # at most; a hundred calls of four seconds take it two
_ROW = re.compile(r"^ *[\d.]+ +[\d.]+ +(?P<source>\S+) +\d+ +\S+ +\d+ +(?P<ssrc>0x[0-9A-F]{8}) +.*? (?P<packets>\d+) +"
                  r"(?P<lost>-?\d+) \(-?[\d.]+%\)(?: +[\d.]+){4} +(?P<jitter>[\d.]+) +[\d.]+", re.M)


@dataclass
class RtpStream:
    source: str
    packets: int
    lost: int
    jitter: float  # seconds, the mean of RFC 3550 A.8's


def rtp_streams(path):
    """Of a capture in which no two streams have the same SSRC: SSRC -> RtpStream."""
    table = run("tshark", "-r", path, "-q", "-o", "rtp.heuristic_rtp:TRUE", "-z", "rtp,streams", seconds=_SECONDS)
    return {row["ssrc"]: RtpStream(row["source"], int(row["packets"]), int(row["lost"]), float(row["jitter"]) / 1000)
            for row in _ROW.finditer(table)}
