// SRTP as the RFCs put it, a packet at a time with plain OpenSSL: what the product is compared with.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dataplane/srtp/master_key.h"

namespace sbc::srtp::reference {

using Bytes = std::vector<uint8_t>;

Bytes from_hex(std::string_view text);  // blanks are skipped
MasterKey master_key(SrtpSuite suite, const Bytes& key_and_salt, uint8_t mki_length = 0);

struct Keys {
  Bytes cipher, hmac, salt;
};
Keys derive(const MasterKey& master, bool rtcp);

/// `mki` stands where it belongs; empty for none.
Bytes protect(const Keys& keys, SrtpSuite suite, bool rtcp, const Bytes& packet, uint64_t index,
              const Bytes& mki = {});

/// AES-CM's key stream, and its first block's counter.
Bytes counter_mode(const Bytes& key, const Bytes& iv, const Bytes& text);

}  // namespace sbc::srtp::reference
