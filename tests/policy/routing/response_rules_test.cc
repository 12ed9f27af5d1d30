#include "policy/routing/response_rules.h"

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

TEST(ResponseRule, IsTheFirstThatFits) {
  config::Trunk trunk;
  trunk.responses = {{500, 34, 503, 0}, {500, 0, 480, 0}, {0, 17, 0, 16}};
  struct Row {
    int status;
    uint16_t cause;
    int rule;  // -1 = none
  };
  for (const Row& row :
       {Row{500, 34, 0}, {500, 0, 1}, {500, 17, 1}, {486, 17, 2}, {486, 0, -1}, {503, 34, -1}}) {
    const config::ResponseRule* found = response_rule(trunk, row.status, row.cause);
    const config::ResponseRule* expected = row.rule < 0 ? nullptr : &trunk.responses[size_t(row.rule)];
    EXPECT_EQ(found, expected) << row.status << " " << row.cause;
  }
  EXPECT_EQ(response_rule(config::Trunk(), 500, 0), nullptr);
}

}  // namespace
}  // namespace sbc::policy
