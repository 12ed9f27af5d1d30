// Session descriptions as they come from browsers, phones, servers and networks (tests/fuzz/corpus/sdp): all
// of it is read, and written anew it says the same.
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "dataplane/sdp/candidate.h"
#include "dataplane/sdp/crypto.h"
#include "dataplane/sdp/dtls.h"
#include "dataplane/sdp/extmap.h"
#include "dataplane/sdp/grouping.h"
#include "dataplane/sdp/ice.h"
#include "dataplane/sdp/precondition.h"
#include "dataplane/sdp/rtp_formats.h"
#include "dataplane/sdp/sctp.h"
#include "dataplane/sdp/simulcast.h"
#include "dataplane/sdp/sources.h"
#include "dataplane/sdp/stream_use.h"
#include "dataplane/sdp/t38.h"
#include "dataplane/sdp/timing.h"
#include "dataplane/sdp/writer.h"

namespace sbc::sdp {
namespace {

const std::filesystem::path folder = SBC_SOURCE_DIR "/tests/fuzz/corpus/sdp";

class Offer {
 public:
  explicit Offer(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    text_.assign(std::istreambuf_iterator<char>(file), {});
    EXPECT_FALSE(text_.empty()) << path;
    EXPECT_EQ(session_.parse(text_), Reason::none) << path;
  }
  explicit Offer(const char* name) : Offer(folder / name) {}
  const Session* operator->() const { return &session_; }
  const Session& operator*() const { return session_; }
  const Media& media(size_t i = 0) const { return session_.media()[i]; }
  std::span<const Line> lines_of(size_t i) const { return session_.lines_of(session_.media()[i]); }

