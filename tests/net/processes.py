"""Processes: started in a namespace, bounded in time, ended by their own pid and never by name."""
import ctypes
import os
import signal
import subprocess
import time

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


class Failure(Exception):
    """Something the harness needed did not work; its text is for people."""


def run(*argv, namespace=None, seconds=60, check=True, text=None):
    """Runs a command to its end; returns its standard output. `text` is its standard input."""
    command = _in_namespace(namespace, argv)
    try:
        done = subprocess.run(command, input=text, stdin=None if text is not None else subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=seconds, check=False)
    except FileNotFoundError as error:
        raise Failure(f"{argv[0]} is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise Failure(f"{' '.join(map(str, argv))}: no end within {seconds} s") from error
    if check and done.returncode != 0:
        raise Failure(f"{' '.join(map(str, argv))}: {(done.stderr or done.stdout).strip() or done.returncode}")
    return done.stdout


def _in_namespace(namespace, argv):
    return (["ip", "netns", "exec", namespace] if namespace else []) + [str(word) for word in argv]


def _die_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """One child with its output in files; `ip netns exec` execs, so the pid is the program's own."""

    def __init__(self, argv, folder, name, namespace=None, output=None, environment=None):
        self.name = name
        self.output_path = os.path.join(folder, f"{name}.out")
        self.error_path = os.path.join(folder, f"{name}.err")
        with open(self.output_path, "wb") as out, open(self.error_path, "wb") as err:
            self._child = subprocess.Popen(
                _in_namespace(namespace, argv), stdin=subprocess.DEVNULL, stdout=output or out, stderr=err,
                cwd=folder, start_new_session=True, preexec_fn=_die_with_parent,
                env=None if environment is None else {**os.environ, **environment})

    @property
    def pid(self):
        return self._child.pid

    @property
    def status(self):
        """Exit status, or None while it runs."""
        return self._child.poll()

    def wait(self, seconds):
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name}: no end within {seconds} s") from None

    def send_signal(self, number):
        if self.status is None:
            self._child.send_signal(number)

    def stop(self, number=signal.SIGTERM, seconds=5):
        """Asks it to end, then ends it."""
        self.send_signal(number)
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            self._child.kill()
            return self._child.wait()

    def listens(self, port):
        """True where a UDP port of its namespace is bound."""
        for table in ("udp", "udp6"):
            with open(f"/proc/{self.pid}/net/{table}", encoding="ascii") as file:
                if any(f":{port:04X} " in line[:60] for line in file):
                    return True
        return False

    def output(self):
        return _read(self.output_path)

    def errors(self):
        return _read(self.error_path)

    def wait_for(self, what, seconds, where="errors"):
        """Waits until `what` stands in its output."""
        end = time.monotonic() + seconds
        while what not in getattr(self, where)():
            if self.status is not None:
                raise Failure(f"{self.name} ended with status {self.status}: {tail(self.errors() or self.output())}")
            if time.monotonic() > end:
                raise Failure(f"{self.name}: no '{what}' within {seconds} s: {tail(self.errors())}")
            time.sleep(0.02)


def tail(text, lines=15):
    return "\n".join(text.strip().splitlines()[-lines:])


def _read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def wait_until(condition, seconds, what):
    """Polls until `condition()` is true; its value is returned."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f"{what}: not within {seconds} s")
        time.sleep(0.05)
