// Early dialogs towards the caller: one for each callee that speaks (RFC 3261 12.1, 13.2.2.4).
#include <algorithm>

#include "sbc/transaction/client_transactions.h"
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

class ForksTest : public EngineTest {
 protected:
  /// What the caller is told of a response of that fork: its To tag; empty where it is told nothing.
  std::string told(int status, const std::string& fork, const std::string& body = "",
                   const std::string& more = "") {
    from_callee(response(invite_, status, body, more, fork));
    return all_to(access_realm).empty() ? "" : std::string(last_to(access_realm).parse().to().tag());
  }
  static std::string reliable(uint32_t rseq) {
    return "Require: 100rel\r\nRSeq: " + std::to_string(rseq) + "\r\n";
  }
  Reason prack(const Sent& provisional, uint32_t cseq) {
    std::string text = caller_request("PRACK", "z9hG4bKprack" + std::to_string(cseq), cseq,
                                      std::string(provisional.parse().to().tag()));
    text.insert(text.find("Contact:"), "RAck: " + provisional.header(Header::rseq) + " 1 INVITE\r\n");
    return from_caller(text);
  }
};

TEST_F(ForksTest, EachHasItsOwnTagAndTheFirstAnswerWins) {
  from_caller(invite());
  std::string one = told(180, "one");
  std::string two = told(183, "two", answer_sdp);
  EXPECT_NE(one, two);
  EXPECT_EQ(told(180, "one"), one) << "the same early dialog again";
  EXPECT_EQ(engine_->usage().dialogs, 3u);
  EXPECT_EQ(told(200, "one", answer_sdp), one);
  EXPECT_EQ(engine_->usage().dialogs, 2u);
  EXPECT_EQ(last_to(core_realm).parse().to().tag(), "one");
  from_caller(ack());
  EXPECT_EQ(from_caller(caller_request("OPTIONS", "z9hG4bKo", 2, two)), Reason::no_transaction)
      << "an early dialog that lost is over";
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKb", 3, one)), Reason::none);
}

TEST_F(ForksTest, OneThatHasNotRungMayAnswer) {
  from_caller(invite());
  std::string one = told(180, "one");
  std::string two = told(200, "two", answer_sdp);
  EXPECT_NE(one, two);
  from_caller(ack());
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKb", 2, two)), Reason::none);
}

// RFC 3262 3, 4: RSeq counts within a dialog
TEST_F(ForksTest, EachCountsItsReliableResponses) {
  from_caller(invite("Supported: 100rel\r\n"));
  told(183, "one", answer_sdp, reliable(1));
  Sent first = last_to(access_realm);
  EXPECT_EQ(prack(first, 2), Reason::none);
  told(183, "two", answer_sdp, reliable(1));
  Sent second = last_to(access_realm);
  EXPECT_NE(second.parse().to().tag(), first.parse().to().tag());
  EXPECT_EQ(prack(second, 3), Reason::none);
  told(183, "one", answer_sdp, reliable(2));
  Sent third = last_to(access_realm);
  EXPECT_EQ(third.parse().to().tag(), first.parse().to().tag());
  EXPECT_EQ(std::stoul(third.header(Header::rseq)), std::stoul(first.header(Header::rseq)) + 1);
  Sent swapped = third;
  std::string tag(first.parse().to().tag());
  swapped.bytes.replace(swapped.bytes.find(tag), tag.size(), second.parse().to().tag());
  EXPECT_EQ(prack(swapped, 4), Reason::no_transaction) << "another fork's dialog";
  EXPECT_EQ(prack(third, 5), Reason::none);
}

// RFC 3261 12.1.1, 12.2.2
TEST_F(ForksTest, EachCountsTheCallersRequests) {
  from_caller(invite("Supported: 100rel\r\n"));
  told(183, "one", answer_sdp, reliable(1));
  EXPECT_EQ(prack(last_to(access_realm), 2), Reason::none);
  told(183, "one", answer_sdp, reliable(2));
  EXPECT_EQ(prack(last_to(access_realm), 3), Reason::none);
  std::string two = told(183, "two", answer_sdp, reliable(1));
  std::string text = caller_request("PRACK", "z9hG4bKprackB", 2, two);
  text.insert(text.find("Contact:"), "RAck: " + last_to(access_realm).header(Header::rseq) + " 1 INVITE\r\n");
  EXPECT_EQ(from_caller(text), Reason::none) << "the second one of this dialog";
  told(200, "two", answer_sdp);
  from_caller(ack());
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKb", 3, two)), Reason::none);
}

