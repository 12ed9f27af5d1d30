// Session timers (RFC 4028): who refreshes, and what becomes of a session that nobody refreshes.
#include "sbc/call/session_timer.h"

#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

const std::string takes_update = "Allow: INVITE, ACK, BYE, UPDATE\r\n";
/// Of a callee that refreshes its session, once a day.
const std::string patient = "Require: timer\r\nSession-Expires: 86400;refresher=uas\r\n";

class SessionTimerTest : public EngineTest {
 protected:
  /// A call whose caller's INVITE and callee's 200 have these headers, too.
  void establish(const std::string& caller_says, const std::string& callee_says) {
    from_caller(invite(caller_says));
    from_callee(response(invite_, 180));
    from_callee(response(invite_, 200, answer_sdp, callee_says));
    accepted_ = last_to(access_realm);
    from_caller(ack());
    sent_.clear();
  }
  /// While the caller agrees to all that it is asked.
  void pass_agreeing(Duration duration) {
    constexpr Duration step = 10s;
    for (; duration > Duration(0); duration -= step) {
      pass(step);
      std::vector<Sent> asked = all_to(access_realm);
      std::erase_if(sent_, [](const Sent& sent) { return sent.to.realm == access_realm; });
      const std::vector<Sent> others = sent_;
      for (const Sent& request : asked)
        if (request.bytes.starts_with("INVITE ")) from_caller(response(request, 200, offer_sdp));
      sent_ = others;
    }
  }
  std::string update(uint32_t cseq, const std::string& more) {
    std::string text = caller_request("UPDATE", "z9hG4bKup" + std::to_string(cseq), cseq, caller_tag());
    return text.insert(text.find("Contact:"), more);
  }
  Sent accepted_;
};

/// Without session timers of either peer.
class ProbeTest : public SessionTimerTest {
 protected:
  void SetUp() override {
    model_->timers.session = 0s;
    model_->timers.probe = 120s;
    start();
  }
  std::string answer_of_caller(const Sent& request, int status) {
    std::string text = response(request, status);
    for (size_t at; (at = text.find("sip:bob@10.2.0.201:5060")) != std::string::npos;)
      text.replace(at, 23, "sip:555@192.0.2.10:40000");
    return text;
  }
};

TEST_F(ProbeTest, PeersAreAskedWhetherTheyLive) {
  establish("", takes_update);
  pass(119s);
  EXPECT_TRUE(sent_.empty());
  pass(2s);
  Sent to_caller = last_to(access_realm), to_callee = last_to(core_realm);
  EXPECT_TRUE(to_caller.bytes.starts_with("OPTIONS ")) << to_caller.bytes;
  EXPECT_TRUE(to_callee.bytes.starts_with("UPDATE ")) << to_callee.bytes;
  EXPECT_EQ(to_callee.header(Header::session_expires), "");
  EXPECT_EQ(from_caller(answer_of_caller(to_caller, 200)), Reason::none);
  EXPECT_EQ(from_callee(response(to_callee, 500)), Reason::none);
  EXPECT_EQ(engine_->live_calls(), 1u) << "any word of theirs will do";
  pass(119s);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("UPDATE ")) << "and again";
}

TEST_F(ProbeTest, PeerThatDoesNotKnowTheCallEndsIt) {
  establish("", "");
  pass(121s);
  EXPECT_EQ(from_callee(response(last_to(core_realm), 481)), Reason::none);
  EXPECT_EQ(engine_->live_calls(), 0u);
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("BYE "));
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].reason, Reason::dialog_gone);
}

TEST_F(ProbeTest, PeerThatSaysNothingEndsIt) {
  establish("", "");
  pass(121s);
  from_caller(answer_of_caller(last_to(access_realm), 200));
  pass(33s);
  EXPECT_EQ(engine_->live_calls(), 0u);
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].reason, Reason::peer_timeout);
}

TEST_F(ProbeTest, NextProbeWaitsForTheAnswerToTheOneBefore) {
  model_->timers.probe = 30s;
  start();
  establish("", "");
  pass(31s);
  from_caller(answer_of_caller(last_to(access_realm), 200));
  pass(33s);
  EXPECT_EQ(engine_->live_calls(), 0u) << "the callee has said nothing for 64*T1";
}

