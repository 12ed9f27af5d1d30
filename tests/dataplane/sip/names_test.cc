#include <gtest/gtest.h>

#include "dataplane/sip/header.h"
#include "dataplane/sip/method.h"
#include "dataplane/sip/writer.h"

namespace sbc::sip {
namespace {

TEST(Header, NamesReadBackInAnyCase) {
  for (size_t i = 1; i < size_t(Header::count_); ++i) {
    std::string name(text_of(Header(i)));
    EXPECT_EQ(header_of(name), Header(i)) << name;
    for (char& c : name) c = char(toupper(c));
    EXPECT_EQ(header_of(name), Header(i)) << name;
    EXPECT_EQ(header_of(name + "x"), Header::other) << name;
    EXPECT_EQ(header_of(name.substr(1) + '!'), Header::other) << name;
  }
}

TEST(Header, CompactFormsAreRfc3261Section7_3_3) {
  const std::pair<const char*, Header> forms[] = {{"i", Header::call_id},
                                                  {"m", Header::contact},
                                                  {"e", Header::content_encoding},
                                                  {"l", Header::content_length},
                                                  {"c", Header::content_type},
                                                  {"f", Header::from},
                                                  {"s", Header::subject},
                                                  {"k", Header::supported},
                                                  {"t", Header::to},
                                                  {"v", Header::via},
                                                  {"o", Header::event},
                                                  {"r", Header::refer_to},
                                                  {"x", Header::session_expires}};
  for (auto [name, header] : forms) {
    EXPECT_EQ(header_of(name), header) << name;
    EXPECT_EQ(header_of(std::string(1, char(toupper(name[0])))), header) << name;
  }
  for (const char* name : {"", "q", "-", "Call_ID", "Call-ID ", "C%6Fntact"})
    EXPECT_EQ(header_of(name), Header::other);
}

TEST(Method, IsCaseSensitive) {
  for (size_t i = 1; i <= size_t(Method::publish); ++i) EXPECT_EQ(method_of(text_of(Method(i))), Method(i));
  for (const char* text : {"", "invite", "INVITE ", "REGISTE", "RE%47ISTER"})
    EXPECT_EQ(method_of(text), Method::unknown);
}

TEST(Phrase, IsThatOfTheStatusOrOfItsClass) {
  EXPECT_EQ(phrase_of(486), "Busy Here");
  EXPECT_EQ(phrase_of(505), "Version Not Supported");
  EXPECT_EQ(phrase_of(499), phrase_of(400));
  EXPECT_EQ(phrase_of(699), phrase_of(600));
  for (int status : {0, 99, 700, -1}) EXPECT_FALSE(phrase_of(status).empty());
}

}  // namespace
}  // namespace sbc::sip
