#!/usr/bin/python3
"""The figures of "calls" against Kamailio: CPU time a call of all threads, ours and the peer's in turn, with SIPp on both
sides of the same veth pairs.

    bench/calls/peers.py SBC [--json] [--quick] [--only FIGURE]

SBC is the program. Peers, generators and namespaces are those of ../shared/peers beside the project (SBC_PEERS names
another place), in a copy: nothing is written there. Needs root. What a program takes whether or not there are calls
falls out of the slope between two rates.
"""
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FIGURES = {'call_vs_topoh': ('topoh-sig', 8), 'call_vs_topos': ('sig', 40)}  # the peer's variant, the goal
WORKERS = {'sig': '8'}  # of Kamailio, a socket; else 1: with one, topos carries less of the higher rate
RATES = (150, 450)  # calls/s
PAIRS = 11
SECONDS, SECONDS_QUICK = 10, 4  # of load, a run
PACKAGES = ('kamailio', 'redis-server', 'sipp')
NAMESPACE = 'peer-sbc'
DEVICES = (('sbc1', '10.30.1.1/24'), ('sbc2', '10.30.2.1/24'))
ENDS = (('peer-uac', 'uac0'), ('peer-uas', 'uas0'), (NAMESPACE, 'sbc1'), (NAMESPACE, 'sbc2'))
READY_SECONDS, END_SECONDS = 30, 15


class Invalid(Exception):
    """Why a figure does not count."""


def configuration(signatures):
    """Of the SBC in the peer's place."""
    return f'''workers: {{count: 1, idle: sleep}}
memory: {{huge: false}}
ports:
  - {{name: access, device: sbc1}}
  - {{name: core, device: sbc2}}
realms:
  - {{name: access, port: access, addresses: [10.30.1.1/24], sip: ["10.30.1.1:5060"], media: {{}}}}
  - {{name: core, port: core, addresses: [10.30.2.1/24], sip: ["10.30.2.1:5060"], media: {{}}, trust: denied}}
trunks:
  - {{name: core, realm: core, peers: ["10.30.2.10:5060"]}}
routes:
  - {{name: to-core, from: access, trunks: [core]}}
access:
  - {{realm: access, prefix: 10.30.1.10/32, trust: trusted}}
timers: {{drain: 0s}}
signatures: {{file: {signatures}}}
cdr: {{file: cdr.json}}
control: {{socket: control.sock}}
'''


def slope(low, high):
    """CPU microseconds of one call more, from runs of equal length at two rates."""
    calls = high['ok'] - low['ok']
    return (high['cpu_us_per_call']['total'] * high['ok'] - low['cpu_us_per_call']['total'] * low['ok']) / calls


def check(run, who):
    """A run that lost calls or came late measures something else."""
    if run['success'] < 0.999:
        raise Invalid(f'{who}: {run["success"]:.2%} of the calls at {run["rate"]}/s succeeded')
    if run['cps_achieved'] < 0.95 * run['rate']:
        raise Invalid(f'{who}: SIPp placed {run["cps_achieved"]} calls/s instead of {run["rate"]}')


def quantile(values, p):
    """As bench/harness has it."""
    ordered, place = sorted(values), p * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def figure(name, pairs):
    """One figure of (ours, ruler) in microseconds a call, as bench/harness prints it."""
    if len(pairs) < PAIRS:
        return {'figure': name, 'invalid': 'too few pairs were measured'}
    if any(ours <= 0 or ruler <= 0 for ours, ruler in pairs):
        return {'figure': name, 'invalid': 'a call took no time: runs are too short'}
    ratios = [ruler / ours for ours, ruler in pairs]
    digits = lambda value: float(f'{value:.4g}')
    return {'figure': name, 'value': digits(statistics.median(ratios)), 'unit': 'x',
            'ours': digits(statistics.median(ours for ours, _ in pairs)),
            'ruler': digits(statistics.median(ruler for _, ruler in pairs)), 'pairs': len(pairs),
            'spread': [digits(quantile(ratios, 0.1)), digits(quantile(ratios, 0.9))]}


