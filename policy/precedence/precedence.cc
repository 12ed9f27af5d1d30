#include "policy/precedence/precedence.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "dataplane/sip/text.h"

namespace sbc::policy {
namespace {

using sip::equal_ignoring_case;

bool is_emergency_number(const config::Realm& realm, std::string_view number) {
  const auto& numbers = realm.emergency_numbers;
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

/// `value` is one that `rule` names, or in the namespace that it names.
bool is_named(std::string_view rule, std::string_view value) {
  if (rule.find('.') == rule.npos) value = value.substr(0, value.find('.'));
  return equal_ignoring_case(rule, value);
}

bool may_claim(const config::Trunk& trunk, const sip::Message& invite) {
  bool found = false;
  invite.each_element_of(sip::Header::resource_priority, [&](sip::Cursor element) {
    found = std::any_of(trunk.precedence.begin(), trunk.precedence.end(),
                        [&](const std::string& rule) { return is_named(rule, element.rest()); });
    return !found;
  });
  return found;
}

/// A user part as routes see it: unescaped, without the parameters of a number. Empty where it does not fit.
std::string_view plain(std::string_view user, std::span<char> into) {
  size_t size = 0;
  while (!user.empty()) {
    const std::optional<char> c = sip::take_unescaped(user);
    if (c == ';') break;
    if (!c || size == into.size()) return {};
    into[size++] = *c;
  }
  return {into.data(), size};
}

bool is_emergency(const config::Realm& realm, const sip::Uri& uri) {
  std::array<char, 64> text;
  const std::string_view number = plain(uri.user, text);
  return is_emergency_service(number) || is_emergency_number(realm, number);
}

}  // namespace

std::string_view text_of(Precedence precedence) {
  switch (precedence) {
    case Precedence::none:
      return "";
    case Precedence::emergency_number:
      return "emergency_number";
    case Precedence::emergency_service:
      return "emergency_service";
    case Precedence::resource_priority:
      return "resource_priority";
  }
  return "";
}

bool is_emergency_service(std::string_view urn) {
  constexpr std::string_view sos = "urn:service:sos";
  return sip::is_service_urn(urn) && equal_ignoring_case(urn.substr(0, sos.size()), sos) &&
         (urn.size() == sos.size() || urn[sos.size()] == '.');
}

Precedence claimed_precedence(const Claimant& claimant, std::string_view called, const sip::Message& invite) {
  const bool trusted = claimant.trust == config::Trust::trusted;
  if (trusted && claimant.trunk && may_claim(*claimant.trunk, invite)) return Precedence::resource_priority;
  if (is_emergency_service(called) || (trusted && is_emergency_service(invite.to().uri.user)))
    return Precedence::emergency_service;
  return is_emergency_number(claimant.realm, called) ? Precedence::emergency_number : Precedence::none;
}

bool concerns_emergency(const config::Realm& realm, config::Trust trust, const sip::Head& head) {
  if (head.kind() != sip::Kind::request) return false;
  std::string_view target = head.start_line();
  target.remove_prefix(std::min(target.find(' ') + 1, target.size()));
  target = target.substr(0, target.find(' '));
  sip::Uri uri;
  if (sip::parse_uri(target, uri) == Reason::none && is_emergency(realm, uri)) return true;
  const sip::Field* to = head.find(sip::Header::to);
  sip::NameAddr party;
  return to && sip::parse_name_addr(to->value, party) == Reason::none &&
         (trust == config::Trust::trusted || !party.tag().empty()) && is_emergency(realm, party.uri);
}

}  // namespace sbc::policy
