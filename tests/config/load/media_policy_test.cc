// Offers of our own.
#include <gtest/gtest.h>

#include "config/load/diff.h"
#include "tests/config/load/sample.h"

namespace sbc::config {
namespace {

const std::string peers = "peers: [203.0.113.10:5060]\n";

std::string in_trunk(const std::string& lines) { return with(peers, peers + lines); }

TEST(OfferRules, AreReadAsWritten) {
  LoadResult plain = load_text(sample, "sbc.yaml");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain.model->trunks[0].offer, OfferRule::as_caller);
  EXPECT_EQ(plain.model->trunks[0].offer_codecs,
            (std::vector<std::string>{"PCMA", "PCMU", "telephone-event"}));
  LoadResult early = load_text(in_trunk("    offer: early\n    offer_codecs: [opus, G722]\n"), "sbc.yaml");
  ASSERT_TRUE(early);
  EXPECT_EQ(early.model->trunks[0].offer, OfferRule::early);
  EXPECT_EQ(early.model->trunks[0].offer_codecs, (std::vector<std::string>{"opus", "G722"}));
  auto changes = diff(*plain.model, *early.model, early.places);
  EXPECT_EQ(changes.size(), 2u);
  for (const Change& change : changes) EXPECT_TRUE(change.live) << change.key;
}

TEST(OfferRules, RefuseWhatIsNoneByLine) {
  EXPECT_EQ(problem_of(in_trunk("    offer: early\n    offer_codecs: [PCMX]\n")),
            "sbc.yaml:21: trunks[core].offer_codecs: 'PCMX' – must be one of: PCMU, GSM, PCMA, G722, G729, "
            "opus, AMR, "
            "AMR-WB, telephone-event");
  EXPECT_EQ(problem_of(in_trunk("    offer: early\n    offer_codecs: [PCMA, PCMA]\n")),
            "sbc.yaml:21: trunks[core].offer_codecs: 'PCMA' – this is listed twice");
  EXPECT_NE(
      problem_of(in_trunk("    offer: early\n    offer_codecs: [telephone-event]\n")).find("needs a codec"),
      std::string::npos);
  EXPECT_NE(problem_of(in_trunk("    offer_codecs: [PCMA]\n")).find("says nothing without offer: early"),
            std::string::npos);
  EXPECT_NE(problem_of(in_trunk("    offer: late\n")), "");
}

}  // namespace
}  // namespace sbc::config
