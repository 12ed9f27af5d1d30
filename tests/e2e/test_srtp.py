"""SRTP with keys in the SDP (RFC 4568): baresip calls baresip through the SBC, each side with its own keys or none.
What each hears is what the other said, bit for bit."""
from net.processes import wait_until
from net.srtp import keys_in

from . import bed as beds
from .telephones import DTLS, ENCRYPTED, NUMBER, HeardCall, Telephones, check_media

_SUITES = ("AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "AEAD_AES_128_GCM", "AEAD_AES_256_GCM")


def _keys(recording):
    return {key for message in recording.messages for _, _, key in keys_in(message.text.body)}


def _call(bed, **how):
    """The CDR of a call whose sides share no key."""
    call = HeardCall(bed, **how)
    shared = _keys(call.access) & _keys(call.core)
    assert not shared, f"{len(shared)} keys were told to both sides"
    return call.record


def _check_suites(record, caller, callee):
    told = {side: record[side]["media"]["srtp"] for side in ("caller", "callee")}
    assert told == {"caller": caller, "callee": callee}, told
    for side in told:
        media = record[side]["media"]
        assert media["refused"] == media["refused_strangers"], record  # its telephone may try another of its addresses


def _callee_takes(suite, v6=False):
    with beds.standing(v6, change=beds.with_srtp(core=("required", [suite]))) as bed:
        _check_suites(_call(bed, inside=ENCRYPTED), None, suite)


def test_aes_cm_80():
    _callee_takes(_SUITES[0])


def test_aes_cm_32():
    _callee_takes(_SUITES[1])


def test_gcm_128():
    _callee_takes(_SUITES[2])


def test_gcm_256_over_ipv6():
    _callee_takes(_SUITES[3], v6=True)


def test_each_side_has_its_own_keys():
    rules = beds.with_srtp(access=("optional", _SUITES), core=("required", [_SUITES[2]]))
    with beds.standing(change=rules) as bed:
        record = _call(bed, outside=ENCRYPTED, inside=ENCRYPTED)
        assert record["caller"]["media"]["srtp"] in _SUITES, record
        assert record["callee"]["media"]["srtp"] == _SUITES[2], record


def test_hold_and_resume_keep_the_keys():
    """A rollover counter or a key that changed would end the audio behind it."""
    with beds.standing(change=beds.with_srtp(access=("required", _SUITES))) as bed:
        record = _call(bed, during=Telephones.hold_and_resume, outside=ENCRYPTED)
        assert record["caller"]["media"]["srtp"] in _SUITES and not record["callee"]["media"]["srtp"], record
        assert not record["caller"]["media"]["refused"], record


_PASS = beds.with_srtp(access=("pass", _SUITES), core=("pass", _SUITES))


def _check_passed(call, encrypted):
    """What the telephones have encrypted left as it came: each packet of RTP, byte for byte."""
    told = {call.record[side]["media"]["srtp"] for side in ("caller", "callee")}
    assert told == {"pass" if encrypted else None}, call.record
    check_media(call.access, call.core)


def test_keys_pass():
    with beds.standing(change=_PASS) as bed:
        call = HeardCall(bed, during=Telephones.hold_and_resume, outside=ENCRYPTED, inside=ENCRYPTED)
        assert _keys(call.access) == _keys(call.core) and len(_keys(call.core)) >= 2
        _check_passed(call, encrypted=True)


def test_plain_rtp_passes_as_that():
    with beds.standing(change=_PASS) as bed:
        call = HeardCall(bed)
        assert not _keys(call.access) and not _keys(call.core)
        _check_passed(call, encrypted=False)


def _dtls_passes(bed, associations, **how):
    how = {side: {**DTLS, **how} for side in ("outside", "inside")}
    _check_passed(HeardCall(bed, **how), encrypted=True)
    relayed = sum(worker["relayed_other"] for worker in bed.sbc.ctl("status")["workers"])
    assert relayed >= 4 * associations, f"{relayed} datagrams of DTLS; {associations} handshakes are more"


def test_dtls_passes():
    with beds.standing(change=_PASS) as bed:
        _dtls_passes(bed, associations=2)


def test_dtls_passes_on_one_port_over_ipv6():
    with beds.standing(True, change=_PASS) as bed:
        _dtls_passes(bed, associations=1, muxed=True)


def test_plain_phone_is_refused_where_srtp_is_required():
    with beds.standing(change=beds.with_srtp(access=("required", _SUITES))) as bed:
        caller = bed.caller()
        target = bed.plan.sbc_for_access
        caller.send(caller.request("INVITE", NUMBER, target, body=caller.sdp()), target)
        assert caller.receive(lambda text: text.status >= 300, 3) is not None
        wait_until(lambda: bed.records(), 5, "a CDR")
        assert (bed.records()[0]["status"], bed.records()[0]["reason"]) == (488, "sdp_protection"), bed.records()
