#include "bench/srtp/srtp_figures.h"

#include <memory>
#include <string>

#include "bench/harness/slices.h"
#include "bench/harness/statistics.h"
#include "bench/relay/machine.h"
#include "bench/srtp/crypto_perf.h"
#include "bench/srtp/secured.h"
#include "dataplane/rtp/packet.h"
#include "dataplane/worker/worker.h"

namespace sbc::bench {
namespace {

constexpr uint32_t few_sessions = 1'024, many_sessions = 65'536;
constexpr uint32_t cipher_megabytes = 1'536;  // of DPDK's, for so many
/// Of a packet of 172 bytes its header stays clear. So many the ruler is given, and as AAD under GCM the
/// header; HMAC-SHA1 takes as many blocks for the one as for the other.
constexpr unsigned ciphered_bytes = rtp_bytes - rtp::rtp_header_size;

/// A suite, and the ruler's same work.
struct Subject {
  Definition definition;
  std::string name;
  SrtpSuite suite;
  const char* driver;
  std::vector<std::string> cipher;
};

const Subject subjects[]{
    {{"srtp_cm_vs_crypto", Ratio::ruler_to_ours, 0.6},
     "cm",
     SrtpSuite::aes_cm_128_hmac_sha1_80,
     "crypto_aesni_mb",
     {"--optype=cipher-then-auth", "--cipher-algo=aes-ctr", "--cipher-op=encrypt", "--cipher-key-sz=16",
      "--cipher-iv-sz=16", "--auth-algo=sha1-hmac", "--auth-op=generate", "--auth-key-sz=20",
      "--digest-sz=10"}},
    {{"srtp_gcm_vs_crypto", Ratio::ruler_to_ours, 0.6},
     "gcm",
     SrtpSuite::aead_aes_128_gcm,
     "crypto_aesni_gcm",
     {"--optype=aead", "--aead-algo=aes-gcm", "--aead-op=encrypt", "--aead-key-sz=16", "--aead-iv-sz=12",
      "--aead-aad-sz=12", "--digest-sz=16"}},
};

/// What all of them run on.
struct Bed {
  std::unique_ptr<Machine> machine;
  std::unique_ptr<cipher::CipherDevices> devices;
  std::unique_ptr<port::PacketPool> pool;

  /// False with one line in `error`.
  bool start(std::string& error) {
    machine = Machine::start(spare_buffers, error, cipher_megabytes);
    if (machine) devices = cipher::CipherDevices::open(cipher::CipherDrivers::multi_buffer(), 1, error);
    if (devices) pool = machine->pool(spare_buffers, error);
    return pool != nullptr;
  }
  std::unique_ptr<Secured> open(const std::string& name, uint32_t sessions, SrtpSuite suite,
                                std::string& error) const {
    return Secured::open(name, sessions, suite, *pool, *devices, error);
  }
};

/// A border with few sessions, one with many, and one with as few that are not secured.
struct Borders {
  std::unique_ptr<Secured> few, many, plain;

  std::string open(const Bed& bed, const Subject& subject) {
    std::string error;
    few = bed.open(subject.name + "_few", few_sessions, subject.suite, error);
    if (few) many = bed.open(subject.name + "_many", many_sessions, subject.suite, error);
    if (many) plain = bed.open(subject.name + "_plain", few_sessions, SrtpSuite::none, error);
    return error;
  }
  std::string fault() {
    for (Secured* each : {few.get(), many.get(), plain.get()})
      if (std::string fault = each->fault(); !fault.empty()) return fault;
    return {};
  }
};

Slice slice_of(Machine& machine, RelayBorder& border, const Pace& pace) {
  return [&machine, &border, pace] {
    border.hear_gateways(border.now());
    return Machine::cycles(machine.slice(border, pace, [&border] { return border.relayed(); }));
  };
}

Figure measure(const Bed& bed, const Subject& subject, const Options& options) {
  Borders borders;
  std::string fault = borders.open(bed, subject);
  if (!fault.empty()) return invalid_figure(subject.definition, fault);
  Machine& machine = *bed.machine;
  const CryptoPerf ruler({subject.driver, subject.cipher, machine.main_core(), machine.core(),
                          worker::burst_frames, ciphered_bytes, machine.huge()});
  const Pace pace = Pace::of(options);
  const std::array turns{
      slice_of(machine, borders.few->border(), pace), Slice([&] { return Machine::cycles(ruler.slice()); }),
      slice_of(machine, borders.many->border(), pace), slice_of(machine, borders.plain->border(), pace)};
  const auto costs = take_turns(turns, pairs_min);
  fault = borders.fault();
  if (fault.empty() && median(costs[1]) <= 0) fault = "dpdk-test-crypto-perf fails";
  if (!fault.empty()) return invalid_figure(subject.definition, fault);
  std::vector<Pair> pairs;
  for (size_t i = 0; i < pairs_min; ++i) pairs.push_back({costs[0][i], costs[1][i]});
  Figure figure = figure_of(subject.definition, pairs);
  const double hertz = Machine::hertz();
  figure.beside = {{"bytes_per_session", double(borders.few->bytes_per_session())},
                   {"packets_per_s", hertz / median(costs[0])},
                   {"packets_per_s_64k", hertz / median(costs[2])},
                   {"without_srtp", median(costs[3])},
                   {"huge_pages", machine.huge() ? 1.0 : 0.0}};
  return figure;
}

}  // namespace

std::vector<Figure> srtp_figures(const Options& options) {
  Bed bed;
  std::string error;
  std::vector<Figure> figures;
  const bool started = bed.start(error);
  for (const Subject& subject : subjects)
    figures.push_back(started ? measure(bed, subject, options) : invalid_figure(subject.definition, error));
  return figures;
}

}  // namespace sbc::bench
