// Replaces (RFC 3891): which dialog a new call is to take the place of. Pure functions.
//
// A peer names a dialog with us by its Call-ID and tags. Where a REFER passes such a name on to a peer on
// another side, we write another one in its place, which shows nothing of the dialog: digests under a secret
// that all workers share. So nobody is asked when the REFER comes: who owns the dialog recognises the name
// when the referred peer's INVITE brings it, and also whether the referrer was to speak of that dialog.
#pragma once

#include <string_view>

#include "config/types/address.h"
#include "config/types/ids.h"
#include "config/types/reason.h"
#include "dataplane/lane/steering.h"
#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"
#include "sbc/transaction/digest.h"

namespace sbc::call {

/// As it is written: views.
struct Replaces {
  std::string_view call_id, to_tag, from_tag;
  bool early_only = false;
};
/// The value of the header field; replaces_bad where it is malformed.
Reason parse_replaces(std::string_view value, Replaces& replaces);
/// The one of an INVITE that has any (RFC 3891 3: exactly one, and no Join).
Reason read_replaces(const sip::Message& invite, Replaces& replaces);

/// Whose a dialog is. A trunk is one peer, whatever address it talks from.
struct PeerId {
  RealmId realm = RealmId::none;
  TrunkId trunk = TrunkId::none;
  IpAddress address;
};

/// A dialog of ours as it was named to us: how its owner finds it and judges the name.
struct DialogName {
  transaction::Digest key;    // in the owner's table of dialogs
  transaction::Digest proof;  // of what else who named it knows
  uint16_t shard = 0;         // of its Call-ID
  bool told = false;  // by us, in place of the name that another peer knows; else as its own peer knows it
  bool early_only = false;
};

class DialogNames {
 public:
  DialogNames(const transaction::DigestKeys& keys, const Steering& steering)
      : keys_(keys), steering_(steering) {}

  /// The name in an INVITE.
  DialogName read(const Replaces& replaces) const;
  /// The name in a REFER of this peer, for somebody in realm `to`.
  DialogName tell(const Replaces& replaces, const PeerId& peer, RealmId to) const;
  /// The same as the header of a URI: "Replaces=" and the value, escaped.
  void write(sip::Writer& out, const DialogName& told) const;

  /// Who named the dialog knows its peer's tag.
  bool proves_own(const DialogName& name, std::string_view remote_tag) const;
  /// The dialog's own peer named it, and it was told to somebody in realm `to`.
  bool proves_told(const DialogName& name, std::string_view remote_tag, const PeerId& peer, RealmId to) const;

 private:
  transaction::Digest own_proof(std::string_view remote_tag) const;
  transaction::Digest told_proof(std::string_view remote_tag, const PeerId& peer, RealmId to) const;
  uint64_t pad(const transaction::Digest& proof, uint64_t part) const;
  bool read_told(const Replaces& replaces, DialogName& name) const;

  const transaction::DigestKeys& keys_;
  const Steering& steering_;
};

}  // namespace sbc::call
