#include <gtest/gtest.h>

#include "sbc/transaction/non_invite_client.h"
#include "sbc/transaction/non_invite_server.h"

namespace sbc::transaction {
namespace {

using namespace std::chrono_literals;
using What = DeadlineChange::What;

const config::Timers timers;

// RFC 3261 17.1.2.2, timers E and F
TEST(NonInviteClientTest, RequestIsRepeatedUpToT2) {
  NonInviteClient machine;
  auto on = [&](NonInviteClient::Event event) { return machine.on(event, timers, false); };
  EXPECT_EQ(on(NonInviteClient::Event::begin).retransmit.after, 500ms);
  for (Duration expected : {1s, 2s, 4s, 4s}) {
    EXPECT_EQ(on(NonInviteClient::Event::retransmit_due).retransmit.after, expected);
  }
  EXPECT_TRUE(on(NonInviteClient::Event::timeout_due).timed_out);
}

// RFC 3261 17.1.2.2: Proceeding repeats every T2
TEST(NonInviteClientTest, ProvisionalSlowsRepetitionDown) {
  NonInviteClient machine;
  machine.on(NonInviteClient::Event::begin, timers, false);
  machine.on(NonInviteClient::Event::provisional, timers, false);
  EXPECT_EQ(machine.on(NonInviteClient::Event::retransmit_due, timers, false).retransmit.after, 4s);
}

// RFC 3261 17.1.2.2, timer K
TEST(NonInviteClientTest, FinalIsPassedOnceAndLingersT4) {
  NonInviteClient machine;
  machine.on(NonInviteClient::Event::begin, timers, false);
  Step step = machine.on(NonInviteClient::Event::final, timers, false);
  EXPECT_TRUE(step.pass);
  EXPECT_EQ(step.retransmit.what, What::stop);
  EXPECT_EQ(step.timeout.after, 5s);
  EXPECT_FALSE(machine.on(NonInviteClient::Event::final, timers, false).pass);
  EXPECT_FALSE(machine.on(NonInviteClient::Event::timeout_due, timers, false).timed_out);
  EXPECT_TRUE(machine.is_terminated());
}

// RFC 3261 17.2.2
TEST(NonInviteServerTest, TryingAbsorbsCompletedRepeats) {
  NonInviteServer machine;
  auto on = [&](NonInviteServer::Event event) { return machine.on(event, timers, false); };
  EXPECT_FALSE(on(NonInviteServer::Event::request_again).resend);
  Step step = on(NonInviteServer::Event::final);
  EXPECT_TRUE(step.send);
  EXPECT_EQ(step.timeout.after, 32s);  // timer J
  EXPECT_TRUE(on(NonInviteServer::Event::request_again).resend);
  EXPECT_FALSE(on(NonInviteServer::Event::final).send);
  on(NonInviteServer::Event::timeout_due);
  EXPECT_TRUE(machine.is_terminated());
}

// RFC 4320 4.1: when the client's timer E is at T2, and not before
TEST(NonInviteServerTest, WhoWaitsLongIsToldOnce) {
  NonInviteServer machine;
  auto on = [&](NonInviteServer::Event event) { return machine.on(event, timers, false); };
  EXPECT_EQ(on(NonInviteServer::Event::wait).retransmit.after, 3500ms);
  EXPECT_TRUE(on(NonInviteServer::Event::trying_due).pass);
  EXPECT_TRUE(on(NonInviteServer::Event::provisional).send);
  EXPECT_TRUE(machine.awaits_final());
  EXPECT_FALSE(on(NonInviteServer::Event::trying_due).pass);
  EXPECT_TRUE(on(NonInviteServer::Event::request_again).resend);
  Step step = on(NonInviteServer::Event::final);
  EXPECT_TRUE(step.send);
  EXPECT_EQ(step.retransmit.what, What::stop);
  EXPECT_FALSE(machine.awaits_final());
}

// RFC 3261 17.2.2: over a reliable transport nothing lingers
TEST(NonInviteServerTest, ReliableTransportLingersNot) {
  NonInviteServer machine;
  EXPECT_EQ(machine.on(NonInviteServer::Event::final, timers, true).timeout.after, 0s);
}

}  // namespace
}  // namespace sbc::transaction
