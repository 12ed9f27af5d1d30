// Dialog: one peer-to-peer relation of a leg (RFC 3261 12): its identity, route set, remote target and CSeqs.
//
// Plain values of bounded size. A message whose values do not fit makes no dialog; the caller refuses it. A
// Dialog is the form to work with, with room for the longest texts; what is kept of one between two messages
// is its Sequence and the bytes of its Names, which are a tenth of that.
#pragma once

#include <optional>

#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"
#include "sbc/dialog/fixed_text.h"
#include "sbc/transaction/digest.h"
#include "sbc/transaction/transport.h"

namespace sbc::dialog {

enum class DialogState : uint8_t { none, early, confirmed };

/// What of a dialog moves with its messages.
struct Sequence {
  DialogState state = DialogState::none;
  uint32_t local_cseq = 0;  // of our last request
  std::optional<uint32_t> remote_cseq;

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.state, DialogState::confirmed);
    form.number(self.local_cseq);
    form.optional(self.remote_cseq);
  }
};

/// What of it is text.
struct Names {
  FixedText<256> call_id;
  FixedText<32> local_tag;
  FixedText<256> remote_tag;     // empty: none, as RFC 2543 lets peers do
  FixedText<768> local_party;    // From or To that stands for us, without its tag
  FixedText<768> remote_party;   // the same for the peer
  FixedText<512> remote_target;  // URI of the peer's Contact
  FixedText<2048> route_set;     // URIs in angle brackets, in the order of a Route header

  /// Of the bytes that save() writes.
  static constexpr size_t saved_max = 256 + 32 + 256 + 768 + 768 + 512 + 2048 + 7 * sizeof(uint16_t);
};

struct Dialog : Sequence, Names {};

/// Never more than saved_max.
void save(Saver& form, const Names& names);
void load(Loader& form, Names& names);

/// Where a dialog is found when a request comes: its Call-ID and our tag.
transaction::Digest dialog_key(const transaction::DigestKeys& keys, std::string_view call_id,
                               std::string_view local_tag);

/// RFC 3261 12.1.1, from the request that makes the dialog. header_too_long where a value does not fit,
/// header_bad where Contact or Record-Route is malformed. Without Contact the From URI is the target, as it
/// was before RFC 3261 asked for one (RFC 2543 6.9).
Reason begin_as_server(Dialog& dialog, const sip::Message& request, std::string_view local_tag);

/// RFC 3261 12.1.2, from a response to our request. A final one confirms the dialog, and takes the place of
/// what an earlier provisional one from another fork has set; without a To tag, too, which then is the null
/// tag. Without Contact the target stays where it is.
Reason learn_from_response(Dialog& dialog, const sip::Message& response);

/// Our view of the dialog that a 2xx makes, from nothing but the response: it repeats our From and Call-ID.
/// For what only has to be acknowledged and ended: the peer's part is taken as far as it fits, and where it
/// does not, `dialog` keeps what it has. Set its remote party and target before.
Reason begin_from_response(Dialog& dialog, const sip::Message& response);

/// A request inside the dialog: none, or cseq_old (RFC 3261 12.2.2). Takes its CSeq over where it is in
/// order.
Reason check_order(Sequence& sequence, const sip::Message& request);

/// A target refresh request or its 2xx moves the remote target. False when Contact is there and cannot be
/// taken.
bool refresh_target(Dialog& dialog, const sip::Message& message);

/// True when the message's remote party is the dialog's: From tag of a request.
bool is_from_remote(const Dialog& dialog, const sip::Message& request);

struct RequestHead {
  sip::Method method = sip::Method::unknown;
  uint32_t cseq = 0;
  std::string_view branch;
  Endpoint local;  // sent-by
  uint32_t max_forwards = 70;
};
/// Request line, Via, Max-Forwards, From, To, Call-ID, CSeq and Route (RFC 3261 12.2.1.1, strict routers
/// too).
void write_request_head(sip::Writer& out, const Dialog& dialog, const RequestHead& head);

/// Where to send inside the dialog: the address the peer is known by, never what its route set or Contact
/// claims; but their port where they name one with that same address, because a peer may send from another
/// port than it listens on.
Endpoint next_hop(const Dialog& dialog, const Endpoint& peer);

}  // namespace sbc::dialog
