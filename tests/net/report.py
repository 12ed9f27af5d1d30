"""Report: tables and the progress line, as people read them."""
import sys
import threading

from .processes import Failure


def table(rows, head):
    """Rows of texts and numbers under a head; numbers to the right."""
    texts = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in texts + [list(head)]) for column in range(len(head))]
    numeric = [all(isinstance(row[column], int) for row in rows) for column in range(len(head))]

    def line(cells):
        return "  " + "  ".join(cell.rjust(width) if right else cell.ljust(width)
                                for cell, width, right in zip(cells, widths, numeric)).rstrip()
    return "\n".join([line(head), "  " + "  ".join("─" * width for width in widths), *(line(row) for row in texts)])


class Progress:
    """Shows `line()` twice a second while the block runs, and once at its end: over and over in one place on a
    terminal, now and then elsewhere."""

    def __init__(self, line):
        self._line, self._tty = line, sys.stdout.isatty()
        self._period = 0.5 if self._tty else 3
        self._width, self._over = 0, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _run(self):
        while not self._over.wait(self._period):
            self._show()
        self._show()
        if self._tty:
            print()

    def _show(self):
        try:
            text = self._line()
        except Failure:
            return  # whoever asks next will say it
        if self._tty:
            print("\r" + text.ljust(self._width), end="", flush=True)
            self._width = len(text)
        else:
            print(text, flush=True)
