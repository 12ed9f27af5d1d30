// One-way and dead audio: told once, with its direction.
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using namespace std::chrono_literals;

class AudioTest : public EngineTest {
 protected:
  void SetUp() override {
    model_->timers.audio_check = 10s;
    start();
  }
  /// The side has just been heard.
  void heard(unsigned side) {
    media::SideStats& stats = media_.by_port[relays_.begin()->second.sides[side].local];
    stats.packets = 1;
    stats.last_packet = now_;
  }
  /// The caller describes itself anew, with `more` behind it, and the callee agrees.
  void change(uint32_t cseq, const std::string& more = "", const std::string& agreed = "") {
    from_caller(
        caller_request("INVITE", "z9hG4bK" + std::to_string(cseq), cseq, caller_tag(), offer_sdp + more));
    from_callee(response(last_to(core_realm), 200, answer_sdp + agreed));
    from_caller(ack(cseq));
  }
};

TEST_F(AudioTest, ASideThatIsNotHeardIsNamed) {
  establish();
  pass(5s);
  heard(0);
  pass(4s);
  EXPECT_TRUE(logs_.empty());
  pass(1s);
  ASSERT_EQ(logs_.size(), 1u);
  EXPECT_EQ(logs_[0].severity, Severity::warning);
  EXPECT_EQ(logs_[0].text.view(), "one-way audio: nothing from the callee");
  EXPECT_EQ(logs_[0].realm, core_realm);
  EXPECT_EQ(logs_[0].peer, callee_);
  EXPECT_NE(logs_[0].call, 0u);
  pass(60s);
  EXPECT_EQ(logs_.size(), 1u) << "once is enough";
}

TEST_F(AudioTest, SoIsTheCaller) {
  establish();
  pass(5s);
  heard(1);
  pass(5s);
  ASSERT_EQ(logs_.size(), 1u);
  EXPECT_EQ(logs_[0].text.view(), "one-way audio: nothing from the caller");
  EXPECT_EQ(logs_[0].realm, access_realm);
}

TEST_F(AudioTest, ASideThatHasPausedByComfortNoiseIsHeard) {
  establish();
  heard(1);
  media_.by_port[relays_.begin()->second.sides[1].local].paused = true;
  pass(1s);
  change(2);
  heard(0);
  pass(10s);
  EXPECT_TRUE(logs_.empty());
}

TEST_F(AudioTest, DeadAudioHasNoDirection) {
  establish();
  pass(10s);
  ASSERT_EQ(logs_.size(), 1u);
  EXPECT_EQ(logs_[0].text.view(), "no audio from either side");
}

TEST_F(AudioTest, OfACallThatIsHeardBothWaysNothingIsSaid) {
  establish();
  heard(0);
  heard(1);
  pass(60s);
  EXPECT_TRUE(logs_.empty());
}

TEST_F(AudioTest, WhatIsHeldMayBeSilentUntilItIsResumed) {
  establish();
  change(2, "a=sendonly\r\n", "a=recvonly\r\n");
  pass(60s);
  EXPECT_TRUE(logs_.empty());
  change(3);
  pass(9s);
  EXPECT_TRUE(logs_.empty());
  heard(1);
  pass(1s);
  ASSERT_EQ(logs_.size(), 1u);
  EXPECT_EQ(logs_[0].text.view(), "one-way audio: nothing from the caller");
}

TEST_F(AudioTest, WhatWasHeardBeforeCountsNotAfterAChange) {
  establish();
  heard(0);
  heard(1);
  pass(20s);
  change(2);
  pass(5s);
  heard(0);
  pass(5s);
  ASSERT_EQ(logs_.size(), 1u);
  EXPECT_EQ(logs_[0].text.view(), "one-way audio: nothing from the callee");
}

/// Audio is held while a picture is shown: nobody misses it.
TEST_F(AudioTest, VideoIsNoAudio) {
  const std::string video = "m=video 41000 RTP/AVP 34\r\n", held = "a=inactive\r\n";
  ring();
  from_callee(response(invite_, 200, answer_sdp));
  from_caller(ack());
  change(2, held + video, held + video);
  pass(60s);
  EXPECT_TRUE(logs_.empty());
}

