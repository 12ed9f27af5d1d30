// Max-Breadth (RFC 5393): how many branches a call may still become.
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

class BreadthTest : public EngineTest {
 protected:
  std::string with(const std::string& breadth) { return invite("Max-Breadth: " + breadth + "\r\n"); }
};

// RFC 5393 5.3.3.1
TEST_F(BreadthTest, EachPeerThatIsTriedMayUseAllOfIt) {
  EXPECT_EQ(from_caller(with("7")), Reason::none);
  EXPECT_EQ(invite_.header(Header::max_breadth), "7");
  from_callee(response(invite_, 503));
  EXPECT_EQ(invite_.to.remote, second_);
  EXPECT_EQ(invite_.header(Header::max_breadth), "7");
}

TEST_F(BreadthTest, OneIsEnoughForOurs) {
  EXPECT_EQ(from_caller(with("1")), Reason::none);
  EXPECT_EQ(invite_.header(Header::max_breadth), "1");
}

TEST_F(BreadthTest, NoneLeftIsRefused) {
  EXPECT_EQ(from_caller(with("0")), Reason::breadth_exhausted);
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_EQ(sent_[0].first_line(), "SIP/2.0 440 Max-Breadth Exceeded");
  EXPECT_EQ(engine_->live_calls(), 0u);
}

TEST_F(BreadthTest, IsNotMadeUp) {
  EXPECT_EQ(from_caller(invite()), Reason::none);
  EXPECT_EQ(invite_.bytes.find("Max-Breadth"), std::string::npos);
}

TEST_F(BreadthTest, ThatCannotBeReadIsNone) {
  EXPECT_EQ(from_caller(with("secret.host")), Reason::none);
  EXPECT_EQ(invite_.bytes.find("Max-Breadth"), std::string::npos);
}

}  // namespace
}  // namespace sbc::call
