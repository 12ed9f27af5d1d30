// What a realm takes of SIP messages: limits within those of all realms, and the tolerance of deviations.
#include <gtest/gtest.h>

#include "tests/config/load/sample.h"

namespace sbc::config {
namespace {

/// The sample, its second realm with `messages` in line 13.
std::string with_messages(const std::string& messages) {
  return with("    vlan: 7\n", "    vlan: 7\n    messages: " + messages + "\n");
}

MessageLimits core_of(const std::string& text) {
  LoadResult result = load_text(text, "sbc.yaml");
  EXPECT_TRUE(result) << problem_of(text);
  return result ? result.model->realms[1].messages : MessageLimits{};
}

TEST(Messages, HaveTheirDefaultsWhereNothingIsWritten) {
  EXPECT_EQ(core_of(sample), MessageLimits{});
  EXPECT_EQ(core_of(with_messages("")), MessageLimits{});
  EXPECT_EQ(core_of(with_messages("{tolerance: {}}")), MessageLimits{});
}

TEST(Messages, AreEachRealmsOwn) {
  std::string text = with_messages(
      "{message_bytes_max: 2000, headers_max: 40, header_bytes_max: 300, call_id_bytes_max: 20, vias_max: 5, "
      "via_bytes_max: 100, routes_max: 6, route_bytes_max: 101, tolerance: {line_folded: refused}}");
  MessageLimits wanted{2000, 40, 300, 20, 5, 100, 6, 101, {}};
  wanted.refused.add(Deviation::line_folded);
  EXPECT_EQ(core_of(text), wanted);
  EXPECT_EQ(load_text(text, "sbc.yaml").model->realms[0].messages, MessageLimits{});
}

TEST(Messages, HaveTheLimitsOfAllRealmsWhereTheyNameNone) {
  MessageLimits core = core_of(with_messages("{headers_max: 40}") +
                               "limits: {message_bytes_max: 4000, headers_max: 50, header_bytes_max: 600}\n");
  EXPECT_EQ(core.message_bytes_max, 4000u);
  EXPECT_EQ(core.headers_max, 40u);
  EXPECT_EQ(core.header_bytes_max, 600u);
}

TEST(Messages, AreNotAboveTheLimitsOfAllRealms) {
  EXPECT_EQ(core_of(with_messages("{headers_max: 128}")).headers_max, 128u);
  EXPECT_EQ(
      problem_of(with_messages("{headers_max: 129}")),
      "sbc.yaml:13: realms[core].messages.headers_max: '129' – must not be above limits.headers_max, 128");
  EXPECT_EQ(problem_of(with_messages("{message_bytes_max: 4001, header_bytes_max: 601}") +
                       "limits: {message_bytes_max: 4000, header_bytes_max: 600}\n"),
            "sbc.yaml:13: realms[core].messages.message_bytes_max: '4001' – must not be above "
            "limits.message_bytes_max, 4000\n"
            "sbc.yaml:13: realms[core].messages.header_bytes_max: '601' – must not be above "
            "limits.header_bytes_max, 600");
}

TEST(Messages, AreNotComparedWithALimitThatIsWrongItself) {
  EXPECT_EQ(problem_of(with_messages("{headers_max: 200}") + "limits: {headers_max: 300}\n"),
            "sbc.yaml:27: limits.headers_max: '300' – must be a whole number, 16..256");
}

TEST(Messages, NameTheirRanges) {
  EXPECT_EQ(problem_of(with_messages("{call_id_bytes_max: 15, vias_max: 65, route_bytes_max: long}")),
            "sbc.yaml:13: realms[core].messages.call_id_bytes_max: '15' – must be a whole number, 16..1024\n"
            "sbc.yaml:13: realms[core].messages.vias_max: '65' – must be a whole number, 1..64\n"
            "sbc.yaml:13: realms[core].messages.route_bytes_max: 'long' – must be a whole number, 64..4096");
}

TEST(Tolerance, TakesEachDeviationsOwnWordAndRefused) {
  for (size_t i = 0; i < deviation_count; ++i) {
    const Deviation deviation = Deviation(i);
    auto written = [&](std::string_view word) {
      return with_messages("{tolerance: {" + std::string(name_of(deviation)) + ": " + std::string(word) +
                           "}}");
    };
    EXPECT_TRUE(core_of(written(name_of(treatment_of(deviation)))).refused.empty()) << name_of(deviation);
    EXPECT_TRUE(core_of(written("refused")).refused.has(deviation)) << name_of(deviation);
    EXPECT_EQ(core_of(written("refused")).treatment(deviation), Treatment::refused);
  }
}

TEST(Tolerance, TellsWhichWordsADeviationTakes) {
  EXPECT_EQ(
      problem_of(with_messages("{tolerance: {line_folded: tolerated, host_underscore: repaired}}")),
      "sbc.yaml:13: realms[core].messages.tolerance.line_folded: 'tolerated' – must be one of: repaired, "
      "refused\n"
      "sbc.yaml:13: realms[core].messages.tolerance.host_underscore: 'repaired' – must be one of: "
      "tolerated, refused");
}

TEST(Tolerance, SuggestsTheNearestDeviation) {
  EXPECT_EQ(problem_of(with_messages("\n      tolerance:\n        line_fold: refused"))
                .find("sbc.yaml:15: realms[core].messages.tolerance.line_fold: 'line_fold' – unknown key; "
                      "did you mean "
                      "'line_folded'? known here: empty_line_first, version_case"),
            0u);
  EXPECT_EQ(
      problem_of(with_messages("{tolerances: {}}"))
          .find("sbc.yaml:13: realms[core].messages.tolerances: 'tolerances' – unknown key; did you mean "
                "'tolerance'?"),
      0u);
  EXPECT_EQ(
      problem_of(with_messages("{tolerance: refused}")),
      "sbc.yaml:13: realms[core].messages.tolerance: 'refused' – must be a section of 'key: value' lines");
}

}  // namespace
}  // namespace sbc::config
