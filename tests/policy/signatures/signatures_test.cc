#include "policy/signatures/signatures.h"

#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "policy/signatures/signature_file.h"

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

class Scanner {
 public:
  explicit Scanner(std::string_view entries) {
    SignatureFile file = load_signature_text("signatures:\n" + std::string(entries), "test");
    for (const config::Problem& problem : file.problems) ADD_FAILURE() << config::problem_text(problem);
    set_ = std::move(file.set);
    EXPECT_TRUE(set_.database() == nullptr || scratch_.fit(*set_.database()));
  }
  /// The id that matched; 0 = none.
  uint32_t id(std::string_view message) {
    SignatureMatch match = set_.scan(scratch_, message);
    if (!match.signature) return 0;
    EXPECT_EQ(match.signature, &set_.signatures()[match.index]);
    return match.signature->id;
  }

 private:
  SignatureSet set_;
  match::Scratch scratch_;
};

std::string request(std::string_view uri, std::string_view headers, std::string_view body = "") {
  std::string result = "INVITE ";
  result.append(uri).append(" SIP/2.0\r\n").append(headers).append("Call-ID: 1@x\r\n\r\n").append(body);
  return result;
}

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

TEST(SignatureSet, ScanAllocatesNothing) {
  SignatureFile file = load_signature_text(
      "signatures:\n"
      "- {id: 1, message: m, pattern: evil, where: header Subject}\n"
      "- {id: 2, message: m, pattern: evil, where: body}\n",
      "test");
  match::Scratch scratch;
  ASSERT_TRUE(scratch.fit(*file.set.database()));
  std::string message = request("sip:%65vil", "To: %41evil\r\nSubject: %65vil\r\n", "evil");
  size_t before = allocations;
  uint32_t sum = 0;
  for (int i = 0; i < 100; ++i) sum += file.set.scan(scratch, message).signature->id;
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(sum, 100u);
}

}  // namespace
}  // namespace sbc::policy
