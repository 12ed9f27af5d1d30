#include "sbc/call/identity.h"

#include <algorithm>

#include "dataplane/sip/text.h"
#include "dataplane/sip/values.h"
#include "policy/topology/known_values.h"
#include "policy/topology/topology.h"

namespace sbc::call {
namespace {

using sip::equal_ignoring_case;

/// A SIP and a tel URI (RFC 3325 9.1); of Diversion, more hops than anybody looks at.
constexpr size_t identities_max = 2, diversions_max = 8;

/// Written again with our address; false where nothing of it may be shown.
bool rewrite(PartyText& party, const sip::NameAddr& identity, const Endpoint& ours,
             const policy::NumberTable& numbers) {
  NumberText number;
  return take_number(identity.uri.user, number) && !number.empty() &&
         !policy::looks_like_host(number.view()) && write_caller(party, identity, ours, numbers);
}

/// `write(party, name_addr)` for each that can be shown, up to `most`.
template <class Write>
void each_shown(const sip::Message& source, sip::Header id, const Endpoint& ours,
                const policy::NumberTable& numbers, size_t most, Write&& write) {
  source.each_name_addr(id, [&](const sip::NameAddr& identity, Reason reason) {
    PartyText party;
    if (reason != Reason::none || !rewrite(party, identity, ours, numbers)) return true;
    write(party, identity);
    return --most > 0;
  });
}

/// RFC 5806 5.3: the parameters whose values are known words or numbers.
void write_diversion(sip::Writer& out, const PartyText& party, std::string_view parameters) {
  out.text(party.view());
  auto value_of = [&](std::string_view name) { return sip::parameter(parameters, name).value_or(""); };
  if (std::string_view reason = value_of("reason"); policy::is_diversion_reason(reason))
    out.text(";reason=").text(reason);
  if (auto counter = sip::parse_number(value_of("counter"))) out.text(";counter=").number(*counter);
  if (std::string_view privacy = value_of("privacy"); policy::is_diversion_privacy(privacy))
    out.text(";privacy=").text(privacy);
}

}  // namespace

bool asks_privacy(const sip::Message& message, std::string_view word) {
  for (const sip::Field& field : message.fields()) {
    std::string_view rest = field.id == sip::Header::privacy ? field.value : std::string_view{};
    while (!rest.empty()) {
      const size_t end = std::min(rest.find_first_of(";,"), rest.size());
      if (equal_ignoring_case(sip::trim(rest.substr(0, end)), word)) return true;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return false;
}

bool hides_identity(const sip::Message& message, bool before) {
  return asks_privacy(message, "id") || asks_privacy(message, "user") || asks_privacy(message, "header") ||
         (before && !asks_privacy(message, "none"));
}

bool write_from(PartyText& party, const sip::Message& invite, const Endpoint& ours,
                const policy::NumberTable& numbers, bool trusted) {
  if (trusted || !asks_privacy(invite, "user")) return write_caller(party, invite.from(), ours, numbers);
  return party.assign("\"Anonymous\" <sip:anonymous@anonymous.invalid>");
}

void add_identities(policy::HeaderFields& fields, const sip::Message& source, const Endpoint& ours,
                    const policy::NumberTable& numbers, bool trusted, bool hidden) {
  const bool keeps_hidden = hidden && !asks_privacy(source, "none");
  if (!trusted && (keeps_hidden || asks_privacy(source, "id"))) return;
  each_shown(source, sip::Header::p_asserted_identity, ours, numbers, identities_max,
             [&](const PartyText& party, const sip::NameAddr&) {
               fields.compose(sip::Header::p_asserted_identity, [&](sip::Writer& out) {
                 out.text(party.view());
                 return true;
               });
             });
  if (source.is_request() && (trusted || !hides_identity(source))) {
    each_shown(source, sip::Header::referred_by, ours, numbers, 1,
               [&](const PartyText& party, const sip::NameAddr&) {
                 fields.compose(sip::Header::referred_by, [&](sip::Writer& out) {
                   out.text(party.view());
                   return true;
                 });
               });
  }
  each_shown(source, sip::Header::diversion, ours, numbers, diversions_max,
             [&](const PartyText& party, const sip::NameAddr& diversion) {
               std::string_view privacy = sip::parameter(diversion.parameters, "privacy").value_or("off");
               fields.compose(sip::Header::diversion, [&](sip::Writer& out) {
                 write_diversion(out, party, diversion.parameters);
                 return trusted || equal_ignoring_case(privacy, "off");
               });
             });
}

}  // namespace sbc::call
