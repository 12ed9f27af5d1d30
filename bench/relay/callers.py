"""Calls through the SBC that stay up, for media to be sent through them: a caller and a callee on plain sockets, each in
its namespace. Nothing is written of RTP here: media comes from, and goes to, the ports that their SDP names.
"""
import contextlib
import ctypes
import os
import re
import select
import socket
import time

from bench.harness import peers
from bench.harness.peers import Invalid

SBC = ('10.30.1.1', 5060)
CALLER, CALLEE = '10.30.1.10', '10.30.2.10'
CALLER_PORT, CALLEE_PORT = 20000, 30000  # the first one's media
CALLEE_PORTS = 8  # that callees share
REPEAT_SECONDS, TRIES = 0.5, 20
CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


@contextlib.contextmanager
def inside(namespace):
    """This thread's new sockets belong to `namespace`."""
    home, there = (os.open(path, os.O_RDONLY) for path in ('/proc/self/ns/net', f'/run/netns/{namespace}'))
    try:
        enter(there)
        yield
    finally:
        enter(home)
        os.close(home)
        os.close(there)


def enter(descriptor):
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), 'setns')


def bound_socket(namespace, address):
    with inside(namespace):
        result = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    result.bind((address, 5060))
    return result


def sdp(address, port):
    return (f'v=0\r\no=- 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n'
            'a=rtpmap:8 PCMA/8000\r\na=ptime:20\r\na=sendrecv\r\n')


def caller_sdp(i):
    return sdp(CALLER, CALLER_PORT + 2 * i)


def callee_sdp(i):
    return sdp(CALLEE, CALLEE_PORT + 2 * (i % CALLEE_PORTS))


def message(start, fields, body=''):
    kind = ['Content-Type: application/sdp'] if body else []
    return '\r\n'.join([start, *fields, *kind, f'Content-Length: {len(body)}', '', body])


def field(text, name):
    found = re.search(rf'^{name}: *(.*?)\r$', text, re.M | re.I)
    return found.group(1) if found else ''


def request(method, i, to_tag=''):
    """Of call `i`, to the number i; CSeq 1 is right for an INVITE and its ACK."""
    return message(f'{method} sip:{i}@{SBC[0]}:{SBC[1]} SIP/2.0',
                   [f'Via: SIP/2.0/UDP {CALLER}:5060;branch=z9hG4bK-{method}-{i}', 'Max-Forwards: 70',
                    f'From: <sip:caller@{CALLER}:5060>;tag=caller{i}', f'To: <sip:{i}@{SBC[0]}>{to_tag}',
                    f'Call-ID: relay-{i}@{CALLER}', f'CSeq: 1 {method}', f'Contact: <sip:caller@{CALLER}:5060>'],
                   caller_sdp(i) if method == 'INVITE' else '')


def answer(text):
    """The callee's: by the number alone, so that one that is asked again says the same. None: no answer is due."""
    method = text.split(' ', 1)[0]
    if method in ('ACK', 'SIP/2.0'):
        return None
    number = re.match(r'INVITE sip:(\d+)@', text)
    vias = [f'Via: {value}' for value in re.findall(r'^Via: *(.*?)\r$', text, re.M | re.I)]
    tag = '' if ';tag=' in field(text, 'To') else ';tag=callee'
    return message('SIP/2.0 200 OK',
                   [*vias, f'From: {field(text, "From")}', f'To: {field(text, "To")}{tag}',
                    f'Call-ID: {field(text, "Call-ID")}', f'CSeq: {field(text, "CSeq")}',
                    f'Contact: <sip:callee@{CALLEE}:5060>'], callee_sdp(int(number.group(1))) if number else '')


def media_in(text):
    """The "ip:port" of an SDP's audio."""
    address, port = re.search(r'^c=IN IP4 (\S+)', text, re.M), re.search(r'^m=audio (\d+)', text, re.M)
    if not address or not port:
        raise Invalid('ours: an answer without audio')
    return f'{address.group(1)}:{port.group(1)}'


def place(count):
    """Sets up `count` calls one after the other; where each caller has to send its media to, as "ip:port"."""
    with bound_socket(peers.CALLERS, CALLER) as caller, bound_socket(peers.CALLEES, CALLEE) as callee:
        return [place_one(i, caller, callee) for i in range(count)]


def place_one(i, caller, callee):
    for _ in range(TRIES):
        caller.sendto(request('INVITE', i).encode(), SBC)
        end = time.monotonic() + REPEAT_SECONDS
        while (left := end - time.monotonic()) > 0:
            for ready in select.select([caller, callee], [], [], left)[0]:
                data, source = ready.recvfrom(65535)
                text = data.decode()
                if ready is callee:
                    if reply := answer(text):
                        callee.sendto(reply.encode(), source)
                elif found := answered(text, i, caller):
                    return found
    raise Invalid(f'ours: call {i} is not answered')


def answered(text, i, caller):
    """Takes what the caller gets: where call `i` has its media, once it is up. Every 200 has its ACK, an older call's
    that comes again, too."""
    status = re.match(r'SIP/2\.0 (\d+)', text)
    number = re.match(r'relay-(\d+)@', field(text, 'Call-ID'))
    if not status or not number or int(status.group(1)) < 200:
        return None
    if status.group(1) != '200':
        raise Invalid(f'ours: call {number.group(1)}: {text.splitlines()[0]}')
    tag = re.search(r';tag=[^;]+', field(text, 'To'))
    caller.sendto(request('ACK', int(number.group(1)), tag.group(0) if tag else '').encode(), SBC)
    return media_in(text) if int(number.group(1)) == i else None
