"""The SBC under test: started in the lab's middle namespace, asked and told through sbcctl."""
import json
import os
import signal
import subprocess

from .configuration import to_yaml
from .paths import program
from .processes import Failure, run, tail


class Sbc:
    def __init__(self, lab, settings, label="sbc", seconds=60, environment=None):
        """Starts it and returns once its ports are up. `settings` is a dictionary, or YAML text as it is."""
        self._lab = lab
        self.config_path = os.path.join(lab.folder, f"{label}.yaml")
        self.settings = settings
        self.socket = f"{lab.folder}/sbc.sock"
        self.write_config(settings)
        self.process = lab.start([program("sbc/sbc"), "--config", self.config_path], label, lab.sbc_namespace,
                                 environment=environment)
        self.process.wait_for("sbc: ready", seconds)

    def write_config(self, settings):
        text = settings if isinstance(settings, str) else to_yaml(settings) + "\n"
        with open(self.config_path, "w", encoding="utf-8") as file:
            file.write(text)

    def ctl(self, *words, check=True):
        """sbcctl's answer as JSON."""
        text = run(program("sbc/sbcctl"), "--socket", self.socket, "--json", *words, seconds=20, check=check)
        try:
            return json.loads(text)
        except ValueError:
            raise Failure(f"sbcctl {' '.join(words)}: not JSON: {tail(text)}") from None

    @property
    def alive(self):
        return self.process.status is None

    def stop(self, seconds=30):
        """SIGTERM, then its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def log(self):
        """What it logged, wherever that went."""
        text = self.process.errors()
        path = os.path.join(self._lab.folder, "sbc.log")
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                text += file.read()
        return text


def check(path):
    """`sbc --check`: its exit status and what it said."""
    done = subprocess.run([program("sbc/sbc"), "--check", path], capture_output=True, text=True, timeout=30,
                          check=False)
    return done.returncode, done.stdout + done.stderr
