#include "config/types/host_name.h"

#include <algorithm>

namespace sbc {
namespace {

constexpr size_t label_max = 63;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > label_max || label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

}  // namespace

std::optional<std::string> parse_host_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > host_name_max) return std::nullopt;
  std::string name(text);
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  std::string_view rest = name, label;
  for (bool more = true; more;) {
    const size_t dot = rest.find('.');
    more = dot != rest.npos;
    label = rest.substr(0, dot);
    if (!is_label(label)) return std::nullopt;
    if (more) rest.remove_prefix(dot + 1);
  }
  if (std::all_of(label.begin(), label.end(), is_digit)) return std::nullopt;
  return name;
}

}  // namespace sbc
