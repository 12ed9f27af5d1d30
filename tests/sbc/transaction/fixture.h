// Transactions with a wheel, a slab and a sender that remembers what left.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sbc/transaction/client_transactions.h"
#include "sbc/transaction/server_transactions.h"

namespace sbc::transaction {

class Outgoing final : public Sender {
 public:
  std::span<char> space() override { return bytes_; }
  void send(const Transport& transport, size_t size) override {
    sent.push_back({transport, {bytes_.data(), size}});
  }
  size_t put(std::string_view text) {
    std::copy(text.begin(), text.end(), bytes_.begin());
    return text.size();
  }

  struct Sent {
    Transport to;
    std::string bytes;
  };
  std::vector<Sent> sent;

 private:
  std::vector<char> bytes_ = std::vector<char>(8192);
};

class TransactionsTest : public testing::Test {
 protected:
  static constexpr uint32_t capacity = 4;

  Context context() { return {out_, timers_, now_}; }
  const sip::Message& parse(std::string text) {
    texts_.push_back(std::make_unique<std::string>(std::move(text)));
    EXPECT_EQ(message_.parse(*texts_.back()), Reason::none) << *texts_.back();
    return message_;
  }
  const sip::Message& request(std::string method, std::string branch = "z9hG4bKa", std::string more = "") {
    return parse(method + " sip:1@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5060;branch=" + branch +
                 "\r\nFrom: <sip:a@b>;tag=f\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 " + method + "\r\n" +
                 more + "Content-Length: 0\r\n\r\n");
  }
  /// A response to a request of ours, as it was sent.
  const sip::Message& response(int status, const std::string& sent, std::string tag = "t") {
    sip::Message asked;
    EXPECT_EQ(asked.parse(sent), Reason::none);
    return parse("SIP/2.0 " + std::to_string(status) + " X\r\nVia: " + std::string(asked.top_via().text) +
                 "\r\nFrom: <sip:a@b>;tag=f\r\nTo: <sip:c@d>;tag=" + tag + "\r\nCall-ID: " +
                 std::string(asked.call_id()) + "\r\nCSeq: " + std::string(asked.value(sip::Header::cseq)) +
                 "\r\nContent-Length: 0\r\n\r\n");
  }
  /// Transactions may be left, but all that they are is small.
  void expect_all_closed() {
    EXPECT_EQ(servers_.open() + clients_.open(), 0u);
    EXPECT_EQ(slab_.kept_bytes(), 0u);
    check();
  }
  void expect_idle() {
    EXPECT_EQ(servers_.in_use() + clients_.in_use() + wheel_.armed_count(), 0u);
    EXPECT_EQ(slab_.kept_bytes(), 0u);
    check();
  }
  void check() {
    uint64_t kept = 0;
    uint32_t armed = servers_.check_invariants(kept) + clients_.check_invariants(kept);
    EXPECT_EQ(armed, wheel_.armed_count());
    EXPECT_EQ(kept, slab_.kept_bytes());
  }
  /// Advances time and fires what falls due; time-outs that users would hear of are counted.
  void pass(Duration duration) {
    Instant end = now_ + duration;
    while (wheel_.next_deadline() <= end) {
      now_ = std::max(now_, wheel_.next_deadline());
      uint32_t key = 0;
      while (wheel_.pop_due(now_, key)) {
        if (key < first_client) {
          servers_.on_deadline(key, context());
        } else if (clients_.on_deadline(key - first_client, context())) {
          ++timed_out_;
        }
      }
      check();
    }
    now_ = end;
  }

  static constexpr TransactionSizes sizes{capacity, capacity};
  static constexpr uint32_t first_client = 2 * capacity;
  static constexpr std::array<std::string_view, 3> phrases{"Allow: ", "INVITE, ACK", "Contact: <sip:"};
  config::Timers timers_;
  Instant now_{1'000'000'000};
  Outgoing out_;
  DigestKeys keys_{{1, 2}, {3, 4}};
  TimerWheel wheel_{4 * capacity, now_};
  MessageSlab slab_{64};
  ServerTransactions servers_{sizes, 4096, keys_, phrases, slab_, wheel_, 0};
  ClientTransactions clients_{sizes, 4096, keys_, slab_, wheel_, first_client};
  Transport peer_{TransportKind::udp,
                  RealmId(0),
                  *Endpoint::parse("10.0.0.1:5060"),
                  *Endpoint::parse("192.0.2.9:5060"),
                  0,
                  0};
  int timed_out_ = 0;

 private:
  sip::Message message_;
  std::vector<std::unique_ptr<std::string>> texts_;
};

}  // namespace sbc::transaction
