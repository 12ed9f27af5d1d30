#include "sbc/control/show.h"

#include <gtest/gtest.h>

#include "sbc/control/table.h"

namespace sbc::control {
namespace {

using Json = nlohmann::ordered_json;

TEST(Table, AlignsNumbersRightAndWordsLeft) {
  Table table({"NAME", ">COUNT"});
  table.add({"a", "5"});
  table.add({"longer", "12345678"});
  EXPECT_EQ(table.text(),
            "NAME       COUNT\n"
            "a              5\n"
            "longer  12345678\n");
}

TEST(Show, DropsAsATable) {
  Json answer = Json::parse(R"({"drops":[
    {"realm":"access","reason":"source_rate","text":"too much","status":0,"count":1200},
    {"realm":null,"reason":"no_rule","text":"no route","status":404,"count":3}],"total":1203})");
  EXPECT_EQ(show("drops", answer),
            "COUNT  REALM   REASON       ANSWER  MEANING\n"
            " 1200  access  source_rate  -       too much\n"
            "    3  -       no_rule      404     no route\n"
            "1203 in all\n");
  EXPECT_EQ(show("drops", Json::parse(R"({"drops":[],"total":0})")), "nothing dropped or rejected\n");
}

TEST(Show, DeviationsAsATable) {
  Json answer = Json::parse(R"({"deviations":[
    {"realm":"access","deviation":"line_folded","header":"any","treatment":"refused","text":"goes on","count":12},
    {"realm":"core","deviation":"version_case","header":"start line","treatment":"repaired","text":"case","count":3}],
    "total":15})");
  EXPECT_EQ(show("deviations", answer),
            "COUNT  REALM   DEVIATION     HEADER      TREATMENT  MEANING\n"
            "   12  access  line_folded   any         refused    goes on\n"
            "    3  core    version_case  start line  repaired   case\n"
            "15 in all\n");
  EXPECT_EQ(show("deviations", Json::parse(R"({"deviations":[],"total":0})")),
            "no message strayed from the grammar\n");
}

TEST(Show, TrunksAsATableOfTheirPeers) {
  Json answer = Json::parse(R"({"trunks":[
    {"trunk":"core","realm":"core","inbound":1,"outbound":12,"calls_max":40,"suspended":false,"peers":[
      {"peer":"203.0.113.10:5060","host":"sip.example","target":"gw.example","known_s":61,"state":"up","share":1.0},
      {"peer":"203.0.113.11:5060","host":null,"target":null,"known_s":null,"state":"returning","share":0.25}],
      "unusable":2,"left_out":1},
    {"trunk":"phones","realm":"access","inbound":0,"outbound":0,"calls_max":5,"suspended":true,"peers":[
      {"peer":null,"host":"phones.example","target":null,"known_s":null,"state":null,"share":null}],
      "unusable":0,"left_out":0}]})");
  EXPECT_EQ(show("trunks", answer),
            "TRUNK   REALM   INBOUND  OUTBOUND  MOST  SUSPENDED  PEER               HOST                     "
            "  KNOWN FOR  "
            "STATE      SHARE\n"
            "core    core          1        12    40  false      203.0.113.10:5060  gw.example of "
            "sip.example    0:01:01  "
            "up          100%\n"
            "                                                    203.0.113.11:5060  -                        "
            "          -  "
            "returning    25%\n"
            "phones  access        0         0     5  true       -                  phones.example           "
            "          -  "
            "-              -\n"
            "core: 2 addresses of its host names are not taken: unreachable, denied or our own\n"
            "core: 1 addresses of its host names are too many\n");
  EXPECT_EQ(show("trunks", Json::parse(R"({"trunks":[]})")), "no trunks\n");
}

