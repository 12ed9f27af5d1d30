#include "policy/topology/known_values.h"

#include <algorithm>
#include <array>

#include "dataplane/sip/text.h"

namespace sbc::policy {
namespace {

using sip::all;
using sip::class_digit;
using sip::class_letter;
using sip::equal_ignoring_case;
using sip::trim;

template <size_t Size>
bool is_one_of(std::string_view word, const std::array<std::string_view, Size>& known) {
  return std::any_of(known.begin(), known.end(),
                     [word](std::string_view each) { return equal_ignoring_case(word, each); });
}

/// True when there is at least one element between the separators and each passes; blanks around do not
/// matter.
template <class Passes>
bool each_passes(std::string_view list, char separator, Passes passes) {
  for (;;) {
    size_t end = list.find(separator);
    if (!passes(trim(list.substr(0, end)))) return false;
    if (end == list.npos) return true;
    list.remove_prefix(end + 1);
  }
}

bool is_resource(std::string_view value) {
  static constexpr std::array<std::string_view, 6> namespaces{"dsn", "drsn", "q735", "ets", "wps", "esnet"};
  static constexpr std::array<std::string_view, 11> priorities{"0",
                                                               "1",
                                                               "2",
                                                               "3",
                                                               "4",
                                                               "routine",
                                                               "priority",
                                                               "immediate",
                                                               "flash",
                                                               "flash-override",
                                                               "flash-override-override"};
  size_t dot = value.find('.');
  return dot != value.npos && is_one_of(value.substr(0, dot), namespaces) &&
         is_one_of(value.substr(dot + 1), priorities);
}

/// "de", "zh-Hant", "es-419", "*". A variant or private subtag could be any word.
bool is_language(std::string_view tag) {
  if (tag == "*") return true;
  size_t hyphen = tag.find('-');
  std::string_view primary = tag.substr(0, hyphen);
  if (primary.size() < 2 || primary.size() > 3 || !all(primary, class_letter)) return false;
  if (hyphen == tag.npos) return true;
  return each_passes(tag.substr(hyphen + 1), '-', [](std::string_view subtag) {
    bool letters = all(subtag, class_letter);
    return (letters && (subtag.size() == 2 || subtag.size() == 4)) ||
           (subtag.size() == 3 && all(subtag, class_digit));
  });
}

/// RFC 3261 25.1: qvalue.
bool is_quality(std::string_view value) {
  if (value.empty() || value.size() > 5 || (value[0] != '0' && value[0] != '1')) return false;
  return value.size() == 1 || (value[1] == '.' && all(value.substr(2), class_digit));
}

bool is_language_range(std::string_view range) {
  size_t semicolon = range.find(';');
  if (!is_language(sip::trim_right(range.substr(0, semicolon)))) return false;
  if (semicolon == range.npos) return true;
  std::string_view parameter = trim(range.substr(semicolon + 1));
  size_t equals = parameter.find('=');
  return equals != parameter.npos && equal_ignoring_case(sip::trim_right(parameter.substr(0, equals)), "q") &&
         is_quality(trim(parameter.substr(equals + 1)));
}

/// 32 lower-case hexadecimal digits. Versions 1, 2 and 6 are made of a network card's address and the time.
bool is_uuid(std::string_view text) {
  constexpr size_t digits = 32, version_at = 12, variant_at = 16;
  if (text.size() != digits || text.find_first_not_of("0123456789abcdef") != text.npos) return false;
  const bool versioned = std::string_view("89ab").find(text[variant_at]) != std::string_view::npos;
  return !versioned || std::string_view("126").find(text[version_at]) == std::string_view::npos;
}

}  // namespace

bool is_priority(std::string_view value) {
  static constexpr std::array<std::string_view, 5> known{"emergency", "urgent", "normal", "non-urgent",
                                                         "psap-callback"};
  return is_one_of(trim(value), known);
}

bool is_privacy(std::string_view word) {
  static constexpr std::array<std::string_view, 7> known{"header",   "session", "user",   "none",
                                                         "critical", "id",      "history"};
  return is_one_of(word, known);
}

bool is_early_media(std::string_view word) {
  static constexpr std::array<std::string_view, 6> known{"supported", "sendrecv", "sendonly",
                                                         "recvonly",  "inactive", "gated"};
  return is_one_of(word, known);
}

bool is_resource_priority(std::string_view value) { return each_passes(value, ',', is_resource); }

bool is_accept_language(std::string_view value) { return each_passes(value, ',', is_language_range); }

bool is_session_id(std::string_view value) {
  constexpr std::string_view remote = "remote";
  const size_t semicolon = value.find(';');
  if (!is_uuid(sip::trim_right(value.substr(0, semicolon)))) return false;
  if (semicolon == value.npos) return true;
  const std::string_view parameter = trim(value.substr(semicolon + 1));
  const size_t equals = parameter.find('=');
  return equals != parameter.npos &&
         equal_ignoring_case(sip::trim_right(parameter.substr(0, equals)), remote) &&
         is_uuid(trim(parameter.substr(equals + 1)));
}

bool is_refer_sub(std::string_view value) {
  static constexpr std::array<std::string_view, 2> known{"true", "false"};
  return is_one_of(trim(value), known);
}

bool is_diversion_reason(std::string_view value) {
  static constexpr std::array<std::string_view, 9> known{"unknown",        "user-busy",     "no-answer",
                                                         "unavailable",    "unconditional", "time-of-day",
                                                         "do-not-disturb", "deflection",    "away"};
  return is_one_of(value, known);
}

bool is_diversion_privacy(std::string_view value) {
  static constexpr std::array<std::string_view, 4> known{"full", "name", "uri", "off"};
  return is_one_of(value, known);
}

bool is_history_index(std::string_view value) {
  constexpr size_t bytes_max = 32;
  return value.size() <= bytes_max && each_passes(value, '.', [](std::string_view number) {
           return !number.empty() && all(number, class_digit);
         });
}

bool is_subscription_reason(std::string_view value) {
  static constexpr std::array<std::string_view, 7> known{"deactivated", "probation",  "rejected", "timeout",
                                                         "giveup",      "noresource", "invariant"};
  return is_one_of(value, known);
}

}  // namespace sbc::policy
