#include "sbc/call/compose.h"

#include "dataplane/bytes/siphash.h"
#include "dataplane/sip/multipart.h"
#include "policy/topology/topology.h"
#include "sbc/transaction/reply.h"
#include "sbc/transaction/text.h"

namespace sbc::call {
namespace {

/// Letters, digits and RFC 3261 25.1 "mark" and "user-unreserved", less what other parsers stumble over.
bool is_plain(char c) {
  return sip::is(c, sip::class_letter | sip::class_digit) ||
         std::string_view("-_.!~*'()&=+$,").find(c) != std::string_view::npos;
}

void write_escaped(sip::Writer& out, std::string_view number) {
  static constexpr char digits[] = "0123456789ABCDEF";
  for (char c : number) {
    char escape[3] = {'%', digits[uint8_t(c) >> 4], digits[uint8_t(c) & 15]};
    out.text(is_plain(c) ? std::string_view(&c, 1) : std::string_view(escape, 3));
  }
}

void write_sip_uri(sip::Writer& out, std::string_view number, const Endpoint& host) {
  out.text("sip:");
  if (!number.empty()) {
    write_escaped(out, number);
    out.text("@");
  }
  transaction::write_host_port(out, host);
}

}  // namespace

bool allows(const sip::Message& message, sip::Method method) {
  bool found = false;
  message.each_element_of(sip::Header::allow, [&](sip::Cursor element) {
    found = element.rest() == sip::text_of(method);
    return !found;
  });
  return found;
}

bool has_sdp(const sip::Message& message) {
  auto text = sip::find_part(message, sip::session_description);
  return text && !text->empty();
}

bool unescape_until(char end, std::string_view escaped, NumberText& text) {
  text.clear();
  while (!escaped.empty()) {
    std::optional<char> c = sip::take_unescaped(escaped);
    if (!c) return false;
    if (*c == end) break;
    if (uint8_t(*c) < 0x20 || *c == 0x7f || !text.append({&*c, 1})) return false;
  }
  return true;
}

bool take_number(std::string_view escaped_user, NumberText& number) {
  return unescape_until(';', escaped_user, number);
}

bool write_uri(UriText& uri, std::string_view number, const Endpoint& host) {
  if (sip::is_service_urn(number)) return uri.assign(number);
  if (policy::looks_like_address(number)) return false;
  char text[256];
  sip::Writer out(text);
  write_sip_uri(out, number, host);
  return !out.overflowed() && uri.assign(out.written());
}

bool write_caller(PartyText& party, const sip::NameAddr& caller, const Endpoint& ours,
                  const policy::NumberTable& numbers) {
  char text[256];
  sip::Writer out(text);
  NumberText number;
  bool shown = take_number(caller.uri.user, number) && !policy::looks_like_host(number.view());
  if (!caller.display.empty() && !policy::looks_like_host(caller.display))
    out.display(caller.display).text(" ");
  out.text("<");
  constexpr std::string_view anonymous = "anonymous";  // RFC 3323 4.1.1.3: no number, and so not translated
  std::string_view told = shown ? number.view() : anonymous;
  char translated[128];
  size_t size = 0;
  if (!told.empty() && told != anonymous) {
    if (!policy::translate(numbers, told, translated, size)) return false;
    told = {translated, size};
    if (policy::looks_like_host(told)) told = anonymous;
  }
  write_sip_uri(out, told, ours);
  out.text(">");
  return !out.overflowed() && party.assign(out.written());
}

void write_contact(sip::Writer& out, const Endpoint& ours) {
  out.name(sip::Header::contact).text("<sip:");
  transaction::write_host(out, ours.address);
  out.text(":").number(ours.port).text(">").end_line();
}

void write_redirection(sip::Writer& out, std::string_view number, std::string_view host) {
  out.name(sip::Header::contact).text("<sip:");
  if (!number.empty()) {
    write_escaped(out, number);
    out.text("@");
  }
  out.text(host).text(">").end_line();
}

void write_redirection(sip::Writer& out, std::string_view number, const Endpoint& ours) {
  out.name(sip::Header::contact).text("<");
  write_sip_uri(out, number, ours);
  out.text(">").end_line();
}

void write_allow(sip::Writer& out) { out.header(sip::Header::allow, offered_methods); }

void write_body(sip::Writer& out, std::string_view sdp) { write_body(out, sdp_type, sdp); }

void write_body(sip::Writer& out, std::string_view type, std::string_view content) {
  if (!content.empty()) out.header(sip::Header::content_type, type);
  out.body(content);
}

void write_reply_start(sip::Writer& out, const sip::Message& request, const Transport& from, int status,
                       std::string_view phrase, std::string_view to_tag) {
  out.status_line(status, phrase);
  transaction::write_reply_head(out, request, from);
  // Also one without a value, for which the request is refused, is not to be followed by another.
  if (!sip::parameter(request.to().parameters, "tag")) out.text(";tag=").text(to_tag);
  out.end_line();
}

DerivedTag derive_tag(const sip::Message& request) {
  static constexpr HashKey key{0x736263207461672eu, 0x52464333323631u};
  static constexpr char digits[] = "0123456789abcdef";
  std::array<uint64_t, 4> parts{siphash(key, request.top_via().text), siphash(key, request.from().tag()),
                                siphash(key, request.call_id()), request.cseq().number};
  uint64_t hash = siphash(key, {reinterpret_cast<const char*>(parts.data()), sizeof parts});
  DerivedTag tag;
  for (char& c : tag.text) {
    c = digits[hash & 15];
    hash >>= 4;
  }
  return tag;
}

}  // namespace sbc::call
