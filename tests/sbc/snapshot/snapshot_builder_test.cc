#include "sbc/snapshot/snapshot_builder.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "tests/config/load/sample.h"

namespace sbc::snapshot {
namespace {

using namespace std::chrono_literals;
using config::Trust;
using config::with;

constexpr RealmId access_realm{0};
constexpr RealmId core_realm{1};

const std::string two_trunks = with("peers: [203.0.113.10:5060]\n",
                                    "peers: [203.0.113.10:5060]\n"
                                    "  - {name: spare, realm: core, peers: [203.0.113.11:5060]}\n",
                                    config::sample);

policy::Block block(std::string_view prefix) { return {RealmId::none, *Prefix::parse(prefix)}; }

class SnapshotBuilderTest : public ::testing::Test {
 protected:
  SnapshotBuilderTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "snapshot-test-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~SnapshotBuilderTest() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  BuildResult load(const std::string& text) { return builder.load(write("sbc.yaml", text), Instant{0}); }
  CompiledPtr must_load(const std::string& text) {
    BuildResult result = load(text);
    for (const config::Problem& problem : result.problems) ADD_FAILURE() << config::problem_text(problem);
    return result.compiled;
  }

  SnapshotBuilder builder;

 private:
  std::filesystem::path folder_;
};

policy::Verdict verdict(const CompiledPtr& compiled, std::string_view source, RealmId realm = access_realm) {
  return compiled->access.judge(realm, *IpAddress::parse(source));
}

TEST_F(SnapshotBuilderTest, CompilesEveryTableFromTheFile) {
  CompiledPtr compiled = must_load(config::sample);
  ASSERT_NE(compiled, nullptr);
  EXPECT_EQ(compiled->epoch, 1u);
  EXPECT_EQ(builder.current(), compiled);
  EXPECT_EQ(verdict(compiled, "198.51.100.7").trust, Trust::trusted);
  EXPECT_EQ(compiled->trunks.of_source(core_realm, IpAddress::v4(203, 0, 113, 10)), TrunkId{0});
  const policy::RouteChoice* choice = compiled->routes.find({access_realm, "4930"});
  ASSERT_NE(choice, nullptr);
  EXPECT_EQ(*choice->route->name, "out");
  ASSERT_EQ(choice->tiers.size(), 1u);
  EXPECT_EQ(choice->tiers[0].members.at(0).trunk, TrunkId{0});
  EXPECT_EQ(compiled->signatures.database(), nullptr);
}

TEST_F(SnapshotBuilderTest, CompilesHeaderRulesAndTellsTheirMistakesBesideOthers) {
  const std::string rule = "header_rules:\n  - {name: r, direction: in, action: remove, header: ";
  CompiledPtr first = must_load(config::sample);
  EXPECT_TRUE(first->header_rules.empty());
  BuildResult wrong = load(config::sample + rule + "Via}\nsignatures: {file: not-there.yaml}\n");
  EXPECT_EQ(wrong.problems.size(), 2u);
  EXPECT_EQ(builder.current(), first);
  CompiledPtr second = must_load(config::sample + rule + "Subject}\n");
  EXPECT_EQ(second->header_rules.name_of(0), "r");
}

TEST_F(SnapshotBuilderTest, WhatIsCompiledOutlivesTheBuilder) {
  CompiledPtr compiled = must_load(config::sample);
  builder = SnapshotBuilder();
  EXPECT_EQ(*compiled->routes.find({access_realm, "1"})->route->name, "out");
  EXPECT_EQ(*compiled->trunks.find(TrunkId{0})->name, "core");
}

TEST_F(SnapshotBuilderTest, ReadsTheSignatureFileBesideTheConfiguration) {
  write("s.yaml", "signatures:\n- {id: 4, message: m, pattern: evil}\n");
  CompiledPtr compiled = must_load(config::sample + "signatures: {file: s.yaml}\n");
  ASSERT_NE(compiled, nullptr);
  match::Scratch scratch;
  ASSERT_NE(compiled->signatures.database(), nullptr);
  ASSERT_TRUE(compiled->signatures.fit(scratch));
  policy::SignatureVerdict match = compiled->signatures.scan(scratch, "INVITE sip:evil SIP/2.0\r\n\r\n");
  ASSERT_NE(match.signature, nullptr);
  EXPECT_EQ(match.signature->id, 4u);
}

TEST_F(SnapshotBuilderTest, ARegexThatCannotBeIsAProblemOfItsLineInTheSignatureFile) {
  std::string file = write("s.yaml",
                           "signatures:\n- id: 4\n  message: m\n  pattern: evil\n  regex: 'evil(?=x)'\n"
                           "- {id: 5, message: m, pattern: evil, action: score 5000}\n");
  BuildResult result = load(config::sample + "signatures: {file: s.yaml}\n");
  ASSERT_EQ(result.problems.size(), 2u);
  EXPECT_EQ(config::problem_text(result.problems[0]),
            file + ":5: signatures[#1].regex: 'evil(?=x)' – Zero-width assertions are not supported.");
  EXPECT_EQ(result.problems[1].where.line, 6);
}

TEST_F(SnapshotBuilderTest, AReloadCompilesSignaturesAgainOnlyWhereTheirFileChanged) {
  const std::string configuration = config::sample + "signatures: {file: s.yaml}\n";
  write("s.yaml", "signatures:\n- {id: 4, message: m, pattern: evil}\n");
  CompiledPtr first = must_load(configuration);
  CompiledPtr second = must_load(configuration + "log: {level: debug}\n");
  EXPECT_EQ(second->signatures.database(), first->signatures.database());
  write("s.yaml", "signatures:\n- {id: 5, message: m, pattern: evil}\n");
  CompiledPtr third = must_load(configuration);
  EXPECT_EQ(third->signatures.signatures().at(0).id, 5u);
}

TEST_F(SnapshotBuilderTest, CollectsTheSignatureFilesProblems) {
  std::string file =
      write("s.yaml", "signatures:\n- {id: 4, message: m}\n- {id: 4, message: m, pattern: evil}\n");
  BuildResult result = load(config::sample + "signatures: {file: s.yaml}\n");
  EXPECT_EQ(result.compiled, nullptr);
  ASSERT_EQ(result.problems.size(), 2u);
  EXPECT_EQ(result.problems[0].where.file, file);
  EXPECT_EQ(result.problems[0].where.line, 2);
  EXPECT_EQ(result.problems[1].where.line, 3);
  EXPECT_EQ(builder.current(), nullptr);
}

TEST_F(SnapshotBuilderTest, AReloadTakesWhatIsLive) {
  must_load(config::sample);
  BuildResult result = load(with("trust: trusted", "trust: denied"));
  ASSERT_NE(result.compiled, nullptr);
  EXPECT_EQ(result.compiled->epoch, 2u);
  EXPECT_EQ(verdict(result.compiled, "198.51.100.7").reason, Reason::source_denied);
  ASSERT_EQ(result.changes.size(), 1u);
  EXPECT_EQ(result.changes[0].to, "denied");
}

TEST_F(SnapshotBuilderTest, ABrokenFileChangesNothing) {
  CompiledPtr before = must_load(config::sample);
  BuildResult result = load(with("vlan: 7", "vlan: 7000"));
  EXPECT_EQ(result.compiled, nullptr);
  EXPECT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(builder.current(), before);
  EXPECT_EQ(must_load(config::sample)->epoch, 2u);
}

TEST_F(SnapshotBuilderTest, AReloadThatNeedsARestartIsRefusedAlsoTheSecondTime) {
  CompiledPtr before = must_load(config::sample);
  for (int i = 0; i < 2; ++i) {
    BuildResult result = load(with("vlan: 7", "vlan: 8"));
    EXPECT_EQ(result.compiled, nullptr);
    ASSERT_EQ(result.problems.size(), 1u);
    EXPECT_EQ(builder.current(), before);
  }
}

TEST_F(SnapshotBuilderTest, APreviewSaysTheSameAndChangesNothing) {
  CompiledPtr before = must_load(config::sample);
  BuildResult preview = builder.preview(write("sbc.yaml", two_trunks));
  EXPECT_NE(preview.compiled, nullptr);
  EXPECT_FALSE(preview.changes.empty());
  EXPECT_EQ(builder.current(), before);
  EXPECT_EQ(must_load(config::sample)->epoch, 2u);
}

TEST_F(SnapshotBuilderTest, ATrunkKeepsItsSlotAcrossReloads) {
  must_load(two_trunks);
  std::string reversed = with("trunks:\n  - name: core\n    realm: core\n    peers: [203.0.113.10:5060]\n",
                              "trunks:\n  - {name: spare, realm: core, peers: [203.0.113.11:5060]}\n"
                              "  - {name: core, realm: core, peers: [203.0.113.10:5060]}\n");
  CompiledPtr compiled = must_load(reversed);
  EXPECT_EQ(compiled->trunks.by_name("core"), TrunkId{0});
  EXPECT_EQ(compiled->trunks.by_name("spare"), TrunkId{1});
}

TEST_F(SnapshotBuilderTest, BlocksTakeEffectAndEnd) {
  must_load(config::sample);
  CompiledPtr blocked = builder.block(block("198.51.100.7"), Instant{0} + 10s);
  ASSERT_NE(blocked, nullptr);
  EXPECT_EQ(blocked->epoch, 2u);
  EXPECT_EQ(verdict(blocked, "198.51.100.7").reason, Reason::source_blocked);
  EXPECT_FALSE(builder.has_expired(Instant{0} + 9s));
  EXPECT_EQ(builder.expire(Instant{0} + 9s), nullptr);
  CompiledPtr after = builder.expire(Instant{0} + 10s);
  ASSERT_NE(after, nullptr);
  EXPECT_EQ(after->epoch, 3u);
  EXPECT_EQ(verdict(after, "198.51.100.7").trust, Trust::trusted);
}

TEST_F(SnapshotBuilderTest, AnOperatorCanUnblock) {
  must_load(config::sample);
  builder.block(block("198.51.100.7"), Instant::never());
  EXPECT_EQ(builder.unblock(block("198.51.100.8")), nullptr);
  CompiledPtr compiled = builder.unblock(block("198.51.100.7"));
  ASSERT_NE(compiled, nullptr);
  EXPECT_EQ(verdict(compiled, "198.51.100.7").trust, Trust::trusted);
}

TEST_F(SnapshotBuilderTest, WhatTheWorkersDoNotTakeOverIsNotInForce) {
  CompiledPtr before = must_load(config::sample);
  ASSERT_NE(builder.block(block("192.0.2.1"), Instant{0} + 10s), nullptr);
  before = builder.current();
  CompiledPtr offered;
  builder.publish_through([&](const CompiledPtr& compiled) {
    EXPECT_EQ(builder.current(), before) << "still, while it is offered";
    offered = compiled;
    return false;
  });
  BuildResult refused = load(two_trunks);
  EXPECT_EQ(refused.compiled, nullptr);
  ASSERT_EQ(refused.problems.size(), 1u);
  EXPECT_EQ(offered->epoch, before->epoch + 1);
  EXPECT_EQ(builder.block(block("192.0.2.2"), Instant::never()), nullptr);
  EXPECT_EQ(builder.unblock(block("192.0.2.1")), nullptr);
  EXPECT_EQ(builder.expire(Instant{0} + 10s), nullptr);
  EXPECT_EQ(builder.current(), before);
  ASSERT_EQ(builder.blocks().size(), 1u);
  EXPECT_TRUE(builder.has_expired(Instant{0} + 10s)) << "tried again";

  before = nullptr;
  builder.publish_through([&](const CompiledPtr&) { return true; });
  CompiledPtr after = builder.expire(Instant{0} + 10s);
  ASSERT_NE(after, nullptr);
  EXPECT_EQ(after->trunks.by_name("spare"), std::nullopt) << "the refused reload left nothing behind";
}

TEST_F(SnapshotBuilderTest, APreviewIsNotPublished) {
  must_load(config::sample);
  builder.publish_through([](const CompiledPtr&) { return ADD_FAILURE() << "published", true; });
  EXPECT_NE(builder.preview(write("sbc.yaml", two_trunks)).compiled, nullptr);
}

TEST_F(SnapshotBuilderTest, BlocksOutliveAReload) {
  must_load(config::sample);
  builder.block(block("198.51.100.7"), Instant::never());
  EXPECT_EQ(verdict(must_load(two_trunks), "198.51.100.7").reason, Reason::source_blocked);
}

// Its calls go on, where the realm serves no strangers, too.
TEST_F(SnapshotBuilderTest, PeersThatAReloadTakesAwayAreHeardInTheirCalls) {
  policy::Usage usage({}, {1, 2});
  builder.watch(usage);
  must_load(two_trunks);
  ASSERT_TRUE(usage.trunks[1].calls.take(1));
  const std::string without_it = with("    vlan: 7\n", "    vlan: 7\n    trust: denied\n");
  CompiledPtr without = must_load(without_it);
  const policy::Verdict gone = verdict(without, "203.0.113.11", core_realm);
  EXPECT_EQ(gone.trust, Trust::denied) << "what it begins is a stranger's";
  EXPECT_TRUE(gone.in_calls);
  EXPECT_FALSE(verdict(without, "203.0.113.11").in_calls) << "of another realm";
  EXPECT_FALSE(verdict(without, "203.0.113.12", core_realm).is_heard());
  builder.block(block("198.51.100.7"), Instant::never());
  EXPECT_TRUE(verdict(builder.current(), "203.0.113.11", core_realm).in_calls);
  EXPECT_TRUE(verdict(must_load(without_it), "203.0.113.11", core_realm).in_calls);
  EXPECT_EQ(builder.expire(Instant{0} + 1h), nullptr) << "its call is up";
  usage.trunks[1].calls.give_back();
  ASSERT_NE(builder.expire(Instant{0} + 1h), nullptr);
  EXPECT_FALSE(verdict(builder.current(), "203.0.113.11", core_realm).is_heard());
  EXPECT_EQ(builder.blocks().size(), 1u);
}

class NamedTrunkTest : public SnapshotBuilderTest {
 protected:
  NamedTrunkTest() { must_load(with("[203.0.113.10:5060]", "[sip.example, 203.0.113.10]", config::sample)); }
  static policy::HostTable table(std::vector<const char*> addresses, std::vector<const char*> former = {}) {
    policy::KnownHost known;
    known.awaited = false;
    policy::HostTarget target{"sip.example", 5060, 0, 0, {}};
    for (const char* text : addresses) target.addresses.push_back(*IpAddress::parse(text));
    for (const char* text : former) known.former.push_back(*IpAddress::parse(text));
    if (!addresses.empty()) known.targets = {target};
    return {{{"sip.example", 0}, known}};
  }
  std::span<const policy::Peer> peers() const {
    const policy::TrunkTable& trunks = builder.current()->trunks;
    return trunks.peers(*trunks.by_name("core")).peers();
  }
  bool is_trunks(const char* address) const {
    const IpAddress source = *IpAddress::parse(address);
    return builder.current()->access.judge(core_realm, source).trust == Trust::trusted &&
           builder.current()->trunks.of_source(core_realm, source) ==
               builder.current()->trunks.by_name("core");
  }
};

TEST_F(NamedTrunkTest, WhatNamesStandForIsPartOfTheRules) {
  EXPECT_TRUE(peers()[0].is_awaited());
  const uint64_t epoch = builder.current()->epoch;
  ASSERT_NE(builder.know(table({"203.0.113.20"})), nullptr);
  EXPECT_EQ(builder.current()->epoch, epoch + 1);
  EXPECT_EQ(peers()[0].endpoint.text(), "203.0.113.20:5060");
  EXPECT_TRUE(is_trunks("203.0.113.20"));
  ASSERT_NE(builder.know(table({"203.0.113.21"}, {"203.0.113.20"})), nullptr);
  EXPECT_FALSE(is_trunks("203.0.113.20"));
  EXPECT_TRUE(verdict(builder.current(), "203.0.113.20", core_realm).in_calls);
  EXPECT_TRUE(is_trunks("203.0.113.21"));
  EXPECT_TRUE(is_trunks("203.0.113.10"));
  ASSERT_NE(builder.know(table({"203.0.113.21"})), nullptr);
  EXPECT_FALSE(verdict(builder.current(), "203.0.113.20", core_realm).in_calls);
}

TEST_F(NamedTrunkTest, WhatNamesStandForOpensNothingThatRulesShut) {
  must_load(with("[203.0.113.10:5060]", "[sip.example, 203.0.113.10]",
                 with("access:\n", "access:\n  - {realm: core, prefix: 203.0.113.16/28, trust: denied}\n")));
  ASSERT_NE(builder.know(table({"203.0.113.20", "203.0.113.40"})), nullptr);
  EXPECT_FALSE(is_trunks("203.0.113.20"));
  EXPECT_EQ(verdict(builder.current(), "203.0.113.20", core_realm).reason, Reason::source_denied);
  ASSERT_EQ(peers().size(), 2u);
  EXPECT_EQ(peers()[0].endpoint.text(), "203.0.113.40:5060");
}

/// Flows are judged anew where somebody else is shut out, and not each time that an answer comes.
TEST_F(NamedTrunkTest, WhatNamesStandForShutsNobodyOut) {
  const uint64_t before = builder.current()->access_epoch;
  ASSERT_NE(builder.know(table({"203.0.113.20"})), nullptr);
  EXPECT_EQ(builder.current()->access_epoch, before);
  ASSERT_NE(builder.block(block("198.51.100.7"), Instant::never()), nullptr);
  EXPECT_EQ(builder.current()->access_epoch, builder.current()->epoch);
  ASSERT_NE(builder.know(table({"203.0.113.21"})), nullptr);
  EXPECT_EQ(builder.current()->access_epoch, builder.current()->epoch - 1);
  ASSERT_NE(builder.unblock(block("198.51.100.7")), nullptr);
  EXPECT_EQ(builder.current()->access_epoch, builder.current()->epoch);
  must_load(config::sample);
  EXPECT_EQ(builder.current()->access_epoch, builder.current()->epoch);
}

TEST_F(NamedTrunkTest, WhatIsKnownOutlivesBlocksAndReloads) {
  ASSERT_NE(builder.know(table({"203.0.113.20"})), nullptr);
  const uint8_t slot = peers()[0].slot;
  ASSERT_NE(builder.block(block("198.51.100.7"), Instant::never()), nullptr);
  EXPECT_TRUE(is_trunks("203.0.113.20"));
  must_load(with("[203.0.113.10:5060]", "[203.0.113.11, sip.example]", config::sample));
  EXPECT_TRUE(is_trunks("203.0.113.20"));
  EXPECT_EQ(peers()[1].slot, slot) << "and so are its health and who has tried it";
  EXPECT_EQ(verdict(builder.current(), "198.51.100.7").reason, Reason::source_blocked);
}

TEST_F(NamedTrunkTest, WhatWorkersDoNotTakeOverIsNotKnown) {
  builder.publish_through([](const CompiledPtr&) { return false; });
  EXPECT_EQ(builder.know(table({"203.0.113.20"})), nullptr);
  EXPECT_TRUE(peers()[0].is_awaited());
  builder.publish_through([](const CompiledPtr&) { return true; });
  builder.block(block("198.51.100.7"), Instant::never());
  EXPECT_TRUE(peers()[0].is_awaited()) << "the refused one left nothing behind";
}

TEST_F(SnapshotBuilderTest, ABlockLeavesEverythingElseAsItWas) {
  write("s.yaml", "signatures:\n- {id: 4, message: m, pattern: evil}\n");
  CompiledPtr before = must_load(config::sample + "signatures: {file: s.yaml}\n");
  CompiledPtr after = builder.block(block("192.0.2.1"), Instant::never());
  EXPECT_EQ(after->model, before->model);
  EXPECT_EQ(after->signatures.database(), before->signatures.database());
  EXPECT_EQ(after->routes.find({access_realm, "1"})->route, before->routes.find({access_realm, "1"})->route);
  EXPECT_EQ(after->trunks.by_name("core"), before->trunks.by_name("core"));
}

}  // namespace
}  // namespace sbc::snapshot
