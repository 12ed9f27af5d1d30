"""The house rules. Each rule takes a Project and yields complaints that say what to do instead."""

import re
import shutil
import subprocess
from collections import namedtuple

Complaint = namedtuple('Complaint', 'path line text')

FLOORS = ('config', 'dataplane', 'policy', 'sbc')  # bottom first
FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
TOP_LEVEL = {'meson.build', 'sbc', 'dataplane', 'policy', 'config', 'tests', 'bench', 'README.md', 'LICENSE', 'docs'}

# Foreign headers, and who may include them: a foreign library lives in one place.
FOREIGN = (
    (r'hs\.h$', ('dataplane/match', 'bench'), 'use dataplane/match/database.h'),
    (r'rte_', ('dataplane/port', 'dataplane/worker', 'dataplane/cipher', 'sbc/edge', 'sbc/daemon', 'sbc/main',
               'tests/dataplane/port', 'tests/dataplane/worker', 'tests/sbc/edge', 'tests/packet', 'bench'),
     'DPDK is known to dataplane/port, dataplane/worker, dataplane/cipher and sbc/edge; go through their faces'),
    (r'ares', ('sbc/resolver',), 'ask the DNS through sbc/resolver'),
    (r'yaml-cpp/', ('config/load',), 'read YAML through config/load/value.h'),
    (r'openssl/', ('dataplane/bytes', 'dataplane/srtp', 'sbc/stream', 'tests/dataplane/bytes', 'tests/dataplane/srtp',
                   'bench'), 'use dataplane/bytes'),
    (r'(spdlog|fmt|nlohmann)/', ('sbc/control', 'sbc/daemon', 'sbc/main', 'sbc/ctl', 'tests/sbc/control', 'bench'),
     'logs and JSON are written by sbc/control; return a value instead'),
)

# Who may ask a clock or draw true randomness: the edges of the process. All else takes an Instant or a Random.
CLOCK = re.compile(r'\b(steady_clock|system_clock|high_resolution_clock|gettimeofday|clock_gettime|timespec_get)\b'
                   r'|(?<![\w.>:])time\s*\(\s*(?:NULL|nullptr|0|&\w+)\s*\)|\brdtscp?\b|\brte_(?:get_)?\w*tsc\w*')
CHANCE = re.compile(r'\b(getrandom|getentropy|random_device|arc4random|rte_rand)\b|(?<![\w.>:])s?rand\s*\(')
EDGES = re.compile(r'^sbc/(main\.cc|daemon/|control/)|^dataplane/worker/tsc_clock\.|^tests/(net|e2e|packet)/|^bench/')

# Proved end to end only: the wiring.
UNTESTED_ROOMS = {'sbc/daemon'}

# Longer than FUNCTION_LINES_MAX for a reason: (path, function).
LONG_FUNCTIONS = {}


def floor_of(path):
    top = path.split('/')[0]
    return FLOORS.index(top) if top in FLOORS else None


def house_has_one_direction(project):
    """Floors include downward only, by full path, without cycles."""
    for source in project.cpp:
        own = floor_of(source.path)
        for include in source.includes:
            if '..' in include.path.split('/'):
                yield Complaint(source.path, include.line, f'"{include.path}": write the path from the project\'s root')
            elif include.quoted and include.path.split('/')[0] not in (*FLOORS, 'tests', 'bench'):
                yield Complaint(source.path, include.line,
                                f'"{include.path}": include ours by the path from the root, libraries by <>')
            elif not include.quoted or own is None:
                continue
            elif floor_of(include.path) is None:
                yield Complaint(source.path, include.line, f'"{include.path}": the house does not know its tests')
            elif floor_of(include.path) > own:
                yield Complaint(source.path, include.line, f'"{include.path}" lies above {FLOORS[own]}/: pass a value down,'
                                ' or move the code up')


def house_table_has_one_direction(project):
    """meson's table of rooms names only rooms of the same floor or below."""
    rooms = re.findall(r"^\s*\['(\w+/\w+)',\s*\[([^\]]*)\]", project.text('meson.build'), re.M)
    for room, below in rooms:
        for used in re.findall(r"'([^']+)'", below):
            if floor_of(used) > floor_of(room):
                yield Complaint('meson.build', 0, f'{room} uses {used}, which lies above it')


def headers_have_no_cycle(project):
    graph = {source.path: [i.path for i in source.includes if i.quoted] for source in project.cpp}
    state = {}

    def visit(path, trail):
        state[path] = 'open'
        for below in graph.get(path, ()):
            if state.get(below) == 'open':
                ring = trail[trail.index(below):] if below in trail else [below]
                yield Complaint(path, 0, 'headers include each other: ' + ' -> '.join([*ring, below]))
            elif below in graph and below not in state:
                yield from visit(below, [*trail, below])
        state[path] = 'done'

    for path in sorted(graph):
        if path not in state:
            yield from visit(path, [path])


def foreign_libraries_live_in_one_place(project):
    for source in project.cpp:
        for include in source.includes:
            for pattern, homes, instead in FOREIGN:
                if re.match(pattern, include.path) and not source.path.startswith(homes):
                    yield Complaint(source.path, include.line, f'<{include.path}> belongs to {homes[0]}: {instead}')


