"""Media between peers of realms that share a network goes directly, where the operator has said so."""
import copy
import re

from e2e.bed import answered_call, hang_up, hiding
from net.configuration import Plan
from net.processes import wait_until


def _media_address(address):
    return [rb"(?<=\nc=IN IP4 )%s(?=\r)" % re.escape(address.encode())]


# What is let through: to each side where the other's media is, and nowhere but there in the SDP.
_MEDIA = {"access": _media_address(Plan().client_core), "core": _media_address(Plan().client_access)}


def _one_network(configuration):
    for realm in configuration["realms"]:
        realm["media"]["network"] = "metro"
    configuration["media_release"] = [{"realms": ["access", "core"]}]


def test_trusted_peers_are_told_of_each_other():
    with hiding(_MEDIA, change=_one_network) as bed, bed.caller() as caller, bed.callee() as callee:
        invite, accepted, offered = answered_call(bed, caller, callee)
        assert offered.media() == (bed.plan.client_access, 30000), offered
        assert accepted.media() == (bed.plan.client_core, 50000), accepted
        for text, hidden in ((offered, bed.plan.client_access), (accepted, bed.plan.client_core)):
            shown = [line for line in text.body.decode().split("\r\n") if hidden in line]
            assert shown == [f"c=IN IP4 {hidden}"] and hidden not in str(text.headers), text.body
        hang_up(bed, caller, callee, invite, accepted)
        bed.wait_idle()
        assert wait_until(bed.records, 5, "CDR")[0]["media_released"] is True


def test_strangers_media_is_anchored_and_a_reload_ends_release():
    with hiding(change=_one_network) as bed, bed.caller() as caller, bed.callee() as callee, \
            bed.stranger() as stranger:
        invite, accepted, offered = answered_call(bed, stranger, callee)
        assert offered.media()[0] == bed.plan.sbc_core and accepted.media()[0] == bed.plan.sbc_access
        hang_up(bed, stranger, callee, invite, accepted)
        anchored = copy.deepcopy(bed.sbc.settings)
        del anchored["media_release"]
        bed.sbc.write_config(anchored)
        bed.sbc.ctl("reload")
        invite, accepted, offered = answered_call(bed, caller, callee)
        assert offered.media()[0] == bed.plan.sbc_core and accepted.media()[0] == bed.plan.sbc_access
        hang_up(bed, caller, callee, invite, accepted)
        bed.wait_idle()
        wait_until(lambda: len(bed.records()) == 2, 5, "CDRs")
        assert not any(record["media_released"] for record in bed.records())
