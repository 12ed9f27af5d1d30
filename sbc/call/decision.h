// Decision: where a call goes. Done, refused, redirected, or a question that somebody else has to answer
// first: then the call is parked and goes on when the answer comes (binding look-up, DNS, ENUM, routing over
// HTTP, …). Nothing ever waits.
//
// A profile is a value: no call points into a snapshot of the configuration.
#pragma once

#include <array>
#include <chrono>
#include <variant>

#include "policy/compiled/compiled.h"
#include "sbc/call/record.h"

namespace sbc::call {

/// What was decided for one call.
struct CallProfile {
  static constexpr size_t trunks_max = 16;

  Text<48> route;
  Text<64> number;                           // after the route's strip and add
  std::array<TrunkId, trunks_max> trunks{};  // in the order they are tried
  uint8_t trunk_count = 0;
  Duration ring_timeout{0};
  Duration attempt_timeout{0};
  Duration progress_timeout{0};  // 0 = as long as it rings
};

struct Inquiry {
  RealmId realm = RealmId::none;
  TrunkId trunk = TrunkId::none;            // of the caller
  std::string_view number;                  // as dialled, unescaped
  std::string_view from_number, to_number;  // empty where they cannot be read as numbers
  const sip::Message* invite = nullptr;     // never null
  UtcTime time{};
  uint64_t random = 0;                   // for what is decided by lot
  const policy::Usage* usage = nullptr;  // of the trunks; never null
};

struct Done {
  CallProfile profile;
};
struct Need {
  Text<128> question;
};
struct Refused {
  Reason reason = Reason::none;
  Text<48> route{};  // that decided; empty where there is none
};
/// The caller is told to try there itself (302).
struct Redirected {
  Text<64> number, host;
  Text<48> route;
};
using Decision = std::variant<Done, Need, Refused, Redirected>;

/// Shared by all workers, so without state of its own.
class Decider {
 public:
  /// How long a parked call waits for its answer.
  static constexpr Duration answer_timeout = std::chrono::seconds(2);

  virtual ~Decider() = default;
  virtual Decision decide(const Inquiry& inquiry, const policy::Compiled& policy) const = 0;
  /// Once more, with the answer to the question before.
  virtual Decision resume(const Inquiry& inquiry, uint64_t answer, const policy::Compiled& policy) const = 0;
};

/// The compiled routes: never asks.
class RouteDecider final : public Decider {
 public:
  Decision decide(const Inquiry& inquiry, const policy::Compiled& policy) const override;
  Decision resume(const Inquiry& inquiry, uint64_t answer, const policy::Compiled& policy) const override;
};

}  // namespace sbc::call
