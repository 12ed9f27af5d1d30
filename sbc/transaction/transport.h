// Transport: how a message came, or is to go. A value; it owns no socket.
#pragma once

#include <cstdint>

#include "config/types/address.h"
#include "config/types/ids.h"

namespace sbc {

enum class TransportKind : uint8_t { udp };

struct Transport {
  TransportKind kind = TransportKind::udp;
  RealmId realm = RealmId::none;
  Endpoint local;           // ours
  Endpoint remote;          // the peer's
  uint32_t connection = 0;  // of stream transports; 0 for UDP
  uint32_t generation = 0;

  bool reliable() const { return kind != TransportKind::udp; }
  friend constexpr auto operator<=>(const Transport&, const Transport&) = default;

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.kind, TransportKind::udp);
    form.realm(self.realm);
    form.endpoint(self.local);
    form.endpoint(self.remote);
    form.number(self.connection);
    form.number(self.generation);
  }
};

}  // namespace sbc
