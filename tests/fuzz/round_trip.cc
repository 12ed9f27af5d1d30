#include <array>

#include "config/types/check.h"
#include "dataplane/sip/message.h"
#include "tests/fuzz/rewritten.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {

void round_trip(std::string_view bytes) {
  using sip::Message;
  static std::array<char, 65536> first_bytes, second_bytes;
  const MessageLimits wide = MessageLimits::none();
  Message read;
  if (read.parse(bytes) != Reason::none) return;
  std::string_view first = rewritten(read, first_bytes);
  Message again;
  SBC_CHECK(again.parse(first, wide) == Reason::none);
  SBC_CHECK(again.body() == read.body() && again.call_id() == read.call_id());
  SBC_CHECK(again.method_text() == read.method_text() && again.status() == read.status());
  SBC_CHECK(again.cseq().number == read.cseq().number && again.from().tag() == read.from().tag());
  SBC_CHECK(again.top_via().branch == read.top_via().branch && again.top_via().port == read.top_via().port);
  SBC_CHECK(rewritten(again, second_bytes) == first);
}

}  // namespace sbc::fuzz
