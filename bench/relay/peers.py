#!/usr/bin/python3
"""The figure of "relay" against rtpengine: CPU time a relayed packet of all threads, ours and the peer's in turn, with
the same sender and the same receiver on the same veth pairs, at the same rate.

    bench/relay/peers.py SBC [--json] [--quick] [--only FIGURE]

Its inverse is packets per CPU-second, with the same ratio. What a program takes while it waits is part of it.
"""
import json
import os
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from bench.harness import figure, peers  # noqa: E402
from bench.harness.peers import Invalid  # noqa: E402
from bench.relay import callers  # noqa: E402

GOALS = {'relay_vs_rtpengine': 8}
FLOWS = 500
RATE = 50_000  # packets/s of all flows, twice what telephones send
SECONDS, SECONDS_QUICK = 10, 4  # of load, a run
LOSS_MAX, LATENCY_MAX_US = 0.001, 20_000
# A flow's media goes one way, which is no fault to report here. Rings are deep as rtpengine's sockets are: what has to
# wait shows as latency.
PORTS, TIMERS = ', descriptors: 4096', ', audio_check: 0s'


def check(run, who):
    """A run that lost packets, had them queue or sent too few measures something else."""
    if run['pps_sent'] < 0.95 * run['pps']:
        raise Invalid(f'{who}: {run["pps_sent"]} packets/s were sent instead of {run["pps"]}')
    if run['loss'] >= LOSS_MAX:
        raise Invalid(f'{who}: {run["loss"]:.2%} of the packets were lost')
    if run['silent_flows'] > 0:
        raise Invalid(f'{who}: nothing came of {run["silent_flows"]} flows')
    if run['lat_us']['p99'] > LATENCY_MAX_US:
        raise Invalid(f'{who}: a packet in a hundred took longer than {run["lat_us"]["p99"] / 1000:.1f} ms')


def cost(bench, seconds, who, **relay):
    """CPU nanoseconds of one packet through a relay."""
    run = json.loads(bench.script('./bench-rtp.sh', str(FLOWS), str(RATE), str(seconds), **relay))
    check(run, who)
    return run['relay_cpu_ns_per_pkt']


def ours(bench, seconds):
    targets = os.path.join(bench.folder, 'targets')
    with bench.sbc(peers.configuration(PORTS, TIMERS)):
        places = callers.place(FLOWS)
        check_places(places)
        with open(targets, 'w') as file:
            file.writelines(f'{place}\n' for place in places)
        return cost(bench, seconds, 'ours', RELAY='list', LIST=targets)


def check_places(places):
    """Each flow is a relay's of its own, at our address."""
    if len(set(places)) < FLOWS or not all(place.startswith(f'{callers.SBC[0]}:') for place in places):
        raise Invalid('ours: flows share media ports, or are not anchored')


def pairs_of(bench, _name, quick):
    seconds = SECONDS_QUICK if quick else SECONDS
    return figure.in_turn(lambda: ours(bench, seconds), lambda: cost(bench, seconds, 'rtpengine', RELAY='rtpengine'))


if __name__ == '__main__':
    sys.exit(figure.main(__doc__, GOALS, pairs_of, 'CPU ns/packet'))
