// Signature: one rule of a signature file: what bytes to look for, where, and what to do on a match.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "config/types/located.h"
#include "dataplane/match/expression.h"
#include "dataplane/sip/header.h"

namespace sbc::policy {

enum class Where : uint8_t { anywhere, start_line, header, body };
enum class Action : uint8_t { drop, reject, score, log };

struct Signature {
  uint32_t id = 0;      // the operator's number; unique
  std::string message;  // what a match means
  std::string pattern;  // literal bytes
  bool caseless = true;
  std::shared_ptr<const match::Expression> regex;  // has to match behind the pattern; null = nothing has to
  Where where = Where::anywhere;
  sip::Header header = sip::Header::other;  // for Where::header; `other` with header_name for any other one
  std::string header_name;
  Action action = Action::drop;
  uint16_t status = 403;  // for reject
  uint16_t score = 0;     // for score
  Location place;
};

/// As in the file: "header User-Agent", "reject 488".
std::string where_text(const Signature& signature);
std::string action_text(const Signature& signature);

}  // namespace sbc::policy
