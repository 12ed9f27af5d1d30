// Crossing: what the message of one leg's peer brings for the other's, besides what the call logic writes for
// each leg: fields that the allow-list knows (policy/topology), identities and history of trusted peers, and
// what header rules make of these. The one place where a message takes fields from another. Pure functions.
#pragma once

#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"
#include "policy/header_rules/header_rules.h"
#include "policy/routing/translation.h"

namespace sbc::call {

struct Crossing {
  const sip::Message* source = nullptr;  // null: nothing crosses
  policy::Party from, to;
  bool from_trusted = false, to_trusted = false;
  Endpoint ours;  // as the peer that it goes to knows us
  const policy::NumberTable* numbers =
      nullptr;          // of callers, as that peer's trunk is told them; null: as they are
  uint16_t cause = 0;   // Q.850: told in place of what `source` says of it; 0 = none
  bool hidden = false;  // who sends `source` has asked not to be named, at the call's beginning
  bool gated = false;   // early media does not reach `to`, whatever `source` says of it
};

/// `acted`, where it is given, learns which rules did something.
void write_crossing(sip::Writer& out, const Crossing& crossing, const policy::HeaderRules& rules,
                    policy::HeaderRules::Marks* acted = nullptr);

}  // namespace sbc::call
