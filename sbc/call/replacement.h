// Replacement: what a new call has to know of the call that it takes over (RFC 3891). The two may live on
// different workers: the question and its answer travel between them as bytes.
#pragma once

#include <type_traits>

#include "sbc/call/record.h"
#include "sbc/call/replaces.h"
#include "sbc/dialog/fixed_text.h"

namespace sbc::call {

struct DialogQuestion {
  DialogName name;
  PeerId asker;          // who wants to take the call over
  bool trusted = false;  // that one
};

/// The other side of the call that the dialog belongs to: where the new call goes.
struct Replacement {
  Reason reason = Reason::replaces_unknown;  // none: it may be taken over
  bool early_only = false;
  TrunkId trunk = TrunkId::none;
  RealmId realm = RealmId::none;
  Endpoint peer, local;
  Text<64> number;  // under which it was called, or calls
  // Where that peer wants to be reached in the dialog (RFC 3261 12.1), for the INVITE that is to replace it.
  // Empty where it is longer than anybody's: then the number is what it is asked for.
  dialog::FixedText<256> target;
  dialog::FixedText<512> route_set;
  // The dialog as that peer knows it.
  dialog::FixedText<256> call_id, remote_tag;
  dialog::FixedText<32> local_tag;

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.early_only);
    form.trunk(self.trunk);
    form.realm(self.realm);
    form.endpoint(self.peer);
    form.endpoint(self.local);
    form.text(self.number);
    field(form, self.target);
    field(form, self.route_set);
    field(form, self.call_id);
    field(form, self.remote_tag);
    field(form, self.local_tag);
  }
};

static_assert(std::is_trivially_copyable_v<DialogQuestion> && std::is_trivially_copyable_v<Replacement>);

}  // namespace sbc::call
