// Formats: what the payload types of a stream stand for: codec and clock, as its SDP says.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "dataplane/rtp/codec.h"

namespace sbc::rtp {

struct Format {
  uint8_t payload_type = 0;
  Codec codec = Codec::other;
  uint32_t clock_rate = 0;  // Hz

  friend bool operator==(const Format&, const Format&) = default;

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.payload_type, uint8_t(127));
    form.number(self.codec, Codec::comfort_noise);
    form.number(self.clock_rate);
  }
};

/// Of a stream, the preferred one first; of more than `max` the last are unknown.
class Formats {
 public:
  static constexpr size_t max = 6;
  static constexpr size_t codecs_min = 3;  // that give_way() leaves

  bool full() const { return count_ == max; }
  /// Where its payload type stands for something already, that holds.
  void add(const Format& format) {
    if (!full() && !find(format.payload_type)) formats_[count_++] = format;
  }
  /// Where it is full, the last codec goes: what is none (an event, comfort noise) stands last in most SDP,
  /// and a stream is misread without it.
  void give_way() {
    auto is_codec = [](const Format& format) { return keeps_time(format.codec); };
    if (!full() || std::count_if(formats_.begin(), formats_.end(), is_codec) <= long(codecs_min)) return;
    const auto last = std::find_if(formats_.rbegin(), formats_.rend(), is_codec);
    std::move(last.base(), formats_.end(), last.base() - 1);
    --count_;
  }
  /// Those whose payload types are in the bitmap of 0..127.
  void add(const Formats& others, const std::array<uint64_t, 2>& types) {
    for (const Format& format : others.all())
      if (types[format.payload_type / 64] >> (format.payload_type % 64) & 1) add(format);
  }
  const Format* find(uint8_t payload_type) const {
    auto is_it = [=](const Format& format) { return format.payload_type == payload_type; };
    auto at = std::find_if(all().begin(), all().end(), is_it);
    return at == all().end() ? nullptr : &*at;
  }
  const Format* find(Codec codec, uint32_t clock_rate) const {
    auto is_it = [=](const Format& format) {
      return format.codec == codec && format.clock_rate == clock_rate;
    };
    auto at = std::find_if(all().begin(), all().end(), is_it);
    return at == all().end() ? nullptr : &*at;
  }
  friend bool operator==(const Formats&, const Formats&) = default;
  std::span<const Format> all() const { return {formats_.data(), count_}; }

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.count_, uint8_t(max));
    for (size_t i = 0; i < self.count_; ++i) Format::each_field(form, self.formats_[i]);
  }

 private:
  std::array<Format, max> formats_{};
  uint8_t count_ = 0;
};

}  // namespace sbc::rtp