TEST_F(ProbeTest, ReloadWithoutProbesLeavesTheLastOneUnderWay) {
  model_->timers.probe = 30s;
  start();
  establish("", "");
  pass(30s);
  from_caller(answer_of_caller(last_to(access_realm), 200));
  model_->timers.probe = 0s;
  pass(30s);
  EXPECT_GT(engine_->next_deadline() - now_, 100ms) << "nobody looks again and again";
  pass(3s);
  ASSERT_EQ(cdrs_.size(), 1u) << "the callee has said nothing for 64*T1";
  EXPECT_EQ(cdrs_[0].reason, Reason::peer_timeout);
}

TEST_F(ProbeTest, PeerThatTakesNoUpdateAfterAllIsAskedOtherwise) {
  establish("", takes_update);
  pass(121s);
  Sent to_callee = last_to(core_realm);
  from_caller(answer_of_caller(last_to(access_realm), 200));
  from_callee(response(to_callee, 405));
  pass(120s);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("OPTIONS "));
}

TEST_F(ProbeTest, SessionTimerMakesItNeedless) {
  model_->timers.session = 30min;
  start();
  establish("Supported: timer\r\nSession-Expires: 600;refresher=uac\r\n",
            "Require: timer\r\nSession-Expires: 600;refresher=uas\r\n");
  pass(300s);
  EXPECT_TRUE(sent_.empty());
}

// RFC 4028 9: a caller that knows session timers is left to refresh
TEST_F(SessionTimerTest, CallerRefreshesWhereItCan) {
  establish("Supported: timer, replaces\r\nSession-Expires: 600\r\n", patient);
  EXPECT_EQ(accepted_.header(Header::session_expires), "600;refresher=uac");
  EXPECT_EQ(accepted_.header(Header::require), "timer");
  pass(567s);
  EXPECT_EQ(engine_->live_calls(), 1u);
  EXPECT_EQ(from_caller(update(2, "Supported: timer\r\nSession-Expires: 600;refresher=uac\r\n")),
            Reason::none);
  EXPECT_EQ(last_to(access_realm).header(Header::session_expires), "600;refresher=uac");
  sent_.clear();
  pass(567s);
  EXPECT_TRUE(sent_.empty());
  pass(2s);  // RFC 4028 10: 32 seconds before the end
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("BYE "));
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("BYE "));
  EXPECT_EQ(cdrs_.at(0).reason, Reason::session_expired);
}

TEST_F(SessionTimerTest, ReinviteRefreshesToo) {
  establish("Supported: timer\r\nSession-Expires: 90\r\n", "");
  pass(50s);
  std::string again = caller_request("INVITE", "z9hG4bKre", 2, caller_tag(), offer_sdp);
  from_caller(
      again.insert(again.find("Contact:"), "Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n"));
  from_callee(response(last_to(core_realm), 200, answer_sdp));
  EXPECT_EQ(last_to(access_realm).header(Header::session_expires), "90;refresher=uac");
  from_caller(ack(2));
  pass(59s);
  EXPECT_EQ(engine_->live_calls(), 1u);
  pass(2s);
  EXPECT_EQ(engine_->live_calls(), 0u);
}

TEST_F(SessionTimerTest, RefusedReinviteRefreshesNothing) {
  establish("Supported: timer\r\nSession-Expires: 90\r\n", "");
  pass(50s);
  from_caller(caller_request("INVITE", "z9hG4bKre", 2, caller_tag(), offer_sdp));
  from_callee(response(last_to(core_realm), 488));
  from_caller(caller_request("ACK", "z9hG4bKre", 2, caller_tag()));
  pass(11s);
  EXPECT_EQ(engine_->live_calls(), 0u);
}