TEST_F(ForksTest, CalleesCountFromAnywhere) {
  from_caller(invite());
  told(180, "one");
  std::string update = callee_request("UPDATE", 100);
  update.replace(update.find("callee-tag"), 10, "one");
  EXPECT_EQ(from_callee(update), Reason::none);
  told(200, "two", answer_sdp);
  from_caller(ack());
  std::string bye = callee_request("BYE", 1);
  bye.replace(bye.find("callee-tag"), 10, "two");
  EXPECT_EQ(from_callee(bye), Reason::none);
  EXPECT_EQ(engine_->live_calls(), 0u);
}

// RFC 5057 5.1: 481 would end a dialog that may yet be the call's
TEST_F(ForksTest, RequestOfOneThatIsNotCurrentIsPutOff) {
  from_caller(invite());
  told(180, "one");
  told(180, "two");
  auto of_one = [&](const std::string& method, uint32_t cseq) {
    std::string request = callee_request(method, cseq);
    return request.replace(request.find("callee-tag"), 10, "one");
  };
  EXPECT_EQ(from_callee(of_one("UPDATE", 100)), Reason::dialog_busy);
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 500 Server Internal Error");
  EXPECT_EQ(last_to(core_realm).header(Header::retry_after), "1");
  EXPECT_EQ(from_callee(of_one("BYE", 101)), Reason::dialog_foreign) << "RFC 3261 15: not before it answers";
  EXPECT_EQ(receive(core_realm, second_, of_one("UPDATE", 102)), Reason::dialog_foreign);
  EXPECT_EQ(from_callee(callee_request("UPDATE", 1)), Reason::dialog_foreign) << "a tag that nobody has";
  told(200, "two");
  EXPECT_EQ(from_callee(of_one("UPDATE", 100)), Reason::none) << "it comes again, and hears the same";
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 500 Server Internal Error");
}

/// It is not acknowledged any more, and nobody waits for that.
TEST_F(ForksTest, ProvisionalResponseOfOneThatTheCallerHasEndedHoldsNoOtherUp) {
  from_caller(invite("Supported: 100rel\r\n"));
  const std::string one = told(180, "one");
  const std::string two = told(183, "two", answer_sdp, reliable(1));
  ASSERT_NE(one, two);
  EXPECT_EQ(told(183, "one", answer_sdp, reliable(1)), "") << "it waits";
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKb", 2, two)), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 183 Session Progress");
  EXPECT_EQ(last_to(access_realm).parse().to().tag(), one);
  EXPECT_EQ(prack(last_to(access_realm), 3), Reason::none);
  EXPECT_EQ(told(200, "one", answer_sdp), one);
  from_caller(ack());
  pass(60s);
  EXPECT_EQ(engine_->live_calls(), 1u);
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKc", 4, one)), Reason::none);
}

TEST_F(ForksTest, WhatOneSaysThatTheCallerHasEndedIsNotPassedOn) {
  from_caller(invite("Supported: 100rel\r\n"));
  const std::string one = told(180, "one");
  const std::string two = told(183, "two", answer_sdp, reliable(1));
  EXPECT_EQ(told(180, "two"), "") << "it waits";
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKb", 2, two)), Reason::none);
  for (const Sent& sent : all_to(access_realm))
    EXPECT_EQ(sent.first_line(), "SIP/2.0 200 OK") << "to the BYE";
  EXPECT_EQ(told(183, "two", answer_sdp, reliable(2)), "");
  EXPECT_EQ(told(180, "one"), one);
}

