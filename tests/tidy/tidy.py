#!/usr/bin/python3
"""Holds the project to its house rules (rules.py). Prints `file:line: what is wrong: what to do`.

    tidy.py [ROOT] [--rule NAME]...        exits with 1 when there is anything to complain about
"""

import argparse
import os
import sys
from functools import lru_cache
from pathlib import Path

from rules import RULES
from source import Source

TEXT = {'.cc', '.h', '.def', '.py', '.build', '.yaml', '.md', '.sh', '.xml', '.lua', ''}


class Project:
    """The files below a root as the rules see them; what git or a build made is not looked at."""

    def __init__(self, root):
        self.root = Path(root)
        self.top_level = sorted(os.listdir(root))
        self.files = sorted(self._walk())
        self.cpp = [Source(path, self.text(path)) for path in self.files if path.endswith(('.cc', '.h'))]

    def _walk(self):
        for folder, folders, names in os.walk(self.root):
            at_top = Path(folder) == self.root
            folders[:] = [f for f in folders if not f.startswith('.') and f != '__pycache__' and
                          not (at_top and (f == 'build' or f.startswith('build-')))]
            for name in names:
                path = Path(folder, name)
                if path.suffix in TEXT and not path.is_symlink():
                    yield path.relative_to(self.root).as_posix()

    @lru_cache(maxsize=None)
    def text(self, path):
        return (self.root / path).read_text(encoding='utf-8', errors='replace') if self.has(path) else ''

    def has(self, path):
        return (self.root / path).is_file()


def complaints_of(root, rules=RULES):
    project = Project(root)
    return [complaint for rule in rules for complaint in rule(project)]


def main():
    parser = argparse.ArgumentParser(description='Holds the project to its house rules.')
    parser.add_argument('root', nargs='?', default=Path(__file__).resolve().parents[2])
    parser.add_argument('--rule', action='append', choices=[rule.__name__ for rule in RULES])
    options = parser.parse_args()
    rules = [rule for rule in RULES if not options.rule or rule.__name__ in options.rule]
    complaints = complaints_of(options.root, rules)
    for path, line, text in complaints:
        print(f'{path}:{line}: {text}' if line else f'{path}: {text}')
    if complaints:
        print(f'{len(complaints)} to tidy up')
    return 1 if complaints else 0


if __name__ == '__main__':
    sys.exit(main())
