#include "sbc/call/refer_to.h"

#include <algorithm>

#include "dataplane/sip/text.h"

namespace sbc::call {
namespace {

using sip::equal_ignoring_case;

template <size_t Max>
bool unescape(std::string_view escaped, dialog::FixedText<Max>& text) {
  text.clear();
  while (!escaped.empty()) {
    std::optional<char> c = sip::take_unescaped(escaped);
    if (!c || uint8_t(*c) < 0x20 || *c == 0x7f || !text.append({&*c, 1})) return false;
  }
  return true;
}

/// False where Replaces is there and cannot be read, or twice.
bool take_replaces(std::string_view headers, ReferTo& target) {
  while (!headers.empty()) {
    const size_t end = std::min(headers.find('&'), headers.size());
    const std::string_view header = headers.substr(0, end);
    headers.remove_prefix(std::min(end + 1, headers.size()));
    const size_t equals = std::min(header.find('='), header.size());
    if (!equal_ignoring_case(header.substr(0, equals), "Replaces")) continue;
    const std::string_view value = header.substr(std::min(equals + 1, header.size()));
    if (!target.replaces.empty() || value.empty() || !unescape(value, target.replaces)) return false;
  }
  return true;
}

Reason take_target(const sip::Uri& uri, ReferTo& target) {
  if (uri.scheme != sip::Scheme::sip && uri.scheme != sip::Scheme::tel)
    return Reason::scheme_unsupported;  // sips: no TLS to go on with
  auto method = sip::parameter(uri.parameters, "method");
  if (method && !equal_ignoring_case(*method, "INVITE")) return Reason::refer_method_unsupported;
  const bool good = take_number(uri.user, target.number) && take_replaces(uri.headers, target);
  return good ? Reason::none : Reason::refer_to_bad;
}

}  // namespace

Result<ReferTo> read_refer_to(const sip::Message& refer) {
  ReferTo target;
  Reason reason = Reason::refer_to_bad;
  size_t count = 0;
  refer.each_name_addr(sip::Header::refer_to, [&](const sip::NameAddr& value, Reason read) {
    if (++count > 1) {
      reason = Reason::refer_to_bad;
    } else if (read == Reason::none) {
      reason = take_target(value.uri, target);
    } else if (read == Reason::scheme_unsupported) {
      reason = read;
    }
    return true;
  });
  if (reason != Reason::none) return reason;
  return target;
}

}  // namespace sbc::call
