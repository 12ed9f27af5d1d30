// A call written to bytes and read back, in another engine with another clock and other keys.
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

class SavedCallTest : public EngineTest {
 protected:
  std::vector<uint8_t> save() {
    uint64_t id = 0;
    engine_->visit_ids([&](uint64_t each) {
      id = each;
      return false;
    });
    std::vector<uint8_t> bytes(8192);
    bytes.resize(engine_->save_call(surroundings(), id, bytes));
    return bytes;
  }
  /// The process ends; another one begins, somewhen else.
  void restart() {
    relays_.clear();
    cdrs_.clear();
    sent_.clear();
    now_ = now_ + 1000h;
    start();
  }
  Reason load(std::span<const uint8_t> bytes) {
    Reason reason = engine_->load_call(surroundings(), bytes);
    carry_out();
    return reason;
  }
  /// A call that is over, with what is left to do for it.
  void expect_rest_elsewhere() {
    std::vector<uint8_t> bytes = save();
    ASSERT_FALSE(bytes.empty());
    restart();
    ASSERT_EQ(load(bytes), Reason::none);
    EXPECT_EQ(save(), bytes);
    EXPECT_EQ(engine_->live_calls(), 0u);
    EXPECT_EQ(usage_->calls.value(), 0u);
  }
  /// Bytes that are refused change nothing.
  void expect_refused(std::span<const uint8_t> bytes, Reason why) {
    const EngineUsage before = engine_->usage();
    EXPECT_EQ(load(bytes), why);
    const EngineUsage after = engine_->usage();
    EXPECT_EQ(after.calls, before.calls);
    EXPECT_EQ(after.legs, before.legs);
    EXPECT_EQ(after.dialogs, before.dialogs);
    EXPECT_EQ(after.server_transactions, before.server_transactions);
    EXPECT_EQ(after.client_transactions, before.client_transactions);
    EXPECT_EQ(after.timers, before.timers);
    EXPECT_EQ(after.leased_ports, before.leased_ports);
    EXPECT_EQ(after.resting_ports, before.resting_ports);
    EXPECT_EQ(after.message_bytes, before.message_bytes);
    EXPECT_EQ(usage_->calls.value(), before.calls);
    EXPECT_TRUE(sent_.empty());
  }
  /// Over there it is the same call, and says so.
  void expect_same_elsewhere() {
    std::vector<uint8_t> bytes = save();
    ASSERT_FALSE(bytes.empty());
    auto relays = relays_;
    EngineUsage before = engine_->usage();
    restart();
    ASSERT_EQ(load(bytes), Reason::none);
    EXPECT_EQ(save(), bytes);
    ASSERT_EQ(relays_.size(), relays.size());
    for (const auto& [port, relay] : relays) {
      const media::Relay& again = relays_[port];
      for (unsigned side = 0; side < 2; ++side) {
        EXPECT_EQ(again.sides[side].local, relay.sides[side].local);
        EXPECT_EQ(again.sides[side].remote, relay.sides[side].remote);
        EXPECT_EQ(again.sides[side].payload_types, relay.sides[side].payload_types);
        EXPECT_EQ(again.sides[side].signalling, relay.sides[side].signalling);
      }
    }
    EngineUsage usage = engine_->usage();
    EXPECT_EQ(usage.dialogs, 2u);
    EXPECT_EQ(usage.leased_ports, before.leased_ports);
    EXPECT_EQ(usage_->calls.value(), 1u);
    EXPECT_EQ(usage_->trunks[0].calls.value(), 1u);
  }
  std::string in_dialog(const std::string& method, uint32_t cseq, const std::string& body = "") {
    return caller_request(method, "z9hG4bK" + method + std::to_string(cseq), cseq, caller_tag(), body);
  }
};

TEST_F(SavedCallTest, ReportsOnItsRefersStillCross) {
  model_->realms[0].transfer = config::TransferRule::everybody;
  start();
  establish();
  std::string refer = in_dialog("REFER", 2);
  refer.insert(refer.find("Content-Length"), "Refer-To: <sip:200@x>\r\n");
  EXPECT_EQ(from_caller(refer), Reason::none);
  from_callee(response(last_to(core_realm), 202));
  expect_same_elsewhere();
  std::string notify = callee_request("NOTIFY", 1, "SIP/2.0 180 Ringing");
  notify.replace(notify.find("application/sdp"), 15, "message/sipfrag");
  notify.insert(notify.find("Content-Length"), "Event: refer\r\nSubscription-State: active\r\n");
  EXPECT_EQ(from_callee(notify), Reason::none);
  EXPECT_EQ(last_to(access_realm).header(sip::Header::event), "refer;id=2");
}