TEST_F(AudioTest, ACallIsToldOfOnce) {
  establish();
  pass(10s);
  EXPECT_EQ(logs_.size(), 1u);
  change(2);
  pass(60s);
  EXPECT_EQ(logs_.size(), 1u);
}

TEST_F(AudioTest, NobodyLooksWhereItIsOff) {
  model_->timers.audio_check = 0s;
  start();
  establish();
  pass(60s);
  EXPECT_TRUE(logs_.empty());
}

TEST_F(AudioTest, ACallThatMovesIsLookedAtWhereItIs) {
  establish();
  pass(5s);
  move_calls(true);
  heard(0);
  pass(5s);
  ASSERT_EQ(logs_.size(), 1u);
  EXPECT_EQ(logs_[0].text.view(), "one-way audio: nothing from the callee");
}

/// Media is counted anew there.
TEST_F(AudioTest, WhoWasHeardBeforeACallMovedIsNotMissed) {
  establish();
  pass(1s);
  heard(0);
  heard(1);
  pass(5s);
  move_calls(true);
  media_.by_port.clear();
  pass(5s);
  EXPECT_TRUE(logs_.empty());
}

TEST_F(AudioTest, WhoFallsSilentLaterIsNamedToo) {
  model_->timers.media_idle = 60s;
  start();
  establish();
  heard(0);
  heard(1);
  for (int i = 0; i < 6; ++i) {
    pass(20s);
    heard(0);
    EXPECT_TRUE(logs_.empty() || i >= 3) << i;
  }
  ASSERT_EQ(logs_.size(), 1u);
  EXPECT_EQ(logs_[0].text.view(), "one-way audio: nothing from the callee");
}

/// Fax in its place (RFC 3264 8.3.3), whose relay counts for itself.
TEST_F(AudioTest, WhatWasHeardBeforeItEndedIsInTheCdr) {
  const std::string image = "m=image 40000 udptl t38\r\n";
  establish();
  heard(0);
  heard(1);
  media_.by_port[relays_.begin()->second.sides[1].local].lost = 7;
  const size_t head = offer_sdp.find("m=");
  from_caller(caller_request("INVITE", "z9hG4bK2", 2, caller_tag(), offer_sdp.substr(0, head) + image));
  from_callee(response(last_to(core_realm), 200, answer_sdp.substr(0, answer_sdp.find("m=")) + image));
  from_caller(ack(2));
  media_.by_port.clear();
  from_caller(caller_request("BYE", "z9hG4bKbye", 3, caller_tag()));
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(audio_of(cdrs_[0]), Audio::both);
  EXPECT_EQ(cdrs_[0].callee.media.lost, 7u);
}

TEST_F(AudioTest, TheCdrTellsFromWhereAudioCame) {
  establish();
  heard(1);
  from_caller(caller_request("BYE", "z9hG4bKbye", 2, caller_tag()));
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(audio_of(cdrs_[0]), Audio::from_callee);
}

TEST(Audio, IsWhereMediaHasComeFrom) {
  CallRecord record;
  EXPECT_EQ(audio_of(record), Audio::unknown);
  record.answered = {1};
  EXPECT_EQ(audio_of(record), Audio::unknown);
  record.has_audio = true;
  EXPECT_EQ(audio_of(record), Audio::none);
  record.caller.media.packets = 1;
  EXPECT_EQ(text_of(audio_of(record)), "from caller only");
  record.callee.media.packets = 1;
  EXPECT_EQ(text_of(audio_of(record)), "both");
  record.caller.media.packets = 0;
  EXPECT_EQ(text_of(audio_of(record)), "from callee only");
  record.has_audio = false;
  EXPECT_EQ(text_of(audio_of(record)), "");
}

}  // namespace
}  // namespace sbc::call
