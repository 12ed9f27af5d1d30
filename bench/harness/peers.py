"""The peers of the figures against other programs, and the SBC in their place on the same veth pairs.

Peers, generators and namespaces are those of ../shared/peers beside the project (SBC_PEERS names another place), in a
copy: nothing is written there. Needs root.
"""
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SIGNATURES = os.path.join(ROOT, 'config/examples/signatures.yaml')
PROGRAMS = ('kamailio', 'redis-server', 'rtpengine', 'sipp')  # that the peers' packages bring
TOOLS = (('cc', '-O2', '-o', 'rtpblast', 'rtpblast.c'),
         ('cc', '-O2', '-shared', '-fPIC', '-o', 'fineclock.so', 'fineclock.c'))
CALLERS, SBC, CALLEES = NAMESPACES = ('peer-uac', 'peer-sbc', 'peer-uas')
DEVICES = (('sbc1', '10.30.1.1/24'), ('sbc2', '10.30.2.1/24'))
ENDS = ((CALLERS, 'uac0'), (CALLEES, 'uas0'), (SBC, 'sbc1'), (SBC, 'sbc2'))
READY_SECONDS, END_SECONDS = 30, 15


class Invalid(Exception):
    """Why a figure does not count."""


def configuration(ports='', timers=''):
    """Of the SBC in the peer's place, with what a figure adds to its ports and timers."""
    return f'''workers: {{count: 1, idle: sleep}}
memory: {{huge: false}}
ports:
  - {{name: access, device: sbc1{ports}}}
  - {{name: core, device: sbc2{ports}}}
realms:
  - {{name: access, port: access, addresses: [10.30.1.1/24], sip: ["10.30.1.1:5060"], media: {{}}}}
  - {{name: core, port: core, addresses: [10.30.2.1/24], sip: ["10.30.2.1:5060"], media: {{}}, trust: denied}}
trunks:
  - {{name: core, realm: core, peers: ["10.30.2.10:5060"]}}
routes:
  - {{name: to-core, from: access, trunks: [core]}}
access:
  - {{realm: access, prefix: 10.30.1.10/32, trust: trusted}}
timers: {{drain: 0s{timers}}}
signatures: {{file: {SIGNATURES}}}
cdr: {{file: cdr.json}}
control: {{socket: control.sock}}
'''


class Bench:
    """A copy of the peers' folder with its namespaces up; leaving it takes everything down."""

    def __init__(self, program):
        self._program, self._sbc, self._up = os.path.abspath(program), None, False

    def __enter__(self):
        source = os.environ.get('SBC_PEERS', os.path.join(ROOT, '..', 'shared', 'peers'))
        if not os.path.exists(os.path.join(source, 'netns-up.sh')):
            raise Invalid(f'no peers in {os.path.abspath(source)}')
        self.folder = tempfile.mkdtemp(prefix='sbc-peers.')
        self._peers = os.path.join(self.folder, 'peers')
        try:
            self._copy(source)
            self._raise_namespaces()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_):
        self._close()

    def _copy(self, source):
        shutil.copytree(source, self._peers)
        for path, folders, files in os.walk(self._peers):
            for name in (*folders, *files, '.'):
                os.chmod(os.path.join(path, name), 0o755)
        if not all(shutil.which(name) for name in PROGRAMS):
            self.script('./install.sh')
        for command in TOOLS:
            self.script(*command)

    def _raise_namespaces(self):
        for name in NAMESPACES:
            if os.path.exists(f'/run/netns/{name}'):
                raise Invalid(f'{name} is there already: another run, or what is left of one')
        self._up = True
        self.script('./netns-up.sh')

    def _close(self):
        masked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
        try:
            self._end_sbc()
            if self._up:
                end_processes()
                subprocess.run(['./netns-down.sh'], cwd=self._peers, check=False)
            shutil.rmtree(self.folder, ignore_errors=True)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, masked)

    def script(self, *command, **environment):
        """What it prints. One that is interrupted gets the time to take down what it has started."""
        process = subprocess.Popen(command, cwd=self._peers, env={**os.environ, **environment}, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            output, errors = process.communicate()
        except BaseException:
            stop(process)
            raise
        if process.returncode != 0:
            raise Invalid(f'{command[0]}: {(errors or output).strip()[-300:]}')
        return output

    @contextlib.contextmanager
    def sbc(self, text):
        """The SBC with this configuration in the peer's namespace, on devices without addresses: they are its own now."""
        for device, address in DEVICES:
            self.script('ip', '-n', SBC, 'addr', 'del', address, 'dev', device)
        self._set_offloads('off')
        try:
            self._start_sbc(text)
            yield
        finally:
            self._end_sbc()
            self._set_offloads('on')
            for device, address in DEVICES:
                self.script('ip', '-n', SBC, 'addr', 'add', address, 'dev', device)

    def _start_sbc(self, text):
        config, log = (os.path.join(self.folder, name) for name in ('sbc.yaml', 'sbc.log'))
        with open(config, 'w') as file:
            file.write(text)
        with open(log, 'w') as file:
            self._sbc = subprocess.Popen(['ip', 'netns', 'exec', SBC, self._program, '--config', config],
                                         cwd=self.folder, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        for _ in range(READY_SECONDS * 10):
            with open(log) as file:
                said = file.read()
            if 'sbc: ready' in said:
                return
            if self._sbc.poll() is not None:
                break
            time.sleep(0.1)
        raise Invalid(f'the SBC does not start: {said.strip()[-300:]}')

    def _end_sbc(self):
        if self._sbc is not None:
            stop(self._sbc)
        self._sbc = None

    def _set_offloads(self, state):
        """A veth's frames otherwise reach the SBC without checksums. The peer has them on: so it is fastest."""
        for namespace, device in ENDS:
            self.script('ip', 'netns', 'exec', namespace, 'ethtool', '-K', device, 'tx', state, 'tso', state,
                        'gso', state, 'gro', state)


def stop(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_processes():
    """Those still in the namespaces, which are ours alone: what an interrupted script left behind."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for _ in range(30):
            lists = [subprocess.run(['ip', 'netns', 'pids', name], capture_output=True, text=True).stdout
                     for name in NAMESPACES if os.path.exists(f'/run/netns/{name}')]
            left = [int(pid) for pid in ' '.join(lists).split()]
            if not left:
                return
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            time.sleep(0.1)
