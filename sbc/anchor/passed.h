// Passed: what crosses of how the peers encrypt media between them (config::SrtpRule::pass): keys in the SDP
// (RFC 4568), also in suites that we do not know, or the certificates of DTLS-SRTP (RFC 5763, RFC 8842). We
// take nothing of it. What crosses is bounded, and of a form that has neither addresses nor names of hosts.
// Pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "dataplane/media/relay.h"
#include "dataplane/sdp/session.h"
#include "dataplane/sdp/writer.h"

namespace sbc::anchor {

/// Of what crosses of an offer or answer: what an answer may name, and what tells its keys from others.
struct PassedKeys {
  static constexpr size_t lines_max = 8;

  struct Line {
    uint32_t name = 0;  // of an a=crypto line: its tag with its suite
    uint32_t key = 0;   // a digest of the rest; or of all certificates
  };
  std::array<Line, lines_max> lines{};
  uint8_t count = 0;

  /// The digest of that line's keys; nullopt where it is not among these.
  std::optional<uint32_t> find(uint32_t name) const;

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.count, lines_max);
    for (size_t at = 0; at < self.count && at < lines_max; ++at) {
      form.number(self.lines[at].name);
      form.number(self.lines[at].key);
    }
  }
};

/// Of a section that is encrypted so.
PassedKeys passed_keys(const sdp::Session& session, const sdp::Media& media, media::Seal seal);
/// Of an answer whose section has one a=crypto line and no other (RFC 4568 5.1.2), or is encrypted by DTLS,
/// what it has; nullopt otherwise.
std::optional<PassedKeys::Line> answered_key(const sdp::Session& session, const sdp::Media& media,
                                             media::Seal seal);
/// How the section is encrypted by what it says; nullopt where it names a profile with encryption, and
/// nothing of it may cross.
std::optional<media::Seal> seal_of(const sdp::Session& session, const sdp::Media& media);
/// Writes what crosses of that.
void write_seal(sdp::Writer& out, const sdp::Session& session, const sdp::Media& media, media::Seal seal);

}  // namespace sbc::anchor
