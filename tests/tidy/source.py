"""C++ text for the house rules: a file with its comments and literals blanked out, its includes, its functions."""

import bisect
import re
from dataclasses import dataclass
from functools import cached_property

# Comments, raw strings, strings and characters; digits before a ' are a separator, not a character.
_BLANKED = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])*\'', re.S)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^>"\n]+)[>"]', re.M)
_SCOPE = re.compile(r'\b(namespace|class|struct|union|enum|extern)\b')


@dataclass(frozen=True)
class Include:
    line: int
    path: str
    quoted: bool


@dataclass(frozen=True)
class Function:
    line: int
    lines: int
    name: str


def _blank(match):
    text = match.group(0)
    ends = 0 if text.startswith('/') else 1  # literals keep their delimiters, so that f("") stays a call
    return ''.join(c if c == '\n' or i < ends or i >= len(text) - ends else ' ' for i, c in enumerate(text))


class Source:
    def __init__(self, path, text):
        self.path = path  # from the project's root, with slashes
        self.text = text

    @property
    def folder(self):
        return self.path.rpartition('/')[0]

    @cached_property
    def code(self):
        return _BLANKED.sub(_blank, self.text)

    @cached_property
    def _line_starts(self):
        return [0] + [match.end() for match in re.finditer('\n', self.text)]

    def line_at(self, offset):
        return bisect.bisect_right(self._line_starts, offset)

    @cached_property
    def line_count(self):
        return self.text.count('\n') + (not self.text.endswith('\n'))

    @cached_property
    def includes(self):
        """What is included; a commented-out include is none."""
        return [Include(self.line_at(match.start(1)), match.group(2), match.group(1) == '"')
                for match in _INCLUDE.finditer(self.text)
                if self.code[match.start(1) - 1] != ' ' or 'include' in self.code[match.start():match.start(1)]]

    def find(self, pattern):
        """(line, text) of each match in the code."""
        return [(self.line_at(match.start()), match.group(0)) for match in re.finditer(pattern, self.code)]

    @cached_property
    def functions(self):
        """Function bodies outside other functions, found by matching braces; lambdas count to what they stand in."""
        found, scopes, head, depth, begun = [], [], 0, 0, None
        code = re.sub(r'^[ \t]*#(?:[^\n\\]|\\.|\\\n)*', lambda m: re.sub(r'[^\n]', ' ', m.group(0)), self.code, flags=re.M)
        for match in re.finditer(r'[{};]', code):
            at, char = match.start(), match.group(0)
            if begun is not None:  # inside a function or a table
                depth += (char == '{') - (char == '}')
                if depth == 0:
                    start, name = begun
                    if name:
                        first = self.line_at(start)
                        found.append(Function(first, self.line_at(at) - first + 1, name))
                    begun, head = None, at + 1
                continue
            if char == '{':
                text = code[head:at]
                if _SCOPE.search(text) and not re.search(r'\)\s*(const|noexcept|override|final|\s)*$', text):
                    scopes.append(at)
                    head = at + 1
                else:
                    start = head + re.match(r'(\s|\b(public|private|protected)\s*:(?!:))*', text).end()
                    names = re.findall(r'([~\w:]+)\s*\(', text)
                    is_function = bool(names) and not text.rstrip().endswith('=')
                    begun, depth = (start, names[0] if is_function else ''), 1
            elif char == '}':
                if scopes:
                    scopes.pop()
                head = at + 1
            else:
                head = at + 1
        return found
