// A call written to bytes and read back, in another engine with another clock and other keys.
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

class SavedCallTest : public EngineTest {
 protected:
  std::vector<uint8_t> save() {
    uint64_t id = 0;
    engine_->visit_calls(media_, [&](const CallRecord& record) {
      id = record.id;
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
  EXPECT_EQ(save().size(), 0u) << "its ACK has not come";
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

TEST_F(SavedCallTest, NothingIsSavedWhileSomethingIsUnderWay) {
  EXPECT_EQ(from_caller(invite()), Reason::none);
  EXPECT_TRUE(save().empty()) << "calling";
  EXPECT_EQ(from_callee(response(invite_, 180)), Reason::none);
  EXPECT_TRUE(save().empty()) << "ringing";
  EXPECT_EQ(from_callee(response(invite_, 200, answer_sdp)), Reason::none);
  EXPECT_TRUE(save().empty()) << "not acknowledged";
  EXPECT_EQ(from_caller(ack()), Reason::none);
  EXPECT_FALSE(save().empty());
  std::string info = in_dialog("INFO", 2);
  info.replace(info.find("Content-Length: 0\r\n\r\n"), std::string::npos,
               "Content-Type: application/dtmf-relay\r\nContent-Length: 10\r\n\r\nSignal=5\r\n");
  EXPECT_EQ(from_caller(info), Reason::none);
  EXPECT_TRUE(save().empty()) << "an INFO waits for its answer";
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
  establish();
  std::vector<uint8_t> bytes = save();
  restart();
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(load(std::span(bytes).first(size)), Reason::state_bad) << size;
  std::vector<uint8_t> longer = bytes;
  longer.push_back(0);
  EXPECT_EQ(load(longer), Reason::state_bad);
  longer = bytes;
  ++longer[0];
  EXPECT_EQ(load(longer), Reason::state_bad) << "another version";
  EXPECT_EQ(engine_->usage().legs, 0u);
  EXPECT_TRUE(relays_.empty());
}

TEST_F(SavedCallTest, ChangedBytesMakeACallThatEndsOrNone) {
  establish();
  const std::vector<uint8_t> bytes = save();
  Random random = Random::from_seed(11);
  for (int round = 0; round < 3000; ++round) {
    std::vector<uint8_t> changed = bytes;
    for (uint64_t changes = 1 + random.below(3); changes > 0; --changes)
      changed[size_t(random.below(changed.size()))] = uint8_t(random.next());
    if (round % 100 == 0) restart();
    if (load(changed) != Reason::none) continue;
    engine_->hang_up_all(surroundings());
    carry_out();
    sent_.clear();
  }
  pass(150s);
}

}  // namespace
}  // namespace sbc::call
