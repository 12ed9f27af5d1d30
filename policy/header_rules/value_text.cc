#include "policy/header_rules/value_text.h"

#include <algorithm>

#include "dataplane/sip/text.h"
#include "policy/topology/topology.h"

namespace sbc::policy {
namespace {

bool is_control(char c) { return (uint8_t(c) < 0x20 && c != '\t') || c == 0x7f; }

/// Of a user part, as it came; empty where it has none that may be shown.
std::string_view number_in(std::string_view user) {
  std::string_view number = user.substr(0, user.find(';'));
  for (size_t at = 0; (at = number.find('%', at)) != number.npos; ++at) {
    if (sip::equal_ignoring_case(number.substr(at, 3), "%3b")) number = number.substr(0, at);
  }
  return looks_like_host(number) ? std::string_view() : number;
}

}  // namespace

std::optional<std::string_view> flat_value(std::string_view value,
                                           std::array<char, rule_value_bytes_max>& room) {
  if (value.find_first_of("\r\n") == value.npos)
    return value.size() <= room.size() ? std::optional(value) : std::nullopt;
  sip::Writer out(room);
  out.unfolded(value);
  return out.overflowed() ? std::nullopt : std::optional(out.written());
}

bool ValueText::add_named(std::string_view name, std::string& error) {
  constexpr std::string_view header = "header ";
  Part part;
  if (name == "caller") {
    part.kind = Kind::caller;
  } else if (name == "called") {
    part.kind = Kind::called;
  } else if (name == "ours") {
    part.kind = Kind::ours;
  } else if (name.starts_with(header) && name.size() > header.size() &&
             sip::all(name.substr(header.size()), sip::class_token)) {
    part.kind = Kind::header;
    part.header = FieldName::of(name.substr(header.size()));
  } else {
    error = "between ${ and } stands caller, called, ours, or header with a name, as in ${header X-Account}";
    return false;
  }
  parts_.push_back(std::move(part));
  return true;
}

/// Behind a '$', which the place is taken off with.
bool ValueText::add_place(std::string_view& rest, size_t captures, std::string& error) {
  const char c = rest.empty() ? '\0' : rest.front();
  if (c == '{') {
    const size_t end = rest.find('}');
    if (end == rest.npos) {
      error = "a ${ has no }";
      return false;
    }
    std::string_view name = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    return add_named(name, error);
  }
  Part part;
  if (c == '$') {
    part.text = "$";
  } else if (c >= '1' && c <= '9' && size_t(c - '0') <= captures) {
    part.kind = Kind::capture;
    part.capture = size_t(c - '1');
  } else if (c >= '1' && c <= '9') {
    error = "there are " + std::to_string(captures) + " stars to refer to, with $1 for the first";
    return false;
  } else {
    error = "behind $ stands a digit 1..9, {…} or another $";
    return false;
  }
  rest.remove_prefix(1);
  parts_.push_back(std::move(part));
  return true;
}

std::optional<ValueText> ValueText::parse(std::string_view written, size_t captures, std::string& error) {
  if (written.empty() || written.size() > rule_value_bytes_max) {
    error = "must be 1.." + std::to_string(rule_value_bytes_max) + " bytes long";
    return std::nullopt;
  }
  if (std::any_of(written.begin(), written.end(), is_control)) {
    error = "must not hold control characters: a line break would begin another header field";
    return std::nullopt;
  }
  ValueText value;
  for (std::string_view rest = written; !rest.empty();) {
    const size_t plain = std::min(rest.find('$'), rest.size());
    if (plain > 0) value.parts_.push_back({Kind::text, std::string(rest.substr(0, plain)), 0, {}});
    rest.remove_prefix(plain);
    if (rest.empty()) break;
    rest.remove_prefix(1);
    if (!value.add_place(rest, captures, error)) return std::nullopt;
  }
  return value;
}

bool ValueText::uses_captures() const {
  return std::any_of(parts_.begin(), parts_.end(), [](const Part& p) { return p.kind == Kind::capture; });
}

bool ValueText::write_part(sip::Writer& out, const Part& part, const Sources& sources) {
  const sip::Message& message = sources.message;
  std::string_view text = part.text;
  switch (part.kind) {
    case Kind::text:
      break;
    case Kind::capture:
      text = sources.captures[part.capture];
      break;
    case Kind::caller:
      text = number_in(message.from().uri.user);
      if (text.empty()) return false;
      break;
    case Kind::called:
      text = number_in(message.is_request() ? message.request_uri().user : message.to().uri.user);
      if (text.empty()) return false;
      break;
    case Kind::ours:
      text = sources.ours;
      break;
    case Kind::header:
      text = {};
      each_field(message, part.header, [&](const sip::Field& field) {
        text = field.value;
        return false;
      });
      if (text.empty()) return false;
      break;
  }
  out.unfolded(text);
  return true;
}

bool ValueText::write(sip::Writer& out, const Sources& sources) const {
  const size_t before = out.written().size();
  for (const Part& part : parts_) {
    if (!write_part(out, part, sources)) return false;
  }
  std::string_view value = out.written().substr(before);
  return !sip::trim(value).empty() && value.size() <= rule_value_bytes_max &&
         std::none_of(value.begin(), value.end(), is_control);
}

}  // namespace sbc::policy
