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

}  // namespace

Method method_of(std::string_view text) {
  for (size_t i = 1; i < names.size(); ++i) {
    if (names[i] == text) return Method(i);
  }
  return Method::unknown;
}

std::string_view text_of(Method method) { return names[size_t(method)]; }

}  // namespace sbc::sip
