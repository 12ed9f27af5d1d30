"""Lab: network namespaces for the SBC and the clients around it, joined by veth pairs.

    access client ── sbc-access │ SBC's namespace │ sbc-core ── core client

The SBC's ends carry no address and have IPv6 off, so the kernel that sees their frames too answers nothing. Offloads
are off on every end: a veth frame otherwise carries an unfinished checksum. Nothing outside the namespaces is touched,
and only what was made here is taken down: namespaces by their names, processes by their pids.
"""
import atexit
import ctypes
import itertools
import os
import re
import shutil
import signal
import socket
import tempfile
from dataclasses import dataclass

from .processes import Failure, Process, run, wait_until
from .vlan import VlanSwitch

_CLONE_NEWNET = 0x40000000
_numbers = itertools.count(1)
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass
class Link:
    """One veth pair: `client_device` in the namespace `client`, `sbc_device` in the SBC's."""
    name: str
    client: str
    client_device: str
    sbc_device: str


class Lab:
    """A context manager; leaving it takes everything down. `folder` holds everybody's files until then."""

    def __init__(self, name="sbc"):
        self.id = f"{name}-{os.getpid()}-{next(_numbers)}"
        self.sbc_namespace = f"{self.id}-sbc"
        self.folder = tempfile.mkdtemp(prefix=f"{self.id}.")
        self.links = {}
        self._sbc_macs = {}  # where it isn't the veth's own
        self._namespaces = []
        self._processes = []
        self._switches = []

    def __enter__(self):
        atexit.register(self.close)
        try:
            self._add_namespace(self.sbc_namespace)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def _add_namespace(self, name):
        run("ip", "netns", "add", name)
        self._namespaces.append(name)
        # No neighbour discovery or router solicitation by itself: only what a test sends is on the wire.
        run("sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1", "net.ipv6.conf.all.disable_ipv6=1",
            "net.ipv6.conf.default.accept_ra=0", "net.ipv6.conf.default.accept_dad=0",
            "net.ipv6.conf.default.router_solicitations=0", "net.ipv4.conf.default.arp_ignore=1", namespace=name)
        run("ip", "-n", name, "link", "set", "lo", "up")

    def add_link(self, name, addresses, sbc_device=None, mtu=1500):
        """A client namespace with its veth pair."""
        client = f"{self.id}-{name}"
        self._add_namespace(client)
        link = Link(name, client, name, sbc_device or f"sbc-{name}")
        self._pair(client, name, link.sbc_device, mtu)
        self.links[name] = link
        if any(":" in address for address in addresses):
            run("sysctl", "-qw", f"net.ipv6.conf.{link.client_device}.disable_ipv6=0",
                "net.ipv6.conf.lo.disable_ipv6=0", namespace=client)
        for address in addresses:
            self.add_address(name, address)
        return link

    def add_vlans(self, sbc_device, vlans):
        """Joins existing links to one port of the SBC, each on its VLAN: {link name: VLAN}."""
        self._pair(self.sbc_namespace, "trunk", sbc_device, 1500)
        switch = VlanSwitch(self, self.sbc_namespace, "trunk",
                            {self.links[name].sbc_device: vlan for name, vlan in vlans.items()})
        self._switches.append(switch)
        self._sbc_macs |= {name: self._mac(sbc_device) for name in vlans}

    def _pair(self, client, client_device, sbc_device, mtu):
        run("ip", "link", "add", client_device, "netns", client, "mtu", mtu, "txqueuelen", 10000,
            "type", "veth", "peer", "name", sbc_device, "netns", self.sbc_namespace, "mtu", mtu)
        for namespace, device in ((client, client_device), (self.sbc_namespace, sbc_device)):
            run("ethtool", "-K", device, "tx", "off", "rx", "off", "gso", "off", "tso", "off", "gro", "off",
                "txvlan", "off", "rxvlan", "off", namespace=namespace, check=False)
            run("ip", "-n", namespace, "link", "set", device, "up")

    def add_address(self, name, address):
        link = self.links[name]
        extra = ["nodad"] if ":" in address else []
        run("ip", "-n", link.client, "addr", "add", address, "dev", link.client_device, *extra)

    def prefer_source(self, name, target, source):
        """What doesn't bind to an address reaches `target` from `source`."""
        link = self.links[name]
        run("ip", "-n", link.client, "route", "replace", f"{target}/{128 if ':' in target else 32}", "dev",
            link.client_device, "src", source)

    def bridge_to_tap(self, name, tap, sbc_address):
        """Joins the SBC's end of a link to the TAP that net_tap made in its namespace, and learns the SBC's MAC
        address there, which isn't the veth's."""
        link = self.links[name]
        bridge = f"br-{name}"
        run("ip", "-n", self.sbc_namespace, "link", "add", bridge, "type", "bridge", "mcast_snooping", "0",
            "forward_delay", "0")
        for device in (link.sbc_device, tap):
            run("ip", "-n", self.sbc_namespace, "link", "set", device, "master", bridge)
            run("ip", "-n", self.sbc_namespace, "link", "set", device, "up")
        run("ip", "-n", self.sbc_namespace, "link", "set", bridge, "up")
        self._sbc_macs[name] = self._resolve(link, sbc_address)

    def _resolve(self, link, address):
        """The MAC address that answers for an address on a client's link."""
        with self.enter(link.client):
            probe = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)

        def answered():
            probe.sendto(b"\r\n\r\n", (address, 9))
            return re.search(r"lladdr (\S+)", run("ip", "-n", link.client, "neigh", "show", address))
        with probe:
            return wait_until(answered, 10, f"neighbour {address}").group(1)

    def mac_of(self, name):
        """The MAC address of the SBC on a link."""
        return self._sbc_macs.get(name) or self._mac(self.links[name].sbc_device)

    def _mac(self, device):
        return run("cat", f"/sys/class/net/{device}/address", namespace=self.sbc_namespace).strip()

    def start(self, argv, name, namespace=None, **more):
        """Starts a process that ends with the lab at the latest."""
        process = Process(argv, self.folder, name, namespace, **more)
        self._processes.append(process)
        return process

    def enter(self, namespace):
        """A context in which this thread's new sockets belong to `namespace`."""
        return _Inside(namespace)

    def close(self):
        atexit.unregister(self.close)
        masked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            for process in reversed(self._processes):
                process.stop(seconds=3)
            self._processes.clear()
            for switch in self._switches:
                switch.close()
            self._switches.clear()
            for name in reversed(self._namespaces):
                run("ip", "netns", "del", name, check=False)
            self._namespaces.clear()
            shutil.rmtree(self.folder, ignore_errors=True)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, masked)


class _Inside:
    def __init__(self, namespace):
        self._path = f"/run/netns/{namespace}"

    def __enter__(self):
        self._home = os.open("/proc/self/ns/net", os.O_RDONLY)
        target = os.open(self._path, os.O_RDONLY)
        try:
            self._enter(target)
        finally:
            os.close(target)

    def __exit__(self, *_):
        self._enter(self._home)
        os.close(self._home)

    @staticmethod
    def _enter(descriptor):
        if _libc.setns(descriptor, _CLONE_NEWNET) != 0:
            raise Failure(f"setns: {os.strerror(ctypes.get_errno())}")
