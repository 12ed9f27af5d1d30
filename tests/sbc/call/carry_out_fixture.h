// A call whose caller refers the callee, which takes no REFER, and what each of the three says then.
#pragma once

#include <set>

#include "tests/sbc/call/transfer_fixture.h"

namespace sbc::call {

/// The session id and the version in o=.
inline std::pair<std::string, int> origin_of(const std::string& sdp) {
  const size_t id = sdp.find(' ', sdp.find("o=")) + 1, version = sdp.find(' ', id) + 1;
  return {sdp.substr(id, version - id - 1), std::stoi(sdp.substr(version))};
}

/// The caller refers the callee, whose trunk takes no REFER, to whoever "200" is.
class CarryOutTest : public TransferTest {
 protected:
  void SetUp() override {
    model_->trunks[0].refer = config::ReferRule::carry_out;
    TransferTest::SetUp();
  }
  Sent one(RealmId realm, const std::string& start) const {
    auto found = sent_to(realm, start);
    EXPECT_EQ(found.size(), 1u) << start;
    return found.empty() ? Sent{{}, "", 0} : found[0];
  }
  /// The call is up, and the REFER accepted.
  void begin(const std::string& more = "") {
    establish();
    first_ = invite_;
    first_tag_ = caller_tag();
    EXPECT_EQ(refer("<sip:200@pbx.home.example>", more), Reason::none);
    target_ = last_to(core_realm);
    accepted_ = sent_to(access_realm, "SIP/2.0 202");
    notify_ = sent_to(access_realm, "NOTIFY ");
    take_report();
  }
  void take_report() {
    if (notify_.empty()) return;
    const Sent last = notify_.back();
    const std::vector<Sent> before = sent_;
    from_caller(response(last, 200));
    sent_.insert(sent_.begin(), before.begin(), before.end());
  }
  Reason from_target(const std::string& text) { return receive(core_realm, third_, text); }
  Reason target_says(int status, const std::string& body = "") {
    return from_target(response(target_, status, body, "", "target-tag"));
  }
  /// The callee is offered what the target has answered.
  void target_answers() {
    EXPECT_EQ(target_says(200, target_sdp), Reason::none);
    EXPECT_EQ(one(core_realm, "ACK ").to.remote, third_);
    offer_ = one(core_realm, "INVITE ");
    EXPECT_EQ(offer_.to.remote, callee_);
  }
  void referred_accepts() { EXPECT_EQ(from_callee(response(offer_, 200, answer_sdp)), Reason::none); }
  Reason from_referred(const std::string& method, uint32_t cseq, const std::string& body = "") {
    std::swap(invite_, first_);
    const std::string request = callee_request(method, cseq, body);
    std::swap(invite_, first_);
    return from_callee(request);
  }
  Reason bye_from_caller() { return from_caller(caller_request("BYE", "z9hG4bKbye", 9, first_tag_)); }
  void expect_reported(const std::string& status_line, const std::string& state) {
    const Sent notify = one(access_realm, "NOTIFY ");
    EXPECT_EQ(notify.body(), status_line + "\r\n");
    EXPECT_EQ(notify.header(sip::Header::subscription_state), state);
    EXPECT_EQ(notify.header(sip::Header::event), "refer;id=2");
    notify_ = {notify};
  }
  /// From an established call on; the referrer hears nothing of it, and is gone.
  void transfer_alone() {
    refer("<sip:200@x>", "Refer-Sub: false\r\n");
    target_ = one(core_realm, "INVITE ");
    target_answers();
    referred_accepts();
    from_caller(response(one(access_realm, "BYE "), 200));
  }
  /// Nothing that is under way is part of the call that is over.
  void expect_one_call_left() {
    std::set<uint64_t> ids;
    engine_->visit_ids([&](uint64_t id) { return ids.insert(id), true; });
    EXPECT_EQ(ids.size(), 1u);
    ASSERT_EQ(cdrs_.size(), 1u);
    EXPECT_EQ(ids.count(cdrs_[0].id), 0u);
  }
  static constexpr const char* over = "terminated;reason=noresource";
  static inline const std::string target_sdp =
      "v=0\r\no=target 1 1 IN IP4 10.2.0.203\r\ns=-\r\nc=IN IP4 10.2.0.203\r\nt=0 0\r\nm=audio 7000 RTP/AVP "
      "8\r\n";

  Sent first_, target_, offer_;  // INVITEs: to the callee, to the target, to the callee again
  std::vector<Sent> accepted_, notify_;
};

}  // namespace sbc::call
