#include "bench/calls/tally.h"

#include <gtest/gtest.h>

namespace sbc::bench {
namespace {

/// What one call brings that the caller hangs up.
Tally one_call() {
  Tally tally;
  tally.begun();
  for (Kind kind : {Kind::trying, Kind::ringing, Kind::accepted, Kind::rtp, Kind::ended})
    tally.came(kind, Side::caller);
  for (Kind kind : {Kind::invite, Kind::ack, Kind::rtp, Kind::bye}) tally.came(kind, Side::callee);
  tally.hung_up(Side::caller);
  return tally;
}

TEST(Tally, OneCallIsComplete) { EXPECT_EQ(one_call().difference(), ""); }

TEST(Tally, ACallThatIsNotOverIsNone) {
  Tally tally = one_call();
  tally.begun();
  EXPECT_EQ(tally.difference(), "1 calls are not over");
}

TEST(Tally, EveryMessageTooManyIsSeen) {
  for (Side to : {Side::caller, Side::callee}) {
    for (size_t kind = 0; kind < kinds; ++kind) {
      Tally tally = one_call();
      tally.came(Kind(kind), to);
      EXPECT_NE(tally.difference(), "") << "kind " << kind;
    }
  }
}

TEST(Tally, EveryMessageThatIsMissingIsSeen) {
  Tally tally;
  tally.begun();
  tally.hung_up(Side::callee);
  EXPECT_EQ(tally.difference(), "0 100 came to callers instead of 1");
}

TEST(Tally, WhatComesAgainBringsItsAnswerAgain) {
  Tally tally = one_call();
  tally.repeated(Kind::invite, Side::caller);
  EXPECT_NE(tally.difference(), "");
  tally.came(Kind::ringing, Side::caller);
  tally.repeated(Kind::accepted, Side::callee);
  tally.came(Kind::ack, Side::callee);
  tally.repeated(Kind::bye, Side::caller);
  tally.came(Kind::ended, Side::caller);
  EXPECT_EQ(tally.difference(), "");
}

TEST(Tally, AnAckThatComesAgainBringsNothing) {
  Tally tally = one_call();
  tally.repeated(Kind::ack, Side::caller);
  tally.repeated(Kind::ended, Side::callee);
  EXPECT_EQ(tally.difference(), "");
}

}  // namespace
}  // namespace sbc::bench
