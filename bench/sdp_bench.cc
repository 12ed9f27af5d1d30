// What the SDP in a message costs: real offers parsed, and the addresses in them.
#include <array>
#include <fstream>
#include <iterator>
#include <string>

#include <benchmark/benchmark.h>

#include "config/types/address.h"
#include "dataplane/sdp/session.h"

namespace sbc {
namespace {

std::string offer_named(const std::string& name) {
  std::ifstream file(SBC_SOURCE_DIR "/tests/fuzz/corpus/sdp/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void parse_offer(benchmark::State& state, const char* name) {
  std::string offer = offer_named(name);
  sdp::Session session;
  if (session.parse(offer) != Reason::none) state.SkipWithError("the offer is refused");
  for (auto _ : state) benchmark::DoNotOptimize(session.parse(offer));
  state.SetBytesProcessed(int64_t(state.iterations()) * int64_t(offer.size()));
}
BENCHMARK_CAPTURE(parse_offer, asterisk, "asterisk");
BENCHMARK_CAPTURE(parse_offer, ims_evs, "ims_evs");
BENCHMARK_CAPTURE(parse_offer, chrome_audio_video, "chrome_audio_video");

void parse_address(benchmark::State& state, const char* text) {
  std::string copy = text;
  for (auto _ : state) {
    benchmark::DoNotOptimize(copy.data());
    benchmark::DoNotOptimize(IpAddress::parse(copy));
  }
}
BENCHMARK_CAPTURE(parse_address, v4, "198.51.100.10");
BENCHMARK_CAPTURE(parse_address, v6, "2001:db8:1234:abcd::1");

void write_address(benchmark::State& state, const char* text) {
  IpAddress address = *IpAddress::parse(text);
  for (auto _ : state) {
    benchmark::DoNotOptimize(address);
    benchmark::DoNotOptimize(std::string_view(AddressText(address)).size());
  }
}
BENCHMARK_CAPTURE(write_address, v4, "198.51.100.10");
BENCHMARK_CAPTURE(write_address, v6, "2001:db8:1234:abcd::1");

}  // namespace
}  // namespace sbc
