#include "config/types/reason.h"

#include <array>

namespace sbc {
namespace {

struct Entry {
  std::string_view name;
  uint16_t status;
  std::string_view text;
};

constexpr std::array<Entry, reason_count> entries{{
    {"none", 0, "none"},
#define DROP(name, text) {#name, 0, text},
#define REJECT(name, status, text) {#name, status, text},
#include "config/types/reasons.def"
}};

}  // namespace

std::string_view name_of(Reason reason) { return entries[size_t(reason)].name; }
std::string_view text_of(Reason reason) { return entries[size_t(reason)].text; }
uint16_t status_of(Reason reason) { return entries[size_t(reason)].status; }

}  // namespace sbc
