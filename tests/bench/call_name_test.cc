#include "bench/calls/call_name.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace sbc::bench {
namespace {

constexpr CallName name{1'234'567, 87'654'321};

template <class Write>
std::string text_of(Write&& write) {
  std::array<char, 128> room;
  sip::Writer out(room);
  write(out);
  return std::string(out.written());
}

TEST(CallName, TagsTellTheCallAndTheSide) {
  std::string caller = text_of([](sip::Writer& out) { name.write_tag(out, Side::caller); });
  std::string callee = text_of([](sip::Writer& out) { name.write_tag(out, Side::callee); });
  EXPECT_NE(caller, callee);
  EXPECT_EQ(CallName::of_tag(caller, Side::caller), name);
  EXPECT_EQ(CallName::of_tag(callee, Side::callee), name);
  EXPECT_EQ(CallName::of_tag(caller, Side::callee), std::nullopt);
  EXPECT_EQ(CallName::of_tag("alice", Side::caller), std::nullopt);
  EXPECT_EQ(CallName::of_tag(std::string(caller.size(), 'x'), Side::caller), std::nullopt);
}

TEST(CallName, NumbersTellTheCallWhateverRoutesPutBeforeThem) {
  std::string calling = text_of([](sip::Writer& out) { name.write_calling_number(out); });
  std::string called = text_of([](sip::Writer& out) { name.write_called_number(out); });
  EXPECT_EQ(CallName::of_numbers(calling, called), name);
  EXPECT_EQ(CallName::of_numbers("00" + calling, "0049" + called.substr(2)), name);
  EXPECT_EQ(CallName::of_numbers("anonymous", called), std::nullopt);
}

TEST(CallName, CallIdsAreShortAndEachIsAnother) {
  auto call_id = [](CallName each) { return text_of([&](sip::Writer& out) { each.write_call_id(out); }); };
  EXPECT_NE(call_id({1, 2}), call_id({1, 3}));
  EXPECT_NE(call_id({1, 2}), call_id({2, 2}));
  EXPECT_LE(call_id(name).size(), 48u);
}

}  // namespace
}  // namespace sbc::bench
