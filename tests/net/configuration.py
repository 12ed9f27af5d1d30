"""Configuration: the SBC's YAML for a lab, as a plain dictionary that a test may change before it is written."""
import copy
import json
import os

from .paths import root_folder


def _scalar(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else json.dumps(value)


def to_yaml(value, indent=0):
    """Block style, one key a line, so that an error's line number means something."""
    pad, lines = "  " * indent, []
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, dict) and item:
                lines += [f"{pad}{key}:", to_yaml(item, indent + 1)]
            elif isinstance(item, list) and item and isinstance(item[0], dict):
                lines.append(f"{pad}{key}:")
                for entry in item:
                    body = to_yaml(entry, indent + 2)
                    lines.append(f"{pad}  - {body.lstrip()}")
            elif isinstance(item, list):
                lines.append(f"{pad}{key}: [{', '.join(map(_scalar, item))}]")
            else:
                lines.append(f"{pad}{key}: {_scalar(item)}")
    return "\n".join(lines)


class Plan:
    """Who has which address and port; one family on each side, IPv4 unless a test says otherwise. The addresses are
    those of the annotated example.

    The four SIP ports differ unless a test says otherwise, so that a port that crosses shows.
    """

    def __init__(self, v6=False, ports=(5060, 5071, 5082, 5093), core_v6=None):
        """`core_v6`: where the core's family is not that of the access side."""
        self.v6 = v6
        access, ten = ("2001:db8:a::%x", 0x10) if v6 else ("198.51.100.%d", 10)
        self.sbc_access, self.client_access, self.scanner = access % 1, access % ten, access % (ten + 56)
        core, ten = ("2001:db8:c::%x", 0x10) if (v6 if core_v6 is None else core_v6) else ("203.0.113.%d", 10)
        self.sbc_core, self.client_core, self.second_core = core % 1, core % ten, core % (ten + 1)
        self.attackers = "2001:db8:1000::1" if v6 else "198.18.0.1"  # the first of the spoofed sources
        self.sbc_access_port, self.caller_port, self.sbc_core_port, self.callee_port = ports
        self.sip_ports = frozenset(ports)

    @staticmethod
    def network(address):
        return f"{address}/{64 if ':' in address else 24}"

    @staticmethod
    def host_prefix(address):
        return f"{address}/{128 if ':' in address else 32}"

    @staticmethod
    def endpoint(address, port):
        return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"

    @property
    def sbc_for_access(self):
        """Where the access side sends SIP to."""
        return self.sbc_access, self.sbc_access_port

    @property
    def sbc_for_core(self):
        return self.sbc_core, self.sbc_core_port


ACCESS_MEDIA, CORE_MEDIA = "20000-29999", "40000-49999"


def base(folder, plan, driver="af_packet", workers=1, huge=True):
    """Two realms, one trunk on each side, numbers that begin with 49 go to the core."""
    devices = {"access": "sbc-access", "core": "sbc-core"}
    if driver == "tap":
        devices = {side: f"tap-{side}" for side in devices}
    return {
        "workers": {"count": workers, "idle": "sleep"},
        "memory": {"huge": huge},
        "ports": [{"name": f"{side}0", "driver": driver, "device": device} for side, device in devices.items()],
        "realms": [
            {"name": "access", "port": "access0", "addresses": [plan.network(plan.sbc_access)],
             "gateway": [plan.client_access], "sip": [plan.endpoint(plan.sbc_access, plan.sbc_access_port)],
             "media": {"ports": ACCESS_MEDIA}, "trust": "unknown"},
            {"name": "core", "port": "core0", "addresses": [plan.network(plan.sbc_core)],
             "sip": [plan.endpoint(plan.sbc_core, plan.sbc_core_port)],
             "media": {"ports": CORE_MEDIA}, "trust": "trusted"},
        ],
        "trunks": [
            {"name": "carrier", "realm": "access", "peers": [plan.endpoint(plan.client_access, plan.caller_port)]},
            {"name": "pbx", "realm": "core", "peers": [plan.endpoint(plan.client_core, plan.callee_port)]},
        ],
        "routes": [
            {"name": "to-core", "from": "access", "prefix": "49", "trunks": ["pbx"]},
            {"name": "to-access", "from": "core", "prefix": "", "trunks": ["carrier"]},
        ],
        "access": [{"realm": "access", "prefix": plan.host_prefix(plan.client_access), "trust": "trusted"}],
        "limits": {"calls_max": 4000},
        "signatures": {"file": os.path.join(root_folder(), "config/examples/signatures.yaml")},
        "timers": {"drain": "10s"},
        "log": {"file": f"{folder}/sbc.log", "level": "info"},
        "cdr": {"file": f"{folder}/cdr.jsonl"},
        "control": {"socket": f"{folder}/sbc.sock"},
    }


def changed(settings, **paths):
    """A deep copy with keys replaced: changed(s, limits__calls_max=10)."""
    settings = copy.deepcopy(settings)
    for path, value in paths.items():
        *parents, last = path.split("__")
        at = settings
        for key in parents:
            at = at.setdefault(key, {})
        at[last] = value
    return settings
