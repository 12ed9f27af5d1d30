// An engine whose caller may transfer its calls, and the requests that this takes.
#pragma once

#include "tests/sbc/call/fixture.h"

namespace sbc::call {

class TransferTest : public EngineTest {
 protected:
  void SetUp() override { trust(config::Trust::trusted); }
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
  std::string first_tag_;

 private:
  static std::string reporting(std::string request, const std::string& event, const std::string& state) {
    request.replace(request.find("application/sdp"), 15, "message/sipfrag;version=2.0");
    return with(request, "Event: " + event + "\r\nSubscription-State: " + state + "\r\n");
  }
  uint32_t cseq_ = 1;
};

}  // namespace sbc::call
