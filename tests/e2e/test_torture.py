"""RFC 4475 and RFC 5118 torture messages by the shared sender, where the project stands beside it."""
import os

from e2e.bed import standing
from net.paths import root_folder
from net.processes import Failure, tail

_SHARED = os.path.join(os.path.dirname(root_folder()), "shared")
_SEND, _FAR_SIDE = os.path.join(_SHARED, "torture", "send"), os.path.join(_SHARED, "tools", "anyuas.py")


_MTU = 4500  # longreq in one frame: fragments are not what is tested here


def _large_frames(configuration):
    for port in configuration["ports"]:
        port["mtu"] = _MTU


def _torture():
    with standing(change=_large_frames, mtu=_MTU) as bed:
        bed.lab.start(["/usr/bin/python3", _FAR_SIDE, bed.plan.client_core, bed.plan.callee_port], "far-side",
                      bed.lab.links["core"].client)
        sender = bed.lab.start(["/usr/bin/python3", _SEND, bed.plan.sbc_access, bed.plan.sbc_access_port,
                                "--bind", bed.plan.client_access, "--wait", "0.8"], "torture",
                               bed.lab.links["access"].client)
        status = sender.wait(180)
        failed = [line for line in sender.output().splitlines() if not line.startswith("ok")]
        if status:
            raise Failure(f"status {status}: {tail(chr(10).join(failed), 20) or sender.errors()}")


if os.path.exists(_SEND):
    test_messages = _torture
