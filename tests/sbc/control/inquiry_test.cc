#include "sbc/control/inquiry.h"

#include <gtest/gtest.h>

#include "tests/sbc/control/fake_backend.h"

namespace sbc::control {
namespace {

using namespace std::chrono_literals;
using Kind = edge::Command::Kind;

class InquiriesTest : public testing::Test {
 protected:
  void ask(Kind kind, size_t rows_max, bool first_done) {
    inquiries.ask(kind, 7, rows_max, first_done, now, [this](const Gathered& gathered, Instant) {
      ++ended;
      result = gathered;
    });
  }
  uint64_t request_of(unsigned worker) {
    edge::Command command;
    SBC_CHECK(backend.worker(worker).commands.pop(command));
    return command.request;
  }

  FakeBackend backend{2};
  Inquiries inquiries{backend.exchanges(), 500ms};
  Instant now{1'000'000'000};
  int ended = 0;
  Gathered result;
};

TEST_F(InquiriesTest, AskEveryWorkerAndEndOnceAllHaveAnswered) {
  ask(Kind::list_calls, 10, false);
  uint64_t request = request_of(0);
  EXPECT_EQ(request_of(1), request);
  inquiries.on_row({request, sample_call(1)});
  inquiries.on_answered(0, {request, true}, now);
  EXPECT_EQ(ended, 0);
  inquiries.on_row({request, sample_call(2)});
  inquiries.on_answered(1, {request, true}, now);
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(result.rows.size(), 2u);
  EXPECT_TRUE(result.silent_workers.empty());
  EXPECT_FALSE(inquiries.pending());
}

TEST_F(InquiriesTest, EndWithAPartialAnswerThatNamesTheSilentWorkers) {
  ask(Kind::list_calls, 10, false);
  uint64_t request = request_of(0);
  inquiries.on_row({request, sample_call(1)});
  inquiries.on_answered(0, {request, true}, now);
  inquiries.expire(now + 499ms);
  EXPECT_EQ(ended, 0);
  inquiries.expire(now + 500ms);
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(result.rows.size(), 1u);
  EXPECT_EQ(result.silent_workers, std::vector<unsigned>{1});
  inquiries.on_row({request, sample_call(2)});
  inquiries.on_answered(1, {request, true}, now + 1s);  // too late, and harmless
  EXPECT_EQ(ended, 1);
}

TEST_F(InquiriesTest, CountAWorkerWithAFullCommandRingAsSilent) {
  while (backend.worker(1).commands.push({})) {
  }
  ask(Kind::list_calls, 10, false);
  inquiries.on_answered(0, {request_of(0), true}, now);
  inquiries.expire(now + 1s);
  EXPECT_EQ(result.silent_workers, std::vector<unsigned>{1});
}

TEST_F(InquiriesTest, EndAtTheFirstWorkerThatHasWhatIsSought) {
  ask(Kind::find_call, 1, true);
  uint64_t request = request_of(1);
  inquiries.on_row({request, sample_call(7)});
  inquiries.on_answered(1, {request, true}, now);
  EXPECT_EQ(ended, 1);
  EXPECT_TRUE(result.done);
}

TEST_F(InquiriesTest, KeepNoMoreRowsThanAskedFor) {
  ask(Kind::list_calls, 3, false);
  uint64_t request = request_of(0);
  for (uint64_t i = 0; i < 5; ++i) inquiries.on_row({request, sample_call(i)});
  inquiries.on_answered(0, {request, true}, now);
  inquiries.on_answered(0, {request, true}, now);  // twice is once
  EXPECT_EQ(ended, 0);
  inquiries.on_answered(1, {request, true}, now);
  EXPECT_EQ(result.rows.size(), 3u);
}

}  // namespace
}  // namespace sbc::control
