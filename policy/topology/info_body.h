// Bodies of INFO that may cross from one leg to the other: digits and requests for a new picture. Each has a
// grammar of its own that is known whole here: no free text can name anything of the other side. Pure
// functions, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sbc::policy {

/// The types that cross, for Accept.
inline constexpr std::string_view info_body_types =
    "application/dtmf-relay, application/dtmf, application/media_control+xml";

/// The type as we write it; empty where the message has no body. nullopt where the
/// body must not cross.
std::optional<std::string_view> crossing_info_body(std::string_view content_type, std::string_view body);

/// Keys that were pressed, one after the other, as RFC 4733 3.2 numbers them: 16 is a hook flash.
class InfoDigits {
 public:
  static constexpr size_t max = 8;
  static constexpr uint8_t flash = 16;
  static constexpr uint16_t default_ms = 160, least_ms = 70, most_ms = 5000;

  std::span<const uint8_t> events() const { return {events_.data(), count_}; }
  /// A bit for each that occurs.
  uint32_t mask() const;
  uint16_t duration_ms() const { return duration_ms_; }

 private:
  friend std::optional<InfoDigits> digits_in(std::string_view, std::string_view);
  bool add_all(std::string_view text);
  bool add(std::optional<uint8_t> event);

  std::array<uint8_t, max> events_{};
  uint8_t count_ = 0;
  uint16_t duration_ms_ = default_ms;  // of each
};

/// The digits of a body that crosses. nullopt where it has none, more than that, or what is no key. "10" to
/// "16" alone are an event's number, as gateways write it.
std::optional<InfoDigits> digits_in(std::string_view content_type, std::string_view body);

inline constexpr std::string_view dtmf_relay_type = "application/dtmf-relay";
/// Of an event up to 16: as "Signal=" has it.
char text_of_event(uint8_t event);

}  // namespace sbc::policy