TEST_F(SavedCallTest, ItsRefersAreStillCarriedOut) {
  model_->realms[0].transfer = config::TransferRule::everybody;
  model_->realms[1].refer = config::ReferRule::carry_out;
  start();
  establish();
  expect_same_elsewhere();
  std::string refer = in_dialog("REFER", 2);
  refer.insert(refer.find("Content-Length"), "Refer-To: <sip:155@x>\r\n");
  EXPECT_EQ(from_caller(refer), Reason::none);
  const Sent ours = last_to(core_realm);
  EXPECT_TRUE(ours.first_line().starts_with("INVITE sip:155@")) << ours.bytes;
  EXPECT_TRUE(ours.header(sip::Header::from).starts_with("<sip:100@10.2.0.1>")) << ours.bytes;
  EXPECT_FALSE(ours.body().empty());
}

TEST_F(SavedCallTest, GoesOnElsewhereUntilTheCallerHangsUp) {
  establish();
  pass(10s);
  expect_same_elsewhere();
  pass(5s);
  EXPECT_EQ(from_caller(in_dialog("BYE", 2)), Reason::none);
  Sent bye = last_to(core_realm);
  EXPECT_TRUE(bye.first_line().starts_with("BYE sip:bob@10.2.0.201:5060 ")) << bye.bytes;
  EXPECT_EQ(bye.parse().call_id(), invite_.parse().call_id());
  EXPECT_EQ(bye.parse().from().tag(), invite_.parse().from().tag());
  EXPECT_EQ(bye.parse().to().tag(), "callee-tag");
  EXPECT_EQ(bye.parse().cseq().number, invite_.parse().cseq().number + 1);
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].ended - cdrs_[0].answered, 15s);
  EXPECT_EQ(cdrs_[0].from_number.view(), "555");
  EXPECT_EQ(cdrs_[0].to_number.view(), "100");
  EXPECT_EQ(cdrs_[0].route.view(), "hundreds");
  EXPECT_EQ(cdrs_[0].caller.call_id.view(), "caller-call-id");
  EXPECT_EQ(cdrs_[0].callee.peer, callee_);
  EXPECT_EQ(cdrs_[0].status, 200);
}

TEST_F(SavedCallTest, GoesOnElsewhereWithNewOffers) {
  establish();
  expect_same_elsewhere();
  std::string held = offer_sdp + "a=sendonly\r\n";
  EXPECT_EQ(from_caller(in_dialog("INVITE", 2, held)), Reason::none);
  EXPECT_EQ(from_callee(response(invite_, 200, answer_sdp + "a=recvonly\r\n")), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  expect_same_elsewhere();
  pass(500ms);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK") << "its ACK has not come";
  EXPECT_EQ(from_caller(in_dialog("ACK", 2)), Reason::none);
  expect_same_elsewhere();
}

TEST_F(SavedCallTest, OfferThatRingsElsewhereIsGivenItsTime) {
  establish();
  expect_same_elsewhere();
  EXPECT_EQ(from_caller(in_dialog("INVITE", 2, offer_sdp)), Reason::none);
  from_callee(response(invite_, 100));
  pass(5s);
  EXPECT_EQ(from_callee(response(invite_, 200, answer_sdp)), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(from_caller(in_dialog("ACK", 2)), Reason::none);
}

TEST_F(SavedCallTest, ItsDeadlinesGoOnElsewhere) {
  model_->timers.call_max = 60s;
  start();
  establish();
  pass(40s);
  expect_same_elsewhere();
  pass(19s);
  EXPECT_EQ(engine_->live_calls(), 1u);
  pass(2s);
  EXPECT_EQ(engine_->live_calls(), 0u);
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].reason, Reason::call_too_long);
}

TEST_F(SavedCallTest, SessionTimerGoesOnElsewhere) {
  std::string timer = "Supported: timer\r\nSession-Expires: 100;refresher=uac\r\nMin-SE: 90\r\n";
  EXPECT_EQ(from_caller(invite(timer)), Reason::none);
  EXPECT_EQ(from_callee(response(invite_, 200, answer_sdp)), Reason::none);
  EXPECT_EQ(from_caller(ack()), Reason::none);
  pass(30s);
  expect_same_elsewhere();
  pass(100s);
  EXPECT_EQ(engine_->live_calls(), 0u);
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].reason, Reason::session_expired);
}

