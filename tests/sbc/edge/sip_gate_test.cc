#include "sbc/edge/sip_gate.h"

#include <gtest/gtest.h>

namespace sbc::edge {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view options =
    "OPTIONS sip:203.0.113.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\nFrom: "
    "<sip:a@b>;tag=1\r\n"
    "To: <sip:c@d>\r\nCall-ID: one@example\r\nCSeq: 1 OPTIONS\r\nUser-Agent: friendly-scanner\r\n\r\n";

struct SipGateTest : ::testing::Test {
  SipGateTest() {
    auto model = std::make_shared<config::Model>();
    model->realms.resize(1);
    model->realms[0].trust = config::Trust::unknown;
    model->limits.source_rate = {2, 1s, 2};
    model->access = {{RealmId(0), *Prefix::parse("192.0.2.66/32"), config::Trust::denied, {}}};
    policy.model = model;
    policy.access = policy::AccessTable(*model, {});
    usage = std::make_unique<policy::Usage>(model->limits, HashKey{1, 2});
    gate = std::make_unique<SipGate>(steering, *usage);
  }

  void add_signature(policy::Action action) {
    policy::Signature signature;
    signature.id = 7;
    signature.pattern = "friendly-scanner";
    signature.action = action;
    std::string error;
    int index = 0;
    std::vector<match::Literal> literals{{"friendly-scanner", true}};
    auto database = match::Database::compile(literals, error, index);
    ASSERT_TRUE(database) << error;
    scratch.fit(*database);
    policy.signatures = policy::SignatureSet({signature}, database);
  }

  Admission admit(std::string_view datagram, const char* source = "192.0.2.9") {
    return gate->admit(policy, scratch, Instant{1}, RealmId(0), *IpAddress::parse(source), datagram);
  }

  Steering steering{HashKey{3, 4}, 3};
  policy::Compiled policy;
  std::unique_ptr<policy::Usage> usage;
  match::Scratch scratch;
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

TEST_F(SipGateTest, DropsDeniedSourcesBeforeAnythingElse) {
  EXPECT_EQ(admit(options, "192.0.2.66").reason, Reason::source_denied);
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

TEST_F(SipGateTest, SignaturesDropRejectOrOnlyLog) {
  add_signature(policy::Action::drop);
  EXPECT_EQ(admit(options, "192.0.2.20").reason, Reason::signature);
  add_signature(policy::Action::reject);
  Admission rejected = admit(options, "192.0.2.21");
  EXPECT_EQ(rejected.reason, Reason::signature_reject);
  EXPECT_NE(rejected.owner, WorkerId::none);
  add_signature(policy::Action::log);
  Admission logged = admit(options, "192.0.2.22");
  EXPECT_EQ(logged.reason, Reason::none);
  ASSERT_NE(logged.signature, nullptr);
  EXPECT_EQ(logged.signature->id, 7u);
}

}  // namespace
}  // namespace sbc::edge
