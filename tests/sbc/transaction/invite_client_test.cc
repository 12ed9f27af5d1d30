#include "sbc/transaction/invite_client.h"

#include <gtest/gtest.h>

namespace sbc::transaction {
namespace {

using namespace std::chrono_literals;
using Event = InviteClient::Event;
using State = InviteClient::State;

const config::Timers timers;

class InviteClientTest : public testing::Test {
 protected:
  Step on(Event event, bool reliable = false) { return machine_.on(event, timers, reliable); }
  InviteClient machine_;
};

// RFC 3261 17.1.1.2, timers A and B
TEST_F(InviteClientTest, InviteIsRepeatedAtDoublingIntervals) {
  Step step = on(Event::begin);
  EXPECT_TRUE(step.send);
  EXPECT_EQ(step.timeout.after, 32s);
  EXPECT_EQ(step.retransmit.after, 500ms);
  for (Duration expected : {1s, 2s, 4s, 8s, 16s}) {
    step = on(Event::retransmit_due);
    EXPECT_TRUE(step.resend);
    EXPECT_EQ(step.retransmit.after, expected);
  }
  EXPECT_TRUE(on(Event::timeout_due).timed_out);
  EXPECT_TRUE(machine_.is_terminated());
}

// RFC 3261 17.1.1.2
TEST_F(InviteClientTest, ProvisionalEndsRepetitionAndTimeOut) {
  on(Event::begin);
  Step step = on(Event::provisional);
  EXPECT_TRUE(step.pass);
  EXPECT_EQ(step.retransmit.what, DeadlineChange::What::stop);
  EXPECT_EQ(step.timeout.what, DeadlineChange::What::stop);
  EXPECT_TRUE(on(Event::provisional).pass);
}

// RFC 3261 17.1.1.2, timer D
TEST_F(InviteClientTest, EachFailureIsAcknowledgedButPassedOnce) {
  on(Event::begin);
  Step step = on(Event::failure);
  EXPECT_TRUE(step.pass && step.acknowledge);
  EXPECT_EQ(step.timeout.after, 32s);
  step = on(Event::failure);
  EXPECT_TRUE(step.acknowledge);
  EXPECT_FALSE(step.pass);
  EXPECT_FALSE(on(Event::timeout_due).timed_out);
  EXPECT_TRUE(machine_.is_terminated());
}

// RFC 3261 17.1.1.2: the peer's T1 is not ours
TEST_F(InviteClientTest, TimerDIsNeverShorterThan32Seconds) {
  config::Timers fast;
  fast.t1 = 100ms;
  config::Timers slow;
  slow.t1 = 1s;
  EXPECT_EQ(InviteClient().on(Event::failure, fast, false).timeout.after, 32s);
  EXPECT_EQ(InviteClient().on(Event::failure, slow, false).timeout.after, 64s);
}

// RFC 6026 7.2, timer M
TEST_F(InviteClientTest, AcceptedPassesEverySuccess) {
  on(Event::begin);
  EXPECT_EQ(on(Event::success).timeout.after, 32s);
  EXPECT_EQ(machine_.state(), State::accepted);
  EXPECT_TRUE(on(Event::success).pass);
  EXPECT_FALSE(on(Event::failure).acknowledge);
}

// RFC 3261 9.1
TEST_F(InviteClientTest, CancelledInviteWaitsBoundedlyForItsFinalResponse) {
  on(Event::begin);
  on(Event::provisional);
  EXPECT_EQ(on(Event::cancelled).timeout.after, 32s);
  EXPECT_TRUE(on(Event::timeout_due).timed_out);
}

}  // namespace
}  // namespace sbc::transaction
