#include "policy/signatures/signatures.h"

#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "tests/policy/signatures/scanner.h"

namespace {

size_t allocations = 0;

}  // namespace

// Counts the allocations of this program, so that a test can hold scan() to none.
[[gnu::noinline]] void* operator new(size_t size) {
  ++allocations;
  void* memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  return memory;
}
[[gnu::noinline]] void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return operator new(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace sbc::policy {
namespace {

TEST(SignatureSet, WithoutSignaturesNothingMatches) {
  match::Scratch scratch;
  EXPECT_EQ(SignatureSet().scan(scratch, "INVITE").signature, nullptr);
}

TEST(SignatureSet, AnywhereIsAnywhere) {
  Scanner scanner("- {id: 1, message: m, pattern: evil}\n");
  EXPECT_EQ(scanner.id(request("sip:evil", "")), 1u);
  EXPECT_EQ(scanner.id(request("sip:a", "Subject: EVIL\r\n")), 1u);
  EXPECT_EQ(scanner.id(request("sip:a", "", "evil")), 1u);
  EXPECT_EQ(scanner.id(request("sip:a", "Subject: good\r\n")), 0u);
  EXPECT_EQ(scanner.id(""), 0u);
}

TEST(SignatureSet, CaseCountsWhereAsked) {
  Scanner scanner("- {id: 1, message: m, pattern: Evil, caseless: false}\n");
  EXPECT_EQ(scanner.id(request("sip:a", "Subject: Evil\r\n")), 1u);
  EXPECT_EQ(scanner.id(request("sip:a", "Subject: evil\r\n")), 0u);
}

TEST(SignatureSet, AStartLineSignatureSparesTheRest) {
  Scanner scanner("- {id: 1, message: m, pattern: evil, where: start_line}\n");
  EXPECT_EQ(scanner.id(request("sip:evil", "")), 1u);
  EXPECT_EQ(scanner.id("\r\n" + request("sip:evil", "")), 1u);
  EXPECT_EQ(scanner.id(request("sip:a", "Subject: evil\r\n", "evil")), 0u);
}

TEST(SignatureSet, ABodySignatureSparesTheRest) {
  Scanner scanner("- {id: 1, message: m, pattern: evil, where: body}\n");
  EXPECT_EQ(scanner.id(request("sip:a", "", "v=0\r\ns=evil\r\n")), 1u);
  EXPECT_EQ(scanner.id(request("sip:evil", "Subject: evil\r\n", "v=0")), 0u);
}

TEST(SignatureSet, AHeaderSignatureMeansThatHeaderOnly) {
  Scanner scanner("- {id: 1, message: m, pattern: evil, where: header Subject}\n");
  EXPECT_EQ(scanner.id(request("sip:a", "Subject: evil\r\n")), 1u);
  EXPECT_EQ(scanner.id(request("sip:a", "SUBJECT : evil\r\n")), 1u);
  EXPECT_EQ(scanner.id(request("sip:a", "X-Subject: evil\r\n")), 0u);
  EXPECT_EQ(scanner.id(request("sip:evil", "User-Agent: evil\r\n", "Subject: evil\r\n")), 0u);
}

TEST(SignatureSet, ACompactNameIsTheSameHeader) {  // RFC 3261 7.3.3
  Scanner full("- {id: 1, message: m, pattern: evil, where: header Subject}\n");
  EXPECT_EQ(full.id(request("sip:a", "s: evil\r\n")), 1u);
  Scanner compact("- {id: 1, message: m, pattern: evil, where: header s}\n");
  EXPECT_EQ(compact.id(request("sip:a", "Subject: evil\r\n")), 1u);
}

TEST(SignatureSet, FoldingCountsToItsHeader) {  // RFC 3261 7.3.1
  Scanner scanner("- {id: 1, message: m, pattern: evil, where: header Subject}\n");
  EXPECT_EQ(scanner.id(request("sip:a", "Subject: x\r\n y\r\n\tevil\r\n")), 1u);
  EXPECT_EQ(scanner.id(request("sip:a", "Subject: x\r\nUser-Agent: y\r\n evil\r\n")), 0u);
}

TEST(SignatureSet, AHeaderThatWeDoNotKnowIsComparedByName) {
  Scanner scanner("- {id: 1, message: m, pattern: evil, where: header X-Odd}\n");
  EXPECT_EQ(scanner.id(request("sip:a", "x-odd: evil\r\n")), 1u);
  EXPECT_EQ(scanner.id(request("sip:a", "X-Odder: evil\r\nX-Od: evil\r\n")), 0u);
}

TEST(SignatureSet, ALaterMatchIsFoundBehindOneInTheWrongPlace) {
  Scanner scanner("- {id: 1, message: m, pattern: evil, where: header Subject}\n");
  EXPECT_EQ(scanner.id(request("sip:evil", "To: evil\r\nSubject: evil\r\n")), 1u);
}

TEST(SignatureSet, PercentEncodingHidesNothingInStartLineAndHeaders) {
  Scanner scanner(
      "- {id: 1, message: m, pattern: \"' or 1=1\", where: start_line}\n"
      "- {id: 2, message: m, pattern: \"' or 1=1\", where: header From}\n"
      "- {id: 3, message: m, pattern: 'a\\x00b'}\n");
  EXPECT_EQ(scanner.id(request("sip:x%27%20or%201=1@b", "")), 1u);
  EXPECT_EQ(scanner.id(request("sip:x", "f: <sip:x%27%20OR%201%3D1@b>\r\n")), 2u);
  EXPECT_EQ(scanner.id(request("sip:x", "To: <sip:x%27%20or%201=1@b>\r\n")), 0u);
  EXPECT_EQ(scanner.id(request("sip:x", "To: <sip:a%00b@c>\r\n")), 3u);
}

TEST(SignatureSet, APercentSignHidesNothingThatStandsThereRaw) {
  Scanner scanner("- {id: 1, message: m, pattern: '%61%62'}\n");
  EXPECT_EQ(scanner.id(request("sip:%61%62", "")), 1u);
}

TEST(SignatureSet, ADecodedLineBreakDoesNotMoveAMatchIntoAnotherHeader) {
  Scanner scanner("- {id: 1, message: m, pattern: evil, where: header From}\n");
  EXPECT_EQ(scanner.id(request("sip:x", "From: <sip:x%0D%0ATo:ev%69l@b>\r\n")), 1u);
}

TEST(SignatureSet, TwoFieldsThatDecodeSideBySideMakeNoMatch) {
  Scanner scanner("- {id: 1, message: m, pattern: 'x\\r\\nTo'}\n");
  EXPECT_EQ(scanner.id(request("sip:x", "Subject: %41x\r\nDate: 1\r\nTo: %41\r\n")), 0u);
}

TEST(SignatureSet, TheBodyIsNotDecoded) {
  Scanner scanner("- {id: 1, message: m, pattern: evil}\n");
  EXPECT_EQ(scanner.id(request("sip:a", "", "ev%69l")), 0u);
}

TEST(SignatureSet, EscapesOutsideOfUrisAreNone) {
  Scanner scanner("- {id: 1, message: m, pattern: evil}\n");
  EXPECT_EQ(scanner.id(request("sip:a", "Subject: ev%69l\r\n")), 0u);
  EXPECT_EQ(scanner.id(request("sip:a", "To: \"ev%69l\" <sip:a@b>;tag=ev%69l\r\n")), 0u);
  EXPECT_EQ(scanner.id(request("sip:a", "To: \"x\" <sip:ev%69l@b>\r\n")), 1u);
}

TEST(SignatureSet, FoldingAndQuotedPairsHideNothing) {
  Scanner scanner(
      "- {id: 1, message: m, pattern: two words}\n"
      "- {id: 2, message: m, pattern: smap, regex: '^smap( 0|$)', where: header User-Agent}\n");
  EXPECT_EQ(scanner.id(request("sip:a", "Subject: two\r\n words\r\n")), 1u);
  EXPECT_EQ(scanner.id(request("sip:a", "Subject: \"t\\wo words\"\r\n")), 1u);
  EXPECT_EQ(scanner.id(request("sip:a", "User-Agent: smap\r\n\t0\r\n")), 2u);
  for (std::string_view behind : {"", " ", "\t", " \r\n "})
    EXPECT_EQ(scanner.id(request("sip:a", "User-Agent: smap" + std::string(behind) + "\r\n")), 2u) << behind;
}

TEST(SignatureSet, WhatIsDroppedAsItStandsIsNotScannedAgain) {
  Scanner scanner(
      "- {id: 1, message: m, pattern: hidden}\n- {id: 2, message: m, pattern: evil}\n"
      "- {id: 3, message: m, pattern: odd, action: log}\n");
  EXPECT_EQ(scanner.ids(request("sip:h%69dden", "Subject: evil\r\n")), std::vector<uint32_t>{2});
  EXPECT_EQ(scanner.ids(request("sip:h%69dden", "Subject: odd\r\n")), (std::vector<uint32_t>{3, 1}));
}

TEST(SignatureSet, AStartLineBehindEmptyLinesIsOne) {
  Scanner scanner(
      "- {id: 1, message: m, pattern: '\\r\\nINVITE', regex: '^INVITE sip:evil', where: start_line}\n");
  EXPECT_EQ(scanner.id("\r\n" + request("sip:evil@b", "")), 1u);
}

TEST(SignatureSet, WhatIsEncodedTwiceIsDecodedOnceAsTheFarEndDoes) {
  Scanner scanner(
      "- {id: 1, message: m, pattern: evil}\n"
      "- {id: 2, message: m, pattern: '%69', where: start_line}\n");
  EXPECT_EQ(scanner.ids(request("sip:ev%2569l@b", "")), (std::vector<uint32_t>{2}));
}

TEST(SignatureSet, DropBeatsRejectBeatsLogThenTheLowestIdCounts) {
  Scanner scanner(
      "- {id: 1, message: m, pattern: loglog, action: log}\n"
      "- {id: 9, message: m, pattern: dropdrop, action: drop}\n"
      "- {id: 5, message: m, pattern: dropper, action: drop}\n"
      "- {id: 2, message: m, pattern: reject, action: reject 403}\n");
  EXPECT_EQ(scanner.id(request("sip:loglog", "")), 1u);
  EXPECT_EQ(scanner.id(request("sip:loglog-reject", "")), 2u);
  EXPECT_EQ(scanner.id(request("sip:dropdrop-loglog-reject", "")), 9u);
  EXPECT_EQ(scanner.id(request("sip:dropper-dropdrop-reject", "")), 5u);
  EXPECT_EQ(scanner.id(request("sip:reject", "To: dropdrop\r\nFrom: dropper\r\n")), 5u);
}

TEST(SignatureSet, EachActionHasItsReason) {
  Scanner scanner(
      "- {id: 1, message: m, pattern: loglog, action: log}\n"
      "- {id: 2, message: m, pattern: reject, action: reject 488}\n"
      "- {id: 3, message: m, pattern: dropdrop}\n");
  EXPECT_EQ(scanner.scan(request("sip:a", "")).reason, Reason::none);
  EXPECT_EQ(scanner.scan(request("sip:loglog", "")).reason, Reason::none);
  EXPECT_EQ(scanner.scan(request("sip:reject-loglog", "")).reason, Reason::signature_reject);
  EXPECT_EQ(scanner.scan(request("sip:reject-loglog", "")).signature->status, 488);
  EXPECT_EQ(scanner.scan(request("sip:reject-dropdrop", "")).reason, Reason::signature);
  EXPECT_EQ(scanner.ids(request("sip:loglog-reject-dropdrop", "To: reject\r\n")),
            (std::vector<uint32_t>{1, 2, 3}));
}

constexpr std::string_view three_scores =
    "- {id: 7, message: m, pattern: tenner, action: score 10}\n"
    "- {id: 3, message: m, pattern: niner, action: score 9}\n"
    "- {id: 5, message: m, pattern: single, action: score 1}\n"
    "- {id: 9, message: m, pattern: loglog, action: log}\n"
    "- {id: 2, message: m, pattern: reject, action: reject 488}\n";

TEST(SignatureSet, ScoresOfDistinctRulesAddUpToADrop) {
  Scanner scanner(three_scores, "score_max: 20\n");
  SignatureVerdict below = scanner.scan(request("sip:tenner-niner", "To: tenner, niner, tenner\r\n"));
  EXPECT_EQ(below.reason, Reason::none);
  EXPECT_EQ(below.score, 19u);
  EXPECT_EQ(below.signature->id, 3u);
  SignatureVerdict reached = scanner.scan(request("sip:tenner-niner", "To: single\r\n"));
  EXPECT_EQ(reached.reason, Reason::signature_score);
  EXPECT_EQ(reached.score, 20u);
  EXPECT_EQ(reached.signature->id, 3u);
}

TEST(SignatureSet, ScoresThatReachAreGraverThanLogAndLowerOnesAreNot) {
  Scanner scanner(three_scores, "score_max: 20\n");
  EXPECT_EQ(scanner.id(request("sip:tenner-niner-single-loglog", "")), 3u);
  EXPECT_EQ(scanner.id(request("sip:tenner-niner-loglog", "")), 9u);
  EXPECT_EQ(scanner.scan(request("sip:tenner-niner-single-reject", "")).reason, Reason::signature_reject);
}

TEST(SignatureSet, WithoutScoreMaxAHundredIsDropped) {
  Scanner scanner(
      "- {id: 1, message: m, pattern: ninety, action: score 99}\n"
      "- {id: 2, message: m, pattern: single, action: score 1}\n");
  EXPECT_EQ(scanner.scan(request("sip:ninety", "")).reason, Reason::none);
  EXPECT_EQ(scanner.scan(request("sip:ninety-single", "")).reason, Reason::signature_score);
}

TEST(SignatureSet, ARegexConfirmsItsPatternOverTheSpanItStandsIn) {
  Scanner scanner(
      "- {id: 1, message: m, pattern: evil, regex: '^BYE .*evil.*0$', where: start_line}\n"
      "- {id: 2, message: m, pattern: evil, regex: '^some\\s+evil$', where: header Subject}\n"
      "- {id: 3, message: m, pattern: evil, regex: '^evil[0-9]$', where: body}\n"
      "- {id: 4, message: m, pattern: evil, regex: '^BYE .*evil.*deeds', where: anywhere}\n");
  EXPECT_EQ(scanner.ids("BYE sip:evil SIP/2.0\r\n\r\n"), (std::vector<uint32_t>{1}));
  EXPECT_EQ(scanner.ids("\r\nBYE sip:evil SIP/2.0\nA: b\n\n"), (std::vector<uint32_t>{1}));
  EXPECT_EQ(scanner.ids(request("sip:evil", "")), std::vector<uint32_t>{});
  EXPECT_EQ(scanner.ids(request("sip:a", "Subject: some evil\r\n")), (std::vector<uint32_t>{2}));
  EXPECT_EQ(scanner.ids(request("sip:a", "s:some\r\n\tevil\r\n")), (std::vector<uint32_t>{2}));
  EXPECT_EQ(scanner.ids(request("sip:a", "Subject: evil\r\nTo: some evil\r\n")), std::vector<uint32_t>{});
  EXPECT_EQ(scanner.ids(request("sip:a", "", "evil1")), (std::vector<uint32_t>{3}));
  EXPECT_EQ(scanner.ids(request("sip:a", "To: evil1\r\n", "evil")), std::vector<uint32_t>{});
  EXPECT_EQ(scanner.ids("BYE sip:a SIP/2.0\r\nTo: evil\r\n\r\ndeeds"), (std::vector<uint32_t>{4}));
}

TEST(SignatureSet, ARegexIsTriedOnEverySpan) {
  Scanner scanner("- {id: 1, message: m, pattern: evil, regex: 'evil[0-9]', where: header To}\n");
  EXPECT_EQ(scanner.id(request("sip:a", "To: evil evil\r\nTo: evil\r\nTo: evil7\r\n")), 1u);
}

TEST(SignatureSet, ARegexWithoutItsPatternIsNotTried) {
  Scanner scanner("- {id: 1, message: m, pattern: evil, regex: good, where: header To}\n");
  EXPECT_EQ(scanner.id(request("sip:evil", "To: good\r\n")), 0u);
  EXPECT_EQ(scanner.id(request("sip:a", "To: evil, good\r\n")), 1u);
}

TEST(SignatureSet, ARegexSeesWhatIsUnescaped) {
  Scanner scanner(
      "- {id: 1, message: m, pattern: or, regex: \"'\\\\s+or\\\\s+1=1\", where: header From}\n"
      "- {id: 2, message: m, pattern: or, regex: \"'\\\\s+or\\\\s+2=2\"}\n");
  EXPECT_EQ(scanner.id(request("sip:a", "From: <sip:x%27%20or%091%3d1@b>\r\n")), 1u);
  EXPECT_EQ(scanner.id(request("sip:a", "To: <sip:x%27%20or%091%3d1@b>\r\n")), 0u);
  EXPECT_EQ(scanner.id(request("sip:a", "To: <sip:x%27%20or%202%3d2@b>\r\n")), 2u);
}

TEST(SignatureSet, CaselessIsTheRegexsToo) {
  Scanner scanner(
      "- {id: 1, message: m, pattern: evil, regex: 'evil[a-c]'}\n"
      "- {id: 2, message: m, pattern: Evil, regex: 'Evil[a-c]', caseless: false}\n");
  EXPECT_EQ(scanner.ids(request("sip:EVILB", "")), (std::vector<uint32_t>{1}));
  EXPECT_EQ(scanner.ids(request("sip:EvilB", "")), (std::vector<uint32_t>{1}));
  EXPECT_EQ(scanner.ids(request("sip:Evilb", "")).size(), 2u);
}

TEST(SignatureSet, ScanAllocatesNothing) {
  SignatureFile file = load_signature_text(
      "signatures:\n"
      "- {id: 1, message: m, pattern: evil, where: header Subject, action: log}\n"
      "- {id: 2, message: m, pattern: evil, where: body, action: log}\n"
      "- {id: 3, message: m, pattern: evil, regex: 'evil$', where: header Subject, action: score 3}\n",
      "test");
  match::Scratch scratch;
  ASSERT_TRUE(file.set.fit(scratch));
  std::string message = request("sip:%65vil", "To: <sip:%41evil>\r\nSubject: a:%65vil\r\n", "evil");
  size_t before = allocations;
  uint32_t sum = 0;
  for (int i = 0; i < 100; ++i) sum += uint32_t(file.set.scan(scratch, message).matches().size());
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(sum, 300u);
}

}  // namespace
}  // namespace sbc::policy
