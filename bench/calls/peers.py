#!/usr/bin/python3
"""The figures of "calls" against Kamailio: CPU time a call of all threads, ours and the peer's in turn, with SIPp on both
sides of the same veth pairs.

    bench/calls/peers.py SBC [--json] [--quick] [--only FIGURE]

What a program takes whether or not there are calls falls out of the slope between two rates. Where media is anchored,
Kamailio has rtpengine set up and take down a stream for each call; we always do that ourselves. SIPp sends no media:
what a packet costs is the relay's figure. The check holds each side to anchoring.
"""
import json
import os
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from bench.harness import figure, peers  # noqa: E402
from bench.harness.peers import Invalid  # noqa: E402

GOALS = {'call_vs_topoh': 8, 'call_vs_topos': 40, 'call_media_vs_topoh': 25, 'call_media_vs_topos': 50}
VARIANTS = {'call_vs_topoh': 'topoh-sig', 'call_vs_topos': 'sig',
            'call_media_vs_topoh': 'topoh', 'call_media_vs_topos': 'full'}
ANCHORED = ('topoh', 'full')  # by rtpengine
WORKERS = {'sig': '8', 'full': '8'}  # of Kamailio, a socket; else 1: with one, topos carries less of the higher rate
RATES = (150, 450)  # calls/s
SECONDS, SECONDS_QUICK = 10, 4  # of load, a run


def slope(low, high):
    """CPU microseconds of one call more, from runs of equal length at two rates."""
    calls = high['ok'] - low['ok']
    return (high['cpu_us_per_call']['total'] * high['ok'] - low['cpu_us_per_call']['total'] * low['ok']) / calls


def check(run, who):
    """A run that lost calls, came late or anchored nothing measures something else."""
    if run['success'] < 0.999:
        raise Invalid(f'{who}: {run["success"]:.2%} of the calls at {run["rate"]}/s succeeded')
    if run['cps_achieved'] < 0.95 * run['rate']:
        raise Invalid(f'{who}: SIPp placed {run["cps_achieved"]} calls/s instead of {run["rate"]}')
    if who in ANCHORED and run['cpu_us_per_call']['rtpengine'] <= 0:
        raise Invalid(f'{who}: rtpengine did nothing at {run["rate"]}/s')


def check_records(lines, calls):
    """Our CDRs: they tell of audio only where both sides agreed on some, and whether it passed us."""
    anchored = [record for record in map(json.loads, lines) if record['audio'] and not record['media_released']]
    if len(anchored) < calls:
        raise Invalid(f'ours: audio of {len(anchored)} calls was anchored instead of {calls}')


def run(bench, variant, rate, seconds, who):
    workers = WORKERS.get(variant, '1')
    result = json.loads(bench.script('./bench-calls.sh', variant, str(rate), str(seconds), WORKERS=workers))
    check(result, who)
    return result


def ours(bench, seconds):
    records = os.path.join(bench.folder, 'cdr.json')
    pathlib.Path(records).unlink(missing_ok=True)
    with bench.sbc(peers.configuration()):
        low, high = (run(bench, 'external', rate, seconds, 'ours') for rate in RATES)
    with open(records) as lines:
        check_records(lines, low['ok'] + high['ok'])
    return slope(low, high)


def pairs_of(bench, name, quick):
    variant, seconds = VARIANTS[name], SECONDS_QUICK if quick else SECONDS
    return figure.in_turn(lambda: ours(bench, seconds),
                         lambda: slope(*(run(bench, variant, rate, seconds, variant) for rate in RATES)))


if __name__ == '__main__':
    sys.exit(figure.main(__doc__, GOALS, pairs_of, 'CPU us/call'))
