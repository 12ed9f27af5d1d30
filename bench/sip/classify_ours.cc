#include "bench/sip/classify_ours.h"

#include <string>
#include <utility>
#include <vector>

#include "config/types/check.h"
#include "dataplane/sip/head.h"
#include "policy/signatures/signatures.h"

namespace sbc::bench {
namespace {

using Kind = Classification::Kind;

Kind kind_of(sip::Kind kind) {
  switch (kind) {
    case sip::Kind::request:
      return Kind::request;
    case sip::Kind::response:
      return Kind::response;
    case sip::Kind::keepalive:
    case sip::Kind::stun:
      return Kind::keepalive;
    case sip::Kind::junk:
      break;
  }
  return Kind::other;
}

policy::SignatureSet compile(std::span<const Literal> literals) {
  std::vector<policy::Signature> signatures;
  std::vector<match::Literal> patterns;
  for (const Literal& literal : literals) {
    policy::Signature signature;
    signature.id = uint32_t(signatures.size() + 1);
    signature.pattern = literal.bytes;
    signature.caseless = literal.caseless;
    signatures.push_back(std::move(signature));
    patterns.push_back({literal.bytes, literal.caseless});
  }
  std::string error;
  int index = -1;
  auto database = match::Database::compile(patterns, error, index);
  SBC_CHECK(database != nullptr);
  return policy::SignatureSet(std::move(signatures), std::move(database));
}

}  // namespace

struct OurClassifier::State {
  policy::SignatureSet signatures;
  match::Scratch scratch;
};

OurClassifier::OurClassifier(std::span<const Literal> literals)
    : state_(new State{compile(literals), match::Scratch()}) {
  SBC_CHECK(state_->signatures.fit(state_->scratch));
}
OurClassifier::~OurClassifier() = default;

policy::Hiding told_by_head(std::string_view datagram) {
  static sip::Head head;  // large
  head.read(datagram);
  return {.percent_signs = head.has_percent_sign(),
          .backslashes = head.has_backslash(),
          .folds = head.deviations().has(Deviation::line_folded)};
}

Classification OurClassifier::classify(std::string_view datagram, policy::Hiding hiding) const {
  Classification result;
  result.kind = kind_of(sip::kind_of(datagram));
  if (result.kind == Kind::keepalive || result.kind == Kind::other) return result;
  policy::SignatureVerdict verdict = state_->signatures.scan(state_->scratch, datagram, hiding);
  if (verdict.signature == nullptr) return result;
  result.signature = uint32_t(verdict.signature - state_->signatures.signatures().data());
  result.dropped = verdict.reason == Reason::signature;
  return result;
}

}  // namespace sbc::bench
