#include "dataplane/sdp/attribute_name.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace sbc::sdp {
namespace {

/// As the parser asks, with `behind` readable bytes behind the value.
NameInFront in_front(const std::string& value, const std::string& behind) {
  std::unique_ptr<char[]> exact(new char[value.size() + behind.size()]);
  std::copy(value.begin(), value.end(), exact.get());
  std::copy(behind.begin(), behind.end(), exact.get() + value.size());
  return name_in_front({exact.get(), value.size()}, exact.get() + value.size() + behind.size());
}

TEST(AttributeName, EveryNameIsFoundHoweverItIsAsked) {
  std::set<std::string> texts;
  for (size_t i = 1; i < attribute_name_count; ++i) {
    auto name = AttributeName(i);
    std::string text(text_of(name));
    EXPECT_TRUE(texts.insert(text).second) << text;
    EXPECT_EQ(attribute_name_of(text), name) << text;
    std::string upper = text;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    EXPECT_EQ(attribute_name_of(upper), name) << upper;
    for (std::string behind : {"", "\r\n", "\r\na=rtpmap:8 PCMA/8000"}) {
      for (std::string value : {text, text + ":", text + ":8 PCMA/8000", text + ":x:y"}) {
        NameInFront front = in_front(value, behind);
        EXPECT_EQ(front.name, name) << value;
        EXPECT_EQ(front.size, text.size()) << value;
      }
    }
  }
}

TEST(AttributeName, NothingElseIsTakenForOne) {
  for (size_t i = 1; i < attribute_name_count; ++i) {
    std::string text(text_of(AttributeName(i)));
    for (std::string other :
         {text + "x", "x" + text, text + " ", text.substr(1), text.substr(0, text.size() - 1)}) {
      AttributeName name = attribute_name_of(other);
      EXPECT_TRUE(name == AttributeName::other || text_of(name).size() == other.size()) << other;
      EXPECT_EQ(in_front(other + ":1", "\r\na=mid:0\r\n").name, name) << other;
      EXPECT_EQ(in_front(other, "").name, name) << other;
    }
  }
  for (const char* other : {"", ":", "x-google-flag", "rtcp_mux", "rtp map", "candidat\xe5",
                            "T38FaxTranscodingJBIGx", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    EXPECT_EQ(attribute_name_of(other), AttributeName::other) << other;
    EXPECT_EQ(in_front(other, std::string(16, '\n')).name, AttributeName::other) << other;
  }
  EXPECT_EQ(text_of(AttributeName::other), "");
}

}  // namespace
}  // namespace sbc::sdp
