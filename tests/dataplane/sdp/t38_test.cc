#include "dataplane/sdp/t38.h"

#include <string>

#include <gtest/gtest.h>

#include "dataplane/sdp/session.h"

namespace sbc::sdp {
namespace {

class T38Test : public testing::Test {
 protected:
  std::optional<T38> fax(const std::string& lines) {
    text_ = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nm=image 4000 udptl t38\r\n" + lines;
    EXPECT_EQ(session_.parse(text_), Reason::none) << text_;
    return parse_t38(session_.lines_of(session_.media()[0]));
  }

 private:
  std::string text_;
  Session session_;
};

TEST_F(T38Test, AllAttributesAreRead) {
  auto t38 = fax(
      "a=T38FaxVersion:3\r\na=T38MaxBitRate:33600\r\na=T38FaxMaxBuffer:1800\r\na=T38FaxMaxDatagram:280\r\n"
      "a=T38FaxMaxIFP:40\r\na=T38FaxRateManagement:localTCF\r\na=T38FaxUdpEC:t38UDPFEC\r\na=T38VendorInfo:0 "
      "0 37\r\n"
      "a=T38FaxFillBitRemoval\r\na=T38FaxTranscodingMMR:1\r\na=T38FaxTranscodingJBIG:0\r\na=sendrecv\r\n");
  ASSERT_TRUE(t38);
  EXPECT_EQ(t38->version, 3);
  EXPECT_EQ(t38->max_bit_rate, 33600u);
  EXPECT_EQ(t38->max_buffer, 1800u);
  EXPECT_EQ(t38->max_datagram, 280u);
  EXPECT_EQ(t38->max_ifp, 40u);
  EXPECT_EQ(t38->rate_management, T38RateManagement::local);
  EXPECT_EQ(t38->error_correction, T38ErrorCorrection::fec);
  EXPECT_TRUE(t38->fill_bit_removal && t38->transcoding_mmr);
  EXPECT_FALSE(t38->transcoding_jbig);
}

TEST_F(T38Test, NamesHaveAnyCaseAndTheFirstCounts) {
  auto t38 =
      fax("a=t38faxversion:0\r\na=T38FaxVersion:3\r\na=T38faxFillBitRemoval:0\r\na=T38FaxFillBitRemoval\r\n");
  ASSERT_TRUE(t38);
  EXPECT_EQ(t38->version, 0);
  EXPECT_FALSE(t38->fill_bit_removal);
  EXPECT_FALSE(t38->max_datagram || t38->rate_management);
  EXPECT_EQ(fax("a=T38FaxRateManagement:transferredTCF\r\n")->rate_management,
            T38RateManagement::transferred);
  EXPECT_EQ(fax("a=T38FaxUdpEC:t38UDPRedundancy\r\n")->error_correction, T38ErrorCorrection::redundancy);
  EXPECT_EQ(fax("a=T38FaxUdpEC:t38UDPNoEC\r\n")->error_correction, T38ErrorCorrection::none);
}

TEST_F(T38Test, MalformedValuesAreNone) {
  for (const char* bad :
       {"a=T38FaxVersion:x\r\n", "a=T38FaxVersion:256\r\n", "a=T38FaxVersion\r\n", "a=T38MaxBitRate:-1\r\n",
        "a=T38FaxMaxDatagram:4294967296\r\n", "a=T38FaxRateManagement:x\r\n", "a=T38FaxUdpEC:x\r\n",
        "a=T38FaxFillBitRemoval:2\r\n", "a=T38FaxFillBitRemoval:\r\n",
        "a=T38FaxVersion:0\r\na=T38FaxVersion:x\r\n"}) {
    EXPECT_FALSE(fax(bad)) << bad;
  }
}

}  // namespace
}  // namespace sbc::sdp
