#include "sbc/dialog/dialog.h"

#include "dataplane/sip/list.h"
#include "sbc/transaction/text.h"

namespace sbc::dialog {
namespace {

/// The name-addr without header parameters: display name and URI in angle brackets.
template <size_t Max>
bool take_party(FixedText<Max>& party, const sip::NameAddr& from) {
  char text[Max];
  sip::Writer out(text);
  if (!from.display.empty()) out.display(from.display).text(" ");
  out.text("<").text(from.uri.text).text(">");
  return !out.overflowed() && party.assign(out.written());
}

/// Appends, or puts before what is there, one entry of the route set.
Reason add_route(Dialog& dialog, const sip::NameAddr& entry, bool in_front) {
  auto joined = dialog.route_set;
  joined.clear();
  std::string_view before = dialog.route_set.view();
  bool fits = true;
  auto put_entry = [&] {
    fits = fits && joined.append("<") && joined.append(entry.uri.text) && joined.append(">");
  };
  if (in_front) {
    put_entry();
    if (!before.empty()) fits = fits && joined.append(", ") && joined.append(before);
  } else {
    fits = joined.append(before) && (before.empty() || joined.append(", "));
    put_entry();
  }
  if (!fits) return Reason::header_too_long;
  dialog.route_set = joined;
  return Reason::none;
}

/// Record-Route becomes the route set: in order for a server, reversed for a client.
Reason take_route_set(Dialog& dialog, const sip::Message& message, bool reversed) {
  dialog.route_set.clear();
  Reason reason = Reason::none;
  for (const sip::Field& field : message.fields()) {
    if (field.id != sip::Header::record_route) continue;
    sip::each_element(field.value, [&](std::string_view element) {
      sip::NameAddr entry;
      reason = sip::parse_name_addr(element, entry) == Reason::none ? add_route(dialog, entry, reversed)
                                                                    : Reason::header_bad;
      return reason == Reason::none;
    });
    if (reason != Reason::none) return reason;
  }
  return reason;
}

/// The URI as it may stand in a Request-URI: without headers and method (RFC 3261 19.1.1, table 1; 19.1.5),
/// which would have us write what the peer pleases.
void write_target(sip::Writer& out, const sip::Uri& uri) {
  std::string_view base = uri.text;
  if (!uri.headers.empty()) base.remove_suffix(uri.headers.size() + 1);
  if (uri.parameters.data()) base = base.substr(0, size_t(uri.parameters.data() - base.data()) - 1);
  out.text(base);
  transaction::each_parameter(uri.parameters, [&](std::string_view name, std::string_view whole) {
    if (!transaction::same_token(name, "method")) out.text(";").text(whole);
  });
}

/// RFC 3261 8.1.1.8: sip or sips.
template <size_t Max>
Reason take_target_uri(FixedText<Max>& target, const sip::Uri& uri) {
  if (uri.scheme != sip::Scheme::sip && uri.scheme != sip::Scheme::sips) return Reason::header_bad;
  char text[Max];
  sip::Writer out(text);
  write_target(out, uri);
  return !out.overflowed() && target.assign(out.written()) ? Reason::none : Reason::header_too_long;
}

/// Of the first element of the first Contact.
Reason take_target(Dialog& dialog, const sip::Message& message) {
  const sip::Field* field = message.find(sip::Header::contact);
  if (field == nullptr) return Reason::header_bad;
  sip::NameAddr contact;
  Deviations deviations;  // not counted, as of all that is read where it is asked for
  const sip::Cursor list = message.head().cursor(field->value);
  if (sip::read_listed_name_addr(list, contact, deviations).reason != Reason::none) return Reason::header_bad;
  return take_target_uri(dialog.remote_target, contact.uri);
}

/// The caller's Contact, or its From where it has none (RFC 2543).
Reason take_caller_target(Dialog& dialog, const sip::Message& request) {
  if (request.has(sip::Header::contact)) return take_target(dialog, request);
  return take_target_uri(dialog.remote_target, request.from().uri);
}

/// The first URI of the route set, and what follows it.
std::string_view take_route(std::string_view& rest) {
  std::string_view element = sip::take_element(rest);
  rest = sip::trim(rest);
  return element.size() >= 2 ? element.substr(1, element.size() - 2) : element;
}

template <class Form, class Names>
void each_field(Form& form, Names& names) {
  field(form, names.call_id);
  field(form, names.local_tag);
  field(form, names.remote_tag);
  field(form, names.local_party);
  field(form, names.remote_party);
  field(form, names.remote_target);
  field(form, names.route_set);
}

bool is_loose(std::string_view uri_text) {
  sip::Uri uri;
  return sip::parse_uri(uri_text, uri) == Reason::none && sip::parameter(uri.parameters, "lr").has_value();
}

}  // namespace

transaction::Digest dialog_key(const transaction::DigestKeys& keys, std::string_view call_id,
                               std::string_view local_tag) {
  return transaction::Digester(keys).text(call_id).text(local_tag).digest();
}

void save(Saver& form, const Names& names) { each_field(form, names); }
void load(Loader& form, Names& names) { each_field(form, names); }

Reason begin_as_server(Dialog& dialog, const sip::Message& request, std::string_view local_tag) {
  bool fits = dialog.call_id.assign(request.call_id()) && dialog.local_tag.assign(local_tag) &&
              dialog.remote_tag.assign(request.from().tag()) &&
              take_party(dialog.local_party, request.to()) && take_party(dialog.remote_party, request.from());
  if (!fits) return Reason::header_too_long;
  Reason reason = take_route_set(dialog, request, false);
  if (reason == Reason::none) reason = take_caller_target(dialog, request);
  if (reason != Reason::none) return reason;
  dialog.remote_cseq = request.cseq().number;
  dialog.state = DialogState::early;
  return Reason::none;
}

Reason learn_from_response(Dialog& dialog, const sip::Message& response) {
  bool final = response.status() >= 200;
  if (!final && response.to().tag().empty()) return Reason::none;
  // Another fork's dialog, whose requests count from anywhere.
  const bool other = !dialog.remote_tag.empty() && dialog.remote_tag.view() != response.to().tag();
  if (!dialog.remote_tag.assign(response.to().tag())) return Reason::header_too_long;
  if (other) dialog.remote_cseq.reset();
  Reason reason = take_route_set(dialog, response, true);
  // Until a Contact comes, the INVITE's own target stands.
  if (reason == Reason::none && response.has(sip::Header::contact)) reason = take_target(dialog, response);
  if (reason != Reason::none) return reason;
  dialog.state = final ? DialogState::confirmed : DialogState::early;
  return Reason::none;
}

Reason begin_from_response(Dialog& dialog, const sip::Message& response) {
  bool fits = dialog.call_id.assign(response.call_id()) && dialog.local_tag.assign(response.from().tag()) &&
              take_party(dialog.local_party, response.from());
  if (!fits) return Reason::header_too_long;  // no echo of what we sent
  take_party(dialog.remote_party, response.to());
  if (!dialog.remote_tag.assign(response.to().tag())) dialog.remote_tag.clear();
  if (take_route_set(dialog, response, true) != Reason::none) dialog.route_set.clear();
  refresh_target(dialog, response);
  dialog.local_cseq = response.cseq().number;
  dialog.state = DialogState::confirmed;
  return Reason::none;
}

Reason check_order(Sequence& sequence, const sip::Message& request) {
  uint32_t number = request.cseq().number;
  if (sequence.remote_cseq && number < *sequence.remote_cseq) return Reason::cseq_old;
  sequence.remote_cseq = number;
  return Reason::none;
}

bool refresh_target(Dialog& dialog, const sip::Message& message) {
  return !message.has(sip::Header::contact) || take_target(dialog, message) == Reason::none;
}

bool is_from_remote(const Dialog& dialog, const sip::Message& request) {
  return request.from().tag() == dialog.remote_tag.view();
}

void write_request_head(sip::Writer& out, const Dialog& dialog, const RequestHead& head) {
  std::string_view method = sip::text_of(head.method);
  std::string_view target = dialog.remote_target.view();
  std::string_view routes = dialog.route_set.view();
  std::string_view rest = routes;
  std::string_view first = take_route(rest);
  bool strict = !first.empty() && !is_loose(first);

  out.request_line(method, strict ? first : target);
  transaction::write_via(out, head.local, head.branch);
  out.header(sip::Header::max_forwards, uint64_t(head.max_forwards));
  out.name(sip::Header::from)
      .text(dialog.local_party.view())
      .text(";tag=")
      .text(dialog.local_tag.view())
      .end_line();
  out.name(sip::Header::to).text(dialog.remote_party.view());
  if (!dialog.remote_tag.empty()) out.text(";tag=").text(dialog.remote_tag.view());
  out.end_line();
  out.header(sip::Header::call_id, dialog.call_id.view());
  out.name(sip::Header::cseq).number(head.cseq).text(" ").text(method).end_line();
  if (strict) {
    out.name(sip::Header::route)
        .text(rest)
        .text(rest.empty() ? "<" : ", <")
        .text(target)
        .text(">")
        .end_line();
  } else if (!routes.empty()) {
    out.name(sip::Header::route).text(routes).end_line();
  }
}

Endpoint next_hop(const Dialog& dialog, const Endpoint& peer) {
  sip::Uri target;
  std::string_view routes = dialog.route_set.view();
  std::string_view uri = routes.empty() ? dialog.remote_target.view() : take_route(routes);
  if (sip::parse_uri(uri, target) != Reason::none) return peer;
  if (target.address() != peer.address) return peer;
  return {peer.address, target.port ? target.port : peer.port};
}

}  // namespace sbc::dialog
