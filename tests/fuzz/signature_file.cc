#include "policy/signatures/signature_file.h"

#include <algorithm>
#include <string>

#include "config/types/check.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

constexpr size_t scanned_max = 16;  // signatures of a file

/// Each problem has its place in the file, and no set comes of a file with any.
void check_problems(const policy::SignatureFile& file, std::string_view bytes) {
  const auto lines =
      1 + std::count(bytes.begin(), bytes.end(), '\n') + std::count(bytes.begin(), bytes.end(), '\r');
  int last = 0;
  for (const config::Problem& problem : file.problems) {
    SBC_CHECK(problem.where.file == "fuzz" && !problem.text.empty());
    SBC_CHECK(problem.where.line >= 1 && problem.where.line >= last && problem.where.line <= lines + 1);
    last = problem.where.line;
  }
  if (!file.problems.empty()) SBC_CHECK(file.set.signatures().empty() && !file.set.database());
}

/// Nothing disturbs a scan, and a pattern that may stand anywhere is found.
void check_scan(const policy::SignatureSet& set, std::string_view bytes) {
  if (!set.database()) return;
  match::Scratch scratch;
  SBC_CHECK(set.fit(scratch));
  (void)set.scan(scratch, bytes);
  size_t count = std::min(set.signatures().size(), scanned_max);
  for (size_t i = 0; i < count; ++i) {
    const policy::Signature& signature = set.signatures()[i];
    std::string message = "INVITE sip:b@c SIP/2.0\r\nSubject: x\r\n\r\n" + signature.pattern;
    policy::SignatureVerdict verdict = set.scan(scratch, message);
    if (signature.where == policy::Where::anywhere && !signature.regex)
      SBC_CHECK(verdict.signature != nullptr);
  }
}

}  // namespace

void signature_file(std::string_view bytes) {
  policy::SignatureFile file = policy::load_signature_text(bytes, "fuzz");
  check_problems(file, bytes);
  check_scan(file.set, bytes);
}

}  // namespace sbc::fuzz
