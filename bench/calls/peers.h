// Peers: all callers and all callees of one border. Each of their messages is made of what the SBC has sent
// them: nothing is answered that did not come, and what does not fit a call is a fault.
//
// Owned by one thread. Places for all calls from the start; time is whoever calls begin() and hang_up_one().
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "bench/calls/messages.h"
#include "bench/calls/tally.h"
#include "config/types/address.h"
#include "dataplane/sip/message.h"

namespace sbc::bench {

/// Takes what the peers send to the network.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual void send(Side side, const Endpoint& from, const Endpoint& to, std::string_view payload) = 0;
};

class Peers {
 public:
  /// Calls that are being set up, or being ended, at a time.
  static constexpr uint32_t window = 128;
  /// Of those being set up, calls that ring; which of them is answered next, chance decides.
  static constexpr uint32_t ringing_usual = 32;
  /// Of each kind of message, one in so many is sent again.
  static constexpr uint32_t repeat_one_in = 100;

  Peers(uint32_t calls, Outlet& outlet, uint32_t seed);

  /// A datagram that the SBC has sent to `to` on this side.
  void on_datagram(Side side, const Endpoint& to, std::string_view payload);

  bool may_begin() const { return !free_.empty() && setups_in_use() < window; }
  void begin();
  /// Some call that is up, from either side.
  bool may_hang_up() const { return !up_.empty() && hanging_ < window; }
  void hang_up_one();
  /// Answers calls until so many ring.
  void answer(uint32_t left_ringing = ringing_usual);

  uint32_t calls() const { return uint32_t(places_.size() - free_.size()); }
  uint32_t up() const { return uint32_t(up_.size()); }
  bool is_quiet() const { return setups_in_use() == 0 && hanging_ == 0; }

  const Tally& tally() const { return tally_; }
  /// What came that no call can explain; empty: nothing.
  const std::string& fault() const { return fault_; }

 private:
  enum class Phase : uint8_t { free, calling, heard_again, ringing, answered, up, ending };

  template <size_t Max>
  struct Short {
    uint8_t size = 0;
    std::array<char, Max> bytes;
    bool take(std::string_view text);
    std::string_view view() const { return {bytes.data(), size}; }
  };
  struct Place {
    uint32_t serial = 0;
    Phase phase = Phase::free;
    Side ended_by = Side::caller;
    bool acknowledged = false, bye_repeated = false;
    uint8_t awaited = 0;  // messages without which the call is not yet up, or not yet over
    uint16_t setup = 0;   // of a call that is not up
    IpAddress callee;
    Short<32> tag_for_caller, tag_for_callee;  // the SBC's
    Short<64> call_id_for_callee;
  };
  /// What is needed until a call is up.
  struct Setup {
    std::array<char, 1024> head;  // of the callee's responses
    uint16_t head_size = 0;
    Endpoint media;  // the SBC's, for the callee
  };

  void on_request(Side side, const Endpoint& at);
  void on_response(Side side);
  void on_invite(const Endpoint& at);
  std::string_view value_of(std::string_view name) const;
  void on_bye(Side side, const Endpoint& at, CallName name);
  void on_ringing(CallName name, Place& place);
  void on_accepted(CallName name, Place& place);
  void on_ack(CallName name, Place& place);
  void on_ended(Side side, CallName name, Place& place);
  void on_rtp(Side side, std::string_view packet);

  /// The call of that name in one of these phases; else null, and a fault.
  Place* find(const std::optional<CallName>& name, std::initializer_list<Phase> phases);
  void send(Side side, const IpAddress& own, sip::Writer& out);
  void send_rtp(Side side, CallName name, const Place& place, const Endpoint& to);
  void send_invite(CallName name);
  void send_accepted(CallName name, const Place& place);
  void send_in_dialog(Side side, CallName name, const Place& place,
                      void (*write)(sip::Writer&, const DialogView&));
  void come(CallName name, Place& place);
  void over(CallName name, Place& place);
  bool chance() { return random_() % repeat_one_in == 0; }
  uint32_t setups_in_use() const { return window - uint32_t(free_setups_.size()); }
  void fault(std::string_view what);

  Outlet& outlet_;
  std::mt19937 random_;
  std::vector<Place> places_;
  std::vector<uint32_t> free_, up_, ringing_;
  std::array<Setup, window> setups_;
  std::vector<uint16_t> free_setups_;
  uint32_t next_serial_ = 0, hanging_ = 0;
  Tally tally_;
  std::string fault_;
  std::string_view datagram_;
  sip::Message message_;
  std::array<char, 2048> text_;
};

}  // namespace sbc::bench
