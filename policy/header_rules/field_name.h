// FieldName: the name of a header field in a rule, and what rules may do with it.
#pragma once

#include <string>
#include <string_view>

#include "config/model/header_rule.h"
#include "dataplane/sip/message.h"

namespace sbc::policy {

struct FieldName {
  static constexpr size_t bytes_max = 64;

  sip::Header id = sip::Header::other;
  std::string text;  // canonical; of a field that we don't know, as the operator wrote it

  static FieldName of(std::string_view written);
  bool is(sip::Header other_id, std::string_view other_text) const;
  bool is(const sip::Field& field) const { return is(field.id, field.name); }
};

/// Calls `visit(field)` for each field of that name; `visit` returns false to stop.
template <class Visit>
void each_field(const sip::Message& message, const FieldName& name, Visit&& visit) {
  if (name.id != sip::Header::other) {
    for (const sip::Field* field = message.find(name.id); field; field = message.head().next(*field)) {
      if (!visit(*field)) return;
    }
    return;
  }
  for (const sip::Field& field : message.fields()) {
    if (name.is(field) && !visit(field)) return;
  }
}

/// Why no rule may do this with such a field; empty where it may.
std::string_view why_not(const FieldName& name, config::HeaderRule::Action action);

}  // namespace sbc::policy
