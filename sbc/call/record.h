// Records of calls, as they leave a worker: fixed-size values, so that they fit a ring.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "config/types/address.h"
#include "config/types/ids.h"
#include "config/types/reason.h"
#include "config/types/srtp_suite.h"
#include "dataplane/media/relay.h"
#include "dataplane/time/instant.h"
#include "policy/precedence/precedence.h"

namespace sbc::call {

/// Text of bounded length, cut at the bound; for records only.
template <size_t Max>
struct Text {
  uint8_t size = 0;
  std::array<char, Max> bytes{};
  static_assert(Max < 256);

  Text() = default;
  Text(std::string_view text) { add(text); }
  void add(std::string_view text) {
    text = text.substr(0, Max - size);
    std::copy(text.begin(), text.end(), bytes.begin() + size);
    size = uint8_t(size + text.size());
  }
  std::string_view view() const { return {bytes.data(), size}; }
};

enum class Releaser : uint8_t { nobody, caller, callee, sbc };
/// From where media has come, as far as it passes us.
enum class Audio : uint8_t { unknown, both, from_caller, from_callee, none };
enum class CallState : uint8_t { routing, calling, ringing, answered, ending };

std::string_view text_of(Releaser releaser);
std::string_view text_of(CallState state);
std::string_view text_of(Audio audio);  // empty: unknown

struct LegRecord {
  RealmId realm = RealmId::none;
  TrunkId trunk = TrunkId::none;
  Endpoint peer;                     // signalling address
  Text<120> call_id;                 // of the leg's own dialog
  media::SideStats media;            // received from this leg, first audio stream
  SrtpSuite srtp = SrtpSuite::none;  // how that one is encrypted, with keys of ours
  bool srtp_passes = false;          // or the peers' own, which we do not know
};

/// One of the rules for responses that a trunk has.
struct ResponseRuleId {
  TrunkId trunk = TrunkId::none;  // none: no rule
  uint8_t number = 0;             // of the trunk's, the first is 1
};

/// Everything about a call that is worth telling; serves `sbcctl calls`, `sbcctl call ID` and the CDR.
struct CallRecord {
  uint64_t id = 0;  // ours; unguessable; shown as 16 hex digits
  WorkerId worker = WorkerId::none;
  CallState state = CallState::routing;
  Text<64> from_number;
  Text<64> to_number;
  Text<48> route;            // name of the route that decided
  LegRecord caller, callee;  // callee of the last of the attempts
  Text<80> peer_host;        // the host name of the trunk that the callee's address was found by; empty: none
  Instant peer_known{0};     // since when that name stands for that address
  uint8_t attempts = 0;      // INVITEs that left to trunks' peers
  policy::Precedence precedence = policy::Precedence::none;  // why no limit on calls held for it
  bool has_audio = false;                                    // an audio stream passes us
  bool media_released = false;                               // it goes between the peers, not through us
  Instant begun, ringing{0}, answered{0}, ended{0};          // 0 = not (yet)
  uint16_t status = 0;           // final SIP status sent to the caller; 0 while open
  uint16_t cause = 0;            // Q.850
  Reason reason = Reason::none;  // where we ended or refused it
  ResponseRuleId response_rule;  // which said what the caller was told
  Releaser releaser = Releaser::nobody;
  uint64_t transferred_from = 0;  // id of the call whose party we transferred to this one; 0 = none
};

/// Of an answered call whose audio passes us.
Audio audio_of(const CallRecord& record);

enum class Severity : uint8_t { error, warning, info, debug };

struct LogRecord {
  Severity severity = Severity::info;
  Reason reason = Reason::none;
  RealmId realm = RealmId::none;
  uint64_t call = 0;  // 0 = none
  Endpoint peer;
  Text<160> text;
};

}  // namespace sbc::call
