// A call that speaks SRTP is bytes, too.
#include "tests/sbc/anchor/realm_forms.h"
#include "tests/sbc/anchor/secured_fixture.h"

namespace sbc::anchor {
namespace {

using config::SrtpRule;

class SecuredSavedTest : public SecuredAnchorTest {
 protected:
  std::vector<uint8_t> saved() {
    std::vector<uint8_t> bytes(4096);
    RealmSaver form(bytes);
    anchor_.save(form, context());
    EXPECT_FALSE(form.overflowed());
    bytes.resize(form.written().size());
    return bytes;
  }
  void move() {
    const std::vector<uint8_t> bytes = saved();
    anchor_.hand_over(context());
    carry_out();
    EXPECT_EQ(seeds_.in_use(), 0u);
    anchor_ = {};
    RealmLoader form(bytes);
    anchor_.load(form, context());
    carry_out();
    EXPECT_FALSE(form.failed());
    EXPECT_EQ(form.left(), 0u);
    EXPECT_EQ(saved(), bytes);
  }
};

TEST_F(SecuredSavedTest, GoesOnWithItsKeys) {
  agree_secured();
  const media::Relay before = first(media::Kind::rtp);
  move();
  for (unsigned side = 0; side < 2; ++side) {
    EXPECT_EQ(keys(side).receive, before.keys[side].receive);
    EXPECT_EQ(keys(side).send, before.keys[side].send);
  }
  ASSERT_EQ(offer(0, callers()), Reason::none);
  EXPECT_EQ(told()[2].key, before.keys[1].send);
}

TEST_F(SecuredSavedTest, WhoWasHeardElsewhereMaySpeakAtAnyTime) {
  set_latch_windows(30s);
  agree_secured();
  move();
  for (const media::Side& side : first(media::Kind::rtp).sides) EXPECT_EQ(side.latch_window, 0s);
  agree_secured();
  for (const media::Side& side : first(media::Kind::rtp).sides) EXPECT_EQ(side.latch_window, 30s);
}

TEST_F(SecuredSavedTest, IsAnsweredWhereItWasNotOffered) {
  begin_anew(SrtpRule::required, SrtpRule::optional);
  ASSERT_EQ(offer(0, callers()), Reason::none);
  const std::vector<PeerKey> offered = told();
  const srtp::MasterKey ours = keys(0).send;
  move();
  EXPECT_EQ(keys(0).send, ours);
  EXPECT_TRUE(keys(1).secured && keys(1).receive.is_none());
  ASSERT_EQ(answer(audio("RTP/AVP", {line(2, gcm_128, 'b')}), true), Reason::none);
  move();
  ASSERT_EQ(answer(audio("RTP/AVP", {line(3, cm_80, 'b')})), Reason::none);
  EXPECT_EQ(keys(1).send, offered[2].key);
  EXPECT_EQ(told()[0].key, ours);
  EXPECT_EQ(told()[0].tag, 1u);
}

/// What an answer may name goes along.
TEST_F(SecuredSavedTest, WhatPassesIsAnsweredWhereItWasNotOffered) {
  begin_anew(SrtpRule::pass, SrtpRule::pass);
  ASSERT_EQ(offer(0, audio("RTP/SAVP", {line(1, cm_80, 'a'), line(2, gcm_128, 'a')})), Reason::none);
  move();
  EXPECT_EQ(first(media::Kind::rtp).seal, media::Seal::srtp);
  EXPECT_EQ(answer(audio("RTP/SAVP", {line(2, cm_80, 'b')})), Reason::sdp_unacceptable);
  ASSERT_EQ(answer(audio("RTP/SAVP", {line(2, gcm_128, 'b')})), Reason::none);
  move();
  EXPECT_EQ(first(media::Kind::rtp).seal, media::Seal::srtp);
  model_.realms[0].media.srtp = SrtpRule::forbidden;
  ASSERT_EQ(offer(0, audio("RTP/SAVP", {line(1, cm_80, 'n')})), Reason::none) << "as it was agreed";
}

/// One trunk's realm has keys of ours, the next one's lets them pass.
TEST_F(SecuredSavedTest, WhatPassesToTheNextPeerIsWholeWithoutKeysOfOurs) {
  begin_anew(SrtpRule::pass, SrtpRule::optional);
  ASSERT_EQ(offer(0, callers()), Reason::none);
  ASSERT_EQ(answer(audio("RTP/AVP", {line(3, cm_80, 'b')}), true), Reason::none);
  model_.realms[1].media.srtp = SrtpRule::pass;
  ASSERT_EQ(anchor_.place(1, core, Family::v4, context()), Reason::none);
  ASSERT_EQ(offer(0, callers()), Reason::none);
  move();
  EXPECT_EQ(seeds_.in_use(), 0u);
  ASSERT_EQ(answer(callees(1)), Reason::none);
  EXPECT_EQ(first(media::Kind::rtp).seal, media::Seal::srtp);
}

TEST_F(SecuredSavedTest, APlainOneHasAByteForEachSide) {
  ASSERT_EQ(offer(0, audio("RTP/AVP")), Reason::none);
  ASSERT_EQ(answer(audio("RTP/AVP", {}, "IP4 10.9.9.9")), Reason::none);
  const size_t plain = saved().size();
  agree_secured();
  EXPECT_GT(saved().size(), plain + 2 * 70);
}

TEST_F(SecuredSavedTest, WithoutRoomForItsKeysNothingStays) {
  agree_secured();
  const std::vector<uint8_t> bytes = saved();
  anchor_.hand_over(context());
  carry_out();
  anchor_ = {};
  const std::vector suites{cm_80};
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(seeds_.take(random_, suites));
  RealmLoader form(bytes);
  anchor_.load(form, context());
  EXPECT_TRUE(form.failed() && form.out_of_room);
  EXPECT_EQ(seeds_.in_use(), 3u);
  EXPECT_EQ(ports_.leased(), 0u);
  EXPECT_EQ(streams_.in_use(), 0u);
}

TEST_F(SecuredSavedTest, CutAnywhereItFailsAndNothingStays) {
  agree_secured();
  const std::vector<uint8_t> bytes = saved();
  anchor_.hand_over(context());
  carry_out();
  for (size_t size = 0; size < bytes.size(); ++size) {
    anchor_ = {};
    RealmLoader form({bytes.data(), size});
    anchor_.load(form, context());
    EXPECT_TRUE(form.failed()) << size;
    anchor_.hand_over(context());
    changes_.clear();
    ASSERT_EQ(seeds_.in_use() + ports_.leased() + streams_.in_use(), 0u) << size;
  }
}

/// The seal tells such bytes; but whatever they are, nothing is taken for there that is not.
TEST_F(SecuredSavedTest, WithAnyByteChangedItIsWholeOrFails) {
  agree_secured();
  const std::vector<uint8_t> bytes = saved();
  anchor_.hand_over(context());
  carry_out();
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (const int flipped : {1, 4, 0x10, 0x20, 0x30, 0x40, 0xff}) {
      std::vector<uint8_t> changed = bytes;
      changed[at] = uint8_t(changed[at] ^ flipped);
      anchor_ = {};
      RealmLoader form(changed);
      anchor_.load(form, context());
      anchor_.hand_over(context());
      changes_.clear();
      ASSERT_EQ(seeds_.in_use() + ports_.leased() + streams_.in_use(), 0u) << at;
    }
  }
}

}  // namespace
}  // namespace sbc::anchor
