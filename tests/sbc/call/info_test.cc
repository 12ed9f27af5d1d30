// INFO inside a call (RFC 6086): what the other side has to answer.
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

class InfoTest : public EngineTest {
 protected:
  static std::string typed(std::string request, const std::string& type) {
    size_t at = request.find("application/sdp");
    return at == request.npos ? request : request.replace(at, 15, type);
  }
  std::string info(uint32_t cseq, const std::string& type = "application/dtmf-relay",
                   const std::string& body = "Signal=5\r\nDuration=160\r\n") {
    return typed(caller_request("INFO", "z9hG4bKinfo" + std::to_string(cseq), cseq, caller_tag(), body),
                 type);
  }
  void establish_over_ethernet() {
    model_->ports = {config::Port{}};  // its MTU is 1500
    for (auto& realm : model_->realms) realm.port = PortId{0};
    start();
    establish();
  }
  static std::string with(std::string request, const std::string& header) {
    return request.insert(request.find("Content-Length"), header);
  }
};

TEST_F(InfoTest, DigitsCrossAndSoDoesTheirAnswer) {
  establish();
  EXPECT_EQ(from_caller(info(2)), Reason::none);
  EXPECT_TRUE(all_to(access_realm).empty()) << "the callee has the word";
  Sent ours = last_to(core_realm);
  EXPECT_EQ(ours.first_line(), "INFO sip:bob@10.2.0.201:5060 SIP/2.0");
  EXPECT_EQ(ours.parse().to().tag(), "callee-tag");
  EXPECT_EQ(ours.parse().cseq().number, 2u);
  EXPECT_EQ(ours.header(Header::max_forwards), "69");
  EXPECT_EQ(ours.header(Header::content_type), "application/dtmf-relay");
  EXPECT_EQ(ours.body(), "Signal=5\r\nDuration=160\r\n");
  from_callee(response(ours, 200));
  Sent answer = last_to(access_realm);
  EXPECT_EQ(answer.first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(answer.header(Header::cseq), "2 INFO");
  EXPECT_FALSE(answer.parse().has(Header::contact)) << "INFO moves no target";
  from_callee(response(ours, 200));
  EXPECT_TRUE(sent_.empty()) << "the same answer once more";
}

TEST_F(InfoTest, CalleeMaySendDigitsToo) {
  establish();
  EXPECT_EQ(from_callee(typed(callee_request("INFO", 1, "5"), "application/dtmf")), Reason::none);
  Sent ours = last_to(access_realm);
  EXPECT_EQ(ours.first_line(), "INFO sip:555@192.0.2.10:40000 SIP/2.0");
  EXPECT_EQ(ours.body(), "5");
  from_caller(response(ours, 200));
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 200 OK");
}

TEST_F(InfoTest, WithoutABodyItCrossesToo) {
  establish();
  EXPECT_EQ(from_caller(info(2, "", "")), Reason::none);
  EXPECT_FALSE(last_to(core_realm).parse().has(Header::content_type));
}

TEST_F(InfoTest, WhatCouldNameTheOtherSideDoesNotCross) {
  establish();
  EXPECT_EQ(from_caller(info(2, "text/plain", "call me at 10.1.2.3")), Reason::body_unsupported);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 415 Unsupported Media Type");
  EXPECT_EQ(last_to(access_realm).header(Header::accept),
            "application/dtmf-relay, application/dtmf, application/media_control+xml");
  EXPECT_TRUE(all_to(core_realm).empty());
}

// RFC 6086 4.2.2
TEST_F(InfoTest, PackageThatWasNeverAgreedOnIsRefused) {
  establish();
  EXPECT_EQ(from_caller(with(info(2), "Info-Package: conference\r\n")), Reason::info_package_unknown);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 469 Bad Info Package");
  EXPECT_TRUE(last_to(access_realm).parse().has(Header::recv_info));
}

TEST_F(InfoTest, FailureIsToldInWordsThatTheAskerCanUse) {
  establish();
  uint32_t cseq = 2;
  for (auto [theirs, ours] :
       {std::pair{415, 415}, {405, 501}, {501, 501}, {500, 500}, {401, 488}, {302, 488}}) {
    from_caller(info(cseq++));
    from_callee(response(last_to(core_realm), theirs));
    EXPECT_TRUE(last_to(access_realm).first_line().starts_with("SIP/2.0 " + std::to_string(ours))) << theirs;
  }
  EXPECT_EQ(engine_->live_calls(), 1u);
}

// RFC 3261 12.2.1.2
TEST_F(InfoTest, PeerThatForgotTheCallEndsIt) {
  establish();
  from_caller(info(2));
  from_callee(response(last_to(core_realm), 481));
  EXPECT_EQ(all_to(access_realm).at(0).first_line(), "SIP/2.0 481 Call/Transaction Does Not Exist");
  EXPECT_TRUE(all_to(access_realm).at(1).bytes.starts_with("BYE "));
  EXPECT_EQ(cdrs_.at(0).reason, Reason::dialog_gone);
}

// RFC 4320 4.1, 4.2
TEST_F(InfoTest, PeerThatNeverAnswersEndsNothing) {
  establish();
  std::string asked = info(2);
  from_caller(asked);
  sent_.clear();
  pass(4s);
  ASSERT_EQ(all_to(access_realm).size(), 1u);
  EXPECT_EQ(all_to(access_realm)[0].first_line(), "SIP/2.0 100 Trying");
  from_caller(asked);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 100 Trying")
      << "once more, for the request once more";
  sent_.clear();
  pass(40s);
  EXPECT_TRUE(all_to(access_realm).empty());
  EXPECT_EQ(engine_->live_calls(), 1u);
  pass(32s);
  EXPECT_EQ(engine_->usage().server_transactions, 0u);
}

TEST_F(InfoTest, OnlySoManyWaitAtATime) {
  establish();
  uint32_t cseq = 2;
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(from_caller(info(cseq++)), Reason::none);
  EXPECT_EQ(from_caller(info(cseq++)), Reason::dialog_busy);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 500 Server Internal Error");
  EXPECT_EQ(last_to(access_realm).header(Header::retry_after), "1");
  EXPECT_EQ(from_callee(typed(callee_request("INFO", 1, "5"), "application/dtmf")), Reason::none)
      << "the other direction has room of its own";
}

// RFC 3261 15.1.2
TEST_F(InfoTest, WhatIsPendingWhenTheCallEndsIsAnswered) {
  establish();
  from_caller(info(2));
  Sent ours = last_to(core_realm);
  from_caller(caller_request("BYE", "z9hG4bKbye", 3, caller_tag()));
  std::vector<Sent> told = all_to(access_realm);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[1].first_line(), "SIP/2.0 487 Request Terminated");
  EXPECT_EQ(told[1].header(Header::cseq), "2 INFO");
  from_callee(response(ours, 200));
  EXPECT_TRUE(sent_.empty());
}

