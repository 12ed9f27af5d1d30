"""SRTP with keys in the SDP (RFC 4568): baresip calls baresip through the SBC, each side with its own keys or none.
What each hears is what the other said, bit for bit."""
from net.processes import wait_until
from net.srtp import keys_in

from . import bed as beds
from .telephones import ENCRYPTED, NUMBER, HeardCall, Telephones

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


def test_plain_phone_is_refused_where_srtp_is_required():
    with beds.standing(change=beds.with_srtp(access=("required", _SUITES))) as bed:
        caller = bed.caller()
        target = bed.plan.sbc_for_access
        caller.send(caller.request("INVITE", NUMBER, target, body=caller.sdp()), target)
        assert caller.receive(lambda text: text.status >= 300, 3) is not None
        wait_until(lambda: bed.records(), 5, "a CDR")
        assert (bed.records()[0]["status"], bed.records()[0]["reason"]) == (488, "sdp_protection"), bed.records()
