"""Trunks given by host name (RFC 3263): failover between targets, answers that change, servers that go away."""
from e2e.bed import answered_call, call, hang_up, run_calls, standing
from net.dns_server import PORT, DnsServer
from net.processes import wait_until

SERVICE = "_sip._udp.pbx.example"


def _by_name(configuration):
    """The pbx by its name; whom nobody knows is not served in its realm."""
    next(trunk for trunk in configuration["trunks"] if trunk["name"] == "pbx")["peers"] = ["pbx.example"]
    next(realm for realm in configuration["realms"] if realm["name"] == "core")["trust"] = "denied"
    configuration["resolver"] = {"servers": [f"127.0.0.1:{PORT}"], "timeout": "500ms", "tries": 4, "ttl_min": "1s",
                                 "negative_ttl_min": "1s", "retry": "1s", "call_wait": "6s"}


def _serve(dns, plan, *targets):
    """The pbx's service is at these addresses, the first one before the next."""
    for number, address in enumerate(targets):
        dns.set(f"gw{number}.pbx.example", "A", address)
    dns.set(SERVICE, "SRV", *((number + 1, 0, plan.callee_port, f"gw{number}.pbx.example")
                              for number in range(len(targets))))


def _host(bed):
    return bed.sbc.ctl("hosts")["hosts"][0]


def _addresses(bed):
    return [address for target in _host(bed)["targets"] for address in target["addresses"]]


def _wait_for(bed, *addresses):
    wait_until(lambda: _addresses(bed) == list(addresses), 10, f"pbx.example stands for {addresses}")
    shown = [f"{address}:{bed.plan.callee_port}" for address in addresses]
    wait_until(lambda: [peer["peer"] for peer in bed.sbc.ctl("trunks")["trunks"][1]["peers"]] == shown, 5,
               "the workers' rules have them")


def test_calls_go_past_a_dead_target_to_the_next():
    with standing(change=_by_name) as bed, DnsServer(bed.lab) as dns:
        _serve(dns, bed.plan, bed.plan.second_core, bed.plan.client_core)  # nobody listens at the first
        _wait_for(bed, bed.plan.second_core, bed.plan.client_core)
        totals, media, access, core = run_calls(bed, 10, 10, 1.0)
        bed.check_calls(totals, media)
        bed.check_no_leaks(access, core)
        bed.wait_idle()
        peers = bed.sbc.ctl("trunks")["trunks"][1]["peers"]
        assert [peer["host"] for peer in peers] == ["pbx.example"] * 2, peers
        assert [peer["target"] for peer in peers] == ["gw0.pbx.example", "gw1.pbx.example"], peers
        wait_until(lambda: len(bed.records()) == 10, 5, "CDRs")
        record = bed.records()[0]
        assert record["attempts"] == 2 and record["peer_host"] == "pbx.example" and record["peer_known"], record
        assert (SERVICE, "SRV") in dns.asked and ("pbx.example", "NAPTR") in dns.asked, dns.asked


def test_naptr_leads_to_the_service():
    with standing(change=_by_name) as bed, DnsServer(bed.lab) as dns, bed.caller() as caller, bed.callee() as callee:
        dns.set("pbx.example", "NAPTR", (10, 10, "s", "SIP+D2T", "_sip._tcp.voice.example"),
                (20, 10, "S", "SIP+D2U", "_sip._udp.voice.example"))
        dns.set("_sip._udp.voice.example", "SRV", (1, 1, bed.plan.callee_port, "gw.voice.example"))
        dns.set("gw.voice.example", "A", bed.plan.client_core)
        _wait_for(bed, bed.plan.client_core)
        invite, accepted, _ = answered_call(bed, caller, callee)
        hang_up(bed, caller, callee, invite, accepted)


