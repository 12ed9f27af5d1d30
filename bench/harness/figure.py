"""Figures against the peers: turns of ours and theirs, the arithmetic, and how it is shown, as figure.h and report.h have
it for those against libraries.
"""
import argparse
import json
import os
import signal
import statistics

from bench.harness.peers import Bench, Invalid

PAIRS = 11


def in_turn(ours, ruler):
    """Pairs of what both return, measured A B B A …: whatever slows the machine for a while meets both."""
    pairs = []
    for i in range(PAIRS):
        first, second = (ours, ruler) if i % 2 == 0 else (ruler, ours)
        values = first(), second()
        pairs.append(values if i % 2 == 0 else values[::-1])
    return pairs


def quantile(values, p):
    """As statistics.h has it."""
    ordered, place = sorted(values), p * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def figure(name, pairs):
    """One figure of (ours, ruler), each a cost, or why there is none."""
    if len(pairs) < PAIRS:
        return {'figure': name, 'invalid': 'too few pairs were measured'}
    if any(ours <= 0 or ruler <= 0 for ours, ruler in pairs):
        return {'figure': name, 'invalid': 'a run took no time: runs are too short'}
    ratios = [ruler / ours for ours, ruler in pairs]
    digits = lambda value: float(f'{value:.4g}')
    return {'figure': name, 'value': digits(statistics.median(ratios)), 'unit': 'x',
            'ours': digits(statistics.median(ours for ours, _ in pairs)),
            'ruler': digits(statistics.median(ruler for _, ruler in pairs)), 'pairs': len(pairs),
            'spread': [digits(quantile(ratios, 0.1)), digits(quantile(ratios, 0.9))]}


def measure(program, name, pairs_of, quick):
    if os.geteuid() != 0:
        return {'figure': name, 'invalid': 'needs root for network namespaces'}
    try:
        with Bench(program) as bench:
            return figure(name, pairs_of(bench, name, quick))
    except Invalid as why:
        return {'figure': name, 'invalid': str(why)}


def heading(item):
    return 'figure'.ljust(22) + 'value'.ljust(9) + 'middle 80 %'.ljust(15) + 'goal'.ljust(9) + 'reached'.ljust(9) + \
        'ours'.ljust(9) + 'ruler'.ljust(9) + f'pairs (ours, ruler: {item})'


def row(each, goal):
    name = each['figure'].ljust(22)
    if 'invalid' in each:
        return f'{name}invalid: {each["invalid"]}'
    reached = 'yes' if each['value'] >= goal else 'no'
    spread = '{}..{}'.format(*each['spread'])
    return f'{name}{each["value"]}x'.ljust(31) + spread.ljust(15) + f'>= {goal}'.ljust(9) + reached.ljust(9) + \
        f'{each["ours"]}'.ljust(9) + f'{each["ruler"]}'.ljust(9) + f'{each["pairs"]}'


def interrupted(_signal, _frame):
    raise KeyboardInterrupt  # so that what is set up is taken down


def main(description, goals, pairs_of, item):
    """Measures and prints; 1 where a figure does not count. `pairs_of(bench, name, quick)` measures one of `goals`,
    as costs in `item`."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('sbc', help='the program')
    parser.add_argument('--json', action='store_true', help='one line a figure')
    parser.add_argument('--quick', action='store_true', help='shorter runs')
    parser.add_argument('--only', choices=goals, help='this figure')
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    if not options.json:
        print(heading(item), flush=True)
    invalid = False
    for name in [options.only] if options.only else goals:
        result = measure(options.sbc, name, pairs_of, options.quick)
        print(json.dumps(result, separators=(',', ':')) if options.json else row(result, goals[name]), flush=True)
        invalid |= 'invalid' in result
    return int(invalid)
