#include "bench/sip/classify_ours.h"

#include <string>
#include <utility>
#include <vector>

#include "config/types/check.h"
#include "policy/signatures/signatures.h"

namespace sbc::bench {
namespace {

using Kind = Classification::Kind;

bool is_keepalive(std::string_view datagram) {
  if (datagram.size() >= 20 && uint8_t(datagram[0]) < 4) return true;  // STUN (RFC 8489 5)
  return datagram.size() <= 4 && datagram.find_first_not_of("\r\n") == datagram.npos;
}

Kind kind_of(std::string_view datagram) {
  if (is_keepalive(datagram)) return Kind::keepalive;
  std::string_view head = datagram.substr(0, 1024);
  while (head.starts_with("\r\n")) head.remove_prefix(2);  // RFC 3261 7.5
  if (head.starts_with("SIP/")) return Kind::response;
  return head.substr(0, head.find('\n')).find("SIP/") != head.npos ? Kind::request : Kind::other;
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
  SBC_CHECK(state_->scratch.fit(*state_->signatures.database()));
}
OurClassifier::~OurClassifier() = default;

Classification OurClassifier::classify(std::string_view datagram) const {
  Classification result;
  result.kind = kind_of(datagram);
  if (result.kind == Kind::keepalive || result.kind == Kind::other) return result;
  policy::SignatureMatch match = state_->signatures.scan(state_->scratch, datagram);
  if (match.signature == nullptr) return result;
  result.signature = match.index;
  result.dropped = match.signature->action == policy::Action::drop;
  return result;
}

}  // namespace sbc::bench
