// Calls whose route somebody else has to say: parked, resumed, refused, forgotten; and the engine's bounds.
#include "tests/allocation/trap/trap.h"
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

/// Asks about every number; the answer 0 refuses, 1 routes, 2 asks again.
class Asker final : public Decider {
 public:
  Decision decide(const Inquiry& inquiry, const policy::Compiled&) const override {
    return Need{Text<128>(inquiry.number)};
  }
  Decision resume(const Inquiry& inquiry, uint64_t answer, const policy::Compiled& policy) const override {
    if (answer == 0) return Refused{Reason::no_rule};
    if (answer == 2) return Need{Text<128>("once more")};
    return routes_.decide(inquiry, policy);
  }

 private:
  RouteDecider routes_;
};

class ParkingTest : public EngineTest {
 protected:
  void SetUp() override { start(&asker_); }
  void park() {
    EXPECT_EQ(from_caller(invite()), Reason::none);
    ASSERT_EQ(sent_.size(), 1u);
    EXPECT_EQ(sent_[0].first_line(), "SIP/2.0 100 Trying");
    ASSERT_EQ(asks_.size(), 1u);
    EXPECT_EQ(asks_[0].what.view(), "100");
  }
  void answer_question(uint64_t value) {
    sent_.clear();
    engine_->on_answer(surroundings(), asks_.back().question, value);
    carry_out();
  }
  Asker asker_;
};

TEST_F(ParkingTest, ParkedCallGoesOnWithTheAnswer) {
  park();
  answer_question(1);
  EXPECT_EQ(last_to(core_realm).first_line(), "INVITE sip:100@10.2.0.201 SIP/2.0");
  from_callee(response(invite_, 486));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 486 Busy Here");
}

TEST_F(ParkingTest, AnswerMayRefuseOrAskAgain) {
  park();
  answer_question(2);
  ASSERT_EQ(asks_.size(), 2u);
  EXPECT_EQ(asks_[1].what.view(), "once more");
  sent_.clear();
  engine_->on_answer(surroundings(), asks_[0].question, 0);
  carry_out();
  EXPECT_TRUE(sent_.empty()) << "that was asked before";
  answer_question(0);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 404 Not Found");
  EXPECT_EQ(cdrs_.at(0).reason, Reason::no_rule);
}

TEST_F(ParkingTest, AnswerThatDoesNotComeEndsTheCall) {
  park();
  pass(2s);
  EXPECT_EQ(all_to(access_realm).at(1).first_line(), "SIP/2.0 500 Server Internal Error");
  EXPECT_EQ(cdrs_.at(0).reason, Reason::decision_timeout);
  answer_question(1);
  EXPECT_TRUE(sent_.empty()) << "too late";
}

TEST_F(ParkingTest, ParkedCallMayBeCancelled) {
  park();
  from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 487 Request Terminated");
  answer_question(1);
  EXPECT_TRUE(sent_.empty());
}

TEST_F(ParkingTest, AnswersTwiceOrToNobodyAreIgnored) {
  park();
  engine_->on_answer(surroundings(), asks_[0].question + 1, 1);
  engine_->on_answer(surroundings(), 0, 1);
  answer_question(1);
  answer_question(1);
  EXPECT_TRUE(sent_.empty());
  EXPECT_EQ(engine_->live_calls(), 1u);
}

class BoundsTest : public EngineTest {
 protected:
  std::string numbered(int i) {
    std::string text = invite();
    std::string digits = std::to_string(1000 + i);
    text.replace(text.find("caller-call-id"), 14, "caller-call-" + digits);
    text.replace(text.find("z9hG4bKinvite"), 13, "z9hG4bKin" + digits);
    return text;
  }
};

TEST_F(BoundsTest, MoreCallsThanTheOutboxTakesAreHungUpInSteps) {
  model_->limits.calls_max = 100;
  start();
  out_ = Outbox(Outbox::step_effects + 20, Outbox::step_bytes + 4096);
  for (int i = 0; i < 60; ++i) ASSERT_EQ(from_caller(numbered(i)), Reason::none);
  sent_.clear();
  engine_->hang_up_all(surroundings());
  carry_out();
  EXPECT_GT(engine_->live_calls(), 0u);
  EXPECT_LT(engine_->live_calls(), 60u);
  pass(1s);
  EXPECT_EQ(engine_->live_calls(), 0u);
  EXPECT_EQ(cdrs_.size(), 60u);
}

