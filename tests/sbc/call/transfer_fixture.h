// An engine whose caller may transfer its calls, and the requests that this takes. Of the two whom it may
// bring together the callee is the first trunk's, and "200" the second one's.
#pragma once

#include "tests/sbc/call/fixture.h"

namespace sbc::call {

class TransferTest : public EngineTest {
 protected:
  void SetUp() override {
    config::Route route;
    route.name = std::string("two hundreds");
    route.prefix = "2";
    route.trunks = {std::string("two")};
    route.ring_timeout = 60s;
    model_->routes.push_back(route);
    trust(config::Trust::trusted);
  }
  /// Of the sources in both realms.
  void trust(config::Trust of_all) {
    for (config::Realm& realm : model_->realms) realm.trust = of_all;
    start();
    policy_.access = policy::AccessTable(*model_, {});
  }
  void realm_transfers(config::TransferRule rule) {
    model_->realms[0].transfer = rule;
    trust(model_->realms[0].trust);
  }

  static std::string with(std::string request, const std::string& headers) {
    return request.insert(request.find("Content-Length"), headers);
  }
  /// The same in a call of its own.
  static std::string again(std::string request, const std::string& call = "second") {
    for (auto [from, to] : {std::pair<std::string, std::string>{"caller-call-id", call + "-call-id"},
                            {"branch=z9hG4bK", "branch=z9hG4bK" + call}})
      request.replace(request.find(from), from.size(), to);
    return request;
  }
  /// The caller's next REFER.
  Reason refer(const std::string& target, const std::string& more = "") {
    const uint32_t cseq = ++cseq_;
    const std::string header = target.empty() ? "" : "Refer-To: " + target + "\r\n";
    return from_caller(
        with(caller_request("REFER", "z9hG4bKrefer" + std::to_string(cseq), cseq, tag()), header + more));
  }
  /// The caller's second call, to whoever "200" is.
  void begin_second_call() {
    from_caller(again(invite("", offer_sdp, "200")));
    target_invite_ = last_to(core_realm);
    EXPECT_EQ(target_invite_.to.remote, third_);
  }
  void answer_second_call() {
    receive(core_realm, third_, response(target_invite_, 200, answer_sdp, "", "target-tag"));
    second_tag_ = caller_tag();
    from_caller(again(caller_request("ACK", "z9hG4bKack", 1, second_tag_)));
    sent_.clear();
  }
  /// Both calls are up; the first one's callee is the referred party.
  void establish_both() {
    establish();
    first_tag_ = caller_tag();
    begin_second_call();
    answer_second_call();
  }
  /// The second call's dialog, as the caller names it in a URI (RFC 3891), and as it is named to the target.
  std::string replaces_of_caller(const std::string& from_tag = "caller-tag") const {
    return "second-call-id%3Bto-tag%3D" + second_tag_ + "%3Bfrom-tag%3D" + from_tag;
  }
  std::string replaces_of_target() const {
    const sip::Message asked = target_invite_.parse();
    return std::string(asked.call_id()) + ";to-tag=target-tag;from-tag=" + std::string(asked.from().tag());
  }
  /// What the other worker says of a dialog that it has.
  Replacement found_elsewhere() const {
    Replacement answer;
    answer.reason = Reason::none;
    answer.realm = core_realm;
    answer.trunk = TrunkId(1);
    answer.peer = third_;
    answer.local = model_->realms[1].listeners[0];
    answer.number = std::string_view("200");
    EXPECT_TRUE(answer.call_id.assign("their-call") && answer.local_tag.assign("ours"));
    return answer;
  }
  /// The Call-ID of a dialog that the other of two workers owns.
  std::string call_id_elsewhere() const {
    for (int n = 0;; ++n) {
      const std::string call_id = "elsewhere" + std::to_string(n);
      if (steering_->owner_of(call_id) == WorkerId(1)) return call_id;
    }
  }
  std::string notify(uint32_t cseq, const std::string& event, const std::string& state,
                     const std::string& fragment) {
    return reporting(caller_request("NOTIFY", "z9hG4bKnotify" + std::to_string(cseq), cseq, tag(), fragment),
                     event, state);
  }
  std::string callee_notify(uint32_t cseq, const std::string& event, const std::string& state,
                            const std::string& fragment) {
    return reporting(callee_request("NOTIFY", cseq, fragment), event, state);
  }
  /// Our tag in the caller's first call.
  std::string tag() const { return first_tag_.empty() ? caller_tag() : first_tag_; }
  /// Sent to `realm` by the last message or the last time that passed, with this method or status.
  std::vector<Sent> sent_to(RealmId realm, const std::string& start) const {
    std::vector<Sent> found;
    for (const Sent& sent : all_to(realm))
      if (sent.bytes.starts_with(start)) found.push_back(sent);
    return found;
  }

  std::string first_tag_, second_tag_;  // ours, in the caller's two calls
  Sent target_invite_;                  // of the second one

 private:
  static std::string reporting(std::string request, const std::string& event, const std::string& state) {
    request.replace(request.find("application/sdp"), 15, "message/sipfrag;version=2.0");
    return with(request, "Event: " + event + "\r\nSubscription-State: " + state + "\r\n");
  }
  uint32_t cseq_ = 1;
};

}  // namespace sbc::call
