#!/usr/bin/python3
"""Runs the end-to-end tests: every function test_* of every module test_*.py here whose name holds the filter.

    tests/e2e/run_all.py [--full] [FILTER]

Prints `ok NAME (seconds)` or `FAIL NAME: why` for each and at the end `N passed, N failed`; the exit status is 0 when
none failed. --full runs the long versions with the issue's figures. Needs root. SBC_BUILD names the build folder.
"""
import argparse
import importlib
import os
import signal
import sys
import time
import traceback

_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(_HERE))
sys.dont_write_bytecode = True

from e2e import bed  # noqa: E402
from net.prepare import TEST_PROGRAMS, Hugepages, build  # noqa: E402
from net.processes import Failure  # noqa: E402


def tests(wanted):
    for file in sorted(os.listdir(_HERE)):
        if not (file.startswith("test_") and file.endswith(".py")):
            continue
        module = importlib.import_module(f"e2e.{file[:-3]}")
        for name, function in list(vars(module).items()):
            full = f"{file[5:-3]}.{name[5:]}"
            if name.startswith("test_") and callable(function) and wanted in full:
                yield full, function


def why(error):
    """One line: what was expected, or the place of an error that is the test's own."""
    text = " ".join(str(error).split())
    if isinstance(error, (Failure, AssertionError)) and text:
        return text
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} {text} ({os.path.basename(frame.filename)}:{frame.lineno})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("filter", nargs="?", default="")
    parser.add_argument("--full", action="store_true", help="the long versions")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("tests/e2e/run_all.py needs root for network namespaces")
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))  # an exception, so that every lab is taken down
    build(TEST_PROGRAMS)
    failed = passed = 0
    with Hugepages(bed.HUGEPAGES_MB) as pages:
        bed.settings.full, bed.settings.huge = options.full, pages.enough
        for name, function in tests(options.filter):
            begun = time.monotonic()
            try:
                function()
            except Exception as error:  # pylint: disable=broad-except
                failed += 1
                print(f"FAIL {name}: {why(error)}", flush=True)
            else:
                passed += 1
                print(f"ok {name} ({time.monotonic() - begun:.1f} s)", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
