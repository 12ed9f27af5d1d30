// Trunks, routes and access rules: what refers to what, and what would never be used.
#include <gtest/gtest.h>

#include "tests/config/load/sample.h"

namespace sbc::config {
namespace {

TEST(Trunks, NeedPeersThatTheirRealmCanReach) {
  EXPECT_EQ(
      problem_of(with("203.0.113.10:5060", "203.0.113.1:5080")),
      "sbc.yaml:19: trunks[core].peers: '203.0.113.1:5080' – this is an address of realm 'core' itself");
  EXPECT_EQ(problem_of(with("[203.0.113.10:5060]", "[\"[2001:db8:c::10]:5060\"]")),
            "sbc.yaml:19: trunks[core].peers: '[2001:db8:c::10]:5060' – realm 'core' has no IPv6 SIP "
            "listener to send "
            "from");
  EXPECT_EQ(problem_of(with("203.0.113.10:5060", "192.0.2.77")), "");  // through the gateway
  std::string alone = with("    gateway: 203.0.113.254\n", "");
  EXPECT_EQ(
      problem_of(with("203.0.113.10:5060", "192.0.2.77", alone)),
      "sbc.yaml:18: trunks[core].peers: '192.0.2.77' – not on a network of realm 'core', which has no IPv4 "
      "gateway");
}

TEST(Trunks, AreNotBlamedForTheirRealmsMistakes) {
  EXPECT_EQ(problem_of(with("203.0.113.1/24", "203.0.113.1/99")),
            "sbc.yaml:13: realms[core].addresses: '203.0.113.1/99' – must be an address with its network's "
            "length, as "
            "in 192.0.2.1/24 or 2001:db8::1/64");
}

TEST(Trunks, NeedARealmAndOwnPeers) {
  EXPECT_EQ(problem_of(with("    realm: core\n", "")),
            "sbc.yaml:17: trunks[core].realm: missing – a trunk needs the name of its realm");
  EXPECT_NE(problem_of(with("    realm: core\n", "    realm: kore\n")).find("realms: access, core"),
            std::string::npos);
  EXPECT_NE(problem_of(with("peers: [203.0.113.10:5060]", "peers: []")).find("at least one peer"),
            std::string::npos);
  EXPECT_NE(problem_of(with("[203.0.113.10:5060]", "[203.0.113.10, 203.0.113.10:5060]")).find("listed twice"),
            std::string::npos);
  EXPECT_EQ(problem_of(with("routes:", "  - {name: two, realm: core, peers: 203.0.113.10}\nroutes:")),
            "sbc.yaml:20: trunks[two].peers: '203.0.113.10' – this is a peer of trunk 'core' already");
}

TEST(Trunks, HavePeersThatAreHostNames) {
  LoadResult loaded = load_text(
      with("[203.0.113.10:5060]", "[SIP.Example.net., gw.example.net:5070, 203.0.113.10]"), "sbc.yaml");
  ASSERT_TRUE(loaded) << problem_text(loaded.problems.at(0));
  const std::vector<Peer>& peers = loaded.model->trunks[0].peers;
  EXPECT_EQ(peers, (std::vector<Peer>{Peer("sip.example.net", 0), Peer("gw.example.net", 5070),
                                      *Endpoint::parse("203.0.113.10:5060")}));
  EXPECT_EQ(peers[0].text(), "sip.example.net");
  EXPECT_EQ(peers[1].text(), "gw.example.net:5070");
  EXPECT_EQ(problem_of(with("[203.0.113.10:5060]", "[a.example, A.example.]")),
            "sbc.yaml:19: trunks[core].peers: 'A.example.' – this peer is listed twice");
  EXPECT_EQ(
      problem_of(with("[203.0.113.10:5060]", "[a.example]\n  - {name: two, realm: core, peers: a.example}")),
      "sbc.yaml:20: trunks[two].peers: 'a.example' – this is a peer of trunk 'core' already");
  for (const char* wrong : {"203.0.113.300", "sip..example", "sip example", "-a.example", "a.example:0",
                            "a.example:70000", "a.example:", "sip:a.example"})
    EXPECT_EQ(
        problem_of(with("203.0.113.10:5060", "\"" + std::string(wrong) + "\"")),
        "sbc.yaml:19: trunks[core].peers: '" + std::string(wrong) +
            "' – must be an address and port, as in 192.0.2.10:5060 or \"[2001:db8::10]:5060\", or a host "
            "name, as in sip.example.net, which may have a port, too");
}

TEST(Resolver, IsReadAndRefusedByLine) {
  auto resolver = [](const std::string& text) { return sample + "resolver: " + text + "\n"; };
  LoadResult loaded = load_text(
      resolver("{servers: [192.0.2.53, \"[2001:db8::53]:5353\"], timeout: 1s, tries: 3, naptr: false, "
               "stale: 0s, call_wait: 0s}"),
      "sbc.yaml");
  ASSERT_TRUE(loaded);
  const config::Resolver& rules = loaded.model->resolver;
  EXPECT_EQ(rules.servers,
            (std::vector{*Endpoint::parse("192.0.2.53:53"), *Endpoint::parse("[2001:db8::53]:5353")}));
  EXPECT_EQ(rules.tries, 3);
  EXPECT_FALSE(rules.naptr);
  EXPECT_EQ(problem_of(resolver("{servers: [dns.example]}")),
            "sbc.yaml:26: resolver.servers: 'dns.example' – must be the address of a DNS server, as in "
            "192.0.2.53 or "
            "\"[2001:db8::53]:5353\"");
  EXPECT_EQ(problem_of(resolver("{servers: [192.0.2.53, 192.0.2.53:53]}")),
            "sbc.yaml:26: resolver.servers: '192.0.2.53:53' – this server is listed twice");
  EXPECT_EQ(problem_of(resolver("{ttl_min: 10s, ttl_max: 9s}")),
            "sbc.yaml:26: resolver.ttl_max: '9s' – must not be below ttl_min, 10s");
  EXPECT_EQ(problem_of(resolver("{negative_ttl_min: 10s, negative_ttl_max: 9s}")),
            "sbc.yaml:26: resolver.negative_ttl_max: '9s' – must not be below negative_ttl_min, 10s");
  EXPECT_EQ(problem_of(resolver("{negative_ttl_min: 30min}")),
            "sbc.yaml:26: resolver.negative_ttl_min: '30min' – must not be above negative_ttl_max, 5min");
  EXPECT_NE(problem_of(resolver("{tries: 6}")).find("1..5"), std::string::npos);
  auto servers = [&](int count) {
    std::string list;
    for (int i = 0; i < count; ++i) list += (i ? ", 192.0.2." : "192.0.2.") + std::to_string(i + 1);
    return problem_of(resolver("{servers: [" + list + "]}"));
  };
  EXPECT_EQ(servers(8), "");
  EXPECT_NE(servers(9).find("there can be 8 servers"), std::string::npos);
}

TEST(Trunks, HaveRulesForCodecs) {
  auto codecs = [](const std::string& text) { return with("routes:", "    codecs: " + text + "\nroutes:"); };
  LoadResult loaded = load_text(
      codecs("{allow: [PCMA, telephone-event], deny: G729, order: [PCMA], ptime: 30ms}"), "sbc.yaml");
  ASSERT_TRUE(loaded);
  const CodecRules& rules = loaded.model->trunks[0].codecs;
  EXPECT_EQ(rules.allow, (std::vector<std::string>{"PCMA", "telephone-event"}));
  EXPECT_EQ(rules.deny, std::vector<std::string>{"G729"});
  EXPECT_EQ(rules.order, std::vector<std::string>{"PCMA"});
  EXPECT_EQ(rules.ptime, std::chrono::milliseconds(30));
  EXPECT_EQ(
      problem_of(codecs("{allow: [\"PC MA\"]}")),
      "sbc.yaml:20: trunks[core].codecs.allow: 'PC MA' – must be the name of a codec as in a=rtpmap, as in "
      "PCMA or telephone-event");
  std::string names;
  for (int i = 0; i < 32; ++i) names += "c" + std::to_string(i) + ", ";
  EXPECT_EQ(problem_of(codecs("{deny: [" + names + "]}")), "");
  EXPECT_NE(problem_of(codecs("{deny: [" + names + "x]}")).find("at most 32"), std::string::npos);
  EXPECT_NE(problem_of(codecs("{ptime: 1500us}")).find("whole milliseconds"), std::string::npos);
  EXPECT_NE(problem_of(codecs("{ptime: 61ms}")), "");
}

std::string problem_of_trunk(const std::string& more) {
  return problem_of(
      with("    peers: [203.0.113.10:5060]\n", "    peers: [203.0.113.10:5060]\n    " + more + "\n"));
}

TEST(Trunks, LimitADirectionWithinTheirOwnLimit) {
  EXPECT_EQ(problem_of_trunk(
                "calls_max: 5\n    inbound: {calls_max: 5, call_rate: 10/s}\n    outbound: {call_rate: 5/s}"),
            "");
  EXPECT_EQ(problem_of_trunk("calls_max: 5\n    outbound: {calls_max: 6}"),
            "sbc.yaml:21: trunks[core].outbound.calls_max: '6' – must not be above the trunk's calls_max, 5");
  EXPECT_NE(problem_of_trunk("inbound: {calls: 6}").find("unknown key"), std::string::npos);
}

TEST(Trunks, SayWhichResponsesMakeACallGoOn) {
  LoadResult result = load_text(with("    peers: [203.0.113.10:5060]\n",
                                     "    peers: [203.0.113.10:5060]\n    failover_on: [486, 5xx]\n"),
                                "sbc.yaml");
  ASSERT_TRUE(result);
  EXPECT_EQ(result.model->trunks[0].failover_on.text(), "486, 5xx");
  EXPECT_EQ(load_text(sample, "sbc.yaml").model->trunks[0].failover_on, peer_failures);
  EXPECT_EQ(problem_of_trunk("failover_on: []"), "");
  EXPECT_EQ(problem_of_trunk("failover_on: [486, 200]"),
            "sbc.yaml:20: trunks[core].failover_on: '200' – must be a status 300..699 or a class, as in 486 "
            "or 5xx");
}

TEST(Trunks, AskTheirPeersAndLookAtTheirCalls) {
  LoadResult result = load_text(with("    peers: [203.0.113.10:5060]\n",
                                     "    peers: [203.0.113.10:5060]\n    redirect: follow\n"
                                     "    health: {interval: 10s, failures_max: 2, ramp: 0s, asr_min: 40, "
                                     "asr_calls: 50, suspension: 1min}\n"),
                                "sbc.yaml");
  ASSERT_TRUE(result);
  const Trunk& trunk = result.model->trunks[0];
  EXPECT_EQ(trunk.redirect, Redirection::follow);
  EXPECT_EQ(trunk.health.interval, 10s);
  EXPECT_EQ(trunk.health.failures_max, 2);
  EXPECT_EQ(trunk.health.asr_min, 40);
  EXPECT_EQ(trunk.health.asr_calls, 50);
  EXPECT_EQ(trunk.health.suspension, 60s);
  EXPECT_EQ(problem_of_trunk("health: {interval: 999ms}"),
            "sbc.yaml:20: trunks[core].health.interval: '999ms' – must be 0s or at least 1s");
  EXPECT_NE(problem_of_trunk("redirect: back").find("refuse, follow, pass"), std::string::npos);
  EXPECT_EQ(load_text(sample, "sbc.yaml").model->trunks[0].refer, std::nullopt);
  EXPECT_EQ(problem_of_trunk("refer: yes"),
            "sbc.yaml:20: trunks[core].refer: 'yes' – must be one of: pass, carry_out");
}

TEST(Trunks, HaveRulesForResponsesThatAreAllUsed) {
  LoadResult result = load_text(with("    peers: [203.0.113.10:5060]\n",
                                     "    peers: [203.0.113.10:5060]\n    responses:\n"
                                     "      - {status: 500, cause: 34, as: 503, as_cause: 41}\n"
                                     "      - {status: 500, as: 480}\n      - {cause: 17, as_cause: 16}\n"),
                                "sbc.yaml");
  ASSERT_TRUE(result);
  EXPECT_EQ(result.model->trunks[0].responses,
            (std::vector<ResponseRule>{{500, 34, 503, 41}, {500, 0, 480, 0}, {0, 17, 0, 16}}));
  EXPECT_EQ(problem_of_trunk("responses: [{as: 480}]"),
            "sbc.yaml:20: trunks[core].responses[#1]: missing – a rule needs the status or the cause of the "
            "responses it is for");
  EXPECT_EQ(problem_of_trunk("responses: [{status: 480}]"),
            "sbc.yaml:20: trunks[core].responses[#1]: missing – a rule needs what the caller is told "
            "instead: as or "
            "as_cause");
  EXPECT_EQ(problem_of_trunk("responses: [{status: 480, as: 404}, {status: 480, cause: 1, as: 486}]"),
            "sbc.yaml:20: trunks[core].responses[#2]: a map – an earlier rule takes these responses, so this "
            "one is "
            "never used");
  EXPECT_NE(problem_of_trunk("responses: [{status: 480, as: 302}]").find("400..699"), std::string::npos);
  std::string many;
  for (int i = 0; i < 64; ++i) many += "{status: " + std::to_string(400 + i) + ", as: 480}, ";
  EXPECT_EQ(problem_of_trunk("responses: [" + many + "]"), "");
  EXPECT_NE(problem_of_trunk("responses: [" + many + "{status: 600, as: 480}]").find("there can be 64"),
            std::string::npos);
}

std::string with_group(const std::string& group) {
  return with("routes:", "trunk_groups:\n  - " + group + "\nroutes:");
}

TEST(TrunkGroups, NameTrunksWithPriorityAndWeight) {
  LoadResult result = load_text(
      with("[core]", "all",
           with_group("{name: all, select: weighted, trunks: [{trunk: core, priority: 2, weight: 7}]}")),
      "sbc.yaml");
  ASSERT_TRUE(result);
  const TrunkGroup& group = result.model->trunk_groups.at(0);
  EXPECT_EQ(group.select, Selection::weighted);
  EXPECT_EQ(*group.trunks.at(0).trunk, "core");
  EXPECT_EQ(group.trunks[0].priority, 2);
  EXPECT_EQ(group.trunks[0].weight, 7);
  EXPECT_EQ(*result.model->routes[0].trunks.at(0), "all");
  EXPECT_EQ(problem_of(with_group("{name: all, trunks: core}")), "");
}

TEST(TrunkGroups, RefuseWhatIsNoGroup) {
  EXPECT_EQ(problem_of(with_group("{name: core, trunks: core}")),
            "sbc.yaml:21: trunk_groups[core].name: 'core' – a trunk has this name, in line 17");
  EXPECT_EQ(
      problem_of(with_group("{name: all}")),
      "sbc.yaml:21: trunk_groups[all].trunks: missing – a group needs at least one trunk; trunks: core");
  EXPECT_EQ(problem_of(with_group("{name: all, trunks: [core, {trunk: core}]}")),
            "sbc.yaml:21: trunk_groups[all].trunks.trunk: 'core' – this trunk is listed twice");
  EXPECT_EQ(problem_of(with_group("{name: all, trunks: [{weight: 2}]}")),
            "sbc.yaml:21: trunk_groups[all].trunks.trunk: missing – a member of a group needs the name of "
            "its trunk");
  EXPECT_NE(problem_of(with_group("{name: all, trunks: [{trunk: core, weight: 0}]}")).find("1..1000"),
            std::string::npos);
  EXPECT_NE(problem_of(with_group("{name: all, select: random, trunks: core}")).find("least_busy"),
            std::string::npos);
  EXPECT_EQ(problem_of(with("[core]", "[kore]", with_group("{name: all, trunks: core}"))),
            "sbc.yaml:25: routes[out].trunks: 'kore' – there is no such name; did you mean 'core'? trunks "
            "and groups: "
            "core, all");
}

TEST(Routes, GoToTrunksOrRedirect) {
  auto problem = [](const std::string& goal) { return problem_of(with("trunks: [core]", goal)); };
  EXPECT_EQ(problem("redirect: proxy.example.net:5060"), "");
  EXPECT_EQ(problem("redirect: \"[2001:db8::1]\""), "");
  EXPECT_EQ(
      problem("redirect: proxy.example.net\n    trunks: [core]"),
      "sbc.yaml:24: routes[out].trunks: a list – the route redirects its calls, so none goes to a trunk");
  for (auto bad : {"\"\"", "sip:1@host", "\"a b\"", "\"host>\""})
    EXPECT_NE(problem("redirect: " + std::string(bad)).find("must be a host"), std::string::npos) << bad;
  EXPECT_EQ(problem("redirect: " + std::string(64, 'h')), "");
  EXPECT_NE(problem("redirect: " + std::string(65, 'h')), "");
}

TEST(Routes, TryAsManyTrunksAsACallRemembers) {
  std::string trunks, names;
  for (int i = 0; i < 17; ++i) {
    std::string name = "t" + std::to_string(i);
    trunks += "  - {name: " + name + ", realm: core, peers: 203.0.113." + std::to_string(20 + i) + "}\n";
    names += (i ? ", " : "") + name;
    std::string in_route = with("[core]", "[" + names + "]", with("routes:", trunks + "routes:"));
    std::string in_group =
        with("routes:", trunks + "trunk_groups: [{name: g, trunks: [" + names + "]}]\nroutes:");
    if (i < 16) {
      EXPECT_EQ(problem_of(in_route) + problem_of(in_group), "") << i;
    } else {
      EXPECT_NE(problem_of(in_route).find("there can be 16 trunks and groups"), std::string::npos);
      EXPECT_NE(problem_of(in_group).find("there can be 16 trunks in a group"), std::string::npos);
    }
  }
}

std::string with_rules(const std::string& rules) {
  return with("trunks: [core]", "translate: national\n    trunks: [core]",
              with("routes:", "translations:\n  - name: national\n    rules: " + rules + "\nroutes:"));
}

TEST(Translations, MayBeOfWhoCallsATrunk) {
  const std::string with_callers = with("    peers: [203.0.113.10:5060]\n",
                                        "    peers: [203.0.113.10:5060]\n    translate_callers: national\n",
                                        with_rules("[{prefix: \"0\", with: +49}]"));
  LoadResult result = load_text(with_callers, "sbc.yaml");
  ASSERT_TRUE(result);
  EXPECT_EQ(*result.model->trunks[0].caller_translation, "national");
  EXPECT_EQ(
      problem_of_trunk("translate_callers: other"),
      "sbc.yaml:20: trunks[core].translate_callers: 'other' – there is no such name; translations: none");
}

TEST(Translations, HaveOneRuleForAPrefix) {
  LoadResult result =
      load_text(with_rules("[{prefix: \"0\", with: +49}, {prefix: \"\", with: \"\"}]"), "sbc.yaml");
  ASSERT_TRUE(result);
  EXPECT_EQ(*result.model->routes[0].translation, "national");
  ASSERT_EQ(result.model->translations.at(0).rules.size(), 2u);
  EXPECT_EQ(result.model->translations[0].rules[0].with, "+49");
  EXPECT_EQ(problem_of(with_rules("[{prefix: \"0\", with: +49}, {prefix: \"0\", with: \"\"}]")),
            "sbc.yaml:22: translations[national].rules[#2].prefix: '0' – this translation has a rule for "
            "this prefix "
            "already");
  EXPECT_EQ(problem_of(with_rules("[{prefix: \"0\"}]")),
            "sbc.yaml:22: translations[national].rules[#1].with: missing – a rule needs what stands in the "
            "prefix's "
            "place; \"\" is nothing");
  EXPECT_EQ(
      problem_of(with_rules("[{with: \"0\"}]")),
      "sbc.yaml:22: translations[national].rules[#1].prefix: missing – a rule needs the prefix that it takes "
      "off; \"\" is that of every number");
  EXPECT_NE(problem_of(with_rules("[{prefix: \"0 1\", with: \"\"}]")).find("64 of the characters"),
            std::string::npos);
  EXPECT_NE(problem_of(with_rules("[]")).find("at least one rule"), std::string::npos);
  EXPECT_EQ(problem_of(with("trunks: [core]", "translate: other\n    trunks: [core]")),
            "sbc.yaml:23: routes[out].translate: 'other' – there is no such name; translations: none");
}

TEST(Trunks, HaveAtMost64Peers) {
  auto peers = [](int count) {
    std::string list;
    for (int i = 0; i < count; ++i) list += "203.0.113.10:" + std::to_string(6000 + i) + ", ";
    return problem_of(with("[203.0.113.10:5060]", "[" + list + "]"));
  };
  EXPECT_EQ(peers(64), "");
  EXPECT_NE(peers(65).find("there can be 64 peers in a trunk"), std::string::npos);
}

TEST(Routes, HaveAtMost16TrunksThoseInGroupsCounted) {
  auto route = [](int single) {
    std::string trunks = "trunks:\n", members, names = "all";
    for (int i = 0; i < 15 + single; ++i) {
      std::string name = "t" + std::to_string(i);
      trunks +=
          "  - {name: " + name + ", realm: core, peers: \"203.0.113.11:" + std::to_string(6000 + i) + "\"}\n";
      (i < 15 ? members : names) += (i == 0 ? "" : ", ") + name;
    }
    std::string text = with("trunks:\n  - name: core", trunks + "  - name: core");
    text = with("    trunks: [core]\n", "    trunks: [" + names + "]\n", text);
    return problem_of(text + "trunk_groups: [{name: all, trunks: [" + members + "]}]\n");
  };
  EXPECT_EQ(route(1), "");
  EXPECT_NE(route(2).find("those in groups counted"), std::string::npos);
}

TEST(Routes, NameTrunksThatExist) {
  EXPECT_EQ(problem_of(with("trunks: [core]", "trunks: [core, spare]")),
            "sbc.yaml:23: routes[out].trunks: 'spare' – there is no such name; trunks: core");
  EXPECT_EQ(problem_of(with("    trunks: [core]\n", "")),
            "sbc.yaml:21: routes[out].trunks: missing – a route needs at least one trunk; trunks: core");
  EXPECT_EQ(problem_of(with("trunks: [core]", "trunks: [core, core]")),
            "sbc.yaml:23: routes[out].trunks: 'core' – this trunk is listed twice");
}

TEST(Routes, ThatCanNeverBeUsedAreRefused) {
  EXPECT_EQ(problem_of(with("access:\n", "  - {name: again, from: access, trunks: core}\naccess:\n")),
            "sbc.yaml:24: routes[again]: '' – route 'out' takes the same calls, so this one is never used");
  EXPECT_EQ(problem_of(with("access:\n", "  - {name: again, from: core, trunks: core}\naccess:\n")), "");
  EXPECT_EQ(problem_of(
                with("access:\n", "  - {name: again, from: access, prefix: \"0\", trunks: core}\naccess:\n")),
            "");
}

TEST(Routes, ThatAskForMoreAreUsedBesides) {
  for (auto more :
       {"from_prefix: 49", "to_prefix: 49", "host: a.example", "from_host: a.example", "to_host: a.example",
        "header: {name: X-Class, value: gold}", "times: mo", "from: core, source: core"}) {
    std::string from = std::string(more).starts_with("from: ") ? "" : "from: access, ";
    std::string again = "  - {name: again, " + from + more + ", trunks: core}\n";
    EXPECT_EQ(problem_of(with("access:\n", again + "access:\n")), "") << more;
    std::string twice = again + "  - {name: third, " + from + more + ", trunks: core}\naccess:\n";
    EXPECT_EQ(
        problem_of(with("access:\n", twice)),
        "sbc.yaml:25: routes[third]: '' – route 'again' takes the same calls, so this one is never used");
  }
}

TEST(Routes, TakeTheCallsOfATrunk) {
  LoadResult result = load_text(with("    from: access\n", "    source: core\n"), "sbc.yaml");
  ASSERT_TRUE(result);
  EXPECT_EQ(*result.model->routes[0].source, "core");
  EXPECT_EQ(result.model->routes[0].from, RealmId(1));  // the trunk's
  EXPECT_EQ(problem_of(with("    from: access\n", "    from: access\n    source: core\n")),
            "sbc.yaml:23: routes[out].source: 'core' – this trunk is in realm 'core', so no call from realm "
            "'access' comes from it");
  EXPECT_EQ(problem_of(with("    from: access\n", "    source: phones\n")),
            "sbc.yaml:22: routes[out].source: 'phones' – there is no such name; trunks: core");
}

TEST(Routes, LookAtAHeader) {
  auto problem = [](const std::string& header) {
    return problem_of(with("    from: access\n", "    from: access\n    header: " + header + "\n"));
  };
  EXPECT_EQ(problem("{name: X-Class, value: \"a: b, <c>\"}"), "");
  EXPECT_EQ(problem("{name: X-Class}"),
            "sbc.yaml:23: routes[out].header.value: missing – say what value the header field has to have");
  EXPECT_EQ(problem("{value: gold}"),
            "sbc.yaml:23: routes[out].header.name: missing – name the header field that is looked at");
  EXPECT_EQ(
      problem("{name: \"X Class\", value: gold}"),
      "sbc.yaml:23: routes[out].header.name: 'X Class' – must be the name of a header field: up to 64 of "
      "A-Z a-z 0-9 - _ .");
  for (auto bad : {"\"\"", "\" gold\"", "\"gold \"", "\"go\\tld\""})
    EXPECT_NE(problem("{name: X-Class, value: " + std::string(bad) + "}").find("1..128"), std::string::npos)
        << bad;
  EXPECT_EQ(problem("{name: " + std::string(64, 'x') + ", value: " + std::string(128, 'y') + "}"), "");
  EXPECT_NE(problem("{name: " + std::string(65, 'x') + ", value: y}"), "");
  EXPECT_NE(problem("{name: x, value: " + std::string(129, 'y') + "}"), "");
}

TEST(Routes, HoldAtCertainTimes) {
  auto problem = [](const std::string& more) {
    return problem_of(with("    from: access\n", "    from: access\n    " + more + "\n"));
  };
  std::string text = with("    from: access\n",
                          "    from: access\n    times: [mo-fr 08:00-18:00, sa]\n    utc_offset: -03:30\n");
  LoadResult result = load_text(text, "sbc.yaml");
  ASSERT_TRUE(result);
  EXPECT_EQ(result.model->routes[0].times,
            (std::vector{*TimeWindow::parse("mo-fr 08:00-18:00"), *TimeWindow::parse("sa")}));
  EXPECT_EQ(result.model->routes[0].utc_offset, -210min);
  EXPECT_EQ(problem("times: [mo, 8-18]"),
            "sbc.yaml:23: routes[out].times: '8-18' – must be days, hours or both, as in \"mo-fr\", "
            "\"22:00-06:00\", \"mo,we 08:00-12:30\"");
  EXPECT_EQ(problem("times: mo\n    utc_offset: 1h"),
            "sbc.yaml:24: routes[out].utc_offset: '1h' – must be -12:00..+14:00, as in \"+01:00\"");
  EXPECT_EQ(problem("utc_offset: +01:00"),
            "sbc.yaml:23: routes[out].utc_offset: '+01:00' – says nothing without times");
  std::string many;
  for (int i = 0; i < 16; ++i) many += "mo,";
  EXPECT_EQ(problem("times: [" + many + "]"), "");
  EXPECT_NE(problem("times: [" + many + "tu]").find("there can be 16"), std::string::npos);
}

TEST(Routes, TakeNumbersThatCanStandInAUri) {
  EXPECT_EQ(problem_of(with("trunks: [core]", "trunks: [core]\n    prefix: +49\n    add: \"*31#\"")), "");
  for (auto bad : {"\"0 1\"", "\"1@x\"", "\"1;x\"", "\"%30\""}) {
    EXPECT_NE(problem_of(with("trunks: [core]", std::string("trunks: [core]\n    prefix: ") + bad)), "")
        << bad;
  }
  EXPECT_EQ(problem_of(with("trunks: [core]", "trunks: [core]\n    add: " + std::string(64, '1'))), "");
  EXPECT_NE(problem_of(with("trunks: [core]", "trunks: [core]\n    add: " + std::string(65, '1'))), "");
}

TEST(AccessRules, TakeOnePrefixOrAList) {
  LoadResult result =
      load_text(with("prefix: 198.51.100.0/24", "prefixes: [198.51.100.7, \"2001:db8::/32\"]"), "sbc.yaml");
  ASSERT_TRUE(result);
  ASSERT_EQ(result.model->access.size(), 2u);
  EXPECT_EQ(result.model->access[0].prefix.length, 128);
  EXPECT_EQ(result.model->access[1].prefix.text(), "2001:db8::/32");
  EXPECT_EQ(result.model->access[1].where.line, 25);
}

TEST(AccessRules, RefuseWhatIsNoPrefix) {
  EXPECT_EQ(problem_of(with("198.51.100.0/24", "198.51.100.7/24")),
            "sbc.yaml:25: access[#1].prefix: '198.51.100.7/24' – has bits set behind its length; write the "
            "network's "
            "first address");
  EXPECT_NE(problem_of(with("198.51.100.0/24", "198.51.100.0/33")).find("must be a prefix"),
            std::string::npos);
  EXPECT_NE(problem_of(with("198.51.100.0/24", "everybody")).find("must be a prefix"), std::string::npos);
}

TEST(AccessRules, NeedTheirKeysAndNoSecondRuleForAPrefix) {
  EXPECT_EQ(
      problem_of(with("{realm: access, prefix: 198.51.100.0/24, trust: trusted}", "{}")),
      "sbc.yaml:25: access[#1].realm: missing – an access rule needs its realm: an address means nothing "
      "without "
      "one\n"
      "sbc.yaml:25: access[#1].trust: missing – an access rule needs a trust: denied, unknown, registered or "
      "trusted\n"
      "sbc.yaml:25: access[#1].prefix: missing – an access rule needs a prefix, or a list of them under "
      "prefixes");
  EXPECT_NE(problem_of(with("trust: trusted", "trust: trustet")).find("registered, trusted"),
            std::string::npos);
  EXPECT_EQ(problem_of(sample + "  - {realm: access, prefix: 198.51.100.0/24, trust: denied}\n"),
            "sbc.yaml:26: access[#2].prefix: '198.51.100.0/24' – this realm has a rule for this prefix "
            "already, in line "
            "25");
  EXPECT_EQ(problem_of(sample + "  - {realm: core, prefix: 198.51.100.0/24, trust: denied}\n"), "");
}

}  // namespace
}  // namespace sbc::config
