#!/usr/bin/python3
"""The arithmetic and the checks of the figures against Kamailio and rtpengine."""

import json
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from bench.calls import peers as calls  # noqa: E402
from bench.harness import figure, peers  # noqa: E402
from bench.relay import callers, peers as relay  # noqa: E402


class FigureTest(unittest.TestCase):
    def test_a_figure_is_the_median_of_the_ratios(self):
        pairs = [(10, 10 * n) for n in range(1, 12)]
        self.assertEqual(figure.figure('call_vs_topoh', pairs),
                         {'figure': 'call_vs_topoh', 'value': 6, 'unit': 'x', 'ours': 10, 'ruler': 60, 'pairs': 11,
                          'spread': [2, 10]})

    def test_ten_pairs_are_no_measurement(self):
        self.assertIn('invalid', figure.figure('call_vs_topoh', [(1, 1)] * 10))

    def test_a_run_without_time_is_no_measurement(self):
        self.assertIn('invalid', figure.figure('call_vs_topoh', [(1, 1)] * 10 + [(-0.5, 1)]))

    def test_ours_and_the_ruler_take_turns_in_going_first(self):
        order = []

        def measured(who, cost):
            order.append(who)
            return cost

        pairs = figure.in_turn(lambda: measured('A', 1), lambda: measured('B', 2))
        self.assertEqual(pairs, [(1, 2)] * figure.PAIRS)
        self.assertEqual(''.join(order[:6]), 'ABBAAB')

    def test_rows_tell_what_was_reached(self):
        good = figure.figure('call_vs_topoh', [(10, 90)] * 11)
        self.assertIn('yes', figure.row(good, 8))
        self.assertIn(' no ', figure.row({**good, 'value': 7.9}, 8))
        self.assertIn('invalid: why', figure.row({'figure': 'call_vs_topoh', 'invalid': 'why'}, 8))

    def test_columns_stand_below_their_heading(self):
        heading = figure.heading('CPU us/call')
        row = figure.row(figure.figure('call_media_vs_topoh', [(10, 90)] * 11), 25)
        for name, value in (('value', '9.0x'), ('goal', '>= 25'), ('reached', 'no'), ('ruler', '90.0'), ('pairs', '11')):
            self.assertEqual(row.index(value, heading.index(name)), heading.index(name), name)


def calls_run(rate, us_per_call, seconds=10, **more):
    placed = rate * seconds
    return {'rate': rate, 'ok': placed, 'success': 1.0, 'cps_achieved': rate,
            'cpu_us_per_call': {'total': us_per_call, 'rtpengine': 0.0}, **more}


def record(**more):
    return json.dumps({'audio': 'none', 'media_released': False, **more})


class CallsTest(unittest.TestCase):
    def test_each_figure_has_a_peer(self):
        self.assertEqual(list(calls.GOALS), list(calls.VARIANTS))

    def test_what_is_spent_without_calls_falls_out(self):
        idle, call, seconds = 90_000, 40, 10  # microseconds: a run, a call
        low, high = (calls_run(rate, call + idle / (rate * seconds)) for rate in calls.RATES)
        self.assertAlmostEqual(calls.slope(low, high), call)

    def test_a_run_that_lost_calls_does_not_count(self):
        calls.check(calls_run(150, 1), 'ours')
        with self.assertRaisesRegex(peers.Invalid, 'succeeded'):
            calls.check(calls_run(150, 1, success=0.998), 'ours')
        with self.assertRaisesRegex(peers.Invalid, '142'):
            calls.check(calls_run(150, 1, cps_achieved=142), 'ours')

    def test_a_peer_that_is_to_anchor_media_must_have_done_so(self):
        anchored = calls_run(150, 2, cpu_us_per_call={'total': 2, 'rtpengine': 1})
        for variant in calls.ANCHORED:
            calls.check(anchored, variant)
            with self.assertRaisesRegex(peers.Invalid, 'rtpengine'):
                calls.check(calls_run(150, 2), variant)
        calls.check(calls_run(150, 2), 'topoh-sig')

    def test_our_records_tell_whether_audio_was_anchored(self):
        calls.check_records([record()] * 3, 3)
        for other in (record(media_released=True), record(audio=None)):
            with self.assertRaisesRegex(peers.Invalid, 'of 2 calls was anchored instead of 3'):
                calls.check_records([record(), other, record()], 3)


