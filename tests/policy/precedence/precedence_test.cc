#include "policy/precedence/precedence.h"

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

using config::Trust;

class PrecedenceTest : public ::testing::Test {
 protected:
  PrecedenceTest() {
    realm.emergency_numbers = {"112", "*911#"};
    trunk.precedence = {"ets", "wps.0"};
  }
  sip::Message message(const std::string& uri, const std::string& more = "",
                       const std::string& to = "<sip:1@h>") {
    text = "INVITE " + uri +
           " SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: " + to +
           "\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n" + more + "\r\n";
    sip::Message parsed;
    EXPECT_EQ(parsed.parse(text), Reason::none) << text;
    return parsed;
  }
  Precedence of(const sip::Message& invite, Trust trust = Trust::unknown, bool with_trunk = false) {
    return claimed_precedence({realm, with_trunk ? &trunk : nullptr, trust}, invite.request_uri().user,
                              invite);
  }
  config::Realm realm;
  config::Trunk trunk;
  std::string text;
};

TEST_F(PrecedenceTest, EmergencyNumbersAreTheRealmsAndWhole) {
  EXPECT_EQ(of(message("sip:112@h")), Precedence::emergency_number);
  EXPECT_EQ(of(message("tel:112;phone-context=+49")), Precedence::emergency_number);
  EXPECT_EQ(of(message("sip:1123@h")), Precedence::none);
  EXPECT_EQ(of(message("sip:11@h")), Precedence::none);
  EXPECT_EQ(of(message("sip:110@h")), Precedence::none);
  EXPECT_EQ(of(message("sip:110@h", "", "<sip:112@h>")), Precedence::none) << "anybody may write any To";
}

TEST_F(PrecedenceTest, EmergencyServicesAreSosAndBelow) {
  EXPECT_EQ(of(message("urn:service:sos")), Precedence::emergency_service);
  EXPECT_EQ(of(message("URN:service:SOS.fire")), Precedence::emergency_service);
  EXPECT_EQ(of(message("urn:service:sosx")), Precedence::none);
  EXPECT_EQ(of(message("urn:service:counseling")), Precedence::none);
}

TEST_F(PrecedenceTest, ToNamesTheServiceWhereTheCallerIsTrusted) {
  sip::Message mapped = message("sip:psap@h", "", "<urn:service:sos>");
  EXPECT_EQ(of(mapped, Trust::trusted), Precedence::emergency_service);
  EXPECT_EQ(of(mapped, Trust::registered), Precedence::none);
  EXPECT_EQ(of(mapped, Trust::unknown), Precedence::none);
}

TEST_F(PrecedenceTest, ResourcePriorityIsWhatTheTrunkMayClaim) {
  EXPECT_EQ(of(message("sip:1@h", "Resource-Priority: ETS.4\r\n"), Trust::trusted, true),
            Precedence::resource_priority);
  EXPECT_EQ(of(message("sip:1@h", "Resource-Priority: dsn.flash, wps.0\r\n"), Trust::trusted, true),
            Precedence::resource_priority);
  EXPECT_EQ(of(message("sip:1@h", "Resource-Priority: wps.1\r\n"), Trust::trusted, true), Precedence::none);
  EXPECT_EQ(of(message("sip:1@h", "Resource-Priority: etsx.0\r\n"), Trust::trusted, true), Precedence::none);
  EXPECT_EQ(of(message("sip:1@h", "Resource-Priority: ets.0\r\n"), Trust::registered, true),
            Precedence::none);
  EXPECT_EQ(of(message("sip:1@h", "Resource-Priority: ets.0\r\n"), Trust::trusted, false), Precedence::none);
}

TEST_F(PrecedenceTest, MessagesOfAnEmergencyCallAreToldByTheirHead) {
  auto concerns = [this](const std::string& uri, const std::string& to = "<sip:1@h>",
                         Trust trust = Trust::unknown) {
    return concerns_emergency(realm, trust, message(uri, "", to).head());
  };
  EXPECT_TRUE(concerns("sip:112@h"));
  EXPECT_TRUE(concerns("urn:service:sos"));
  EXPECT_FALSE(concerns("sip:113@h"));
  for (const char* uri :
       {"sip:112;phone-context=+49@h;user=phone", "sip:%31%31%32@h", "sip:urn%3Aservice%3Asos@h"})
    EXPECT_TRUE(concerns(uri)) << uri << ": routes take it for that";
  for (const char* to : {"<urn:service:sos>", "<sip:112@h>"}) {
    EXPECT_FALSE(concerns("sip:198.51.100.1", to)) << "anybody may write any To";
    EXPECT_TRUE(concerns("sip:198.51.100.1", std::string(to) + ";tag=1")) << "inside a call";
    EXPECT_TRUE(concerns("sip:198.51.100.1", to, Trust::trusted));
  }
}

}  // namespace
}  // namespace sbc::policy
