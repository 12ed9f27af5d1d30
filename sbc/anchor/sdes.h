// SDES: keys of SRTP in SDP, in plain text (RFC 4568): what we take of a peer's a=crypto lines, and how ours
// are written; and what profiles of RTP say of it (RFC 3551, RFC 4585, RFC 3711, RFC 5124, RFC 5764,
// RFC 8643).
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "dataplane/sdp/line.h"
#include "dataplane/sdp/writer.h"
#include "dataplane/srtp/master_key.h"

namespace sbc::anchor {

enum class Profile : uint8_t { avp, avpf, savp, savpf, dtls_savp, dtls_savpf };
std::optional<Profile> profile_of(std::string_view protocol);
std::string_view text_of(Profile profile);
inline constexpr uint8_t profile_count = 6;
constexpr bool is_secure(Profile profile) { return profile >= Profile::savp; }
/// RFC 5764 8: keys come by DTLS, not in the SDP.
constexpr bool is_dtls(Profile profile) { return profile >= Profile::dtls_savp; }
constexpr bool has_feedback(Profile profile) { return uint8_t(profile) % 2 == 1; }
constexpr Profile profile_with(bool secure, bool feedback) { return Profile(2 * secure + feedback); }

/// How a side is offered a stream.
enum class Protection : uint8_t {
  none,    // plain RTP
  wanted,  // with our keys, but RTP/AVP: the peer may leave it at plain RTP (RFC 8643)
  required
};

/// A key that a peer sends with. None stands for plain RTP.
struct PeerKey {
  uint32_t tag = 0;
  srtp::MasterKey key;

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.tag);
    form.number(self.key.mki_length);
    form.bytes(self.key.bytes);
  }
};

bool has_keys(std::span<const sdp::Line> lines);
/// A line that we can take: a suite that we know, one key, and nothing that it has us do but ignore (RFC 4568
/// 6.3). None otherwise.
PeerKey read_key(const sdp::Line& line);
/// Of an offer's lines, that of the suite that stands first in `suites`; none where we can take none.
PeerKey choose_key(std::span<const sdp::Line> lines, std::span<const SrtpSuite> suites);
/// Of the answer to an offer with these suites, tags 1 and so on: its one line (RFC 4568 5.1.2). None where
/// it does not answer that.
PeerKey answered_key(std::span<const sdp::Line> lines, std::span<const SrtpSuite> suites);

void write_key(sdp::Writer& out, uint32_t tag, const srtp::MasterKey& key);
/// A peer's line as the other one may see it: its tag and suite, its key with lifetime and identifier,
/// nothing else. Nothing where we could not take it.
void write_crossing_key(sdp::Writer& out, const sdp::Line& line, std::span<const SrtpSuite> suites);

}  // namespace sbc::anchor
