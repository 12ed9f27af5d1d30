#!/usr/bin/python3
"""The arithmetic of the figures against Kamailio."""

import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'bench' / 'calls'))
import peers  # noqa: E402


def run(rate, us_per_call, seconds=10, **more):
    calls = rate * seconds
    return {'rate': rate, 'ok': calls, 'success': 1.0, 'cps_achieved': rate,
            'cpu_us_per_call': {'total': us_per_call}, **more}


class PeersTest(unittest.TestCase):
    def test_what_is_spent_without_calls_falls_out(self):
        idle, call, seconds = 90_000, 40, 10  # microseconds: a run, a call
        low, high = (run(rate, call + idle / (rate * seconds)) for rate in peers.RATES)
        self.assertAlmostEqual(peers.slope(low, high), call)

    def test_a_figure_is_the_median_of_the_ratios(self):
        pairs = [(10, 10 * n) for n in range(1, 12)]
        self.assertEqual(peers.figure('call_vs_topoh', pairs),
                         {'figure': 'call_vs_topoh', 'value': 6, 'unit': 'x', 'ours': 10, 'ruler': 60, 'pairs': 11,
                          'spread': [2, 10]})

    def test_ten_pairs_are_no_measurement(self):
        self.assertIn('invalid', peers.figure('call_vs_topoh', [(1, 1)] * 10))

    def test_a_call_without_time_is_no_measurement(self):
        self.assertIn('invalid', peers.figure('call_vs_topoh', [(1, 1)] * 10 + [(-0.5, 1)]))

    def test_a_run_that_lost_calls_does_not_count(self):
        peers.check(run(150, 1), 'ours')
        with self.assertRaisesRegex(peers.Invalid, 'succeeded'):
            peers.check(run(150, 1, success=0.998), 'ours')
        with self.assertRaisesRegex(peers.Invalid, '142'):
            peers.check(run(150, 1, cps_achieved=142), 'ours')

    def test_rows_tell_what_was_reached(self):
        good = peers.figure('call_vs_topoh', [(10, 90)] * 11)
        self.assertIn('yes', peers.row(good))
        self.assertIn(' no ', peers.row({**good, 'value': 7.9}))
        self.assertIn('invalid: why', peers.row({'figure': 'call_vs_topoh', 'invalid': 'why'}))


if __name__ == '__main__':
    unittest.main()
