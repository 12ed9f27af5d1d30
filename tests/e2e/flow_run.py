"""Running flows: which SIPp plays which side of a flow, and where it is; several flows at a time, each in a lane."""
import os

from net.processes import Failure, wait_until
from net.user_agents import Sipp

from .flow import Flow

_HERE = os.path.dirname(os.path.abspath(__file__))
_CALLS = 2
_SECONDS = 30


class End:
    """Where one side of a flow is: a client's link, address and port, and where it sends what begins a call. `other`
    is another address of the same client."""

    def __init__(self, link, address, port, other, target=None):
        self.link, self.address, self.port, self.other, self.target = link, address, port, other, target


def _media_port(end):
    """SIPp binds some, although it sends nothing there: each agent's are its own."""
    return 10000 + 8 * (end.port % 1000)


def names(folder):
    """The flows of a folder here, as FlowRun takes them."""
    return sorted(os.path.join(folder, file.removesuffix(".flow"))
                  for file in os.listdir(os.path.join(_HERE, folder)) if file.endswith(".flow"))


class FlowRun:
    """One flow between `places`: side -> End. Callees listen when this returns; then start() lets the caller call."""

    def __init__(self, bed, name, places, number, calls=_CALLS):
        self.name, self._bed, self._places, self._number, self._calls = name, bed, places, number, calls
        with open(os.path.join(_HERE, f"{name}.flow"), encoding="utf-8") as file:
            self._flow = Flow(file.read())
        self._agents = {}
        for side in self._flow.sides:
            if side != "caller":
                agent = self._play(side)
                wait_until(lambda agent=agent: agent.process.status is not None or agent.listens(), 10, side)

    def start(self):
        self._play("caller")

    def _play(self, side):
        end, label = self._places[side], f"{os.path.basename(self.name)}-{self._number}-{side}"
        path = os.path.join(self._bed.lab.folder, f"{label}.xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(self._flow.scenario(side))
        more = ["-m", self._calls, "-r", 10, "-recv_timeout", 8000, "-mp", _media_port(end), "-s", self._number,
                "-key", "network", end.link, "-key", "other", end.other,
                "-key", "nowhere", "::" if ":" in end.address else "0.0.0.0"]
        self._agents[side] = Sipp(self._bed.lab, end.link, label, path, end.address, end.port, more, end.target)
        return self._agents[side]

    @property
    def settled(self):
        """All sides have ended well, or one has not."""
        statuses = [agent.process.status for agent in self._agents.values()]
        return any(statuses) or None not in statuses

    def check(self):
        """Waits for the end; each side must have ended as it says."""
        wait_until(lambda: self.settled, _SECONDS, f"{self.name}: the end of all calls")
        failed = [f"the {side}: {agent.aborts() or agent.complaints()}" for side, agent in self._agents.items()
                  if agent.process.status]
        if failed:
            raise Failure(f"{self.name}: {'; '.join(failed)}")


def run_together(runs):
    runs = list(runs)
    for run in runs:
        run.start()
    for run in runs:
        run.check()
