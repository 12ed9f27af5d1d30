#include "policy/routing/translation.h"

#include <algorithm>

namespace sbc::policy {

bool translate(const config::Route& route, std::string_view number, std::span<char> out, size_t& size) {
  number.remove_prefix(std::min<size_t>(route.strip, number.size()));
  size = route.add.size() + number.size();
  if (size > out.size()) return false;
  std::copy(route.add.begin(), route.add.end(), out.begin());
  std::copy(number.begin(), number.end(), out.begin() + std::ptrdiff_t(route.add.size()));
  return true;
}

}  // namespace sbc::policy