def time_and_chance_are_arguments(project):
    for source in project.cpp:
        if EDGES.match(source.path):
            continue
        if floor_of(source.path) is not None or source.path.startswith('tests/sim/'):
            for match in CLOCK.finditer(source.code):
                yield Complaint(source.path, source.line_at(match.start()),
                                f'{match.group(0)}: take an Instant as an argument; only the edges ask a clock')
        for match in CHANCE.finditer(source.code):
            yield Complaint(source.path, source.line_at(match.start()),
                            f'{match.group(0)}: take a Random as an argument, in tests one with a fixed seed')


def errors_are_values(project):
    for source in project.cpp:
        if floor_of(source.path) is None:
            continue
        for line, _ in source.find(r'(?<![\w])assert\s*\('):
            yield Complaint(source.path, line, 'assert(): SBC_CHECK for what we broke, a Reason for what the network sent')
        if source.path.startswith(('config/load/', 'sbc/control/')):
            continue
        for line, _ in source.find(r'\bthrow\b'):
            yield Complaint(source.path, line, 'throw: return a Result, a Reason or a Problem')


def files_and_functions_are_short(project):
    for source in project.cpp:
        if source.line_count > FILE_LINES_MAX:
            yield Complaint(source.path, 0, f'{source.line_count} lines: split it, one concept a file '
                            f'(at most {FILE_LINES_MAX})')
        for function in source.functions:
            if function.lines > FUNCTION_LINES_MAX and (source.path, function.name) not in LONG_FUNCTIONS:
                yield Complaint(source.path, function.line, f'{function.name} has {function.lines} lines: give its steps '
                                f'names (at most {FUNCTION_LINES_MAX})')


def headers_introduce_themselves(project):
    for source in project.cpp:
        if not source.path.endswith('.h'):
            continue
        if not source.text.startswith('//'):
            yield Complaint(source.path, 1, 'open with a comment: purpose, owner thread, invariants, RFC section')
        if '#pragma once' not in source.code:
            yield Complaint(source.path, 1, '#pragma once is missing')


def nothing_is_left_for_later(project):
    later = re.compile(r'\b(TODO|FIXME|XXX|HACK)\b')
    for path in project.files:
        if path.startswith('tests/tidy/') or path == 'LICENSE':
            continue
        for number, line in enumerate(project.text(path).split('\n'), 1):
            if match := later.search(line):
                yield Complaint(path, number, f'{match.group(0)}: do it, or open an issue')


def top_level_is_tidy(project):
    for name in project.top_level:
        if name not in TOP_LEVEL and not name.startswith('.') and not re.match(r'build(-|$)', name):
            yield Complaint(name, 0, 'does not belong on the top level: find its floor')


def everything_is_built(project):
    """A .cc that no meson.build names is dead."""
    for source in project.cpp:
        if not source.path.endswith('.cc') or source.path.startswith('tests/fuzz/'):
            continue
        folder, _, name = source.path.rpartition('/')
        parts = folder.split('/')
        builds = '\n'.join(project.text('/'.join(parts[:depth]) + '/meson.build') for depth in range(1, len(parts) + 1))
        if not re.search(rf"""['/]{re.escape(name)}'|'{re.escape(name[:-3])}'""", builds):
            yield Complaint(source.path, 0, f'is not built: add it to {folder}/meson.build')


def every_room_has_tests(project):
    for room in sorted({s.folder for s in project.cpp if s.path.endswith('.cc') and floor_of(s.path) is not None}):
        if room.count('/') == 1 and room not in UNTESTED_ROOMS and not any(s.path.startswith(f'tests/{room}/') for s in project.cpp):
            yield Complaint(room, 0, f'has no tests: write tests/{room}/')


def every_reason_is_used_and_caused(project):
    table = 'config/types/reasons.def'
    if not project.has(table):
        return
    code = '\n'.join(s.code for s in project.cpp if floor_of(s.path) is not None)
    tests = '\n'.join(project.text(p) for p in project.files
                      if p.startswith('tests/') and not p.startswith('tests/tidy/') and p.endswith(('.cc', '.h', '.py')))
    for number, line in enumerate(project.text(table).split('\n'), 1):
        match = re.match(r'(?:DROP|REJECT)\((\w+),', line)
        if not match:
            continue
        name = match.group(1)
        if not re.search(rf'\bReason::{name}\b', code):
            yield Complaint(table, number, f'{name} is never given: use it or strike it')
        if not re.search(rf'\bReason::{name}\b|[\'"]{name}[\'"]', tests):
            yield Complaint(table, number, f'{name} is caused by no test: write one that names it')


def code_is_formatted(project):
    tool = shutil.which('clang-format')
    paths = [source.path for source in project.cpp]
    if tool is None or not paths or not project.has('.clang-format'):
        return
    run = subprocess.run([tool, '--dry-run', *paths], cwd=project.root, capture_output=True, text=True)
    if run.returncode != 0:
        yield Complaint('.clang-format', 0, 'clang-format fails: ' + run.stderr.strip()[:200])
    seen = set()
    for path, line in re.findall(r'^(.+?):(\d+):\d+: warning: code should be clang-formatted', run.stderr, re.M):
        if path not in seen:
            yield Complaint(path, int(line), 'is not formatted: clang-format -i ' + path)
        seen.add(path)


RULES = (house_has_one_direction, house_table_has_one_direction, headers_have_no_cycle,
         foreign_libraries_live_in_one_place, time_and_chance_are_arguments, errors_are_values,
         files_and_functions_are_short, headers_introduce_themselves, nothing_is_left_for_later, top_level_is_tidy,
         everything_is_built, every_room_has_tests, every_reason_is_used_and_caused, code_is_formatted)
