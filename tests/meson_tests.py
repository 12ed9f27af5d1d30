#!/usr/bin/python3
"""What tests/run asks about meson's tests.

    meson_tests.py targets BUILD SUITE...   what to build for these suites, one target a line
    meson_tests.py report BUILD             the last `meson test`, case by case: how much was simulated, failures with
                                            their output, then `PASSED FAILED` on the last line
"""

import json
import subprocess
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

LOG = 'meson-logs/testlog'
OUTPUT_MAX = 6000  # characters of a failed program's output worth showing


def introspect(build, what):
    done = subprocess.run(['meson', 'introspect', build, f'--{what}'], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def targets(build, suites):
    """Files that the suites' tests run or read, as ninja knows them."""
    needed = set()
    for test in introspect(build, 'tests'):
        if any(suite.split(':')[-1] in suites for suite in test['suite']):
            needed.update(test['depends'])
    root = Path(build).resolve()
    return sorted(str(Path(name).relative_to(root)) for target in introspect(build, 'targets')
                  if target['id'] in needed for name in target['filename'])


def program_of(suite, programs):
    """meson names a suite PROJECT.PROGRAM.SUITE or PROJECT.PROJECT:MESON SUITE / PROGRAM.SUITE."""
    return next((name for name in programs if f'.{name}.' in suite or f' {name}.' in suite), None)


def outcome_of(case):
    """None when it passed, else what it said."""
    for broken in (case.find('failure'), case.find('error')):
        if broken is not None:
            return (broken.text or broken.get('message') or '').strip()
    return None


def cases_of(build, programs):
    """{program: [(case, what failed or None)]} of those that report their cases (GoogleTest)."""
    path = Path(build, LOG + '.junit.xml')
    cases = {}
    for suite in xml.parse(path).getroot().iter('testsuite') if path.exists() else ():
        program = program_of(suite.get('name', ''), programs)
        for case in suite.iter('testcase') if program else ():
            skipped = case.get('status') == 'notrun' or case.get('result') == 'skipped' or case.find('skipped') is not None
            if not skipped:
                name = f"{case.get('classname')}.{case.get('name')}"
                cases.setdefault(program, []).append((name, outcome_of(case)))
    return cases


def report(build):
    """A program that fails without a failed case (a crash, a leak, a time-out) counts as one failure of its own."""
    passed = failed = 0
    with_cases = {test['name'] for test in introspect(build, 'tests') if test['protocol'] == 'gtest'}
    cases = cases_of(build, with_cases)
    for line in Path(build, LOG + '.json').read_text(encoding='utf-8').splitlines():
        test = json.loads(line)
        name = test['name'].split(' / ')[-1]
        fine = test['result'] in ('OK', 'SKIP', 'EXPECTEDFAIL')
        own = cases.get(name, [])
        broken = [(case, text) for case, text in own if text is not None]
        for said in test.get('stdout', '').splitlines():
            if said.startswith('simulated '):
                print(said)
        passed += len(own) - len(broken) if name in with_cases else int(test['result'] == 'OK')
        failed += len(broken)
        for case, text in broken:
            print(f'FAIL {name}: {case}\n{text}\n')
        if not fine and not broken:
            failed += 1
            output = (test.get('stdout', '') + test.get('stderr', ''))[-OUTPUT_MAX:]
            print(f"FAIL {name}: {test['result'].lower()}, status {test['returncode']}\n{output}\n")
    print(passed, failed)


if __name__ == '__main__':
    if sys.argv[1:2] == ['targets'] and len(sys.argv) > 3:
        print('\n'.join(targets(sys.argv[2], sys.argv[3:])))
    elif sys.argv[1:2] == ['report'] and len(sys.argv) == 3:
        report(sys.argv[2])
    else:
        sys.exit(__doc__)
