// Signatures: attack patterns and what to do on a match. One Hyperscan scan per message, before it is parsed;
// a second one over the percent-decoded start line and headers of those few that hold a '%' there.
//
// Immutable, shared by all workers; each brings its own scratch, fitted to database(). scan() allocates
// nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/types/located.h"
#include "config/types/reason.h"
#include "dataplane/match/database.h"
#include "dataplane/sip/header.h"

namespace sbc::policy {

enum class Where : uint8_t { anywhere, start_line, header, body };
enum class Action : uint8_t { drop, reject, log };

struct Signature {
  uint32_t id = 0;      // the operator's number; unique
  std::string message;  // what a match means
  std::string pattern;  // literal bytes
  bool caseless = true;
  Where where = Where::anywhere;
  sip::Header header = sip::Header::other;  // for Where::header; `other` with header_name for any other one
  std::string header_name;
  Action action = Action::drop;
  uint16_t status = 403;  // for reject
  Location place;
};

struct SignatureMatch {
  const Signature* signature =
      nullptr;  // the gravest: drop over reject over log, then the lowest id; null = none
  /// 0-based position in SignatureSet::signatures().
  uint32_t index = 0;
};

class SignatureSet {
 public:
  SignatureSet() = default;
  explicit SignatureSet(std::vector<Signature> signatures, std::shared_ptr<const match::Database> database);
  SignatureMatch scan(match::Scratch& scratch, std::string_view message) const;
  const std::vector<Signature>& signatures() const { return signatures_; }
  const match::Database* database() const { return database_.get(); }

 private:
  std::vector<Signature> signatures_;
  std::shared_ptr<const match::Database> database_;  // null when there are none
};

}  // namespace sbc::policy
