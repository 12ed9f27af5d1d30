// Subscription: what a NOTIFY says of the one that a REFER has begun (RFC 3515 2.4.4, RFC 6665). Pure
// functions.
#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/lane/pool.h"
#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"

namespace sbc::call {

/// A REFER of ours that its receiver reports on.
struct Referral {
  uint32_t cseq = 0;   // of our REFER; 0: there is none
  uint32_t asked = 0;  // of the REFER that it passes on, in the dialog with the other side

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.cseq);
    form.number(self.asked);
  }
};

/// What we report on a REFER that we carry out ourselves, to who sent it. One report at a time: who gets two
/// may take the later one for the first, and refuse that (RFC 3261 12.2.2).
struct Report {
  bool open = false;
  uint32_t asked = 0;   // CSeq of the REFER
  uint16_t due = 0;     // status to be told next; 0 = none
  bool last = false;    // nothing follows it
  lane::Handle client;  // our NOTIFY without a final response
};

struct ReferEvent {
  std::optional<uint32_t> id;  // CSeq of the REFER; none: the first one's
};
/// event_unknown of any other event, subscription_unknown where its id is no CSeq.
Reason read_event(const sip::Message& notify, ReferEvent& event);

struct SubscriptionState {
  std::string_view state;  // as we write it: active, pending, terminated
  std::optional<uint32_t> expires, retry_after;
  std::string_view reason;  // a known word, or empty

  bool over() const { return state == "terminated"; }
};
/// header_missing, header_bad.
Reason read_subscription(const sip::Message& notify, SubscriptionState& subscription);
/// Event and Subscription-State.
void write_subscription(sip::Writer& out, uint32_t id, const SubscriptionState& subscription);

}  // namespace sbc::call
