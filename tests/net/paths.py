"""Paths: where the project is, and what was built of it."""
import os

from .processes import Failure


def root_folder():
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def build_folder():
    return os.environ.get("SBC_BUILD", os.path.join(root_folder(), "build"))


def program(path):
    """A built program by its path in the build folder."""
    full = os.path.join(build_folder(), path)
    if not os.access(full, os.X_OK):
        raise Failure(f"{full} is not built")
    return full
