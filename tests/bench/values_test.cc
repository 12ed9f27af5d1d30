// What parsers are compared by: two that read the same agree, whatever order and form they have the values
// in; two that do not, differ.
#include "bench/sip/values.h"

#include <gtest/gtest.h>

namespace sbc::bench {
namespace {

template <class Sink>
Sink sample() {
  Sink sink;
  sink.text(Value::method, std::string_view("BYE"));
  sink.text(Value::via_branch, std::string_view("z9hG4bKa"));
  sink.text(Value::via_branch, std::string_view("y9hG4bKb"));
  sink.uri(Value::contact_user, std::string_view("bob"), std::string_view("2001:db8::1"), 5060);
  sink.text(Value::call_id, std::string_view("1@host"));
  return sink;
}

TEST(Values, TheOrderOfKindsAndTheFormOfTextMakeNoDifference) {
  auto read = [](auto sink) {
    sink.joined(Value::call_id, "1", '@', "host");
    sink.uri(Value::contact_user, "bob", "[2001:db8::1]", number_of("5060"));
    sink.text(Value::via_branch, "z9hG4bKa");
    sink.text(Value::via_branch, "y9hG4bKb");
    sink.text(Value::phrase, static_cast<const char*>(nullptr));
    sink.text(Value::method, "BYE");
    return sink;
  };
  EXPECT_EQ(read(Fold{}).sum(), sample<Fold>().sum());
  EXPECT_EQ(read(Listing{}).checksum(), sample<Listing>().checksum());
  EXPECT_EQ(difference(read(Listing{}), sample<Listing>()), "");
}

TEST(Values, AnythingMoreLessOrElseMakesADifference) {
  auto checksum = [](auto change) {
    Listing listing = sample<Listing>();
    change(listing);
    return listing.checksum();
  };
  uint64_t same = checksum([](Listing&) {});
  EXPECT_NE(checksum([](Listing& l) { l.number(Value::max_forwards, 70); }), same);
  EXPECT_NE(checksum([](Listing& l) { l.text(Value::via_branch, "z"); }), same);
  EXPECT_NE(checksum([](Listing& l) { l.text(Value::to_tag, "BYE"); }), same);
  EXPECT_EQ(checksum([](Listing& l) { l.number(Value::max_forwards, 0); }), same);
}

TEST(Values, TheOrderOfOneKindCounts) {
  Listing a, b;
  a.text(Value::via_host, "one");
  a.text(Value::via_host, "two");
  b.text(Value::via_host, "two");
  b.text(Value::via_host, "one");
  EXPECT_NE(a.checksum(), b.checksum());
  EXPECT_EQ(difference(a, b), R"(via_host is "one", "two" or "two", "one")");
}

TEST(Values, TextsDoNotRunIntoEachOther) {
  Listing a, b;
  a.text(Value::supported, "ab");
  a.text(Value::supported, "c");
  b.text(Value::supported, "a");
  b.text(Value::supported, "bc");
  EXPECT_NE(a.checksum(), b.checksum());
}

TEST(Values, QuotesAndBracketsAreNotPartOfNamesAndHosts) {
  Listing a, b;
  a.bare(Value::from_display, "\"Alice\"");
  b.bare(Value::from_display, "Alice");
  EXPECT_EQ(a.checksum(), b.checksum());
  Fold c, d;
  c.bare(Value::from_display, "\"Alice\"");
  d.bare(Value::from_display, std::string_view("Alice"));
  EXPECT_EQ(c.sum(), d.sum());
}

}  // namespace
}  // namespace sbc::bench
