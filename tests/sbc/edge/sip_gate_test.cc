#include "sbc/edge/sip_gate.h"

#include <gtest/gtest.h>

#include "policy/signatures/signature_file.h"

namespace sbc::edge {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view options =
    "OPTIONS sip:203.0.113.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\nFrom: "
    "<sip:a@b>;tag=1\r\n"
    "To: <sip:c@d>\r\nCall-ID: one@example\r\nCSeq: 1 OPTIONS\r\nUser-Agent: friendly-scanner\r\n\r\n";

struct SipGateTest : ::testing::Test {
  SipGateTest() {
    model->realms.resize(1);
    model->realms[0].trust = config::Trust::unknown;
    model->limits.source_rate = {2, 1s, 2};
    model->access = {{RealmId(0), *Prefix::parse("192.0.2.66/32"), config::Trust::denied, {}}};
    policy.model = model;
    policy.access = policy::AccessTable(*model, {});
    usage = std::make_unique<policy::Usage>(model->limits, HashKey{1, 2});
    gate = std::make_unique<SipGate>(steering, *usage);
  }

  /// `actions`: of signatures with the ids 1, 2, …, which all match `options`.
  void add_signatures(const std::vector<std::string>& actions) {
    std::string text = "score_max: 50\nsignatures:\n";
    for (size_t i = 0; i < actions.size(); ++i) {
      text += "- {id: " + std::to_string(i + 1) +
              ", message: m, pattern: friendly-scanner, action: " + actions[i] + "}\n";
    }
    policy::SignatureFile file = policy::load_signature_text(text, "test");
    ASSERT_TRUE(file.problems.empty());
    policy.signatures = std::move(file.set);
    ASSERT_TRUE(policy.signatures.fit(inspector.scratch));
    inspector.hits = std::vector<lane::Counter>(actions.size());
  }

  Admission admit(std::string_view datagram, const char* source = "192.0.2.9") {
    return gate->admit(policy, inspector, Instant{1}, RealmId(0), *IpAddress::parse(source), datagram,
                       message);
  }

  std::shared_ptr<config::Model> model = std::make_shared<config::Model>();
  Steering steering{HashKey{3, 4}, 3};
  policy::Compiled policy;
  std::unique_ptr<policy::Usage> usage;
  Inspector inspector;
  sip::Message message;
  std::unique_ptr<SipGate> gate;
};

TEST_F(SipGateTest, FindsTheOwnerByCallIdWhateverElseTheMessageHolds) {
  Admission admission = admit(options);
  EXPECT_EQ(admission.reason, Reason::none);
  EXPECT_EQ(admission.owner, steering.owner_of("one@example"));
  EXPECT_EQ(admission.trust, config::Trust::unknown);
}

TEST_F(SipGateTest, LeavesAMessageWithoutCallIdToItsReceiver) {
  EXPECT_EQ(admit("OPTIONS sip:x SIP/2.0\r\n\r\n").owner, WorkerId::none);
}

/// A score is suspicion: it keeps nobody from calling for help. A signature that says drop is certain.
TEST_F(SipGateTest, LetsEmergencyCallsPassScoresAtTheirRateAndNothingElse) {
  model->limits.source_rate = {};
  model->emergency.source_rate = {1, 1s, 1};
  add_signatures({"score 60"});
  std::string invite(options);
  EXPECT_EQ(admit(invite).reason, Reason::signature_score);
  for (size_t at; (at = invite.find("OPTIONS")) != invite.npos;) invite.replace(at, 7, "INVITE");
  invite.replace(invite.find("sip:203.0.113.1"), 15, "urn:service:sos");
  for (int i = 0; i < 16; ++i) {
    Admission admission = admit(invite);
    EXPECT_EQ(admission.reason, Reason::none) << i;
    EXPECT_EQ(admission.score, 60u);
    EXPECT_EQ(admission.owner, steering.owner_of("one@example"));
  }
  EXPECT_EQ(admit(invite).reason, Reason::signature_score);
  EXPECT_EQ(admit(invite, "192.0.2.10").reason, Reason::none);
  add_signatures({"score 60", "drop"});
  EXPECT_EQ(admit(invite, "192.0.2.11").reason, Reason::signature);
}

TEST_F(SipGateTest, DropsDeniedSourcesBeforeAnythingElse) {
  EXPECT_EQ(admit(options, "192.0.2.66").reason, Reason::source_denied);
}

TEST_F(SipGateTest, LetsWhoWasATrunksInForItsCallsAtTheirRate) {
  model->realms[0].trust = config::Trust::denied;
  const std::vector<policy::RealmAddress> former{{RealmId(0), *IpAddress::parse("192.0.2.9")}};
  policy.access = policy::AccessTable(*model, {}, {}, former);
  std::string inside(options);
  inside.insert(inside.find("\r\nCall-ID"), ";tag=2");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(admit(inside).reason, Reason::none);
    EXPECT_EQ(admit(inside).trust, config::Trust::denied) << "for whoever knows the calls";
  }
  EXPECT_EQ(admit(inside, "192.0.2.10").reason, Reason::source_unknown);
  EXPECT_EQ(admit(options).reason, Reason::source_unknown) << "it begins nothing";
  model->realms[0].trust = config::Trust::unknown;
  policy.access = policy::AccessTable(*model, {}, {}, former);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(admit(options).reason, Reason::none);
  EXPECT_EQ(admit(options).reason, Reason::source_rate) << "as any stranger";
  EXPECT_EQ(admit(inside).reason, Reason::none);
}

