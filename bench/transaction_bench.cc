// What a transaction costs beside the call logic: to find one, and a request that is answered, lingers and
// comes again.
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "sbc/transaction/reply.h"
#include "sbc/transaction/server_transactions.h"

namespace sbc::transaction {
namespace {

constexpr uint32_t capacity = 100'000;

std::string bye(uint32_t number) {
  std::string id = std::to_string(1'000'000 + number);
  return "BYE sip:+493012345@192.0.2.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK" + id +
         "kjshdyff;rport\r\nMax-Forwards: 70\r\nFrom: \"A\" <sip:+4989123456@example.net>;tag=9fxced76sl" +
         id + "\r\nTo: <sip:+493012345@example.net>;tag=8321234356\r\nCall-ID: 3848276298220188511" + id +
         "@192.0.2.9\r\nCSeq: 2 BYE\r\nContent-Length: 0\r\n\r\n";
}

class Discarded final : public Sender {
 public:
  std::span<char> space() override { return bytes_; }
  void send(const Transport&, size_t) override {}

 private:
  std::vector<char> bytes_ = std::vector<char>(16384);
};

struct Bench {
  DigestKeys keys{{1, 2}, {3, 4}};
  config::Timers timers;
  TransactionSizes sizes{capacity, 1000};
  Instant now{0};
  TimerWheel wheel{sizes.timer_keys(), now};
  MessageSlab slab{4096};
  ServerTransactions servers{sizes, 10'000, keys, {}, slab, wheel, 0};
  Discarded out;
  Transport from{TransportKind::udp,
                 RealmId(0),
                 *Endpoint::parse("192.0.2.1:5060"),
                 *Endpoint::parse("192.0.2.9:5060"),
                 0,
                 0};

  Context context() { return {out, timers, now}; }
  void answer(const sip::Message& request) {
    lane::Handle handle = servers.begin(request, from);
    sip::Writer writer(out.space());
    writer.status_line(200, "OK");
    write_reply_head(writer, request, from);
    writer.end_line().body({});
    servers.respond(handle, 200, writer.written().size(), context());
  }
};

/// Begun, answered, forgotten once it is due: as many a second as make the pool three quarters full.
void request_answered(benchmark::State& state) {
  auto bench = std::make_unique<Bench>();
  const uint32_t count = uint32_t(state.range(0));
  std::vector<std::string> texts(count + 1);
  for (uint32_t i = 0; i < count + 1; ++i) texts[i] = bye(i);
  const Duration gap = std::chrono::seconds(32) / count;
  sip::Message message;
  uint32_t next = 0;
  for (auto _ : state) {
    message.parse(texts[next]);
    next = next == count ? 0 : next + 1;
    bench->now = bench->now + gap;
    for (uint32_t key; bench->wheel.pop_due(bench->now, key);)
      bench->servers.on_deadline(key, bench->context());
    if (!bench->servers.find(message, bench->from, sip::Method::bye)) bench->answer(message);
  }
  state.counters["lingering"] = bench->servers.in_use();
  state.counters["kept"] = double(bench->slab.kept_bytes());
}
BENCHMARK(request_answered)->Arg(1000)->Arg(75'000);

void request_again(benchmark::State& state) {
  auto bench = std::make_unique<Bench>();
  std::string text = bye(1);
  sip::Message message;
  message.parse(text);
  bench->answer(message);
  for (auto _ : state) {
    lane::Handle handle = bench->servers.find(message, bench->from, sip::Method::bye);
    bench->servers.repeat(handle, message, bench->from, bench->context());
  }
}
BENCHMARK(request_again);

void find_none(benchmark::State& state) {
  auto bench = std::make_unique<Bench>();
  std::string text = bye(1);
  sip::Message message;
  message.parse(text);
  for (auto _ : state) benchmark::DoNotOptimize(bench->servers.find(message, bench->from, sip::Method::bye));
}
BENCHMARK(find_none);

}  // namespace
}  // namespace sbc::transaction
