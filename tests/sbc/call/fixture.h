// An engine between one caller realm and two trunks, with everything around it in the test's hands.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sbc/call/decision.h"
#include "sbc/call/engine.h"

namespace sbc::call {

using namespace std::chrono_literals;

inline constexpr RealmId access_realm{0};
inline constexpr RealmId core_realm{1};

/// A message that left.
struct Sent {
  Transport to;
  std::string bytes;
  size_t effect = 0;  // its place among all effects so far

  sip::Message parse() const;
  std::string first_line() const { return bytes.substr(0, bytes.find('\r')); }
  std::string header(sip::Header id) const { return std::string(parse().value(id)); }
  std::string body() const { return std::string(parse().body()); }
  /// What an ICMP error about it tells.
  Undelivered undelivered() const { return {to, wire::mark_of(to.local, to.remote, bytes)}; }
};

class FakeMedia final : public media::StatsReader {
 public:
  media::SideStats stats(const media::MediaPort& local) const override {
    auto at = by_port.find(local);
    return at == by_port.end() ? media::SideStats{} : at->second;
  }
  std::map<media::MediaPort, media::SideStats> by_port;
};

class EngineTest : public testing::Test {
 protected:
  EngineTest();
  void SetUp() override { start(); }
  /// Whatever a test did, everything returns in the end.
  void TearDown() override;

  /// Builds policy and engine from model_; call again after changing it.
  void start(const Decider* decider = nullptr);
  /// From then on the host names of trunks stand for this; the engine goes on.
  void know(policy::HostTable hosts);
  Surroundings surroundings();

  /// Delivers a message. Afterwards sent_ holds what left because of it.
  Reason receive(RealmId realm, const Endpoint& from, const std::string& text,
                 config::Trust trust = config::Trust::trusted);
  Reason from_caller(const std::string& text) { return receive(access_realm, caller_, text); }
  Reason from_callee(const std::string& text) { return receive(core_realm, callee_, text); }
  void pass(Duration duration);
  /// All calls are written to bytes, forgotten and read back, by this engine or by another in its place.
  void move_calls(bool to_new_engine);
  void carry_out();

  /// The caller's requests.
  std::string invite(const std::string& more = "", const std::string& body = offer_sdp,
                     const std::string& number = "100");
  std::string caller_request(const std::string& method, const std::string& branch, uint32_t cseq,
                             const std::string& to_tag = "", const std::string& body = "");
  std::string ack(uint32_t cseq = 1, const std::string& body = "") {
    return caller_request("ACK", "z9hG4bKack" + std::to_string(cseq), cseq, caller_tag(), body);
  }
  /// The callee's response to one of our requests, and its requests inside the dialog.
  static std::string response(const Sent& request, int status, const std::string& body = "",
                              const std::string& more = "", const std::string& tag = "callee-tag");
  std::string callee_request(const std::string& method, uint32_t cseq, const std::string& body = "");

  /// What left last towards a realm; the test fails where nothing did.
  Sent last_to(RealmId realm) const;
  std::vector<Sent> all_to(RealmId realm) const;
  /// Our tag in the dialog with the caller.
  std::string caller_tag() const { return caller_tag_; }

  /// A call in the state named; sent_ is empty afterwards.
  void ring();
  void answer();
  void establish();

  static const std::string offer_sdp, answer_sdp;

  std::shared_ptr<config::Model> model_;
  Endpoint caller_ = *Endpoint::parse("192.0.2.10:40000");
  Endpoint callee_ = *Endpoint::parse("10.2.0.201:5060");
  Endpoint second_ = *Endpoint::parse("10.2.0.202:5060");
  Endpoint third_ = *Endpoint::parse("10.2.0.203:5060");
  policy::Compiled policy_;
  policy::HostTable hosts_;
  std::unique_ptr<policy::Usage> usage_;
  std::unique_ptr<Steering> steering_;
  std::unique_ptr<Engine> engine_;
  EngineSizes sizes_;
  FakeMedia media_;
  Outbox out_{512, 512 * 1024};
  Instant now_{1'000'000'000};
  UtcTime utc_{};

  std::vector<Sent> sent_;
  size_t installed_ = 0;                             // relays, each time
  std::map<media::MediaPort, media::Relay> relays_;  // by side 0's port
  std::vector<SendDigit> digits_;
  unsigned digits_lost_ = 0;  // of the callee's
  std::vector<CallRecord> cdrs_;
  std::vector<Ask> asks_;
  std::vector<AskHost> host_asks_;
  std::vector<AskWorker> worker_asks_;
  std::vector<LogRecord> logs_;
  Sent invite_;  // our last INVITE to a callee
  size_t effects_ = 0;
  size_t last_install_ = 0;

 private:
  std::string caller_tag_;
  const Decider* decider_ = nullptr;  // null: the routes
};

}  // namespace sbc::call