def test_a_changed_answer_moves_new_calls_and_leaves_live_ones():
    with standing(change=_by_name) as bed, DnsServer(bed.lab) as dns, bed.caller() as caller, bed.callee() as callee, \
            bed.callee(bed.plan.second_core) as second:
        _serve(dns, bed.plan, bed.plan.client_core)
        _wait_for(bed, bed.plan.client_core)
        answered_call(bed, caller, callee)
        _serve(dns, bed.plan, bed.plan.second_core)
        _wait_for(bed, bed.plan.second_core)
        assert _host(bed)["former"] == [bed.plan.client_core], _host(bed)
        invite, accepted, _ = answered_call(bed, caller, second)
        hang_up(bed, caller, second, invite, accepted)
        bed.sbc.ctl("hangup", bed.sbc.ctl("calls")["calls"][0]["id"])
        callee.reply(callee.expect("BYE"), "200 OK")  # heard in its call: its address was the trunk's
        caller.reply(caller.expect("BYE"), "200 OK")
        bed.wait_idle()
        assert not bed.reasons("core").get("source_unknown"), bed.reasons("core")
        callee.send(callee.request("INVITE", "33123", bed.plan.sbc_for_core, callee.sdp(50000)), bed.plan.sbc_for_core)
        wait_until(lambda: bed.reasons("core").get("source_unknown") == 1, 5, "it begins no call any more")


def test_addresses_of_a_name_are_the_trunks():
    with standing(change=_by_name) as bed, bed.caller() as caller, bed.callee() as callee:
        assert not _hears(bed, callee), "nobody knows this address yet"
        with DnsServer(bed.lab) as dns:
            _serve(dns, bed.plan, bed.plan.client_core)
            _wait_for(bed, bed.plan.client_core)
            invite = callee.request("INVITE", "33123", bed.plan.sbc_for_core, callee.sdp(50000))
            callee.send(invite, bed.plan.sbc_for_core)
            offered = caller.expect("INVITE")
            caller.reply(offered, "486 Busy Here")
            callee.acknowledge(invite, callee.expect("486"), bed.plan.sbc_for_core)
            wait_until(lambda: bed.records(), 5, "CDR")
            assert bed.records()[-1]["caller"]["trunk"] == "pbx", bed.records()[-1]


def _hears(bed, agent):
    agent.send(agent.request("OPTIONS", "ping", bed.plan.sbc_for_core), bed.plan.sbc_for_core)
    return agent.receive(lambda text: text.method == "OPTIONS" and text.status >= 200, 1) is not None


def test_last_good_answer_keeps_calls_flowing_while_servers_are_down():
    with standing(change=_by_name) as bed, DnsServer(bed.lab) as dns:
        _serve(dns, bed.plan, bed.plan.client_core)
        _wait_for(bed, bed.plan.client_core)
        dns.stop()
        wait_until(lambda: _host(bed)["state"] == "stale" and _host(bed)["failed"] > 0, 10, "the answer is past its TTL")
        totals, media, _, _ = run_calls(bed, 10, 10, 1.0)
        bed.check_calls(totals, media)
        assert "its last good answer is kept" in bed.sbc.log(), "nothing in the log"
        dns.start()
        wait_until(lambda: _host(bed)["state"] == "fresh", 10, "the servers are back")


def _turn_to_name(bed, call_wait):
    """A reload that brings the name; its configuration had an address before."""
    _by_name(bed.sbc.settings)
    bed.sbc.settings["resolver"]["call_wait"] = call_wait
    bed.sbc.write_config(bed.sbc.settings)
    bed.sbc.ctl("reload")
    assert _host(bed)["state"] == "awaited", _host(bed)


def test_a_call_waits_for_a_names_first_answer():
    with standing() as bed, bed.caller() as caller, bed.callee() as callee, DnsServer(bed.lab, silent=True) as dns:
        _serve(dns, bed.plan, bed.plan.client_core)
        _turn_to_name(bed, "6s")
        invite = call(caller, bed)
        caller.expect("100")
        dns.silent = False
        offered = callee.expect("INVITE", 8)
        callee.reply(offered, "486 Busy Here")
        caller.acknowledge(invite, caller.expect("486", 5), bed.plan.sbc_for_access)
        bed.wait_idle()


def test_a_call_waits_so_long_and_is_refused_with_the_reason():
    with standing() as bed, bed.caller() as caller, DnsServer(bed.lab, silent=True):
        _turn_to_name(bed, "1s")
        invite = call(caller, bed)
        caller.acknowledge(invite, caller.expect("503", 5), bed.plan.sbc_for_access)
        wait_until(lambda: bed.records(), 5, "CDR")
        assert bed.records()[0]["reason"] == "host_unresolved", bed.records()
        assert bed.reasons().get("host_unresolved") == 1, bed.reasons()
