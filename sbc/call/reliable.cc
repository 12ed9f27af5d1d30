#include "sbc/call/reliable.h"

#include <algorithm>

#include "dataplane/sip/text.h"
#include "dataplane/sip/values.h"
#include "sbc/call/option_tags.h"

namespace sbc::call {
namespace {

/// The word at the front of `rest`, which loses it and the white space around it.
std::string_view take_word(std::string_view& rest) {
  rest = sip::trim(rest);
  const size_t end = std::min(rest.find_first_of(" \t\r\n"), rest.size());
  std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

}  // namespace

Reliable::Wish reliable_wish(const sip::Message& invite) {
  if (has_option(invite, sip::Header::require, reliable_tag)) return Reliable::Wish::required;
  return has_option(invite, sip::Header::supported, reliable_tag) ? Reliable::Wish::supported
                                                                  : Reliable::Wish::none;
}

std::optional<uint32_t> reliable_number(const sip::Message& response) {
  // Without a To tag there is no dialog to acknowledge it in.
  if (response.to().tag().empty() || !has_option(response, sip::Header::require, reliable_tag))
    return std::nullopt;
  auto number = sip::parse_number(sip::trim(response.value(sip::Header::rseq)));
  return number && *number > 0 ? number : std::nullopt;
}

std::optional<RAck> parse_rack(std::string_view value) {
  auto rseq = sip::parse_number(take_word(value));
  auto cseq = sip::parse_number(take_word(value));
  sip::Method method = sip::method_of(take_word(value));
  if (!rseq || !cseq || !sip::trim(value).empty()) return std::nullopt;
  return RAck{*rseq, *cseq, method};
}

}  // namespace sbc::call
