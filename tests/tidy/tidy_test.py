#!/usr/bin/python3
"""Each house rule complains about what breaks it, and about nothing else."""

import tempfile
import unittest
from pathlib import Path

import rules
from source import Source
from tidy import complaints_of

HEADER = '// What it is for.\n#pragma once\n'


class TidyTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def complaints(self, rule):
        return [(c.path, c.line, c.text) for c in complaints_of(self.root, [rule])]

    def assert_complaint(self, rule, path, line, part):
        found = self.complaints(rule)
        self.assertEqual([(p, n) for p, n, _ in found], [(path, line)], found)
        self.assertIn(part, found[0][2])

    def assert_tidy(self, rule):
        self.assertEqual(self.complaints(rule), [])

    def test_an_upward_include(self):
        self.write('policy/limit/a.h', HEADER + '#include "sbc/call/b.h"\n')
        self.assert_complaint(rules.house_has_one_direction, 'policy/limit/a.h', 3, 'above policy/')

    def test_a_downward_include_is_fine(self):
        self.write('sbc/call/a.h', HEADER + '#include "policy/limit/b.h"\n#include <vector>\n')
        self.assert_tidy(rules.house_has_one_direction)

    def test_a_commented_include_is_none(self):
        self.write('policy/limit/a.h', HEADER + '// #include "sbc/call/b.h"\n')
        self.assert_tidy(rules.house_has_one_direction)

    def test_a_relative_include(self):
        self.write('policy/limit/a.h', HEADER + '#include "../access/b.h"\n')
        self.assert_complaint(rules.house_has_one_direction, 'policy/limit/a.h', 3, "from the project's root")

    def test_an_include_without_its_folder(self):
        self.write('policy/limit/a.h', HEADER + '#include "b.h"\n')
        self.assert_complaint(rules.house_has_one_direction, 'policy/limit/a.h', 3, 'path from the root')

    def test_the_house_does_not_include_tests(self):
        self.write('sbc/call/a.h', HEADER + '#include "tests/sim/b.h"\n')
        self.assert_complaint(rules.house_has_one_direction, 'sbc/call/a.h', 3, 'does not know its tests')

    def test_an_upward_room(self):
        self.write('meson.build', "house = [\n  ['policy/limit', ['sbc/call'], []],\n]\n")
        self.assert_complaint(rules.house_table_has_one_direction, 'meson.build', 0, 'above')

    def test_a_cycle_of_headers(self):
        self.write('policy/limit/a.h', HEADER + '#include "policy/limit/b.h"\n')
        self.write('policy/limit/b.h', HEADER + '#include "policy/limit/a.h"\n')
        self.assert_complaint(rules.headers_have_no_cycle, 'policy/limit/b.h', 0, 'include each other')

    def test_hyperscan_outside_its_home(self):
        self.write('policy/signatures/a.cc', '#include <hs.h>\n')
        self.assert_complaint(rules.foreign_libraries_live_in_one_place, 'policy/signatures/a.cc', 1, 'database.h')

    def test_hyperscan_at_home(self):
        self.write('dataplane/match/a.cc', '#include <hs.h>\n')
        self.assert_tidy(rules.foreign_libraries_live_in_one_place)

    def test_dpdk_in_the_call_logic(self):
        self.write('sbc/call/a.cc', '#include <rte_mbuf.h>\n')
        self.assert_complaint(rules.foreign_libraries_live_in_one_place, 'sbc/call/a.cc', 1, 'DPDK')

    def test_clocks(self):
        for text in ('auto t = std::chrono::steady_clock::now();', 'clock_gettime(CLOCK_REALTIME, &t);', 'time(nullptr);'):
            self.write('sbc/call/a.cc', text)
            self.assert_complaint(rules.time_and_chance_are_arguments, 'sbc/call/a.cc', 1, 'Instant')

    def test_an_edge_may_ask_a_clock(self):
        self.write('sbc/main.cc', 'auto t = std::chrono::steady_clock::now();')
        self.assert_tidy(rules.time_and_chance_are_arguments)

    def test_words_that_only_look_like_clocks_and_dice(self):
        self.write('sbc/call/a.cc', 'on_time(now); x.time(0); // time(0), rand()\nlog("rand()"); operand(1); strand(2);')
        self.assert_tidy(rules.time_and_chance_are_arguments)

    def test_dice(self):
        for text in ('int x = rand();', 'std::random_device d;', 'getrandom(p, 8, 0);'):
            self.write('tests/policy/limit/a_test.cc', text)
            self.assert_complaint(rules.time_and_chance_are_arguments, 'tests/policy/limit/a_test.cc', 1, 'Random')

    def test_assert_and_throw(self):
        self.write('dataplane/sip/a.cc', 'static_assert(true);\nassert(x);\nthrow 1;\n')
        self.assertEqual([n for _, n, _ in self.complaints(rules.errors_are_values)], [2, 3])

    def test_control_may_throw(self):
        self.write('sbc/control/a.cc', 'throw 1;\n')
        self.assert_tidy(rules.errors_are_values)

    def test_long_files(self):
        self.write('policy/limit/a.cc', '\n' * rules.FILE_LINES_MAX)
        self.assert_tidy(rules.files_and_functions_are_short)
        self.write('policy/limit/a.cc', '\n' * (rules.FILE_LINES_MAX + 1))
        self.assert_complaint(rules.files_and_functions_are_short, 'policy/limit/a.cc', 0, 'split it')

    def test_long_functions(self):
        body = 'namespace a {\nint f(int x) {\n' + 'x();\n' * (rules.FUNCTION_LINES_MAX - 2) + '}\n}\n'
        self.write('policy/limit/a.cc', body)
        self.assert_tidy(rules.files_and_functions_are_short)
        self.write('policy/limit/a.cc', body.replace('x();', 'x();\ny();', 1))
        self.assert_complaint(rules.files_and_functions_are_short, 'policy/limit/a.cc', 2, 'f has 71 lines')

    def test_a_long_table_is_no_function(self):
        self.write('policy/limit/a.cc', 'constexpr int table[] = {\n' + '1,\n' * 100 + '};\nstruct S {\n' + 'int f() { return 1; }\n' * 100 + '};\n')
        self.assert_tidy(rules.files_and_functions_are_short)

    def test_headers_open_with_a_comment(self):
        self.write('policy/limit/a.h', '#pragma once\n')
        self.assert_complaint(rules.headers_introduce_themselves, 'policy/limit/a.h', 1, 'purpose')
        self.write('policy/limit/a.h', '// Purpose.\nint x;\n')
        self.assert_complaint(rules.headers_introduce_themselves, 'policy/limit/a.h', 1, 'pragma once')

    def test_what_is_left_for_later(self):
        self.write('sbc/demo', '#!/bin/sh\n# TO' + 'DO: more\n')
        self.assert_complaint(rules.nothing_is_left_for_later, 'sbc/demo', 2, 'do it')

    def test_the_top_level(self):
        self.write('notes.txt', '')
        self.write('build-asan/x', '')
        self.write('.ci/run', '')
        self.assert_complaint(rules.top_level_is_tidy, 'notes.txt', 0, 'find its floor')

    def test_a_file_that_is_not_built(self):
        self.write('policy/limit/meson.build', "sources = files('a.cc')\n")
        self.write('policy/limit/a.cc', '')
        self.assert_tidy(rules.everything_is_built)
        self.write('policy/limit/b.cc', '')
        self.assert_complaint(rules.everything_is_built, 'policy/limit/b.cc', 0, 'policy/limit/meson.build')

    def test_a_room_without_tests(self):
        self.write('policy/limit/a.cc', '')
        self.assert_complaint(rules.every_room_has_tests, 'policy/limit', 0, 'tests/policy/limit/')
        self.write('tests/policy/limit/a_test.cc', '')
        self.assert_tidy(rules.every_room_has_tests)

    def test_a_reason_that_nobody_gives_or_causes(self):
        self.write('config/types/reasons.def', 'DROP(one, "x")\nREJECT(two, 400, "y")\n')
        self.write('sbc/call/a.cc', 'f(Reason::one); // Reason::two\n')
        self.write('tests/sbc/call/a_test.cc', 'EXPECT_EQ(f(), Reason::one);\n')
        found = self.complaints(rules.every_reason_is_used_and_caused)
        self.assertEqual([(n, 'never given' in t, 'no test' in t) for _, n, t in found],
                         [(2, True, False), (2, False, True)])

    def test_an_end_to_end_test_may_name_a_reason(self):
        self.write('config/types/reasons.def', 'DROP(one, "x")\n')
        self.write('sbc/call/a.cc', 'f(Reason::one);\n')
        self.write('tests/e2e/a.py', "drops['one']\n")
        self.assert_tidy(rules.every_reason_is_used_and_caused)


class SourceTest(unittest.TestCase):
    def test_comments_and_literals_are_blanked_and_lines_stay(self):
        source = Source('a.cc', 'a(); // b()\n/* c()\n */ d("e()", \'"\', R"x(f()\n)x"); g(1\'000);\n')
        self.assertEqual([line for line, _ in source.find(r'[adg]\(')], [1, 3, 4])
        self.assertEqual(source.find(r'[bcef]\('), [])
        self.assertEqual(source.code.count('\n'), source.text.count('\n'))

    def test_functions_are_found_in_namespaces_and_classes(self):
        text = ('namespace n {\nclass C : public B {\n public:\n  C() : a_(1) {}\n  int f() const {\n    if (x) { y(); }\n'
                '    return 1;\n  }\n  int x = 0;\n};\ntemplate <class T>\nvoid g(T t) {\n  auto h = [] { z(); };\n}\n}\n')
        self.assertEqual([(f.name, f.line, f.lines) for f in Source('a.cc', text).functions],
                         [('C', 4, 1), ('f', 5, 4), ('g', 11, 4)])


if __name__ == '__main__':
    unittest.main()
