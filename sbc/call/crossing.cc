#include "sbc/call/crossing.h"

#include <algorithm>
#include <utility>

#include "dataplane/sip/list.h"
#include "dataplane/sip/text.h"
#include "policy/topology/known_values.h"
#include "policy/topology/topology.h"
#include "sbc/call/history.h"
#include "sbc/call/identity.h"
#include "sbc/transaction/text.h"

namespace sbc::call {
namespace {

using policy::HeaderFields;
using sip::Header;

/// Of a list, more than anybody looks at.
constexpr size_t elements_max = 8;

/// Up to elements_max of them.
template <class Visit>
void each_of_few(std::string_view value, Visit&& visit) {
  size_t left = elements_max;
  sip::each_element(value, [&](std::string_view element) {
    visit(element);
    return --left > 0;
  });
}

constexpr std::string_view isdn = "Q.850";  // RFC 3326 2

void add_cause(HeaderFields& fields, std::string_view protocol, uint32_t number) {
  fields.compose(Header::reason, [&](sip::Writer& out) {
    out.text(protocol).text(";cause=").number(number);
    return true;
  });
}

/// RFC 3326: each cause that crosses, without the text beside it.
void add_causes(HeaderFields& fields, std::string_view reasons, bool with_isdn) {
  each_of_few(reasons, [&](std::string_view element) {
    auto cause = policy::crossing_cause(element);
    if (cause && (with_isdn || !sip::equal_ignoring_case(cause->protocol, isdn)))
      add_cause(fields, cause->protocol, cause->number);
  });
}

/// RFC 3261 20.43: we are the agent that warns.
void add_warnings(HeaderFields& fields, std::string_view warnings, const Endpoint& ours) {
  each_of_few(warnings, [&](std::string_view element) {
    auto warning = policy::crossing_warning(element);
    if (!warning) return;
    fields.compose(Header::warning, [&](sip::Writer& out) {
      out.number(warning->code).text(" ");
      transaction::write_host_port(out, ours);
      out.text(" \"").text(warning->phrase).text("\"");
      return true;
    });
  });
}

void add_charging_id(HeaderFields& fields, std::string_view vector) {
  std::string_view id = policy::crossing_charging_id(vector);
  fields.compose(Header::p_charging_vector, [&](sip::Writer& out) {
    out.text("icid-value=").text(id);
    return !id.empty();
  });
}

/// The words that the RFCs define: another beside them, which does not cross, must not take them along.
template <class IsKnown>
void add_words(HeaderFields& fields, const sip::Field& field, char separator, IsKnown is_known) {
  fields.compose(field.id, [&](sip::Writer& out) {
    bool any = false;
    for (std::string_view rest = field.value; !rest.empty();) {
      const size_t end = std::min(rest.find_first_of(";,"), rest.size());
      const std::string_view word = sip::trim(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (!is_known(word)) continue;
      if (std::exchange(any, true)) out.text({&separator, 1});
      out.text(word);
    }
    return any;
  });
}

/// Within the trust domain alone (RFC 5009 2). Whoever holds early media back says so in place of who
/// authorises it (8).
void add_early_media(HeaderFields& fields, const sip::Field& field, const Crossing& crossing) {
  if (!crossing.from_trusted || !crossing.to_trusted) return;
  if (crossing.gated) return fields.add(field.id, "inactive");
  add_words(fields, field, ',', policy::is_early_media);
}

void add_field(HeaderFields& fields, const sip::Field& field, const Crossing& crossing) {
  switch (field.id) {
    case Header::reason:
      return add_causes(fields, field.value, crossing.cause == 0);
    case Header::privacy:
      return add_words(fields, field, ';', policy::is_privacy);
    case Header::p_early_media:
      return add_early_media(fields, field, crossing);
    case Header::warning:
      return add_warnings(fields, field.value, crossing.ours);
    case Header::p_charging_vector:
      if (crossing.from_trusted && crossing.to_trusted) add_charging_id(fields, field.value);
      return;
    default:
      if (policy::header_crosses(field, crossing.from_trusted)) fields.add(field.id, field.value);
      return;
  }
}

/// In INVITE, UPDATE and REFER, and what they are answered with before it is a failure.
void add_parties(HeaderFields& fields, const Crossing& crossing) {
  const sip::Message& source = *crossing.source;
  const bool names_parties = source.method() == sip::Method::invite ||
                             source.method() == sip::Method::update || source.method() == sip::Method::refer;
  if (!crossing.from_trusted || !names_parties || source.status() >= 300) return;
  static const policy::NumberTable untranslated;
  const policy::NumberTable& numbers = crossing.numbers ? *crossing.numbers : untranslated;
  add_identities(fields, source, crossing.ours, numbers, crossing.to_trusted, crossing.hidden);
  if (source.is_request()) add_history(fields, source, crossing.ours, crossing.to_trusted);
}

/// Lets cross what rules allow, and in place of the allow-list's judgement of it.
void add_allowed(HeaderFields& fields, const Crossing& crossing, const policy::HeaderRules& rules,
                 const policy::HeaderRules::Selection& selection, policy::HeaderRules::Marks* acted) {
  for (const sip::Field& field : crossing.source->fields()) {
    if (!rules.allows(selection, field, acted)) {
      add_field(fields, field, crossing);
    } else {
      fields.add({field.id, field.id == Header::other ? field.name : sip::text_of(field.id), field.value});
    }
  }
}

}  // namespace

void write_crossing(sip::Writer& out, const Crossing& crossing, const policy::HeaderRules& rules,
                    policy::HeaderRules::Marks* acted) {
  HeaderFields fields;
  if (crossing.cause) add_cause(fields, isdn, crossing.cause);
  if (!crossing.source) return fields.write(out);
  if (rules.empty()) {
    for (const sip::Field& field : crossing.source->fields()) add_field(fields, field, crossing);
    add_parties(fields, crossing);
    return fields.write(out);
  }
  char ours[64];
  sip::Writer host(ours);
  transaction::write_host_port(host, crossing.ours);
  const policy::Passage passage{*crossing.source, crossing.from, crossing.to, host.written()};
  const policy::HeaderRules::Selection selection = rules.select(passage);
  add_allowed(fields, crossing, rules, selection, acted);
  add_parties(fields, crossing);
  rules.apply(selection, passage, fields, acted);
  fields.write(out);
}

}  // namespace sbc::call