TEST_F(SessionTimerTest, WeRefreshACallerThatDoesNotButTakesUpdate) {
  model_->timers.session = 200s;
  start();
  establish(takes_update, patient);
  EXPECT_EQ(accepted_.header(Header::session_expires), "200;refresher=uas");
  EXPECT_FALSE(accepted_.parse().has(Header::require));
  pass(100s);
  Sent refresh = last_to(access_realm);
  EXPECT_EQ(refresh.first_line(), "UPDATE sip:555@192.0.2.10:40000 SIP/2.0");
  EXPECT_EQ(refresh.header(Header::session_expires), "200;refresher=uac");
  EXPECT_EQ(refresh.header(Header::min_se), "90");
  EXPECT_TRUE(refresh.body().empty());
  from_caller(response(refresh, 200));
  sent_.clear();
  pass(99s);
  EXPECT_TRUE(sent_.empty());
  pass(1s);
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("UPDATE "));
}

TEST_F(SessionTimerTest, PeerThatTakesNoUpdateIsRefreshedByReinvite) {
  establish("", patient);
  EXPECT_EQ(accepted_.header(Header::session_expires), "1800;refresher=uas");
  pass(900s);
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("INVITE "));
}

// RFC 4028 7.2: the callee decides, and we would rather not be it
TEST_F(SessionTimerTest, CalleeIsAskedToRefresh) {
  establish("", "Require: timer\r\nSession-Expires: 300;refresher=uas\r\n");
  EXPECT_EQ(invite_.header(Header::supported), "timer");
  EXPECT_EQ(invite_.header(Header::session_expires), "1800;refresher=uas");
  EXPECT_EQ(invite_.header(Header::min_se), "90");
  pass(260s);
  std::string refresh = callee_request("UPDATE", 1);
  refresh.insert(refresh.find("Contact:"), "Supported: timer\r\nSession-Expires: 300;refresher=uac\r\n");
  EXPECT_EQ(from_callee(refresh), Reason::none);
  EXPECT_EQ(last_to(core_realm).header(Header::session_expires), "300;refresher=uac");
  pass(260s);
  EXPECT_EQ(engine_->live_calls(), 1u);
  pass(10s);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::session_expired);
}

TEST_F(SessionTimerTest, CalleeMayLeaveItToUs) {
  establish("", takes_update + "Session-Expires: 300;refresher=uac\r\n");
  pass(150s);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("UPDATE "));
  EXPECT_EQ(last_to(core_realm).header(Header::session_expires), "300;refresher=uac");
}

// RFC 4028 10
TEST_F(SessionTimerTest, PeerThatDoesNotAnswerARefreshIsGone) {
  establish("", takes_update);
  pass(900s);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("UPDATE "));
  pass(33s);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::peer_timeout);
}

TEST_F(SessionTimerTest, PeerThatForgotTheCallEndsIt) {
  establish("", takes_update);
  pass(900s);
  from_callee(response(last_to(core_realm), 481));
  EXPECT_EQ(cdrs_.at(0).reason, Reason::dialog_gone);
}

TEST_F(SessionTimerTest, PassingTroubleIsTriedAgain) {
  establish("", takes_update);
  pass(900s);
  from_callee(response(last_to(core_realm), 491));
  sent_.clear();
  pass(5s);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("UPDATE "));
  from_callee(response(last_to(core_realm), 422, "", "Min-SE: 2000\r\n"));
  sent_.clear();
  pass(5s);
  EXPECT_EQ(last_to(core_realm).header(Header::session_expires), "2000;refresher=uac");
}