TEST_F(SavedCallTest, GoesOnElsewhereFromEachStateToTheNext) {
  EXPECT_EQ(from_caller(invite()), Reason::none);
  expect_same_elsewhere();
  pass(500ms);
  EXPECT_EQ(last_to(core_realm).bytes, invite_.bytes) << "timer A";
  EXPECT_EQ(from_callee(response(invite_, 180)), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 180 Ringing");
  expect_same_elsewhere();
  EXPECT_EQ(from_caller(invite()), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 180 Ringing") << "the INVITE once more";
  EXPECT_EQ(from_callee(response(invite_, 200, answer_sdp)), Reason::none);
  expect_same_elsewhere();
  pass(500ms);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK") << "its ACK has not come";
  EXPECT_EQ(from_callee(response(invite_, 200, answer_sdp)), Reason::none);
  EXPECT_TRUE(last_to(core_realm).first_line().starts_with("ACK ")) << "our ACK was lost";
  EXPECT_EQ(from_caller(ack()), Reason::none);
  expect_same_elsewhere();
  std::string info = in_dialog("INFO", 2);
  info.replace(info.find("Content-Length: 0\r\n\r\n"), std::string::npos,
               "Content-Type: application/dtmf-relay\r\nContent-Length: 10\r\n\r\nSignal=5\r\n");
  EXPECT_EQ(from_caller(info), Reason::none);
  Sent asked = last_to(core_realm);
  expect_same_elsewhere();
  EXPECT_EQ(from_callee(response(asked, 200)), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(from_caller(in_dialog("INVITE", 3, offer_sdp)), Reason::none);
  expect_same_elsewhere();
  EXPECT_EQ(from_callee(response(invite_, 200, answer_sdp)), Reason::none);
  EXPECT_EQ(from_caller(in_dialog("ACK", 3)), Reason::none);
  expect_same_elsewhere();
}

TEST_F(SavedCallTest, SaysGoodbyeElsewhere) {
  establish();
  EXPECT_EQ(from_caller(in_dialog("BYE", 2)), Reason::none);
  Sent bye = last_to(core_realm);
  expect_rest_elsewhere();
  pass(500ms);
  EXPECT_EQ(last_to(core_realm).bytes, bye.bytes) << "timer E";
  EXPECT_EQ(from_callee(response(bye, 200)), Reason::none);
  EXPECT_EQ(engine_->usage().legs, 0u);
}

TEST_F(SavedCallTest, IsCancelledElsewhere) {
  ring();
  EXPECT_EQ(from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1)), Reason::none);
  Sent cancel = last_to(core_realm);
  EXPECT_TRUE(cancel.first_line().starts_with("CANCEL "));
  expect_rest_elsewhere();
  pass(500ms);
  EXPECT_EQ(last_to(core_realm).bytes, cancel.bytes) << "timer E";
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 487 Request Terminated") << "timer G";
  EXPECT_EQ(from_callee(response(cancel, 200)), Reason::none);
  EXPECT_EQ(from_callee(response(invite_, 487)), Reason::none);
  EXPECT_TRUE(last_to(core_realm).first_line().starts_with("ACK "));
}

TEST_F(SavedCallTest, ACalleeThatAnswersAfterItsCancelIsDismissedElsewhere) {
  ring();
  EXPECT_EQ(from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1)), Reason::none);
  expect_rest_elsewhere();
  EXPECT_EQ(from_callee(response(invite_, 200, answer_sdp)), Reason::none);
  std::vector<Sent> said = all_to(core_realm);
  ASSERT_EQ(said.size(), 2u);
  EXPECT_TRUE(said[0].first_line().starts_with("ACK "));
  EXPECT_TRUE(said[1].first_line().starts_with("BYE "));
  expect_rest_elsewhere();
  pass(500ms);
  EXPECT_EQ(last_to(core_realm).bytes, said[1].bytes);
}

TEST_F(SavedCallTest, IsRefusedWholeWhereOneOfItsPartsHasNoRoom) {
  ring();
  std::vector<uint8_t> bytes = save();
  restart();
  sizes_.client_transactions = 0;
  engine_ = std::make_unique<Engine>(WorkerId(0), *steering_, Random::from_seed(7), *model_, sizes_, now_);
  expect_refused(bytes, Reason::pool_empty);
  model_->realms[1].media.first_port = 30000;
  model_->realms[1].media.last_port = 30100;
  restart();
  expect_refused(bytes, Reason::state_bad);
}