def relay_run(**more):
    return {'pps': 50_000, 'pps_sent': 50_000, 'loss': 0.0, 'silent_flows': 0, 'lat_us': {'p99': 300.0}, **more}


class RelayTest(unittest.TestCase):
    def test_a_run_that_lost_or_delayed_packets_does_not_count(self):
        relay.check(relay_run(pps_sent=47_500, loss=0.000999, lat_us={'p99': 20_000.0}), 'ours')
        for why, fault in (('47499', {'pps_sent': 47_499}), ('0.10% .* lost', {'loss': 0.001}),
                           ('1 flows', {'silent_flows': 1}), ('20.1 ms', {'lat_us': {'p99': 20_100.0}})):
            with self.assertRaisesRegex(peers.Invalid, why):
                relay.check(relay_run(**fault), 'ours')

    def test_every_flow_has_a_port_of_ours(self):
        places = [f'10.30.1.1:{20000 + 2 * i}' for i in range(relay.FLOWS)]
        relay.check_places(places)
        for odd in (places[1], '10.30.2.10:30000'):
            with self.assertRaises(peers.Invalid):
                relay.check_places([odd, *places[1:]])


class Wire:
    """A socket that keeps what is sent."""

    def __init__(self):
        self.sent = []

    def sendto(self, data, _address):
        self.sent.append(data.decode())


def response(i, status, to='<sip:7@10.30.1.1>;tag=ours', body=''):
    return callers.message(f'SIP/2.0 {status}', [f'To: {to}', f'Call-ID: relay-{i}@10.30.1.10'], body)


class CallersTest(unittest.TestCase):
    def test_each_caller_has_a_port_and_eight_are_shared_by_callees(self):
        self.assertIn('m=audio 20014 RTP/AVP 8', callers.request('INVITE', 7))
        self.assertIn('m=audio 30014 RTP/AVP 8', callers.callee_sdp(7))
        self.assertIn('m=audio 30000 RTP/AVP 8', callers.callee_sdp(8))

    def test_a_callee_answers_by_the_number(self):
        invite = callers.message('INVITE sip:9@10.30.2.10:5060 SIP/2.0',
                                 ['Via: SIP/2.0/UDP 10.30.2.1;branch=1', 'From: <sip:a@10.30.2.1>;tag=2',
                                  'To: <sip:9@10.30.2.10>', 'Call-ID: 3', 'CSeq: 1 INVITE'])
        answer = callers.answer(invite)
        for line in ('SIP/2.0 200 OK', 'Via: SIP/2.0/UDP 10.30.2.1;branch=1', 'From: <sip:a@10.30.2.1>;tag=2',
                     'To: <sip:9@10.30.2.10>;tag=callee', 'Call-ID: 3', 'CSeq: 1 INVITE', 'm=audio 30002 RTP/AVP 8'):
            self.assertIn(line, answer.split('\r\n'))
        self.assertIsNone(callers.answer(invite.replace('INVITE', 'ACK')))

    def test_a_call_is_up_with_its_200_which_is_acknowledged(self):
        wire, body = Wire(), callers.sdp('10.30.1.1', 23456)
        self.assertIsNone(callers.answered(response(7, '180 Ringing'), 7, wire))
        self.assertEqual(wire.sent, [])
        self.assertEqual(callers.answered(response(7, '200 OK', body=body), 7, wire), '10.30.1.1:23456')
        self.assertIn('To: <sip:7@10.30.1.1>;tag=ours', wire.sent[0].split('\r\n'))
        self.assertIn('CSeq: 1 ACK', wire.sent[0])

    def test_a_200_that_comes_again_is_only_acknowledged(self):
        wire = Wire()
        self.assertIsNone(callers.answered(response(6, '200 OK', body=callers.sdp('10.30.1.1', 1)), 7, wire))
        self.assertIn('ACK sip:6@', wire.sent[0])

    def test_a_call_that_is_refused_ends_the_measurement(self):
        with self.assertRaisesRegex(peers.Invalid, 'call 7: SIP/2.0 503'):
            callers.answered(response(7, '503 Service Unavailable'), 7, Wire())


if __name__ == '__main__':
    unittest.main()