class Bench:
    """A copy of the peers' folder with its namespaces up; leaving it takes everything down."""

    def __init__(self, program, seconds):
        self.program, self.seconds, self.sbc = os.path.abspath(program), seconds, None

    def __enter__(self):
        source = os.environ.get('SBC_PEERS', os.path.join(ROOT, '..', 'shared', 'peers'))
        if not os.path.exists(os.path.join(source, 'bench_calls.py')):
            raise Invalid(f'no peers in {os.path.abspath(source)}')
        self.folder = tempfile.mkdtemp(prefix='sbc-peers.')
        self.peers = shutil.copytree(source, os.path.join(self.folder, 'peers'))
        for path, folders, files in os.walk(self.peers):
            for name in (*folders, *files, '.'):
                os.chmod(os.path.join(path, name), 0o755)
        if all(shutil.which(name) for name in PACKAGES):
            self.script('cc', '-O2', '-shared', '-fPIC', '-o', 'fineclock.so', 'fineclock.c')
        else:
            self.script('./install.sh')
        self.script('./netns-up.sh')
        return self

    def __exit__(self, *_):
        self.stop_sbc()
        subprocess.run(['./netns-down.sh'], cwd=self.peers, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def script(self, *command, **environment):
        done = subprocess.run(command, cwd=self.peers, env={**os.environ, **environment}, capture_output=True,
                              text=True)
        if done.returncode != 0:
            raise Invalid(f'{command[0]}: {(done.stderr or done.stdout).strip()[-300:]}')
        return done.stdout

    def start_sbc(self):
        """In the peer's namespace, on devices without addresses, which are the SBC's own now."""
        for device, address in DEVICES:
            self.script('ip', '-n', NAMESPACE, 'addr', 'del', address, 'dev', device)
        self.set_offloads('off')
        config, log = (os.path.join(self.folder, name) for name in ('sbc.yaml', 'sbc.log'))
        with open(config, 'w') as file:
            file.write(configuration(os.path.join(ROOT, 'config/examples/signatures.yaml')))
        with open(log, 'w') as file:
            self.sbc = subprocess.Popen(['ip', 'netns', 'exec', NAMESPACE, self.program, '--config', config],
                                        cwd=self.folder, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        for _ in range(READY_SECONDS * 10):
            with open(log) as file:
                text = file.read()
            if 'sbc: ready' in text:
                return
            if self.sbc.poll() is not None:
                break
            time.sleep(0.1)
        raise Invalid(f'the SBC does not start: {text.strip()[-300:]}')

    def stop_sbc(self):
        if self.sbc is None:
            return
        if self.sbc.poll() is None:
            self.sbc.send_signal(signal.SIGTERM)
        try:
            self.sbc.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.sbc.kill()
            self.sbc.wait()
        self.sbc = None
        self.set_offloads('on')
        for device, address in DEVICES:
            self.script('ip', '-n', NAMESPACE, 'addr', 'add', address, 'dev', device)

    def set_offloads(self, state):
        """A veth's frames otherwise reach the SBC without checksums. The peer has them on: so it is fastest."""
        for namespace, device in ENDS:
            self.script('ip', 'netns', 'exec', namespace, 'ethtool', '-K', device, 'tx', state, 'tso', state, 'gso', state,
                        'gro', state)

    def run(self, variant, rate, who):
        workers = WORKERS.get(variant, '1')
        result = json.loads(self.script('./bench-calls.sh', variant, str(rate), str(self.seconds), WORKERS=workers))
        check(result, who)
        return result

    def ours(self):
        self.start_sbc()
        try:
            return slope(*(self.run('external', rate, 'ours') for rate in RATES))
        finally:
            self.stop_sbc()

    def ruler(self, variant):
        return slope(*(self.run(variant, rate, variant) for rate in RATES))

    def pairs(self, variant):
        """A B B A …: whatever slows the machine for a while meets both."""
        result = []
        for i in range(PAIRS):
            if i % 2 == 0:
                ours = self.ours()
                ruler = self.ruler(variant)
            else:
                ruler = self.ruler(variant)
                ours = self.ours()
            result.append((ours, ruler))
        return result


def measure(program, names, seconds):
    if os.geteuid() != 0:
        return [{'figure': name, 'invalid': 'needs root for network namespaces'} for name in names]
    figures = []
    for name in names:
        try:
            with Bench(program, seconds) as bench:
                figures.append(figure(name, bench.pairs(FIGURES[name][0])))
        except Invalid as why:
            figures.append({'figure': name, 'invalid': str(why)})
    return figures


def row(each):
    name = each['figure'].ljust(22)
    if 'invalid' in each:
        return f'{name}invalid: {each["invalid"]}'
    goal = FIGURES[each['figure']][1]
    reached = 'yes' if each['value'] >= goal else 'no'
    spread = '{}..{}'.format(*each['spread'])
    return f'{name}{each["value"]}x'.ljust(31) + spread.ljust(15) + f'>= {goal}'.ljust(9) + reached.ljust(9) + \
        f'{each["ours"]}'.ljust(9) + f'{each["ruler"]}'.ljust(9) + f'{each["pairs"]}'


def interrupted(_signal, _frame):
    raise KeyboardInterrupt  # so that what is set up is taken down


def main(words):
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    names, seconds = list(FIGURES), SECONDS
    as_json = '--json' in words
    if '--quick' in words:
        seconds = SECONDS_QUICK
    if '--only' in words:
        names = [words[words.index('--only') + 1]]
    figures = measure(words[0], names, seconds)
    if not as_json:
        print('figure'.ljust(22) + 'value'.ljust(9) + 'middle 80 %'.ljust(15) + 'goal'.ljust(9) + 'reached'.ljust(9) +
              'ours'.ljust(9) + 'ruler'.ljust(9) + 'pairs (ours, ruler: CPU us/call)')
    for each in figures:
        print(json.dumps(each, separators=(',', ':')) if as_json else row(each), flush=True)
    return int(any('invalid' in each for each in figures))


if __name__ == '__main__':
    if len(sys.argv) < 2 or sys.argv[1].startswith('-'):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
