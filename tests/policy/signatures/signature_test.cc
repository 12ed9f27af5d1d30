#include "policy/signatures/signature.h"

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

TEST(Signature, SaysWhereAndWhatAsItsFileDoes) {
  Signature signature;
  EXPECT_EQ(where_text(signature), "anywhere");
  EXPECT_EQ(action_text(signature), "drop");
  signature.where = Where::header;
  signature.header_name = "User-Agent";
  signature.action = Action::reject;
  signature.status = 488;
  EXPECT_EQ(where_text(signature), "header User-Agent");
  EXPECT_EQ(action_text(signature), "reject 488");
  signature.where = Where::start_line;
  signature.action = Action::score;
  signature.score = 20;
  EXPECT_EQ(where_text(signature), "start_line");
  EXPECT_EQ(action_text(signature), "score 20");
  signature.where = Where::body;
  signature.action = Action::log;
  EXPECT_EQ(where_text(signature), "body");
  EXPECT_EQ(action_text(signature), "log");
}

}  // namespace
}  // namespace sbc::policy
