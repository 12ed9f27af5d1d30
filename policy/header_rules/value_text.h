// ValueText: what a header rule writes: text with places that the message fills in.
//
//   $1 … $9           what the stars of the rule's pattern stand for (Pattern)
//   ${caller}         the number in From, as it came: without the parameters that name the caller's network
//   ${called}         the number in the Request-URI; of a response, in To
//   ${ours}           our address and port, as the side that the message goes to knows us
//   ${header NAME}    the first such field of the message as it came
//   $$                a dollar sign
//
// Immutable; write() allocates nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"
#include "policy/header_rules/field_name.h"
#include "policy/header_rules/pattern.h"

namespace sbc::policy {

/// A value that a rule looks at or writes is at most so long: longer ones match nothing and are not written.
inline constexpr size_t rule_value_bytes_max = 1024;

/// The value in one line: without copying where it is not folded. nullopt: too long.
std::optional<std::string_view> flat_value(std::string_view value,
                                           std::array<char, rule_value_bytes_max>& room);

class ValueText {
 public:
  /// What the places are filled in from.
  struct Sources {
    const sip::Message& message;
    std::string_view ours;
    const Pattern::Captures& captures;
  };

  ValueText() = default;
  /// `captures`: how many stars there are. nullopt, and what is wrong in `error`.
  static std::optional<ValueText> parse(std::string_view written, size_t captures, std::string& error);

  /// False, and nothing of use written, where what it asks for is not there, or would show an address in
  /// place of a number; where it comes to nothing or too much; and where it holds a control byte.
  bool write(sip::Writer& out, const Sources& sources) const;
  bool uses_captures() const;

 private:
  enum class Kind : uint8_t { text, capture, caller, called, ours, header };
  struct Part {
    Kind kind = Kind::text;
    std::string text;
    size_t capture = 0;
    FieldName header;
  };
  static bool write_part(sip::Writer& out, const Part& part, const Sources& sources);
  bool add_place(std::string_view& rest, size_t captures, std::string& error);
  bool add_named(std::string_view name, std::string& error);

  std::vector<Part> parts_;
};

}  // namespace sbc::policy
