#include "sbc/call/session_timer.h"

#include <algorithm>

#include "dataplane/sip/text.h"
#include "dataplane/sip/uri.h"
#include "dataplane/sip/values.h"
#include "sbc/call/option_tags.h"

namespace sbc::call {
namespace {

bool supports_timer(const sip::Message& message) {
  return has_option(message, sip::Header::supported, timer_tag) ||
         has_option(message, sip::Header::require, timer_tag);
}

/// delta-seconds at the front of a value, before its parameters.
std::optional<uint32_t> seconds_in(std::string_view value) {
  return sip::parse_number(sip::trim(value.substr(0, value.find(';'))));
}

enum class Role : uint8_t { unsaid, uac, uas };

struct Wish {
  uint32_t seconds = 0;
  Role refresher = Role::unsaid;
};

/// Session-Expires; a malformed one is none.
std::optional<Wish> wish_in(const sip::Message& message) {
  const std::string_view value = message.value(sip::Header::session_expires);
  auto seconds = seconds_in(value);
  if (!seconds) return std::nullopt;
  Wish wish{*seconds, Role::unsaid};
  const size_t parameters = value.find(';');
  if (parameters == value.npos) return wish;
  auto refresher = sip::parameter(value.substr(parameters + 1), "refresher").value_or("");
  if (sip::equal_ignoring_case(refresher, "uac")) wish.refresher = Role::uac;
  if (sip::equal_ignoring_case(refresher, "uas")) wish.refresher = Role::uas;
  return wish;
}

void write_expires(sip::Writer& out, uint32_t seconds, std::string_view refresher) {
  out.header(sip::Header::supported, timer_tag);
  out.name(sip::Header::session_expires).number(seconds).text(";refresher=").text(refresher).end_line();
}

}  // namespace

Duration SessionTimer::due_after() const {
  constexpr uint32_t early = 32;
  return std::chrono::seconds(refresher == Refresher::us ? seconds / 2
                                                         : seconds - std::min(early, seconds / 3));
}

SessionTimer session_to_offer(uint32_t seconds, uint32_t least) {
  if (seconds == 0) return {};
  return {std::max(seconds, least), Refresher::peer, std::max(SessionTimer::seconds_min, least)};
}

Result<SessionTimer> session_as_server(const sip::Message& request, bool can_refresh, uint32_t seconds,
                                       uint32_t least) {
  const std::optional<Wish> wish = wish_in(request);
  const bool supported = supports_timer(request);
  if (wish && supported && wish->seconds < SessionTimer::seconds_min) return Reason::session_too_short;
  if (seconds == 0) return SessionTimer{};
  if (wish) seconds = std::clamp(wish->seconds, SessionTimer::seconds_min, seconds);
  least = std::clamp(std::max(seconds_in(request.value(sip::Header::min_se)).value_or(0), least),
                     SessionTimer::seconds_min, SessionTimer::seconds_max);
  SessionTimer timer{std::max(seconds, least), Refresher::peer, least, supported};
  const bool leaves_it_to_us = !supported || (wish && wish->refresher == Role::uas);
  if (leaves_it_to_us) timer.refresher = Refresher::us;
  return leaves_it_to_us && !can_refresh ? SessionTimer{} : timer;
}

SessionTimer session_as_client(const sip::Message& success, const SessionTimer& offered) {
  if (offered.refresher == Refresher::none) return {};
  const std::optional<Wish> wish = wish_in(success);
  SessionTimer timer = offered;
  timer.refresher = wish && wish->refresher == Role::uas ? Refresher::peer : Refresher::us;
  if (wish) timer.seconds = std::clamp(wish->seconds, SessionTimer::seconds_min, SessionTimer::seconds_max);
  return timer;
}

std::optional<uint32_t> min_session(const sip::Message& refusal) {
  auto seconds = seconds_in(refusal.value(sip::Header::min_se));
  return seconds && *seconds <= SessionTimer::seconds_max ? seconds : std::nullopt;
}

bool lengthen_session(SessionTimer& timer, const sip::Message& refusal) {
  const uint32_t least = refusal.status() == 422 ? min_session(refusal).value_or(0) : 0;
  if (least <= timer.least) return false;
  timer.least = least;
  timer.seconds = std::max(timer.seconds, least);
  return true;
}

void write_session_request(sip::Writer& out, const SessionTimer& timer) {
  if (timer.refresher == Refresher::none) return;
  write_expires(out, timer.seconds, timer.refresher == Refresher::us ? "uac" : "uas");
  out.header(sip::Header::min_se, uint64_t(timer.least));
}

void write_session_response(sip::Writer& out, const SessionTimer& timer) {
  if (timer.refresher == Refresher::none) return;
  // RFC 4028 9: who is to refresh must know how, and who knows should hear that it is done.
  if (timer.refresher == Refresher::peer || timer.known) out.header(sip::Header::require, timer_tag);
  write_expires(out, timer.seconds, timer.refresher == Refresher::us ? "uas" : "uac");
}

}  // namespace sbc::call