TEST_F(BoundsTest, FullOutboxTakesNothing) {
  out_ = Outbox(1, 1);
  while (!out_.full()) out_.push(WriteLog{});
  std::string text = numbered(0);
  sip::Message message;
  ASSERT_EQ(message.parse(text), Reason::none);
  Transport from{TransportKind::udp, access_realm, model_->realms[0].listeners[0], caller_, 0, 0};
  EXPECT_EQ(engine_->on_message(surroundings(), from, message, config::Trust::trusted), Reason::tx_full);
  EXPECT_EQ(engine_->live_calls(), 0u);
  out_.clear();
}

TEST_F(BoundsTest, MediaPortsRunOutWithA503) {
  model_->realms[1].media.last_port = 20003;  // two pairs
  start();
  for (int i = 0; i < 3; ++i) from_caller(numbered(i));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 503 Service Unavailable");
  EXPECT_EQ(cdrs_.at(0).reason, Reason::pool_empty);
  EXPECT_EQ(engine_->live_calls(), 2u);
}

TEST_F(BoundsTest, TransactionsRunOutBeforeCallsUnderWayAreHurt) {
  model_->limits.transactions_max = 16;
  start();
  int taken = 0;
  Reason reason = Reason::none;
  for (; reason == Reason::none; ++taken) reason = from_caller(numbered(taken));
  EXPECT_EQ(reason, Reason::transactions_full);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 503 Service Unavailable");
  uint32_t before = engine_->usage().server_transactions;
  EXPECT_EQ(from_caller(numbered(taken)), Reason::transactions_full);
  EXPECT_EQ(engine_->usage().server_transactions, before) << "its refusal takes none";
  EXPECT_GT(taken, 4);
  EXPECT_GE(engine_->usage().client_transactions + 3, uint32_t(taken));
  EXPECT_LT(engine_->usage().client_transactions, 16u) << "some are left for BYE and CANCEL";
}

class StrangerInsideTest : public BoundsTest {
 protected:
  /// A call of a caller that is trusted, or is not, with room for few transactions.
  void establish_for(config::Trust trust) {
    trust_ = trust;
    model_->limits.transactions_max = room;
    model_->realms[0].trust = trust;
    start();
    policy_.access = policy::AccessTable(*model_, {});
    establish();
  }
  Reason say(const std::string& method, const std::string& body = "") {
    const std::string branch = "z9hG4bKsaid" + std::to_string(++cseq_);
    said_ = caller_request(method, branch, cseq_, caller_tag(), body);
    return say_again();
  }
  Reason say_again() { return receive(access_realm, caller_, said_, trust_); }
  uint32_t kept() const { return engine_->usage().server_transactions; }
  void fill() {
    for (uint32_t i = 0; i < 2 * room; ++i) ASSERT_EQ(say("UPDATE"), Reason::none);
  }
  static constexpr uint32_t room = 64;

 private:
  config::Trust trust_ = config::Trust::trusted;
  uint32_t cseq_ = 1;
  std::string said_;
};

TEST_F(StrangerInsideTest, FillsHalfOfTheTransactionsAndNewCallsFindTheRest) {
  establish_for(config::Trust::unknown);
  fill();
  EXPECT_EQ(kept(), room / 2);
  EXPECT_EQ(from_caller(numbered(1)), Reason::none);
  EXPECT_EQ(engine_->live_calls(), 2u);
}

TEST_F(StrangerInsideTest, IsAnsweredWithoutStateThenAndAgainWhereItAsksAgain) {
  establish_for(config::Trust::unknown);
  fill();
  for (const char* method : {"UPDATE", "OPTIONS"}) {
    EXPECT_EQ(say(method), Reason::none);
    const Sent first = last_to(access_realm);
    EXPECT_EQ(first.first_line(), "SIP/2.0 200 OK");
    EXPECT_EQ(say_again(), Reason::none);
    EXPECT_EQ(last_to(access_realm).bytes, first.bytes);
  }
  EXPECT_EQ(say("PRACK"), Reason::no_transaction);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 481 Call/Transaction Does Not Exist");
  EXPECT_EQ(kept(), room / 2);
}

TEST_F(StrangerInsideTest, IsPutOffThenWithWhatTheOtherSideWouldHaveToAnswer) {
  establish_for(config::Trust::unknown);
  fill();
  for (const char* method : {"INVITE", "UPDATE", "INFO", "REFER", "NOTIFY"}) {
    EXPECT_EQ(say(method, offer_sdp), Reason::transactions_full) << method;
    ASSERT_EQ(sent_.size(), 1u) << method;
    EXPECT_EQ(sent_[0].first_line(), "SIP/2.0 500 Server Internal Error");
    EXPECT_EQ(sent_[0].header(sip::Header::retry_after), "1");
  }
  EXPECT_EQ(kept(), room / 2);
  pass(32s);
  EXPECT_EQ(say("INVITE", offer_sdp), Reason::none);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("INVITE "));
}

