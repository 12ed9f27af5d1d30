// Calls with precedence: what an operator may say of them.
#include <gtest/gtest.h>

#include "config/load/diff.h"
#include "tests/config/load/sample.h"

namespace sbc::config {
namespace {

const std::string realm_part = "sip: [\"198.51.100.1:5060\"]\n", trunk_part = "peers: [203.0.113.10:5060]\n";

std::string in_realm(const std::string& line) { return with(realm_part, realm_part + "    " + line + "\n"); }
std::string in_trunk(const std::string& line) { return with(trunk_part, trunk_part + "    " + line + "\n"); }

TEST(EmergencyConfig, IsReadAsWritten) {
  std::string text = with(trunk_part, trunk_part + "    precedence: [ets, wps.0]\n",
                          in_realm("emergency_numbers: [\"112\", \"*911#\"]"));
  text += "emergency: {calls_reserved: 8, source_rate: 2/s burst 4, unknown_rate: 30/s}\n";
  LoadResult loaded = load_text(text, "sbc.yaml");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded.model->realms[0].emergency_numbers, (std::vector<std::string>{"112", "*911#"}));
  EXPECT_EQ(loaded.model->trunks[0].precedence, (std::vector<std::string>{"ets", "wps.0"}));
  EXPECT_EQ(loaded.model->emergency.calls_reserved, 8u);
  EXPECT_EQ(loaded.model->emergency.source_rate.text(), "2/s burst 4");
  EXPECT_EQ(loaded.model->emergency.unknown_rate.text(), "30/s");
  LoadResult plain = load_text(sample, "sbc.yaml");
  for (const Change& change : diff(*plain.model, *loaded.model, loaded.places))
    EXPECT_TRUE(change.live) << change.key;
  EXPECT_EQ(diff(*plain.model, *loaded.model, loaded.places).size(), 5u);
}

TEST(EmergencyConfig, RefusesWhatIsNoneByLine) {
  EXPECT_EQ(problem_of(in_realm("emergency_numbers: [sos]")),
            "sbc.yaml:9: realms[access].emergency_numbers: 'sos' – must be a whole number as it is dialled "
            "there, as in "
            "\"112\"");
  EXPECT_EQ(problem_of(in_realm("emergency_numbers: [\"112\", \"112\"]")),
            "sbc.yaml:9: realms[access].emergency_numbers: '112' – this is listed twice");
  EXPECT_EQ(problem_of(in_trunk("precedence: [\"ets.\"]")),
            "sbc.yaml:20: trunks[core].precedence: 'ets.' – must be a namespace of Resource-Priority, or one "
            "of its "
            "values, as in ets or wps.0 (RFC 4412)");
  EXPECT_EQ(problem_of(sample + "limits: {calls_max: 100}\nemergency: {calls_reserved: 100}\n"),
            "sbc.yaml:27: emergency.calls_reserved: '100' – must be below limits.calls_max, 100");
  EXPECT_NE(problem_of(sample + "emergency: {source_rate: 0/s}\n"), "");
  EXPECT_NE(problem_of(sample + "emergency: {numbers: [1]}\n"), "");
}

TEST(EmergencyConfig, RoutesNameServicesByTheirUrn) {
  auto route = [](const std::string& prefix) { return with("from: access", "prefix: \"" + prefix + "\""); };
  EXPECT_EQ(problem_of(route("urn:service:sos")), "");
  EXPECT_EQ(problem_of(route("urn:service:")), "");
  EXPECT_EQ(problem_of(route("urn:uuid:1")),
            "sbc.yaml:22: routes[out].prefix: 'urn:uuid:1' – must be up to 64 of the characters 0-9 A-Z a-z "
            "+ * # - _ ., "
            "or begin with urn:service:");
}

}  // namespace
}  // namespace sbc::config
