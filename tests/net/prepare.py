"""Preparation: hugepages for the time of a run, and the build."""
import os
import subprocess

from .paths import build_folder, root_folder
from .processes import Failure

_HUGEPAGES = "/proc/sys/vm/nr_hugepages"
PROGRAMS = ("sbc/sbc", "sbc/sbcctl", "tests/net/media_peer", "tests/net/flood")
TEST_PROGRAMS = (*PROGRAMS, "tests/net/srtp_filter")


def _memory_info(key):
    with open("/proc/meminfo", encoding="ascii") as file:
        return next((int(line.split()[1]) for line in file if line.startswith(key + ":")), 0)


class Hugepages:
    """Sees to `megabytes` of free hugepages; on leaving, the machine has as many as it had before."""

    def __init__(self, megabytes):
        self._megabytes = megabytes
        self._before = None
        self.enough = False

    def __enter__(self):
        size_kb = _memory_info("Hugepagesize")
        missing = self._megabytes * 1024 - _memory_info("HugePages_Free") * size_kb
        if size_kb and missing > 0:
            self._raise_by(-(-missing // size_kb))
        self.enough = bool(size_kb) and _memory_info("HugePages_Free") * size_kb >= self._megabytes * 1024
        return self

    def _raise_by(self, pages):
        try:
            with open(_HUGEPAGES, "r+", encoding="ascii") as file:
                before = int(file.read())
                file.seek(0)
                file.write(str(before + pages))
            self._before = before
        except OSError:
            pass  # carried on without: `enough` says so

    def __exit__(self, *_):
        if self._before is not None:
            with open(_HUGEPAGES, "w", encoding="ascii") as file:
                file.write(str(self._before))


def build(programs=PROGRAMS):
    """Builds what the harness runs; what is up to date is left alone."""
    folder = build_folder()
    if not os.path.exists(os.path.join(folder, "build.ninja")):
        _step("meson", "setup", folder, root_folder())
    _step("ninja", "-C", folder, *programs)


def _step(*argv):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(f"{' '.join(argv)} failed:\n{(done.stdout + done.stderr)[-4000:]}")