 private:
  std::string text_;
  Session session_;
};

/// How many lines hold the attribute; each has to be well-formed.
template <class Read>
size_t count_good(const Offer& offer, AttributeName name, Read read) {
  size_t good = 0;
  for (const Line& line : offer->lines()) {
    if (!line.is(name)) continue;
    EXPECT_TRUE(read(line.attribute_value())) << line.value;
    ++good;
  }
  return good;
}

TEST(Offers, OfChromeAreReadInFull) {
  Offer offer("chrome_audio_video");
  ASSERT_EQ(offer->media().size(), 2u);
  EXPECT_EQ(offer.media(0).protocol, "UDP/TLS/RTP/SAVPF");
  EXPECT_TRUE(offer.media(0).rtcp_mux && offer.media(1).rtcp_mux);
  EXPECT_TRUE(offer.media(1).unspecified);
  EXPECT_EQ(count_good(offer, AttributeName::candidate, parse_candidate), 4u);
  EXPECT_EQ(count_good(offer, AttributeName::rtpmap, parse_rtpmap), 16u);
  EXPECT_EQ(count_good(offer, AttributeName::fmtp, parse_fmtp), 9u);
  EXPECT_EQ(count_good(offer, AttributeName::rtcp_fb, parse_rtcp_feedback), 7u);
  EXPECT_EQ(count_good(offer, AttributeName::extmap, parse_extmap), 9u);
  EXPECT_EQ(count_good(offer, AttributeName::ssrc, parse_ssrc), 4u);
  EXPECT_EQ(count_good(offer, AttributeName::ssrc_group, parse_ssrc_group), 1u);
  EXPECT_EQ(count_good(offer, AttributeName::msid, parse_msid), 2u);
  EXPECT_EQ(count_good(offer, AttributeName::fingerprint, parse_fingerprint), 2u);
  EXPECT_EQ(count_good(offer, AttributeName::ice_ufrag, parse_ice_ufrag), 2u);
  EXPECT_EQ(count_good(offer, AttributeName::ice_pwd, parse_ice_pwd), 2u);
  EXPECT_EQ(count_good(offer, AttributeName::setup, parse_setup), 2u);
  auto group = parse_group(find_attribute(offer->session_lines(), AttributeName::group)->attribute_value());
  EXPECT_EQ(Mids(*offer).members(*group), 3);
}

TEST(Offers, OfChromeWithSimulcastAndDataAreReadInFull) {
  Offer offer("chrome_simulcast_data");
  EXPECT_EQ(count_good(offer, AttributeName::rid, parse_rid), 3u);
  EXPECT_EQ(count_good(offer, AttributeName::simulcast, parse_simulcast), 1u);
  EXPECT_EQ(count_good(offer, AttributeName::sctp_port, parse_sctp_port), 1u);
  EXPECT_EQ(count_good(offer, AttributeName::max_message_size, parse_max_message_size), 1u);
  EXPECT_TRUE(offer.media(1).bundle_only);
  EXPECT_FALSE(is_rejected(*offer, offer.media(1)));
  EXPECT_TRUE(has_ice_option(
      find_attribute(*offer, offer.media(0), AttributeName::ice_options)->attribute_value(), "renomination"));
}

TEST(Offers, OfFirefoxAreReadInFull) {
  Offer offer("firefox_audio");
  EXPECT_EQ(count_good(offer, AttributeName::candidate, parse_candidate), 3u);
  EXPECT_EQ(count_good(offer, AttributeName::msid, parse_msid), 1u);
  EXPECT_TRUE(find_attribute(*offer, offer.media(), AttributeName::end_of_candidates));
  EXPECT_TRUE(parse_fingerprint(
      find_attribute(*offer, offer.media(), AttributeName::fingerprint)->attribute_value()));
}

TEST(Offers, OfPhonesAndServersAreReadInFull) {
  Offer cisco("cisco_phone");
  EXPECT_EQ(count_good(cisco, AttributeName::rtpmap, parse_rtpmap), 9u);
  EXPECT_EQ(cisco.media(1).port, 0);
  EXPECT_EQ(cisco.media(0).address, IpAddress::v4(192, 0, 2, 77));
  Offer polycom("polycom_srtp");
  EXPECT_EQ(count_good(polycom, AttributeName::crypto, parse_crypto), 3u);
  Offer asterisk("asterisk");
  EXPECT_EQ(count_good(asterisk, AttributeName::ptime, parse_packet_time), 1u);
  EXPECT_EQ(count_good(asterisk, AttributeName::maxptime, parse_packet_time), 1u);
  Offer freeswitch("freeswitch");
  EXPECT_EQ(count_good(freeswitch, AttributeName::fmtp, parse_fmtp), 3u);
  EXPECT_EQ(freeswitch.media().rtcp_port, 26383);
  Offer baresip("baresip");
  EXPECT_EQ(count_good(baresip, AttributeName::label, parse_label), 2u);
  EXPECT_EQ(count_good(baresip, AttributeName::content, parse_content), 1u);
}

TEST(Offers, OfFaxMachinesAreReadInFull) {
  auto fax = parse_t38(Offer("asterisk_t38").lines_of(0));
  ASSERT_TRUE(fax);
  EXPECT_EQ(fax->error_correction, T38ErrorCorrection::redundancy);
  EXPECT_TRUE(fax->fill_bit_removal && !fax->transcoding_mmr);
  auto gateway = parse_t38(Offer("gateway_t38").lines_of(1));
  ASSERT_TRUE(gateway);
  EXPECT_EQ(gateway->max_bit_rate, 33600u);
  EXPECT_EQ(gateway->max_ifp, 40u);
}

TEST(Offers, OfMicrosoftTeamsAreReadInFull) {
  Offer offer("teams_direct_routing");
  EXPECT_EQ(count_good(offer, AttributeName::candidate, parse_candidate), 3u);
  EXPECT_EQ(count_good(offer, AttributeName::crypto, parse_crypto), 1u);
  EXPECT_EQ(offer.media().address, IpAddress::v4(198, 51, 100, 118));
}

TEST(Offers, OfImsAreReadInFull) {
  Offer offer("ims_evs");
  EXPECT_EQ(count_good(offer, AttributeName::curr, parse_precondition), 2u);
  EXPECT_EQ(count_good(offer, AttributeName::des, parse_desired_precondition), 2u);
  EXPECT_EQ(count_good(offer, AttributeName::conf, parse_precondition), 1u);
  EXPECT_EQ(count_good(offer, AttributeName::rtcp_fb, parse_rtcp_feedback), 1u);
  auto evs = parse_fmtp(offer.lines_of(0)[5].attribute_value());
  ASSERT_TRUE(evs);
  EXPECT_EQ(format_parameter(evs->parameters, "bw"), "nb-swb");
}

TEST(Offers, WithDuplicateAndUnknownMidsGroupNothing) {
  Offer offer("dtls_conference");
  Mids mids(*offer);
  EXPECT_EQ(offer->media().size(), 4u);
  EXPECT_EQ(mids.sections_with("v1"), 6);
  for (const Line& line : offer->session_lines()) {
    if (!line.is(AttributeName::group)) continue;
    EXPECT_FALSE(mids.members(*parse_group(line.attribute_value()))) << line.value;
  }
}

/// Line by line through the writer; `k=` is not written.
std::string written(const Session& session) {
  std::string out(16'384, '\0');
  Writer writer(out);
  for (const Line& line : session.lines()) writer.kept(line);
  EXPECT_FALSE(writer.overflowed());
  return std::string(writer.written());
}

TEST(Offers, SayTheSameWrittenAnew) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    Offer offer(entry.path());
    std::string first = written(*offer);
    Session again;
    ASSERT_EQ(again.parse(first), Reason::none) << entry.path();
    EXPECT_EQ(written(again), first) << entry.path();
    EXPECT_EQ(again.media().size(), offer->media().size());
    ++count;
  }
  EXPECT_GE(count, 18u);
}

}  // namespace
}  // namespace sbc::sdp