TEST_F(SessionTimerTest, PeerThatRefusesUpdateAfterAllIsLeftAlone) {
  establish("", takes_update);
  pass(900s);
  from_callee(response(last_to(core_realm), 405));
  sent_.clear();
  pass_agreeing(2h);
  EXPECT_TRUE(sent_.empty());
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(SessionTimerTest, FinalRefusalOfARefreshIsNotAskedForAgain) {
  establish("", takes_update);
  pass(900s);
  from_callee(response(last_to(core_realm), 603));
  sent_.clear();
  pass_agreeing(2h);
  EXPECT_TRUE(sent_.empty());
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(SessionTimerTest, PassingTroubleIsTriedUntilTheSessionIsOver) {
  establish("", takes_update);
  pass(900s);
  int refreshes = 0;
  for (; !all_to(core_realm).empty(); ++refreshes) {
    from_callee(response(last_to(core_realm), 503, "", "Retry-After: 90\r\n"));
    sent_.clear();
    pass_agreeing(100s);
  }
  EXPECT_EQ(refreshes, 10);
  EXPECT_EQ(engine_->live_calls(), 1u) << "it has answered each time";
}

TEST_F(SessionTimerTest, RefreshOfAnEarlierAgreementDoesNotCount) {
  model_->timers.session = 200s;
  start();
  establish(takes_update, patient);
  pass(100s);
  Sent refresh = last_to(access_realm);
  EXPECT_TRUE(refresh.bytes.starts_with("UPDATE "));
  EXPECT_EQ(from_caller(update(2, "Supported: timer\r\nSession-Expires: 200;refresher=uac\r\n")),
            Reason::none);
  from_caller(response(refresh, 491));
  pass(100s);
  EXPECT_EQ(engine_->live_calls(), 1u) << "the caller refreshes now";
  pass(70s);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::session_expired);
}

TEST_F(SessionTimerTest, RefreshUnderWayIsWaitedFor) {
  establish("Supported: timer\r\nSession-Expires: 90\r\n", "");
  pass(50s);
  std::string again = caller_request("INVITE", "z9hG4bKre", 2, caller_tag(), offer_sdp);
  from_caller(
      again.insert(again.find("Contact:"), "Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n"));
  from_callee(response(last_to(core_realm), 100));
  pass(20s);
  EXPECT_EQ(engine_->live_calls(), 1u);
  pass(20s);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::session_expired);
}

// RFC 4028 8.2: a proxy may say so for a callee that knows nothing of timers
TEST_F(SessionTimerTest, WhatIsLeftToUsWithoutAllowIsRefreshedByReinvite) {
  establish("", "Require: timer\r\nSession-Expires: 300;refresher=uac\r\n");
  pass(150s);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("INVITE "));
}

TEST_F(SessionTimerTest, UpdatesOwnAllowCounts) {
  establish("", "");
  EXPECT_EQ(from_caller(update(2, takes_update)), Reason::none);
  EXPECT_EQ(last_to(access_realm).header(Header::session_expires), "1800;refresher=uas");
}

// RFC 4028 6
TEST_F(SessionTimerTest, TooShortASessionIsRefused) {
  EXPECT_EQ(from_caller(invite("Supported: timer\r\nSession-Expires: 89\r\n")), Reason::session_too_short);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 422 Session Interval Too Small");
  EXPECT_EQ(last_to(access_realm).header(Header::min_se), "90");
}

// RFC 4028 8.1: a proxy's wish is no reason to refuse a caller that knows nothing of it
TEST_F(SessionTimerTest, TooShortAWishOfSomebodyElseIsRaised) {
  establish("Session-Expires: 89\r\n" + takes_update, "");
  EXPECT_EQ(accepted_.header(Header::session_expires), "90;refresher=uas");
  EXPECT_EQ(from_caller(update(2, "Supported: timer\r\nSession-Expires: 10\r\n")), Reason::session_too_short);
}

// RFC 4028 7.3
TEST_F(SessionTimerTest, CalleeThatWantsLongerGetsItOnce) {
  from_caller(invite());
  Sent first = invite_;
  from_callee(response(first, 422, "", "Min-SE: 3600\r\n"));
  EXPECT_NE(invite_.bytes, first.bytes);
  EXPECT_EQ(invite_.to.remote, callee_) << "the same peer";
  EXPECT_EQ(invite_.header(Header::session_expires), "3600;refresher=uas");
  EXPECT_EQ(invite_.header(Header::min_se), "3600") << "or a proxy between might lower it again";
  from_callee(response(invite_, 422, "", "Min-SE: 7200\r\n"));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 500 Server Internal Error");
}

// RFC 4028 7.4: what a peer wants is learnt in the dialog, and nothing is wrong with the offer.
TEST_F(SessionTimerTest, CalleeThatWantsLongerInTheCallGetsItWithTheNextOffer) {
  establish("", "");
  from_caller(caller_request("INVITE", "z9hG4bKre", 2, caller_tag(), offer_sdp));
  from_callee(response(last_to(core_realm), 422, "", "Min-SE: 3600\r\n"));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 491 Request Pending");
  from_caller(caller_request("ACK", "z9hG4bKre", 2, caller_tag()));
  from_caller(caller_request("INVITE", "z9hG4bKre3", 3, caller_tag(), offer_sdp));
  EXPECT_EQ(last_to(core_realm).header(Header::session_expires).substr(0, 5), "3600;");
  EXPECT_EQ(last_to(core_realm).header(Header::min_se), "3600");
}

