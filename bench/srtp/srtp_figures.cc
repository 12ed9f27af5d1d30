#include "bench/srtp/srtp_figures.h"

#include <memory>
#include <string>

#include <rte_cycles.h>

#include "bench/harness/core.h"
#include "bench/harness/slices.h"
#include "bench/harness/statistics.h"
#include "bench/srtp/crypto_perf.h"
#include "bench/srtp/srtp_load.h"
#include "dataplane/port/eal.h"

namespace sbc::bench {
namespace {

constexpr uint32_t few_sessions = 1'024, many_sessions = 65'536;
constexpr uint32_t megabytes = 1'536;

/// A suite, and the ruler's same work.
struct Subject {
  Definition definition;
  SrtpSuite suite;
  const char* driver;
  std::vector<std::string> cipher;
};

const Subject subjects[]{
    {{"srtp_cm_vs_crypto", Ratio::ruler_to_ours, 0.6},
     SrtpSuite::aes_cm_128_hmac_sha1_80,
     "crypto_aesni_mb",
     {"--optype=cipher-then-auth", "--cipher-algo=aes-ctr", "--cipher-op=encrypt", "--cipher-key-sz=16",
      "--cipher-iv-sz=16", "--auth-algo=sha1-hmac", "--auth-op=generate", "--auth-key-sz=20",
      "--digest-sz=10"}},
    {{"srtp_gcm_vs_crypto", Ratio::ruler_to_ours, 0.6},
     SrtpSuite::aead_aes_128_gcm,
     "crypto_aesni_gcm",
     {"--optype=aead", "--aead-algo=aes-gcm", "--aead-op=encrypt", "--aead-key-sz=16", "--aead-iv-sz=12",
      "--aead-aad-sz=12", "--digest-sz=16"}},
};

/// What all of them run on.
struct Bed {
  uint16_t main_core = 0, core = 0;
  std::unique_ptr<port::Eal> eal;
  std::unique_ptr<cipher::CipherDevices> devices;

  /// False with one line in `error`.
  bool start(std::string& error) {
    const port::Machine machine = port::Machine::look();
    main_core = machine.cores.front();
    core = machine.cores.back();
    config::Model model;
    model.memory.huge = true;
    model.memory.megabytes = megabytes;
    eal = port::Eal::start(model, error);
    if (eal != nullptr)
      devices = cipher::CipherDevices::open(cipher::CipherDrivers::multi_buffer(), 1, error);
    return devices != nullptr && stay_on_core(core);
  }
};

double cycles(double nanoseconds) { return nanoseconds * double(rte_get_tsc_hz()) / 1e9; }

Figure measure(const Bed& bed, const Subject& subject, const Options& options) {
  std::string fault;
  auto few = SrtpLoad::open(*bed.devices, subject.suite, few_sessions, fault);
  auto many = few ? SrtpLoad::open(*bed.devices, subject.suite, many_sessions, fault) : nullptr;
  if (!many) return invalid_figure(subject.definition, fault);
  for (SrtpLoad* load : {few.get(), many.get()})
    if (fault = load->check(); !fault.empty()) return invalid_figure(subject.definition, fault);
  const CryptoPerf ruler({subject.driver, subject.cipher, bed.main_core, bed.core, SrtpLoad::burst,
                          SrtpLoad::packet_bytes, bed.eal->huge()});
  const uint64_t slice_ns = options.quick ? 200'000'000 : 1'000'000'000;
  const std::array<Slice, 3> turns{[&] { return cycles(few->slice(slice_ns)); },
                                   [&] { return cycles(ruler.slice()); },
                                   [&] { return cycles(many->slice(slice_ns)); }};
  const auto costs = take_turns(turns, pairs_min);
  std::vector<Pair> pairs;
  for (size_t i = 0; i < pairs_min; ++i) pairs.push_back({costs[0][i], costs[1][i]});
  if (few->failed() || many->failed())
    return invalid_figure(subject.definition, "packets were refused that are in order");
  if (median(costs[1]) <= 0) return invalid_figure(subject.definition, "dpdk-test-crypto-perf fails");
  Figure figure = figure_of(subject.definition, pairs);
  const double hertz = double(rte_get_tsc_hz());
  figure.beside = {{"bytes_per_session", double(few->bytes_per_session())},
                   {"packets_per_s", hertz / median(costs[0])},
                   {"packets_per_s_64k", hertz / median(costs[2])},
                   {"huge_pages", bed.eal->huge() ? 1.0 : 0.0},
                   {"port_io", 0}};
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
