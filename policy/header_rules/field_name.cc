#include "policy/header_rules/field_name.h"

#include <array>

#include "dataplane/sip/text.h"

namespace sbc::policy {
namespace {

using sip::Header;

template <size_t Size>
constexpr std::array<bool, sip::header_count> set_of(const Header (&names)[Size]) {
  std::array<bool, sip::header_count> set{};
  for (Header name : names) set[size_t(name)] = true;
  return set;
}

/// What makes transactions, dialogs and sessions, what is agreed on for each leg, and what a body is.
constexpr auto ours_alone = set_of({
    // clang-format off
    Header::via, Header::record_route, Header::route, Header::path, Header::service_route, Header::contact,
    Header::from, Header::to, Header::call_id, Header::cseq, Header::max_forwards, Header::max_breadth,
    Header::content_length, Header::content_type, Header::content_disposition, Header::content_encoding,
    Header::content_id, Header::content_language, Header::mime_version,
    Header::require, Header::proxy_require, Header::supported, Header::unsupported, Header::allow,
    Header::allow_events, Header::accept, Header::accept_encoding, Header::recv_info, Header::info_package,
    Header::session_expires, Header::min_se, Header::expires, Header::min_expires, Header::retry_after,
    Header::rseq, Header::rack, Header::timestamp, Header::event, Header::subscription_state,
    Header::replaces, Header::join, Header::target_dialog, Header::refer_to, Header::referred_by,
    Header::refer_sub, Header::flow_timer, Header::sip_etag, Header::sip_if_match,
    Header::authorization, Header::proxy_authorization, Header::www_authenticate,
    Header::proxy_authenticate, Header::authentication_info, Header::proxy_authentication_info,
    Header::security_client, Header::security_server, Header::security_verify,
    // clang-format on
});

/// What crosses, but never as it came.
constexpr auto rewritten =
    set_of({Header::reason, Header::warning, Header::history_info, Header::p_asserted_identity,
            Header::diversion, Header::p_charging_vector});

}  // namespace

FieldName FieldName::of(std::string_view written) {
  const sip::Header id = sip::header_of(written);
  return {id, std::string(id == sip::Header::other ? written : sip::text_of(id))};
}

bool FieldName::is(sip::Header other_id, std::string_view other_text) const {
  return id == other_id && (id != sip::Header::other || sip::equal_ignoring_case(text, other_text));
}

std::string_view why_not(const FieldName& name, config::HeaderRule::Action action) {
  if (name.text.empty() || name.text.size() > FieldName::bytes_max || !sip::all(name.text, sip::class_token))
    return "must be the name of a header field, up to 64 characters";
  if (ours_alone[size_t(name.id)])
    return "belongs to the dialog, or to what is agreed on with each side: it is ours to write, and no "
           "rule's";
  if (action == config::HeaderRule::Action::allow && rewritten[size_t(name.id)])
    return "crosses already, without what names the other side; set and replace can change it";
  return {};
}

}  // namespace sbc::policy
