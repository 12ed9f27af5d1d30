#include "dataplane/sip/method.h"

#include <array>
#include <cstddef>

namespace sbc::sip {
namespace {

// In the order of Method.
constexpr auto names =
    std::to_array<std::string_view>({"", "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK",
                                     "UPDATE", "REFER", "SUBSCRIBE", "NOTIFY", "MESSAGE", "INFO", "PUBLISH"});
static_assert(names.size() == size_t(Method::publish) + 1);

// Chosen so that no two of the names meet.
constexpr size_t slots = 32;
constexpr size_t slot_of(std::string_view text) {
  return (text.size() + size_t(uint8_t(text[0])) * 2 + size_t(uint8_t(text[1])) * 5) % slots;
}

constexpr std::array<Method, slots> by_slot = [] {
  std::array<Method, slots> table{};
  for (size_t i = 1; i < names.size(); ++i) table[slot_of(names[i])] = Method(i);
  return table;
}();
static_assert(
    [] {
      for (size_t i = 1; i < names.size(); ++i)
        if (by_slot[slot_of(names[i])] != Method(i)) return false;
      return true;
    }(),
    "two methods share a slot");

}  // namespace

Method method_of(std::string_view text) {
  if (text.size() < 2) return Method::unknown;
  Method candidate = by_slot[slot_of(text)];
  return names[size_t(candidate)] == text ? candidate : Method::unknown;
}

std::string_view text_of(Method method) { return names[size_t(method)]; }

}  // namespace sbc::sip