TEST_F(ForksTest, OneOfWhichNothingCouldBeToldYetIsAnotherToo) {
  from_caller(invite("Supported: 100rel\r\n"));
  const std::string one = told(183, "one", answer_sdp, reliable(1));
  EXPECT_EQ(told(180, "two"), "") << "it waits";
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKb", 2, one)), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 180 Ringing");
  EXPECT_NE(last_to(access_realm).parse().to().tag(), one);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(ForksTest, OneWhoseAnswerWaitsIsAnotherToo) {
  from_caller(invite("Supported: 100rel\r\n"));
  const std::string one = told(183, "one", answer_sdp, reliable(1));
  EXPECT_EQ(told(200, "two", answer_sdp), "") << "it waits";
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKb", 2, one)), Reason::none);
  ASSERT_EQ(all_to(access_realm).size(), 2u) << "the answers to BYE and INVITE";
  const Sent answer = last_to(access_realm);
  EXPECT_EQ(answer.first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(answer.header(Header::cseq), "1 INVITE");
  EXPECT_NE(answer.parse().to().tag(), one);
  from_caller(ack());
  pass(60s);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

/// What is behind a proxy with it, is over with its answer.
TEST_F(ForksTest, AnswerOfOneThatTheCallerHasEndedEndsTheCall) {
  for (const bool waits : {false, true}) {
    SCOPED_TRACE(waits);
    start();
    from_caller(invite("Supported: 100rel\r\n"));
    const std::string one = told(180, "one");
    const std::string two = told(183, "two", answer_sdp, waits ? reliable(1) : "");
    EXPECT_EQ(waits ? told(200, "two", answer_sdp) : "", "");
    EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKb", 2, two)), Reason::none);
    if (!waits) told(200, "two", answer_sdp);
    EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 487 Request Terminated");
    ASSERT_EQ(all_to(core_realm).size(), 2u);
    EXPECT_TRUE(all_to(core_realm)[0].bytes.starts_with("ACK "));
    EXPECT_TRUE(all_to(core_realm)[1].bytes.starts_with("BYE "));
    EXPECT_EQ(cdrs_.back().releaser, Releaser::caller);
    pass(70s);
    EXPECT_EQ(engine_->usage().dialogs, 0u);
  }
}

TEST_F(ForksTest, MediaOfOneThatTheCallerHasEndedIsNotTakenOver) {
  from_caller(invite("Supported: 100rel\r\n"));
  const std::string one = told(180, "one");
  const std::string two = told(183, "two", answer_sdp);
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKb", 2, one)), Reason::none);
  EXPECT_EQ(told(183, "one", answer_sdp, reliable(1)), "");
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("PRACK "));
  EXPECT_EQ(told(200, "two"), two) << "its answer is the preview still";
  EXPECT_FALSE(last_to(access_realm).body().empty());
}

// RFC 3261 13.2.1: the 2xx need not repeat it
TEST_F(ForksTest, EachAnswersWithWhatItHasSaidReliably) {
  for (const bool moves : {false, true}) {
    SCOPED_TRACE(moves);
    start();
    from_caller(invite("Supported: 100rel\r\n"));
    std::string elsewhere = answer_sdp;
    const size_t port = elsewhere.find("m=audio ") + 8;
    elsewhere.replace(port, elsewhere.find(' ', port) - port, "7654");
    const std::string one = told(183, "one", elsewhere, reliable(1));
    EXPECT_EQ(prack(last_to(access_realm), 2), Reason::none);
    told(183, "two", answer_sdp, reliable(1));
    EXPECT_EQ(prack(last_to(access_realm), 3), Reason::none);
    move_calls(moves);
    EXPECT_EQ(told(200, "one"), one);
    EXPECT_NE(last_to(access_realm).body().find("m=audio "), std::string::npos);
    from_caller(ack());
    EXPECT_TRUE(std::any_of(relays_.begin(), relays_.end(),
                            [](const auto& relay) { return relay.second.sides[1].remote.port == 7654; }));
    from_caller(caller_request("BYE", "z9hG4bKb", 4, one));
    from_callee(response(last_to(core_realm), 200));
    pass(70s);
  }
}

TEST_F(ForksTest, OneThatHasHadToWaitAnswersWithWhatItHasSaidReliablyToo) {
  from_caller(invite("Supported: 100rel\r\n"));
  told(183, "one", answer_sdp, reliable(1));
  const Sent first = last_to(access_realm);
  EXPECT_EQ(told(183, "two", answer_sdp, reliable(1)), "") << "it waits";
  EXPECT_EQ(told(183, "three", answer_sdp, reliable(1)), "");
  EXPECT_EQ(prack(first, 2), Reason::none);
  EXPECT_EQ(prack(last_to(access_realm), 3), Reason::none);
  EXPECT_NE(told(200, "two"), "");
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_FALSE(last_to(access_realm).body().empty());
  from_caller(ack());
}

TEST_F(ForksTest, AnswerThatWaitsIsNotReplacedByAnotherForks) {
  from_caller(invite("Supported: 100rel\r\n"));
  told(183, "one", answer_sdp, reliable(1));
  const Sent first = last_to(access_realm);
  EXPECT_EQ(told(200, "one", answer_sdp), "") << "it waits";
  EXPECT_EQ(told(200, "two", answer_sdp), "");
  ASSERT_EQ(all_to(core_realm).size(), 2u);
  EXPECT_TRUE(all_to(core_realm)[1].bytes.starts_with("BYE "));
  EXPECT_EQ(all_to(core_realm)[1].parse().to().tag(), "two");
  EXPECT_EQ(prack(first, 2), Reason::none);
  EXPECT_EQ(last_to(access_realm).parse().to().tag(), first.parse().to().tag());
  from_caller(ack());
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(ForksTest, AnswerThatWaitsGivesWayWhereTheCallerHasEndedItsDialog) {
  from_caller(invite("Supported: 100rel\r\n"));
  const std::string one = told(180, "one");
  const std::string two = told(183, "two", answer_sdp, reliable(1));
  const Sent waiting = last_to(access_realm);
  EXPECT_EQ(told(200, "one", answer_sdp), "");
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKb", 2, one)), Reason::none);
  EXPECT_EQ(told(200, "two", answer_sdp), "");
  EXPECT_EQ(prack(waiting, 2), Reason::none);
  EXPECT_EQ(last_to(access_realm).header(Header::cseq), "1 INVITE");
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(last_to(access_realm).parse().to().tag(), two);
  from_caller(ack());
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(ForksTest, OneWithoutATagAnswersAfterAFailoverToo) {
  from_caller(invite());
  told(180, "one");
  from_callee(response(invite_, 503, "", "", "one"));
  std::string untagged = response(invite_, 200, answer_sdp, "", "x");
  untagged.erase(untagged.find(";tag=x"), 6);
  receive(core_realm, invite_.to.remote, untagged);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  from_caller(ack());
  EXPECT_EQ(engine_->live_calls(), 1u);
}

// RFC 3261 15
TEST_F(ForksTest, CallerMayEndOneEarlyDialogOfSeveral) {
  for (const bool current : {false, true}) {
    SCOPED_TRACE(current);
    start();
    from_caller(invite());
    std::string one = told(180, "one");
    std::string two = told(180, "two");
    EXPECT_EQ(from_caller(caller_request("INFO", "z9hG4bKi", 2, one)), Reason::dialog_busy);
    EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKb", 3, current ? two : one)), Reason::none);
    ASSERT_EQ(sent_.size(), 1u);
    EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
    move_calls(false);
    EXPECT_EQ(told(200, current ? "one" : "two", answer_sdp), current ? one : two);
    from_caller(ack());
    from_caller(caller_request("BYE", "z9hG4bKb2", 4, caller_tag()));
    from_callee(response(last_to(core_realm), 200));
    pass(70s);
  }
}

TEST_F(ForksTest, CallEndsWithTheLastOfItsEarlyDialogs) {
  from_caller(invite());
  const std::string first = told(180, "first"), second = told(180, "second");
  from_callee(response(invite_, 503, "", "", "second"));
  ASSERT_EQ(invite_.to.remote, second_) << "those two are over";
  std::vector<std::string> tags;
  for (const char* fork : {"one", "two"}) {
    receive(core_realm, second_, response(invite_, 180, "", "", fork));
    tags.emplace_back(last_to(access_realm).parse().to().tag());
  }
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKb1", 2, tags[1])), Reason::none);
  EXPECT_EQ(engine_->live_calls(), 1u);
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKb2", 3, tags[0])), Reason::none);
  EXPECT_EQ(engine_->live_calls(), 0u);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 487 Request Terminated");
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("CANCEL "));
  receive(core_realm, second_, response(invite_, 487, "", "", "one"));
}

// RFC 2543: without tags there is nothing to tell forks by
TEST_F(ForksTest, OneThatGetsItsTagWithTheAnswerStaysTheSame) {
  from_caller(invite());
  std::string untagged = response(invite_, 180, "", "", "x");
  untagged.erase(untagged.find(";tag=x"), 6);
  from_callee(untagged);
  std::string early(last_to(access_realm).parse().to().tag());
  EXPECT_EQ(told(200, "late", answer_sdp), early);
  from_caller(ack());
}

TEST_F(ForksTest, SdpThatWaitedIsItsForksAlone) {
  from_caller(invite("Supported: 100rel\r\n"));
  told(183, "one", answer_sdp, reliable(1));
  Sent first = last_to(access_realm);
  told(183, "two", answer_sdp, reliable(1));
  told(180, "one");
  EXPECT_EQ(prack(first, 2), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 180 Ringing");
  EXPECT_EQ(last_to(access_realm).body(), "");
}

TEST_F(ForksTest, WhatWaitedForAPrackIsStillItsForks) {
  from_caller(invite("Supported: 100rel\r\n"));
  std::string one = told(183, "one", answer_sdp, reliable(1));
  Sent first = last_to(access_realm);
  EXPECT_EQ(told(183, "two", answer_sdp, reliable(1)), "") << "the caller has not acknowledged the first";
  EXPECT_EQ(prack(first, 2), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 183 Session Progress");
  EXPECT_NE(last_to(access_realm).parse().to().tag(), one);
}

TEST_F(ForksTest, FifthIsHeardWhenItAnswers) {
  from_caller(invite());
  std::string last;
  for (const char* fork : {"1", "2", "3", "4"}) last = told(180, fork);
  EXPECT_EQ(engine_->usage().dialogs, 5u);
  EXPECT_EQ(told(180, "5"), "");
  EXPECT_EQ(told(180, "4"), last);
  EXPECT_NE(told(200, "5", answer_sdp), "");
  EXPECT_EQ(engine_->usage().dialogs, 2u);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

// RFC 3261 13.2.2.4
TEST_F(ForksTest, EachOneThatAnswersTooLateGetsItsBye) {
  from_caller(invite());
  told(200, "first", answer_sdp);
  from_caller(ack());
  for (int fork = 0; fork < 10; ++fork) {
    const std::string ok = response(invite_, 200, answer_sdp, "", "late" + std::to_string(fork));
    for (bool again : {false, true}) {
      SCOPED_TRACE(std::to_string(fork) + (again ? " again" : ""));
      from_callee(ok);
      const std::vector<Sent> sent = all_to(core_realm);
      const bool remembered = fork < int(transaction::Forks::max);
      ASSERT_EQ(sent.size(), again && remembered ? 1u : 2u);
      EXPECT_TRUE(sent[0].first_line().starts_with("ACK "));
      if (sent.size() == 1) continue;
      EXPECT_TRUE(sent[1].first_line().starts_with("BYE "));
      EXPECT_EQ(sent[1].parse().to().tag(), "late" + std::to_string(fork));
      EXPECT_EQ(sent[1].parse().cseq().number, 2u);
      EXPECT_EQ(from_callee(response(sent[1], 200)), remembered ? Reason::none : Reason::response_stray);
    }
  }
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(ForksTest, PeerTriedAfterAnotherIsAnotherOne) {
  from_caller(invite());
  std::string one = told(180, "same");
  from_callee(response(invite_, 503, "", "", "same"));
  ASSERT_EQ(invite_.to.remote, second_);
  receive(core_realm, second_, response(invite_, 180, "", "", "same"));
  std::string two(last_to(access_realm).parse().to().tag());
  EXPECT_NE(one, two);
  receive(core_realm, second_, response(invite_, 486, "", "", "same"));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 486 Busy Here");
  EXPECT_EQ(engine_->usage().dialogs, 0u);
}

TEST_F(ForksTest, AllOfThemGoWithACancel) {
  from_caller(invite());
  for (const char* fork : {"1", "2", "3"}) told(180, fork);
  EXPECT_EQ(from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1)), Reason::none);
  EXPECT_EQ(engine_->live_calls(), 0u);
  EXPECT_EQ(engine_->usage().dialogs, 0u);
}

}  // namespace
}  // namespace sbc::call