TEST_F(StrangerInsideTest, MayAlwaysHangUp) {
  establish_for(config::Trust::unknown);
  fill();
  EXPECT_EQ(say("BYE"), Reason::none);
  EXPECT_EQ(all_to(access_realm).at(0).first_line(), "SIP/2.0 200 OK");
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("BYE "));
}

TEST_F(StrangerInsideTest, LeavesNothingBehindWithOptions) {
  establish_for(config::Trust::unknown);
  const uint32_t before = kept();
  EXPECT_EQ(say("OPTIONS"), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(kept(), before);
}

TEST_F(StrangerInsideTest, TrustedPeersKeepAllThatTheySay) {
  establish_for(config::Trust::trusted);
  fill();
  EXPECT_GT(kept(), room / 2);
}

TEST_F(BoundsTest, WorkingAllocatesNothing) {
  establish();
  std::vector<std::string> texts{numbered(1), caller_request("OPTIONS", "z9hG4bKopt", 2, caller_tag()),
                                 caller_request("INVITE", "z9hG4bKre", 3, caller_tag(), offer_sdp),
                                 caller_request("BYE", "z9hG4bKbye", 4, caller_tag())};
  std::vector<sip::Message> messages(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(messages[i].parse(texts[i]), Reason::none);
  Transport from{TransportKind::udp, access_realm, model_->realms[0].listeners[0], caller_, 0, 0};
  {
    AllocationTrap trap;
    for (const sip::Message& message : messages) {
      engine_->on_message(surroundings(), from, message, config::Trust::trusted);
    }
    now_ = now_ + 5s;
    engine_->on_time(surroundings());
  }
  carry_out();
}

// RFC 3261 8.2.7
TEST_F(BoundsTest, StatelessResponseIsTheSameEachTime) {
  std::string text = numbered(0);
  sip::Message message;
  ASSERT_EQ(message.parse(text), Reason::none);
  Transport from{TransportKind::udp, access_realm, model_->realms[0].listeners[0], caller_, 0, 0};
  char first[2048];
  char again[2048];
  size_t size = write_stateless_response(first, message, from, 503, "", 3500ms);
  ASSERT_GT(size, 0u);
  ASSERT_EQ(write_stateless_response(again, message, from, 503, "", 3500ms), size);
  EXPECT_EQ(std::string_view(first, size), std::string_view(again, size));
  sip::Message response;
  ASSERT_EQ(response.parse({first, size}), Reason::none);
  EXPECT_EQ(response.value(sip::Header::retry_after), "4");
  EXPECT_EQ(response.call_id(), message.call_id());
  char little[64];
  EXPECT_EQ(write_stateless_response(little, message, from, 503, "", 0s), 0u);
}

/// Of a request with as little as can be, whose Via grows most: neither above the bound nor far below it.
TEST_F(BoundsTest, NoStatelessResponseIsLongerThanItsBound) {
  const Endpoint far{*IpAddress::parse("2001:db8:1111:2222:3333:4444:5555:6666"), 65535};
  const Transport from{TransportKind::udp, access_realm, model_->realms[0].listeners[0], far, 0, 0};
  for (std::string method : {"INVITE", "INFO", "NOTIFY"}) {
    for (size_t vias : {size_t(0), sip::Message::vias_max - 2}) {
      std::string text = method + " sip:b SIP/2.0\r\nv:SIP/2.0/UDP a;rport,SIP/2.0/UDP b\r\n";
      for (size_t i = 0; i < vias; ++i) text += "v:SIP/2.0/UDP b\r\n";
      text += "f:<sip:a>;tag=1\r\nt:<sip:b>\r\ni:1\r\nCSeq:1 " + method + "\r\n\r\n";
      sip::Message message;
      ASSERT_EQ(message.parse(text), Reason::none);
      size_t longest = 0;
      for (int status = 400; status < 700; ++status) {
        char room[8192];
        const size_t size = write_stateless_response(room, message, from, status, "", 24h * 365);
        ASSERT_GT(size, 0u);
        longest = std::max(longest, size);
      }
      EXPECT_LE(longest, stateless_response_bound(message)) << method << ' ' << vias;
      EXPECT_GT(longest + 350 + 5 * vias, stateless_response_bound(message)) << method << ' ' << vias;
    }
  }
}

}  // namespace
}  // namespace sbc::call