TEST_F(SessionTimerTest, RequiredTimerIsGranted) {
  establish("Require: timer\r\nSession-Expires: 1800\r\n", "");
  EXPECT_EQ(accepted_.header(Header::session_expires), "1800;refresher=uac");
}

TEST_F(SessionTimerTest, SwitchedOffThereIsNone) {
  model_->timers.session = 0s;
  start();
  establish("Supported: timer\r\nSession-Expires: 600\r\n",
            takes_update + "Session-Expires: 300;refresher=uas\r\n");
  EXPECT_FALSE(invite_.parse().has(Header::session_expires));
  EXPECT_FALSE(accepted_.parse().has(Header::session_expires));
  pass(3h);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

/// What a request with these headers gets of us, who want 1,800 seconds.
std::string agreed(const std::string& headers, bool can_refresh = true, uint32_t least = 0) {
  std::string text =
      "INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP b;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n"
      "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nContact: <sip:a@b>\r\n" +
      headers + "Content-Length: 0\r\n\r\n";
  sip::Message message;
  EXPECT_EQ(message.parse(text, MessageLimits::none()), Reason::none);
  auto timer = session_as_server(message, can_refresh, 1800, least);
  if (!timer) return "refused";
  const char* who[] = {"none", "us", "peer"};
  EXPECT_GE(timer->least, least);
  return timer->seconds ? std::to_string(timer->seconds) + " " + who[size_t(timer->refresher)] : "none";
}

// RFC 4028 9, table 2
TEST(SessionAsServer, ChoosesAsTheRequestAllows) {
  EXPECT_EQ(agreed("k: timer\r\nx: 600\r\n"), "600 peer");
  EXPECT_EQ(agreed("Supported: TIMER\r\nSession-Expires: 600;refresher=uac\r\n"), "600 peer");
  EXPECT_EQ(agreed("Supported: timer\r\nSession-Expires: 600 ;refresher=uas\r\n"), "600 us");
  EXPECT_EQ(agreed("Supported: timer\r\nSession-Expires: 600;refresher=uas\r\n", false), "none");
  EXPECT_EQ(agreed("Supported: timer\r\n"), "1800 peer");
  EXPECT_EQ(agreed("Session-Expires: 600\r\n"), "600 us");
  EXPECT_EQ(agreed("Session-Expires: 600\r\n", false), "none");
  EXPECT_EQ(agreed(""), "1800 us");
  EXPECT_EQ(agreed("", false), "none");
}

// RFC 4028 7.4
TEST(SessionAsServer, RemembersWhatTheDialogHasTaught) {
  EXPECT_EQ(agreed("Supported: timer\r\nSession-Expires: 600\r\n", true, 3600), "3600 peer");
}

TEST(SessionAsServer, KeepsWithinBounds) {
  EXPECT_EQ(agreed("Supported: timer\r\nSession-Expires: 90\r\n"), "90 peer");
  EXPECT_EQ(agreed("Supported: timer\r\nSession-Expires: 89\r\n"), "refused");
  EXPECT_EQ(agreed("Supported: timer\r\nSession-Expires: 4000\r\n"), "1800 peer");
  EXPECT_EQ(agreed("Supported: timer\r\nSession-Expires: 4000\r\nMin-SE: 3000\r\n"), "3000 peer");
  EXPECT_EQ(agreed("Supported: timer\r\nSession-Expires: 4000\r\nMin-SE: 99999999\r\n"), "86400 peer");
  EXPECT_EQ(agreed("Supported: timer\r\nSession-Expires: soon\r\n"), "1800 peer");
  EXPECT_EQ(agreed("Supported: timer\r\nSession-Expires: 99999999999\r\n"), "1800 peer");
}

}  // namespace
}  // namespace sbc::call
