// Calls as JSON: the CALL of protocol.h, for `sbcctl calls`, `sbcctl call ID` and the CDR.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "policy/compiled/compiled.h"
#include "sbc/call/record.h"

namespace sbc::control {

using Json = nlohmann::ordered_json;

/// From monotonic time to the wall's.
struct WallClock {
  Duration ahead{};  // wall time since 1970 minus monotonic time

  /// "2026-01-31T12:00:00.123Z"
  std::string text(Instant at) const;
};

std::string call_id_text(uint64_t id);
std::optional<uint64_t> parse_call_id(std::string_view text);

/// Null where there is none, "#N" where it is not configured any more.
Json realm_json(const policy::Compiled& policy, RealmId id);
Json trunk_json(const policy::Compiled& policy, TrunkId id);

Json call_json(const call::CallRecord& record, const policy::Compiled& policy, const WallClock& clock,
               Instant now);

/// One line; bytes that are no UTF-8 are replaced, everything beyond ASCII is escaped.
std::string line_of(const Json& json);

}  // namespace sbc::control
