#include "sbc/transaction/invite_server.h"

#include <gtest/gtest.h>

namespace sbc::transaction {
namespace {

using namespace std::chrono_literals;
using Event = InviteServer::Event;
using State = InviteServer::State;

const config::Timers timers;
constexpr bool unreliable = false;

class InviteServerTest : public testing::Test {
 protected:
  Step on(Event event, bool reliable = unreliable) { return machine_.on(event, timers, reliable); }
  InviteServer machine_;
};

// RFC 3261 17.2.1
TEST_F(InviteServerTest, RepeatedInviteBringsTheLastProvisionalAgain) {
  EXPECT_TRUE(on(Event::provisional).send);
  EXPECT_TRUE(on(Event::invite_again).resend);
  EXPECT_EQ(machine_.state(), State::proceeding);
}

// RFC 3261 17.2.1, timers G and H
TEST_F(InviteServerTest, FailureIsRepeatedAtGrowingIntervalsUntilT2) {
  Step step = on(Event::failure);
  EXPECT_TRUE(step.send);
  EXPECT_EQ(step.retransmit.after, 500ms);
  EXPECT_EQ(step.timeout.after, 32s);
  for (Duration expected : {1000ms, 2000ms, 4000ms, 4000ms}) {
    step = on(Event::retransmit_due);
    EXPECT_TRUE(step.resend);
    EXPECT_EQ(step.retransmit.after, expected);
  }
}

// RFC 3261 17.2.1
TEST_F(InviteServerTest, FailureOverReliableTransportIsNotRepeated) {
  EXPECT_EQ(on(Event::failure, true).retransmit.what, DeadlineChange::What::keep);
}

// RFC 3261 17.2.1, timer I
TEST_F(InviteServerTest, AckStopsTheRepetitionAndLingersT4) {
  on(Event::failure);
  Step step = on(Event::ack);
  EXPECT_EQ(machine_.state(), State::confirmed);
  EXPECT_EQ(step.retransmit.what, DeadlineChange::What::stop);
  EXPECT_EQ(step.timeout.after, 5s);
  EXPECT_FALSE(on(Event::ack).pass);
  on(Event::timeout_due);
  EXPECT_TRUE(machine_.is_terminated());
}

// RFC 3261 17.2.1, timer H
TEST_F(InviteServerTest, MissingAckIsReported) {
  on(Event::failure);
  EXPECT_TRUE(on(Event::timeout_due).timed_out);
  EXPECT_TRUE(machine_.is_terminated());
}

// RFC 6026 7.1
TEST_F(InviteServerTest, AcceptedAbsorbsInvitesAndPassesAcks) {
  Step step = on(Event::success);
  EXPECT_TRUE(step.send);
  EXPECT_EQ(step.timeout.after, 32s);  // timer L
  EXPECT_EQ(machine_.state(), State::accepted);
  EXPECT_FALSE(on(Event::invite_again).resend);
  EXPECT_TRUE(on(Event::ack).pass);
  EXPECT_TRUE(on(Event::success).send);
  on(Event::timeout_due);
  EXPECT_TRUE(machine_.is_terminated());
}

}  // namespace
}  // namespace sbc::transaction
