#include "sbc/control/commands.h"

#include <gtest/gtest.h>

#include "policy/signatures/signature_file.h"
#include "tests/sbc/control/fake_backend.h"

namespace sbc::control {
namespace {

using namespace std::chrono_literals;

class CommandsTest : public testing::Test {
 protected:
  /// The answer; null while there is none.
  Json ask(const std::string& line) {
    answer = nullptr;
    commands.handle(line, now, [this](const Json& json, Instant) {
      ++answers;
      answer = json;
    });
    return answer;
  }
  std::string error_of(const std::string& line) { return ask(line).value("error", ""); }
  /// As worker `i` would: the rows, then the end.
  void reply(unsigned worker, std::vector<call::CallRecord> rows, bool done) {
    edge::Command command;
    SBC_CHECK(backend.worker(worker).commands.pop(command));
    for (const auto& row : rows) inquiries.on_row({command.request, row});
    inquiries.on_answered(worker, {command.request, done}, now);
  }

  FakeBackend backend{2};
  Instant now{100'000'000'000};
  Inquiries inquiries{backend.exchanges(), 500ms};
  Sampler sampler{backend.exchanges(), now};
  WallClock clock{1'700'000'000s};
  Commands commands{backend, inquiries, sampler, clock, {"0.1.0", {10'000'000'000}}, [this](bool dry_run) {
                      return backend.reload(dry_run);
                    }};
  Json answer;
  int answers = 0;
};

TEST_F(CommandsTest, RefuseWhatIsNoRequest) {
  EXPECT_EQ(error_of("status"), "the request is not JSON");
  EXPECT_NE(error_of("[1]").find("a request is a JSON object"), std::string::npos);
  EXPECT_NE(error_of("{\"command\": 5}").find("there is no command ''"), std::string::npos);
  EXPECT_EQ(
      error_of("{\"command\": \"statsu\"}").find("there is no command 'statsu'; did you mean 'status'?"), 0u);
  EXPECT_EQ(error_of("{\"command\": \"status\", \"arguments\": []}"), "arguments must be a JSON object");
  EXPECT_EQ(error_of("{\"command\": \"status\", \"arguments\": {\"x\": 1}}"), "'x' is no argument of status");
  EXPECT_NE(error_of(std::string(60'000, '[')), "");
  EXPECT_EQ(answers, 7);
}

TEST_F(CommandsTest, TellTheStatus) {
  backend.worker(0).live_calls = 3;
  backend.worker(1).live_calls = 4;
  backend.worker(1).counters.calls_begun.add(9);
  backend.worker(1).counters.received.add(1234);
  backend.worker(1).adopted_epoch = 1;
  backend.usage_now.trunks[0].calls.take(10);
  Json status = ask(R"({"command":"status"})");
  EXPECT_EQ(status["version"], "0.1.0");
  EXPECT_EQ(status["uptime_s"], 90);
  EXPECT_EQ(status["epoch"], 1);
  EXPECT_EQ(status["configuration"], "sbc.yaml");
  EXPECT_EQ(status["calls"]["live"], 7);
  EXPECT_EQ(status["calls"]["max"], 100);
  EXPECT_EQ(status["calls"]["begun"], 9);
  EXPECT_EQ(status["workers"][1]["received"], 1234);
  EXPECT_EQ(status["workers"].size(), 2u);
  EXPECT_EQ(status["trunks"][0],
            Json({{"trunk", "carrier"}, {"realm", "core"}, {"calls", 1}, {"calls_max", 40}}));
  EXPECT_EQ(status["ports"][0]["missed"], 8);
}

TEST_F(CommandsTest, SumDropsOverWorkersByRealmAndReasonMostFrequentFirst) {
  backend.worker(0).drops.add(RealmId(0), Reason::signature);
  backend.worker(0).drops.add(RealmId(0), Reason::source_rate);
  backend.worker(1).drops.add(RealmId(0), Reason::source_rate);
  backend.worker(1).drops.add(RealmId(1), Reason::no_rule);
  backend.worker(1).drops.add(RealmId::none, Reason::vlan_unknown);
  Json answered = ask(R"({"command":"drops"})");
  EXPECT_EQ(answered["total"], 5);
  ASSERT_EQ(answered["drops"].size(), 4u);
  EXPECT_EQ(answered["drops"][0], Json({{"realm", "access"},
                                        {"reason", "source_rate"},
                                        {"text", text_of(Reason::source_rate)},
                                        {"status", 0},
                                        {"count", 2}}));
  EXPECT_EQ(answered["drops"][1]["realm"], nullptr);
  EXPECT_EQ(answered["drops"][3]["status"], 404);
}

TEST_F(CommandsTest, SumDeviationsOverWorkersWithWhatIsDoneAboutThemNow) {
  backend.worker(0).deviations.add(RealmId(0), Deviation::host_underscore);
  backend.worker(0).deviations.add(RealmId(1), Deviation::line_folded);
  backend.worker(1).deviations.add(RealmId(1), Deviation::line_folded);
  backend.worker(1).deviations.add(RealmId(0), Deviation::line_folded);
  Json answered = ask(R"({"command":"deviations"})");
  EXPECT_EQ(answered["total"], 4);
  ASSERT_EQ(answered["deviations"].size(), 3u);
  EXPECT_EQ(answered["deviations"][0], Json({{"realm", "core"},
                                             {"deviation", "line_folded"},
                                             {"header", "any"},
                                             {"treatment", "repaired"},
                                             {"text", text_of(Deviation::line_folded)},
                                             {"count", 2}}));
  EXPECT_EQ(answered["deviations"][2]["treatment"], "tolerated");
  auto stricter = std::make_shared<config::Model>(*backend.current->model);
  stricter->realms[1].messages.refused.add(Deviation::line_folded);
  backend.current = compiled_of(stricter, 2);
  answered = ask(R"({"command":"deviations"})");
  EXPECT_EQ(answered["deviations"][0]["treatment"], "refused");
  EXPECT_EQ(answered["deviations"][1]["realm"], "access");
  EXPECT_EQ(answered["deviations"][1]["treatment"], "repaired");
}

TEST_F(CommandsTest, ListSignaturesAsInTheFileOrByHits) {
  auto compiled = std::make_shared<policy::Compiled>(*backend.current);
  compiled->signatures = policy::load_signature_text(
                             "score_max: 70\nsignatures:\n"
                             "- {id: 9, message: scanner, pattern: evil, where: header User-Agent}\n"
                             "- {id: 3, message: probe, pattern: worse, action: reject 488}\n"
                             "- {id: 5, message: hint, pattern: odd, action: score 20, where: body}\n",
                             "s.yaml")
                             .set;
  backend.current = compiled;
  backend.hits = {5, 0, 70};
  auto ids = [&](const std::string& arguments) {
    std::vector<uint32_t> found;
    Json listed = ask(R"({"command":"signatures","arguments":)" + arguments + "}");
    for (const Json& each : listed["signatures"]) found.push_back(each["id"]);
    return found;
  };
  EXPECT_EQ(ids("{}"), (std::vector<uint32_t>{9, 3, 5}));
  EXPECT_EQ(answer["count"], 3);
  EXPECT_EQ(answer["score_max"], 70);
  EXPECT_EQ(answer["signatures"][0], Json({{"id", 9},
                                           {"message", "scanner"},
                                           {"where", "header User-Agent"},
                                           {"action", "drop"},
                                           {"hits", 5}}));
  EXPECT_EQ(answer["signatures"][1]["action"], "reject 488");
  EXPECT_EQ(ids(R"({"by_hits":true})"), (std::vector<uint32_t>{5, 9, 3}));
  EXPECT_EQ(ids(R"({"top":2})"), (std::vector<uint32_t>{5, 9}));
  EXPECT_EQ(answer["count"], 3);
  EXPECT_EQ(ids(R"({"top":99})").size(), 3u);
  for (auto bad : {R"({"top":0})", R"({"top":-1})", R"({"top":"2"})", R"({"by_hits":1})", R"({"first":1})"})
    EXPECT_NE(error_of(std::string(R"({"command":"signatures","arguments":)") + bad + "}"), "") << bad;
}

TEST_F(CommandsTest, TellLimitsTheirUseAndWhatTheyRefused) {
  backend.usage_now.calls.take(100);
  backend.usage_now.trunks[0].calls.take(40);
  backend.worker(0).drops.add(RealmId(0), Reason::call_limit);
  backend.worker(1).drops.add(RealmId(1), Reason::trunk_rate);
  Json limits = ask(R"({"command":"limits"})")["limits"];
  auto row = [&](const std::string& limit) {
    for (const Json& each : limits) {
      if (each["limit"] == limit) return each;
    }
    return Json();
  };
  EXPECT_EQ(row("limits.calls_max"),
            Json({{"limit", "limits.calls_max"}, {"value", 100}, {"current", 1}, {"refused", 1}}));
  EXPECT_EQ(row("limits.call_rate")["value"], "10/s");
  EXPECT_EQ(row("trunks[carrier].calls_max")["current"], 1);
  EXPECT_EQ(row("trunks[carrier].call_rate")["value"], "5/s");
  EXPECT_EQ(row("trunks[].call_rate")["refused"], 1);
}

TEST_F(CommandsTest, TellOfADirectionsLimitsWhereItHasAny) {
  std::string text = two_realms;
  text.insert(text.find(", call_rate: 5/s"), ", inbound: {calls_max: 7}, outbound: {call_rate: 3/s}");
  backend.current = compiled_of(model_of(text));
  backend.usage_now.trunks[0].inbound.calls.take(7);
  Json limits = ask(R"({"command":"limits"})")["limits"];
  auto row = [&](const std::string& limit) {
    for (const Json& each : limits) {
      if (each["limit"] == limit) return each;
    }
    return Json();
  };
  EXPECT_EQ(row("trunks[carrier].inbound.calls_max")["value"], 7);
  EXPECT_EQ(row("trunks[carrier].inbound.calls_max")["current"], 1);
  EXPECT_EQ(row("trunks[carrier].outbound.call_rate")["value"], "3/s");
  EXPECT_TRUE(row("trunks[carrier].outbound.calls_max").is_null());
  EXPECT_TRUE(row("trunks[carrier].inbound.call_rate").is_null());
}

TEST_F(CommandsTest, TellOfTrunksWhetherTheyAreWell) {
  backend.usage_now.trunks[0].inbound.calls.take(7);
  EXPECT_EQ(ask(R"({"command":"trunks"})")["trunks"],
            Json::parse(R"([{"trunk":"carrier","realm":"core","inbound":1,"outbound":0,"calls_max":40,
                             "suspended":false,"peers":[{"peer":"203.0.113.10:5060","host":null,"target":null,
                             "known_s":null,"state":null,"share":null}],"unusable":0,"left_out":0}])"));
  std::string text = two_realms;
  text.insert(text.find(", call_rate: 5/s"), ", health: {interval: 10s}");
  backend.current = compiled_of(model_of(text));
  auto peer = [&] { return ask(R"({"command":"trunks"})")["trunks"][0]["peers"][0]; };
  EXPECT_EQ(peer()["state"], "up");
  EXPECT_EQ(peer()["share"], 1.0);
  const policy::PeerHealth down{policy::PeerHealth::Phase::down, 3,
                                policy::health_tag(*Endpoint::parse("203.0.113.10:5060")), 0};
  backend.usage_now.trunks[0].health.peers[0].change([&](policy::PeerHealth) { return down; });
  EXPECT_EQ(peer()["state"], "down");
  EXPECT_EQ(peer()["share"], 0.0);
}

class HostCommandsTest : public CommandsTest {
 protected:
  HostCommandsTest() {
    std::string text = two_realms;
    text.replace(text.find("peers: 203.0.113.10"), 19, "peers: [sip.example, 203.0.113.10]");
    backend.current = compiled_of(model_of(text));
    backend.known.configure(*backend.current->model, now);
  }
  Json trunk() { return ask(R"({"command":"trunks"})")["trunks"][0]; }
  Json host() { return ask(R"({"command":"hosts"})")["hosts"][0]; }
  /// One address that can be used, and one that cannot.
  void find() {
    auto idle = [](const policy::HostKey&) { return true; };
    std::vector<policy::HostQuestion> questions = backend.known.run(now, idle);
    while (!questions.empty()) {
      const policy::HostQuestion question = questions.front();
      questions.erase(questions.begin());
      dns::Reply reply;
      reply.outcome = dns::Reply::Outcome::found;
      reply.ttl = 60;
      if (question.what.type == dns::Type::srv) reply.services = {{1, 2, 5070, "gw.example"}};
      if (question.what.type == dns::Type::a)
        reply.addresses = {*IpAddress::parse("203.0.113.7"), *IpAddress::parse("192.0.2.1")};
      for (auto& next : backend.known.on_reply(question.number, reply, now)) questions.push_back(next);
    }
    auto known = std::make_shared<policy::Compiled>(*backend.current);
    known->trunks = policy::TrunkTable(*known->model, {TrunkId(0)}, backend.known.table());
    backend.current = known;
  }
};

TEST_F(HostCommandsTest, TellThatANameIsAwaited) {
  EXPECT_EQ(trunk()["peers"][0]["host"], "sip.example");
  EXPECT_TRUE(trunk()["peers"][0]["peer"].is_null());
  EXPECT_EQ(host()["state"], "awaited");
  EXPECT_TRUE(host()["outcome"].is_null());
  EXPECT_EQ(host()["trunks"], Json::parse(R"(["carrier"])"));
}

TEST_F(HostCommandsTest, TellWhatANameStandsFor) {
  find();
  now = now + 10s;
  EXPECT_EQ(trunk()["peers"][0], Json::parse(R"({"peer":"203.0.113.7:5070","host":"sip.example",
      "target":"gw.example","known_s":10,"state":null,"share":null})"));
  EXPECT_EQ(trunk()["peers"].size(), 2u);
  EXPECT_EQ(trunk()["unusable"], 1);
  EXPECT_EQ(host(),
            Json::parse(R"({"host":"sip.example","state":"fresh","outcome":"found","outcome_text":"found",
      "targets":[{"target":"gw.example","port":5070,"priority":1,"weight":2,
                  "addresses":["192.0.2.1","203.0.113.7"]}],
      "denied":[],"former":[],"answered_s":10.0,"ttl_s":50.0,"ask_s":50.0,"lookups":1,"failed":0,"left_out":0,
      "trunks":["carrier"]})"));
}

TEST_F(HostCommandsTest, TellWhatOfANameIsDenied) {
  find();
  auto denying = std::make_shared<policy::Compiled>(*backend.current);
  const std::vector<policy::Block> blocks{{RealmId::none, *Prefix::parse("203.0.113.0/24")}};
  denying->access = policy::AccessTable(*denying->model, blocks);
  backend.current = denying;
  EXPECT_EQ(host()["denied"], Json::parse(R"(["203.0.113.7"])"));
}

TEST_F(HostCommandsTest, BlockNamesTheTrunkWhoseNameStandsForAnAddressInside) {
  find();
  EXPECT_EQ(ask(R"({"command":"block","arguments":{"prefix":"203.0.113.7"}})")["trunks"],
            Json::parse(R"(["carrier"])"));
}

TEST_F(CommandsTest, ListTheCallsOfAllWorkers) {
  backend.worker(0).live_calls = 2;
  EXPECT_TRUE(ask(R"({"command":"calls"})").is_null());
  reply(0, {sample_call(0xc0ffee)}, true);
  reply(1, {sample_call(2)}, true);
  ASSERT_EQ(answer["calls"].size(), 2u);
  EXPECT_EQ(answer["live"], 2);
  EXPECT_TRUE(answer["silent_workers"].empty());
  const Json& call = answer["calls"][0];
  EXPECT_EQ(call["id"], "0000000000c0ffee");
  EXPECT_EQ(call["caller"]["realm"], "access");
  EXPECT_EQ(call["caller"]["trunk"], nullptr);
  EXPECT_EQ(call["callee"]["trunk"], "carrier");
  EXPECT_EQ(call["begun"], "2023-11-14T22:13:21.000Z");
  EXPECT_EQ(call["ended"], nullptr);
  EXPECT_EQ(call["duration_s"], 97);
  EXPECT_EQ(call["post_dial_delay_s"], 1.25);
}

TEST_F(CommandsTest, GiveAPartialListThatSaysSoWhenAWorkerIsStuck) {
  ask(R"({"command":"calls"})");
  reply(0, {sample_call(1)}, true);
  EXPECT_EQ(answers, 0);
  inquiries.expire(now + 500ms);
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(answer["calls"].size(), 1u);
  EXPECT_EQ(answer["silent_workers"], Json::array({1}));
}

TEST_F(CommandsTest, HoldTheListToItsLimit) {
  ask(R"({"command":"calls","arguments":{"limit":1}})");
  reply(0, {sample_call(1), sample_call(2)}, true);
  reply(1, {}, true);
  EXPECT_EQ(answer["calls"].size(), 1u);
  EXPECT_NE(error_of(R"({"command":"calls","arguments":{"limit":-1}})"), "");
  EXPECT_NE(error_of(R"({"command":"calls","arguments":{"limit":100001}})"), "");
  EXPECT_NE(error_of(R"({"command":"calls","arguments":{"limit":"all"}})"), "");
}

TEST_F(CommandsTest, FindACall) {
  ask(R"({"command":"call","arguments":{"id":"00000000000000ff"}})");
  reply(1, {sample_call(0xff)}, true);
  EXPECT_EQ(answer["call"]["id"], "00000000000000ff");
  EXPECT_EQ(answer["call"]["caller"]["media"]["packets"], 50);
}

TEST_F(CommandsTest, SayWhichCallThereIsNot) {
  ask(R"({"command":"call","arguments":{"id":"00000000000000ff"}})");
  reply(0, {}, false);
  reply(1, {}, false);
  EXPECT_EQ(answer["error"], "there is no call 00000000000000ff");
  ask(R"({"command":"call","arguments":{"id":"00000000000000ff"}})");
  reply(0, {}, false);
  inquiries.expire(now + 1s);
  EXPECT_EQ(answer["error"], "call not found, but worker 1 did not answer in time");
  for (auto bad : {"", "ff", "00000000000000fg", "000000000000000ff", "-000000000000001"}) {
    EXPECT_NE(error_of(std::string(R"({"command":"call","arguments":{"id":")") + bad + "\"}}"), "") << bad;
  }
  EXPECT_NE(error_of(R"({"command":"call"})"), "");
}

TEST_F(CommandsTest, HangACallUp) {
  ask(R"({"command":"hang_up","arguments":{"id":"00000000000000ff"}})");
  edge::Command seen;
  ASSERT_TRUE(backend.worker(0).commands.pop(seen));
  EXPECT_EQ(seen.kind, edge::Command::Kind::hang_up);
  EXPECT_EQ(seen.call, 0xffu);
  reply(1, {}, true);
  EXPECT_EQ(answer["hung_up"], "00000000000000ff");
  ask(R"({"command":"hang_up","arguments":{"id":"00000000000000fe"}})");
  reply(0, {}, false);
  reply(1, {}, false);
  EXPECT_EQ(answer["error"], "there is no call 00000000000000fe");
}

TEST_F(CommandsTest, BlockAndUnblockASource) {
  Json blocked =
      ask(R"({"command":"block","arguments":{"prefix":"192.0.2.0/24","realm":"access","for":"10min"}})");
  EXPECT_EQ(blocked["blocked"],
            Json({{"prefix", "192.0.2.0/24"}, {"realm", "access"}, {"remaining_s", 600}}));
  EXPECT_TRUE(blocked["trunks"].empty());
  ask(R"({"command":"block","arguments":{"prefix":"2001:db8::7"}})");
  now = now + 60s;
  Json blocks = ask(R"({"command":"blocks"})")["blocks"];
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[0]["remaining_s"], 540);
  EXPECT_EQ(blocks[1], Json({{"prefix", "2001:db8::7/128"}, {"realm", nullptr}, {"remaining_s", nullptr}}));
  EXPECT_NE(error_of(R"({"command":"unblock","arguments":{"prefix":"192.0.2.0/24","realm":"core"}})"), "");
  EXPECT_EQ(ask(R"({"command":"unblock","arguments":{"prefix":"192.0.2.0/24"}})")["unblocked"], 1);
  EXPECT_EQ(error_of(R"({"command":"unblock","arguments":{"prefix":"192.0.2.0/24"}})"),
            "there is no block of 192.0.2.0/24; `blocks` shows those there are");
}

TEST_F(CommandsTest, WarnOfABlockThatHitsATrunk) {
  EXPECT_EQ(ask(R"({"command":"block","arguments":{"prefix":"203.0.113.0/24"}})")["trunks"],
            Json::array({"carrier"}));
  EXPECT_TRUE(ask(R"({"command":"block","arguments":{"prefix":"203.0.113.0/24","realm":"access"}})")["trunks"]
                  .empty());
}

TEST_F(CommandsTest, RefuseBlocksThatMakeNoSense) {
  for (auto bad : {R"({})", R"({"prefix":"192.0.2.1/24"})", R"({"prefix":"0.0.0.0/0"})",
                   R"({"prefix":"::/0"})", R"({"prefix":"192.0.2.1","for":"10"})",
                   R"({"prefix":"192.0.2.1","for":"10ms"})", R"({"prefix":"192.0.2.1","for":10})"}) {
    EXPECT_NE(error_of(std::string(R"({"command":"block","arguments":)") + bad + "}"), "") << bad;
  }
  EXPECT_EQ(error_of(R"({"command":"block","arguments":{"prefix":"192.0.2.1","realm":"acces"}})"),
            "there is no realm 'acces'; did you mean 'access'? realms: access, core");
  EXPECT_TRUE(backend.list.blocks().empty());
}

TEST_F(CommandsTest, RefuseMoreBlocksThanThereIsRoomFor) {
  for (uint32_t i = 0; i < snapshot::BlockList::blocks_max; ++i) {
    backend.list.add({RealmId::none, Prefix::of(IpAddress::v4(0x0a000000 + i), 32)}, Instant::never());
  }
  EXPECT_EQ(error_of(R"({"command":"block","arguments":{"prefix":"192.0.2.1"}})"),
            "there are 4096 blocks, the most there can be: unblock some");
}

TEST_F(CommandsTest, ReloadAndTellWhatChanged) {
  backend.next_reload = {
      compiled_of(backend.current->model, 2), {}, {{"log.level", "info", "debug", true, {}}}};
  Json dry = ask(R"({"command":"reload","arguments":{"dry_run":true}})");
  EXPECT_EQ(dry["reloaded"], false);
  EXPECT_EQ(dry["epoch"], 1);
  Json real = ask(R"({"command":"reload"})");
  EXPECT_EQ(real["reloaded"], true);
  EXPECT_EQ(real["epoch"], 2);
  EXPECT_EQ(real["changes"][0],
            Json({{"key", "log.level"}, {"from", "info"}, {"to", "debug"}, {"live", true}}));
}

TEST_F(CommandsTest, TellEveryProblemOfARefusedReload) {
  backend.next_reload = {
      nullptr, {{{"sbc.yaml", 3}, "limits.x: bad"}, {{"sbc.yaml", 9}, "realms.y: bad"}}, {}};
  Json refused = ask(R"({"command":"reload"})");
  EXPECT_NE(refused["error"], nullptr);
  EXPECT_EQ(refused["problems"], Json::array({"sbc.yaml:3: limits.x: bad", "sbc.yaml:9: realms.y: bad"}));
  EXPECT_EQ(backend.current->epoch, 1u);
}

}  // namespace
}  // namespace sbc::control