TEST_F(SipGateTest, HoldsASourceToItsRate) {
  EXPECT_EQ(admit(options).reason, Reason::none);
  EXPECT_EQ(admit(options).reason, Reason::none);
  EXPECT_EQ(admit(options).reason, Reason::source_rate);
  EXPECT_EQ(admit(options, "192.0.2.10").reason, Reason::none);
}

TEST_F(SipGateTest, TellsKeepAlivesAndJunkFromSip) {
  EXPECT_EQ(admit("\r\n\r\n").reason, Reason::keepalive);
  EXPECT_EQ(admit("").reason, Reason::keepalive);
  EXPECT_EQ(admit(std::string(20, '\0'), "192.0.2.11").reason,
            Reason::keepalive);  // STUN binding request's first byte
  EXPECT_EQ(admit("GET / HTTP/1.1\r\n\r\n", "192.0.2.12").reason, Reason::not_sip);
}

TEST_F(SipGateTest, ADropEndsThere) {
  add_signatures({"drop"});
  Admission dropped = admit(options);
  EXPECT_EQ(dropped.reason, Reason::signature);
  EXPECT_EQ(dropped.owner, WorkerId::none);
  ASSERT_NE(dropped.signature, nullptr);
  EXPECT_EQ(dropped.signature->id, 1u);
}

TEST_F(SipGateTest, WhatTheHeadsReaderUndoesHidesNothing) {
  policy::SignatureFile file =
      policy::load_signature_text("signatures:\n- {id: 1, message: m, pattern: two words}\n", "test");
  policy.signatures = std::move(file.set);
  ASSERT_TRUE(policy.signatures.fit(inspector.scratch));
  inspector.hits = std::vector<lane::Counter>(1);
  const std::string before = "OPTIONS sip:203.0.113.1 SIP/2.0\r\nCall-ID: 1\r\nTo: ", behind = "\r\n\r\n";
  EXPECT_EQ(admit(before + "<sip:two%20words@b>" + behind, "192.0.2.20").reason, Reason::signature);
  EXPECT_EQ(admit(before + "two\r\n words" + behind, "192.0.2.21").reason, Reason::signature);
  EXPECT_EQ(admit(before + "\"t\\wo words\" <sip:b>" + behind, "192.0.2.22").reason, Reason::signature);
  EXPECT_EQ(admit(before + "<sip:b>" + behind, "192.0.2.23").reason, Reason::none);
}

TEST_F(SipGateTest, ARejectBringsItsStatusToTheOwner) {
  add_signatures({"reject 488"});
  Admission rejected = admit(options);
  EXPECT_EQ(rejected.reason, Reason::signature_reject);
  EXPECT_EQ(rejected.status, 488);
  EXPECT_EQ(rejected.owner, steering.owner_of("one@example"));
}

TEST_F(SipGateTest, ALogOnlyIsTold) {
  add_signatures({"log"});
  Admission logged = admit(options);
  EXPECT_EQ(logged.reason, Reason::none);
  EXPECT_EQ(logged.owner, steering.owner_of("one@example"));
  ASSERT_NE(logged.signature, nullptr);
  EXPECT_EQ(logged.signature->id, 1u);
}

TEST_F(SipGateTest, ScoresAddUpToADrop) {
  add_signatures({"score 49"});
  Admission passed = admit(options);
  EXPECT_EQ(passed.reason, Reason::none);
  EXPECT_EQ(passed.score, 49u);
  add_signatures({"score 49", "score 1"});
  Admission dropped = admit(options);
  EXPECT_EQ(dropped.reason, Reason::signature_score);
  EXPECT_EQ(dropped.score, 50u);
  EXPECT_EQ(dropped.owner, WorkerId::none);
}

TEST_F(SipGateTest, EveryMatchIsCountedWhateverItsAction) {
  add_signatures({"log", "score 5", "reject 403", "drop"});
  admit(options, "192.0.2.31");
  admit(options, "192.0.2.32");
  admit("OPTIONS sip:x SIP/2.0\r\n\r\n", "192.0.2.33");
  for (const lane::Counter& hits : inspector.hits) EXPECT_EQ(hits.value(), 2u);
}

}  // namespace
}  // namespace sbc::edge
