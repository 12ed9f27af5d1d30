"""SRTP with keys in the SDP (RFC 4568): baresip calls baresip through the SBC, each side with its own keys or none. What
each hears is what the other said, bit for bit, and nothing of it is in the clear where it should not be."""
import time

from net.audio import problems_of
from net.baresip import Baresip
from net.packets import UDP, is_rtp, read_pcap
from net.processes import wait_until

from . import bed as beds

_NUMBER = "49123"
_CALLER_MEDIA, _CALLEE_MEDIA = 30000, 50000
_PHASE = 2.5  # seconds
_SUITES = ("AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "AEAD_AES_128_GCM", "AEAD_AES_256_GCM")
_ENCRYPTED = ";mediaenc=srtp-mand"


def _with_srtp(**realms):
    """realm -> (rule, suites)."""
    def change(configuration):
        for realm in configuration["realms"]:
            if realm["name"] in realms:
                rule, suites = realms[realm["name"]]
                realm["media"].update(srtp=rule, srtp_suites=list(suites))
    return change


def _phone(bed, side, encrypted):
    plan = bed.plan
    account = _ENCRYPTED if encrypted else ""
    if side == "caller":
        return Baresip(bed.lab, "access", side, "alice", plan.client_access, plan.caller_port, _CALLER_MEDIA,
                       account=account, records=True)
    return Baresip(bed.lab, "core", side, _NUMBER, plan.client_core, plan.callee_port, _CALLEE_MEDIA, account=account,
                   records=True)


def _payloads(recording):
    """Of all RTP of both directions: sequence number and SSRC, and what follows the header."""
    return [(packet.payload[2:4] + packet.payload[8:12], packet.payload[12:]) for packet in read_pcap(recording.path)
            if packet.protocol == UDP and is_rtp(packet.payload)]


def _check_not_in_clear(encrypted, other):
    """What left the other side encrypted, or in clear, was never the same here."""
    clear = dict(_payloads(other))
    same = sum(1 for key, payload in _payloads(encrypted) if payload[:32] == clear.get(key, b"")[:32])
    assert clear and same == 0, f"{same} packets are the same on both sides"


def _call(bed, encrypted, during=None):
    """A call between phones of which `encrypted` ones insist on SRTP; its CDR, and both sides' recordings."""
    captures = bed.captures()
    callee, caller = _phone(bed, "callee", "callee" in encrypted), _phone(bed, "caller", "caller" in encrypted)
    caller.tell("dial", f"sip:{_NUMBER}@{bed.plan.endpoint(*bed.plan.sbc_for_access)}")
    caller.expect("CALL_ESTABLISHED")
    callee.expect("CALL_ESTABLISHED")
    time.sleep(_PHASE)
    if during:
        during(caller, callee)
    caller.tell("hangup")
    callee.expect("CALL_CLOSED")
    bed.wait_idle()
    wait_until(lambda: len(bed.records()) == 1, 5, "a CDR")
    beds.expect_none(filter(None, (problems_of(caller.voice, callee.heard()),
                                   problems_of(callee.voice, caller.heard()))))
    caller.close()
    callee.close()
    access, core = bed.recordings(captures)
    _check_not_in_clear(access, core)
    bed.check_no_leaks(access, core)
    return bed.records()[0]


def _check_suites(record, caller, callee):
    told = {side: record[side]["media"]["srtp"] for side in ("caller", "callee")}
    assert told == {"caller": caller, "callee": callee}, told
    for side in told:
        media = record[side]["media"]
        assert media["refused"] == media["refused_strangers"], record  # its telephone may try another of its addresses


def _callee_takes(suite, v6=False):
    with beds.standing(v6, change=_with_srtp(core=("required", [suite]))) as bed:
        _check_suites(_call(bed, {"callee"}), None, suite)


def test_aes_cm_80():
    _callee_takes(_SUITES[0])


def test_aes_cm_32():
    _callee_takes(_SUITES[1])


def test_gcm_128():
    _callee_takes(_SUITES[2])


def test_gcm_256_over_ipv6():
    _callee_takes(_SUITES[3], v6=True)


def test_each_side_has_its_own_keys():
    rules = _with_srtp(access=("optional", _SUITES), core=("required", [_SUITES[2]]))
    with beds.standing(change=rules) as bed:
        record = _call(bed, {"caller", "callee"})
        assert record["caller"]["media"]["srtp"] in _SUITES, record
        assert record["callee"]["media"]["srtp"] == _SUITES[2], record


def test_hold_and_resume_keep_the_keys():
    """A rollover counter or a key that changed would end the audio behind it."""
    def hold(caller, callee):
        for phone in (caller, callee):
            phone.tell("hold")
            time.sleep(0.5)
            phone.tell("resume")
            time.sleep(_PHASE / 2)
    with beds.standing(change=_with_srtp(access=("required", _SUITES))) as bed:
        record = _call(bed, {"caller"}, hold)
        assert record["caller"]["media"]["srtp"] in _SUITES and not record["callee"]["media"]["srtp"], record
        assert not record["caller"]["media"]["refused"], record


def test_plain_phone_is_refused_where_srtp_is_required():
    with beds.standing(change=_with_srtp(access=("required", _SUITES))) as bed:
        caller = bed.caller()
        target = bed.plan.sbc_for_access
        caller.send(caller.request("INVITE", _NUMBER, target, body=caller.sdp()), target)
        assert caller.receive(lambda text: text.status >= 300, 3) is not None
        wait_until(lambda: bed.records(), 5, "a CDR")
        assert (bed.records()[0]["status"], bed.records()[0]["reason"]) == (488, "sdp_protection"), bed.records()
