#include "policy/header_rules/header_fields.h"

#include <string>

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

std::string written(const HeaderFields& fields, bool& overflowed) {
  static std::array<char, 65536> room;
  sip::Writer out(room);
  fields.write(out);
  overflowed = out.overflowed();
  return std::string(out.written());
}

std::string written(const HeaderFields& fields) {
  bool overflowed = false;
  std::string text = written(fields, overflowed);
  EXPECT_FALSE(overflowed);
  return text;
}

TEST(HeaderFields, AreWrittenInTheirOrderWithoutFolding) {
  HeaderFields fields;
  fields.add(sip::Header::subject, "one\r\n two");
  fields.add({sip::Header::other, "X-Thing", "a"});
  fields.compose(sip::Header::reason, [](sip::Writer& out) {
    out.text("SIP;cause=").number(480);
    return true;
  });
  fields.compose(sip::Header::reason, [](sip::Writer& out) {
    out.text("left out");
    return false;
  });
  EXPECT_EQ(written(fields), "Subject: one two\r\nX-Thing: a\r\nReason: SIP;cause=480\r\n");
}

TEST(HeaderFields, HoldSoManyAndNoMore) {
  HeaderFields fields;
  bool overflowed = false;
  for (size_t i = 0; i < HeaderFields::fields_max; ++i) fields.add(sip::Header::subject, "x");
  EXPECT_EQ(written(fields, overflowed).size(), HeaderFields::fields_max * 12);
  EXPECT_FALSE(overflowed);
  fields.add(sip::Header::subject, "x");
  written(fields, overflowed);
  EXPECT_TRUE(overflowed) << "a message does not leave without what it was to have";
}

TEST(HeaderFields, HoldSoMuchTextAndNoMore) {
  HeaderFields fields;
  bool overflowed = false;
  const std::string half(HeaderFields::text_bytes_max / 2, 'x');
  auto keep = [&](std::string_view text) {
    return fields.keep([&](sip::Writer& out) {
      out.text(text);
      return true;
    });
  };
  EXPECT_TRUE(keep(half));
  EXPECT_TRUE(keep(half));
  written(fields, overflowed);
  EXPECT_FALSE(overflowed);
  EXPECT_FALSE(keep("x"));
  written(fields, overflowed);
  EXPECT_TRUE(overflowed);
}

TEST(HeaderFields, GoWhereTheyAreUnwanted) {
  HeaderFields fields;
  for (std::string_view value : {"1", "2", "3"}) fields.add(sip::Header::subject, value);
  EXPECT_TRUE(fields.remove_if([](const HeaderFields::Item& item) { return item.value == "2"; }));
  EXPECT_FALSE(fields.remove_if([](const HeaderFields::Item& item) { return item.value == "2"; }));
  EXPECT_EQ(written(fields), "Subject: 1\r\nSubject: 3\r\n");
}

}  // namespace
}  // namespace sbc::policy
