#include "config/load/diff.h"

#include <gtest/gtest.h>

#include "tests/config/load/sample.h"

namespace sbc::config {
namespace {

std::vector<Change> changes(const std::string& from, const std::string& to) {
  LoadResult before = load_text(from, "sbc.yaml"), after = load_text(to, "sbc.yaml");
  SBC_CHECK(before && after);
  return diff(*before.model, *after.model, after.places);
}

/// "key: from -> to", with "!" before what needs a restart.
std::string texts(const std::vector<Change>& list) {
  std::string all;
  for (const Change& change : list) {
    all += std::string(change.live ? "" : "!") + change.key + ": " + change.from + " -> " + change.to + "\n";
  }
  return all;
}

TEST(Diff, OfTheSameFileIsEmpty) { EXPECT_EQ(texts(changes(sample, sample)), ""); }

TEST(Diff, SeesNoChangeInADefaultWrittenOut) {
  EXPECT_EQ(texts(changes(sample, sample + "limits: {calls_max: 10000, source_rate: 50/s burst 100}\n")), "");
}

TEST(Diff, TakesDecisionsOverLive) {
  std::string text = with("trunks: [core]", "trunks: [core]\n    prefix: \"00\"\n    ring_timeout: 60s");
  text = with("peers: [203.0.113.10:5060]",
              "peers: [203.0.113.11:5060]\n    calls_max: 5\n    codecs: {allow: PCMA}", text);
  text = with("trust: trusted", "trust: denied", text);
  text +=
      "limits: {call_rate: 5/s, calls_max: 9}\ntimers: {t1: 1s}\nlog: {level: debug}\nsignatures: {file: "
      "s.yaml}\n";
  EXPECT_EQ(texts(changes(sample, text)),
            "access[access 198.51.100.0/24]: trusted -> denied\n"
            "limits.call_rate: unlimited -> 5/s\n"
            "limits.calls_max: 10000 -> 9\n"
            "log.level: info -> debug\n"
            "routes[out].prefix:  -> 00\n"
            "routes[out].ring_timeout: 3min -> 1min\n"
            "signatures.file:  -> s.yaml\n"
            "timers.t1: 500ms -> 1s\n"
            "trunks[core].calls_max: 10000 -> 5\n"
            "trunks[core].codecs.allow:  -> PCMA\n"
            "trunks[core].peers: 203.0.113.10:5060 -> 203.0.113.11:5060\n");
}

TEST(Diff, ShowsWhatARouteAsksFor) {
  EXPECT_EQ(texts(changes(sample, with("from: access",
                                       "source: core\n    from_prefix: 49\n    to_prefix: 1\n"
                                       "    host: A.example\n    from_host: 192.0.2.9\n"
                                       "    to_host: \"[2001:db8::9]\"\n"
                                       "    header: {name: X-Class, value: gold}\n"
                                       "    times: [mo, 22:00-06:00]\n    utc_offset: +01:00"))),
            "routes[out].from: access -> core\n"
            "routes[out].from_host:  -> 192.0.2.9\n"
            "routes[out].from_prefix:  -> 49\n"
            "routes[out].header:  -> X-Class: gold\n"
            "routes[out].host:  -> a.example\n"
            "routes[out].source:  -> core\n"
            "routes[out].times:  -> mo, 22:00-06:00\n"
            "routes[out].to_host:  -> [2001:db8::9]\n"
            "routes[out].to_prefix:  -> 1\n"
            "routes[out].utc_offset: +00:00 -> +01:00\n");
}

TEST(Diff, ShowsGroupsTranslationsAndWhatATrunkDoes) {
  std::string groups =
      "trunk_groups: [{name: all, trunks: core}]\ntranslations: [{name: n, rules: [{prefix: a, with: b}]}]\n";
  std::string from = with("routes:", groups + "routes:");
  std::string to = with("trunks: core}]", "select: by_call, trunks: [{trunk: core, weight: 2}]}]", from);
  to = with("with: b", "with: c", to);
  to = with("trunks: [core]", "translate: n\n    trunks: [all]", to);
  to =
      with("[203.0.113.10:5060]",
           "203.0.113.10\n    inbound: {calls_max: 3}\n    outbound: {call_rate: 5/s}\n    failover_on: 5xx\n"
           "    responses: [{status: 500, cause: 3, as: 404, as_cause: 1}]\n    translate_callers: n",
           to);
  EXPECT_EQ(texts(changes(from, to)),
            "routes[out].translate:  -> n\n"
            "routes[out].trunks: core -> all\n"
            "translations[n].rules: 'a' by 'b' -> 'a' by 'c'\n"
            "trunk_groups[all].select: in_order -> by_call\n"
            "trunk_groups[all].trunks: core priority 1 weight 1 -> core priority 1 weight 2\n"
            "trunks[core].failover_on: 401, 407, 408, 500, 502, 503, 504 -> 5xx\n"
            "trunks[core].inbound.calls_max: 0 -> 3\n"
            "trunks[core].outbound.call_rate: unlimited -> 5/s\n"
            "trunks[core].responses:  -> status 500 cause 3 as 404 as_cause 1\n"
            "trunks[core].translate_callers:  -> n\n");
}

TEST(Diff, ShowsHowATrunkIsWatched) {
  EXPECT_EQ(
      texts(changes(sample,
                    with("[203.0.113.10:5060]",
                         "203.0.113.10\n    redirect: follow\n    refer: pass\n    health: {interval: 5s, "
                         "failures_max: 1, ramp: 1s, asr_min: 1, asr_calls: 10, "
                         "suspension: 1s}"))),
      "trunks[core].health.asr_calls: 100 -> 10\n"
      "trunks[core].health.asr_min: 0 -> 1\n"
      "trunks[core].health.failures_max: 3 -> 1\n"
      "trunks[core].health.interval: 0s -> 5s\n"
      "trunks[core].health.ramp: 30s -> 1s\n"
      "trunks[core].health.suspension: 1min -> 1s\n"
      "trunks[core].redirect: refuse -> follow\n"
      "trunks[core].refer: as the realm -> pass\n");
}

TEST(Diff, TakesANewTrunkOverLive) {
  EXPECT_EQ(
      texts(changes(sample, with("routes:", "  - {name: two, realm: core, peers: 203.0.113.11}\nroutes:"))),
      "trunks: core -> core, two\n");
}

TEST(Diff, NeedsARestartForPortsRealmsWorkersAndMemory) {
  std::string text = with("device: veth-c", "device: veth-d");
  text = with("vlan: 7", "vlan: 8", text);
  text = with("20000-29999", "20000-39999", text);
  text +=
      "workers: {count: 2}\nmemory: {huge: false}\nlimits: {sources_max: 1024}\ncontrol: {socket: /run/x}\n";
  EXPECT_EQ(texts(changes(sample, text)),
            "!control.socket: /run/sbc.sock -> /run/x\n"
            "!limits.sources_max: 65536 -> 1024\n"
            "!memory.huge: true -> false\n"
            "!ports[core0].device: veth-c -> veth-d\n"
            "!realms[access].media.ports: 20000-29999 -> 20000-39999\n"
            "!realms[core].vlan: 7 -> 8\n"
            "!workers.count: 1 -> 2\n");
}

TEST(Diff, NeedsARestartForMoreCallsThanMemoryWasSizedFor) {
  EXPECT_EQ(texts(changes(sample, sample + "limits: {calls_max: 10001}\n")),
            "!limits.calls_max: 10000 -> 10001\n");
  EXPECT_EQ(texts(changes(sample, sample + "limits: {srtp_streams: 9}\n")),
            "!limits.srtp_streams: 2000 -> 9\n");
}

TEST(Diff, NeedsARestartWhenTheOrderOfRealmsChanges) {  // a RealmId is a place in the list
  std::string realms =
      "realms:\n  - {name: a, port: p, addresses: 192.0.2.1/24, sip: 192.0.2.1}\n"
      "  - {name: b, port: p, vlan: 1, addresses: 192.0.2.1/24, sip: 192.0.2.1}\n";
  std::string turned =
      "realms:\n  - {name: b, port: p, vlan: 1, addresses: 192.0.2.1/24, sip: 192.0.2.1}\n"
      "  - {name: a, port: p, addresses: 192.0.2.1/24, sip: 192.0.2.1}\n";
  std::string port = "ports: [{name: p, device: veth}]\n";
  EXPECT_EQ(texts(changes(port + realms, port + turned)), "!realms: a, b -> b, a\n");
}

TEST(Diff, TakesARealmsTrustOverLive) {
  EXPECT_EQ(texts(changes(sample, with("vlan: 7", "vlan: 7\n    trust: denied"))),
            "realms[core].trust: unknown -> denied\n");
}

TEST(Diff, TakesOverLiveWhoMayTransfer) {
  EXPECT_EQ(texts(changes(sample, with("vlan: 7", "vlan: 7\n    transfer: nobody"))),
            "realms[core].transfer: trusted -> nobody\n");
}

TEST(Diff, TakesOverLiveWhatBecomesOfARefer) {
  EXPECT_EQ(texts(changes(sample, with("vlan: 7", "vlan: 7\n    refer: carry_out"))),
            "realms[core].refer: pass -> carry_out\n");
}

TEST(Diff, TakesWhatARealmTakesOfMessagesOverLive) {
  EXPECT_EQ(texts(changes(sample, with("vlan: 7",
                                       "vlan: 7\n    messages: {call_id_bytes_max: 64, "
                                       "tolerance: {line_folded: refused}}"))),
            "realms[core].messages.call_id_bytes_max: 256 -> 64\n"
            "realms[core].messages.tolerance.line_folded: repaired -> refused\n");
}

TEST(Diff, ShowsWhatALimitOfAllRealmsChangesInEach) {
  EXPECT_EQ(texts(changes(sample, with("vlan: 7", "vlan: 7\n    messages: {headers_max: 50}") +
                                      "limits: {headers_max: 100}\n")),
            "limits.headers_max: 128 -> 100\n"
            "realms[access].messages.headers_max: 128 -> 100\n"
            "realms[core].messages.headers_max: 128 -> 50\n");
}

TEST(RestartProblems, NameKeyLineAndValues) {
  Problems problems = restart_problems(changes(sample, with("vlan: 7", "vlan: 8")));
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problem_text(problems[0]),
            "sbc.yaml:12: realms[core].vlan: '8' – needs a restart; running with '7'");
  EXPECT_TRUE(restart_problems(changes(sample, with("trust: trusted", "trust: denied"))).empty());
}

}  // namespace
}  // namespace sbc::config