TEST_F(InfoTest, EarlyDialogsTakeThemOnceBothSidesKnowThem) {
  ring();
  EXPECT_EQ(from_caller(info(2)), Reason::none);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("INFO "));
  // The callee refuses: the early dialogs are over, and so is what waits in them.
  from_callee(response(invite_, 486));
  EXPECT_EQ(all_to(access_realm).at(0).header(Header::cseq), "2 INFO");
  EXPECT_EQ(all_to(access_realm).at(0).first_line(), "SIP/2.0 487 Request Terminated");
}

TEST_F(InfoTest, NoDialogNoInfo) {
  from_caller(invite());
  EXPECT_EQ(from_caller(caller_request("INFO", "z9hG4bKi", 2, "nobody")), Reason::no_transaction);
  EXPECT_EQ(from_caller(caller_request("INFO", "z9hG4bKj", 3)), Reason::no_transaction);
  establish();
  std::string old = caller_request("INFO", "z9hG4bKk", 9, caller_tag());
  from_caller(caller_request("BYE", "z9hG4bKbye", 8, caller_tag()));
  EXPECT_EQ(from_caller(old), Reason::no_transaction);
  EXPECT_EQ(from_callee(callee_request("INFO", 1)), Reason::no_transaction) << "it is about to hear our BYE";
}

// RFC 3261 12.2.1.2: a 481 would end the asker's dialog, which lives
TEST_F(InfoTest, WhileAnotherPeerIsTriedTheAskerWaits) {
  ring();
  from_callee(response(invite_, 503));
  EXPECT_EQ(invite_.to.remote, second_);
  EXPECT_EQ(from_caller(info(2)), Reason::dialog_busy);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 500 Server Internal Error");
}

// RFC 4320 4.2
TEST_F(InfoTest, TimeoutOfAnElementBetweenIsNoAnswer) {
  establish();
  from_caller(info(2));
  from_callee(response(last_to(core_realm), 408));
  EXPECT_TRUE(sent_.empty());
  from_caller(info(2));
  EXPECT_TRUE(sent_.empty()) << "the same digit once more is no other digit";
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(InfoTest, OnePeersDigitsLeaveRoomForOthers) {
  establish();
  uint32_t cseq = 2, taken = 0;
  for (int i = 0; i < 300; ++i) {
    sent_.clear();
    if (from_caller(info(cseq++)) == Reason::none) {
      from_callee(response(last_to(core_realm), 200));
      ++taken;
    }
    pass(100ms);
  }
  EXPECT_EQ(taken, 32u + 29u);  // a burst, and one a second
  EXPECT_LT(engine_->usage().server_transactions, 70u) << "what is refused leaves nothing behind";
}

TEST_F(InfoTest, WhatCannotBeRefusedIsNotTaken) {
  establish_over_ethernet();
  std::string large = info(2, "", "");
  large.insert(large.find("Max-Forwards"),
               "Via: SIP/2.0/UDP a;branch=z9hG4bK" + std::string(1100, 'x') + "\r\n");
  EXPECT_EQ(from_caller(large), Reason::message_too_long);
  EXPECT_TRUE(all_to(core_realm).empty());
}

TEST_F(InfoTest, AnswerThatDoesNotFitBecomesOneThatDoes) {
  establish_over_ethernet();
  std::string asked = info(2, "", "");
  asked.insert(asked.find("Max-Forwards"),
               "Via: SIP/2.0/UDP a;branch=z9hG4bK" + std::string(700, 'x') + "\r\n");
  EXPECT_EQ(from_caller(asked), Reason::none);
  std::string much;
  for (int i = 0; i < 30; ++i) much += "Accept-Language: en\r\n";
  from_callee(response(last_to(core_realm), 200, "", much));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 502 Bad Gateway");
}

// RFC 3261 16.3
TEST_F(InfoTest, HopsRunOut) {
  establish();
  std::string last = info(2);
  last.replace(last.find("Max-Forwards: 70"), 16, "Max-Forwards: 0");
  EXPECT_EQ(from_caller(last), Reason::hops_exhausted);
}

}  // namespace
}  // namespace sbc::call