TEST(Show, HostsAsATableOfTheirTargets) {
  Json answer = Json::parse(R"({"hosts":[
    {"host":"sip.example","state":"stale","outcome":"silent","answered_s":70.5,"ask_s":3.0,"trunks":["a","b"],
     "targets":[{"target":"gw1.example","port":5060,"priority":1,"weight":5,"addresses":["192.0.2.1","192.0.2.2"]},
                {"target":"gw2.example","port":5070,"priority":2,"weight":0,"addresses":["192.0.2.3"]}],
     "denied":["192.0.2.3"],"former":["192.0.2.9"]},
    {"host":"new.example","state":"awaited","outcome":null,"answered_s":null,"ask_s":null,"trunks":["c"],
     "targets":[],"denied":[],"former":[]}]})");
  const std::string text = show("hosts", answer);
  EXPECT_NE(text.find("sip.example  stale    silent       0:01:10   0:00:03  gw1.example:5060"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("192.0.2.1, 192.0.2.2  a, b"), std::string::npos) << text;
  EXPECT_NE(text.find("denied                   -       -  192.0.2.3"), std::string::npos) << text;
  EXPECT_NE(text.find("formerly"), std::string::npos) << text;
  EXPECT_NE(text.find("new.example  awaited  -"), std::string::npos) << text;
  EXPECT_EQ(show("hosts", Json::parse(R"({"hosts":[]})")), "no trunk has a host name\n");
}

TEST(Show, SignaturesAsATable) {
  Json answer = Json::parse(R"({"signatures":[
    {"id":1001,"message":"a scanner","where":"header User-Agent","action":"drop","hits":1200},
    {"id":7,"message":"odd","where":"anywhere","action":"score 20","hits":0}],"count":9,"score_max":100})");
  EXPECT_EQ(show("signatures", answer),
            "HITS    ID  ACTION    WHERE              MEANING\n"
            "1200  1001  drop      header User-Agent  a scanner\n"
            "   0     7  score 20  anywhere           odd\n"
            "2 of 9 signatures, score_max 100\n");
  EXPECT_EQ(show("signatures", Json::parse(R"({"signatures":[],"count":0,"score_max":100})")),
            "no signatures\n");
}

TEST(Show, NothingFromTheNetworkAsItCame) {
  Json answer = {
      {"calls", Json::array({{{"id", "1"}, {"from", "\x1b[2J\n"}, {"caller", {{"realm", "access"}}}}})},
      {"live", 1},
      {"silent_workers", Json::array()}};
  std::string text = show("calls", answer);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("\\x1b[2J\\x0a"), std::string::npos);
}

TEST(Show, APartialListOfCallsSaysSo) {
  Json answer = {{"calls", Json::array()}, {"live", 5}, {"silent_workers", {1}}};
  EXPECT_EQ(show("calls", answer),
            "no calls\n0 of 5 calls\nworker 1 did not answer in time: its calls are missing\n");
}

TEST(Show, ErrorsWithTheirProblems) {
  Json answer = {{"error", "not taken over"}, {"problems", {"sbc.yaml:3: a: 'b' – bad"}}};
  EXPECT_EQ(show("reload", answer), "error: not taken over\nsbc.yaml:3: a: 'b' – bad\n");
}

TEST(Show, AReloadAndItsChanges) {
  Json answer = Json::parse(
      R"({"reloaded":true,"epoch":4,"changes":[{"key":"log.level","from":"info","to":"debug"}]})");
  EXPECT_EQ(show("reload", answer),
            "reloaded: epoch 4\n"
            "CHANGED    FROM  TO\n"
            "log.level  info  debug\n");
}

TEST(Show, ABlockThatHitsATrunkWithAWarning) {
  Json answer = Json::parse(
      R"({"blocked":{"prefix":"192.0.2.0/24","realm":null,"remaining_s":600},"trunks":["core"]})");
  EXPECT_EQ(show("block", answer),
            "blocked 192.0.2.0/24 in every realm for 0:10:00\nwarning: this blocks trunk core\n");
}

TEST(Show, WhateverShapeAnAnswerHas) {
  for (const char* command : {"status", "calls", "call", "drops", "deviations", "signatures", "limits",
                              "blocks", "block", "unblock", "hang_up", "reload", "other"}) {
    EXPECT_NE(show(command, Json::object()), "") << command;
    EXPECT_NE(show(command, Json::parse(R"({"calls":5,"call":[],"drops":{},"workers":null,"error":null})")),
              "");
  }
}

}  // namespace
}  // namespace sbc::control