// benchmarks.md, call_bytes: Call-IDs of up to 64 bytes and two routes
TEST_F(SavedCallTest, TakesAtMostOneAndAHalfKilobyte) {
  std::string call_id(64, 'c');
  std::string first =
      invite("Record-Route: <sip:edge-proxy-1.access.example;lr>, <sip:edge-proxy-2.access.example;lr>\r\n");
  first.replace(first.find("caller-call-id"), 14, call_id);
  EXPECT_EQ(from_caller(first), Reason::none);
  std::string routes =
      "Record-Route: <sip:core-proxy-1.carrier.example;lr>, <sip:core-proxy-2.carrier.example;lr>\r\n";
  EXPECT_EQ(from_callee(response(invite_, 200, answer_sdp, routes)), Reason::none);
  std::string acknowledged = ack();
  acknowledged.replace(acknowledged.find("caller-call-id"), 14, call_id);
  EXPECT_EQ(from_caller(acknowledged), Reason::none);
  EXPECT_LE(save().size(), 1536u);
  EXPECT_GT(save().size(), 400u);
  RecordProperty("bytes", int(save().size()));
  expect_same_elsewhere();
}

TEST_F(SavedCallTest, IsLoadedOnceOnly) {
  establish();
  std::vector<uint8_t> bytes = save();
  EXPECT_EQ(load(bytes), Reason::state_bad) << "its dialogs are here";
  restart();
  EXPECT_EQ(load(bytes), Reason::none);
  EXPECT_EQ(load(bytes), Reason::state_bad);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(SavedCallTest, StaysAwayWhereItsRealmOrPortsAreNot) {
  establish();
  std::vector<uint8_t> bytes = save();
  model_->realms[1].name = std::string("elsewhere");
  restart();
  EXPECT_EQ(load(bytes), Reason::state_bad);
  model_->realms[1].name = std::string("core");
  model_->realms[1].media.addresses = {*IpAddress::parse("10.2.0.2")};
  restart();
  EXPECT_EQ(load(bytes), Reason::state_bad);
  EXPECT_EQ(engine_->live_calls(), 0u);
}

TEST_F(SavedCallTest, StaysAwayWithoutRoom) {
  establish();
  std::vector<uint8_t> bytes = save();
  model_->limits.calls_max = 1;
  restart();
  ASSERT_EQ(load(bytes), Reason::none);
  EXPECT_EQ(load(bytes), Reason::pool_empty);
}

TEST_F(SavedCallTest, OnlyItsOwnerTakesIt) {
  model_->workers.count = 2;
  start();
  const WorkerId owner = steering_->owner_of("caller-call-id");
  const WorkerId other{uint8_t(1 - index_of(owner))};
  auto work_as = [&](WorkerId worker) {
    engine_ = std::make_unique<Engine>(worker, *steering_, Random::from_seed(7), *model_, sizes_, now_);
  };
  work_as(owner);
  establish();
  std::vector<uint8_t> bytes = save();
  restart();
  work_as(other);
  EXPECT_EQ(load(bytes), Reason::state_bad);
  EXPECT_EQ(engine_->usage().legs, 0u);
  restart();
  work_as(owner);
  EXPECT_EQ(load(bytes), Reason::none);
}

TEST_F(SavedCallTest, BytesOfAnythingElseAreRefused) {
  ring();
  std::vector<uint8_t> bytes = save();
  restart();
  for (size_t size = 0; size < bytes.size(); ++size)
    expect_refused(std::span(bytes).first(size), Reason::state_bad);
  std::vector<uint8_t> longer = bytes;
  longer.push_back(0);
  expect_refused(longer, Reason::state_bad);
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::vector<uint8_t> changed = bytes;
    changed[at] ^= uint8_t(1 << at % 8);
    expect_refused(changed, Reason::state_bad);
  }
  EXPECT_TRUE(relays_.empty());
  EXPECT_EQ(load(bytes), Reason::none);
}

TEST_F(SavedCallTest, WhoHasAnotherSecretRefusesThem) {
  establish();
  std::vector<uint8_t> bytes = save();
  restart();
  steering_ = std::make_unique<Steering>(HashKey{3, 5}, 1);
  engine_ = std::make_unique<Engine>(WorkerId(0), *steering_, Random::from_seed(7), *model_, sizes_, now_);
  expect_refused(bytes, Reason::state_bad);
}

}  // namespace
}  // namespace sbc::call
