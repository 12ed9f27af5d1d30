#include "dataplane/media/quality.h"

#include <algorithm>

#include "dataplane/rtp/e_model.h"

namespace sbc::media {
namespace {

/// What lies between a phone and the ear beside the network: a packet of 20 ms to fill and another to look
/// ahead, as most codecs do; and a jitter buffer of twice the jitter.
constexpr Duration packetization = std::chrono::milliseconds(40);

double loss_of(const SideStats& stats) {
  const uint64_t sent = stats.packets - stats.duplicates + stats.lost;
  return sent == 0 ? 0 : double(stats.lost) / double(sent);
}

}  // namespace

double burst_ratio_of(const SideStats& stats) {
  if (stats.loss_runs == 0) return 1;
  const double run = double(stats.lost) / double(stats.loss_runs);
  return std::max(1.0, run * (1 - loss_of(stats)));
}

std::optional<double> mean_opinion_of(const SideStats& stats, const SideStats& other) {
  if (stats.packets == 0) return std::nullopt;
  const Duration there_and_back =
      stats.round_trip.value_or(Duration(0)) + other.round_trip.value_or(Duration(0));
  const rtp::Impairments impairments{
      stats.codec, loss_of(stats), burst_ratio_of(stats),
      there_and_back / 2 + 2 * stats.jitter.value_or(Duration(0)) + packetization};
  auto rating = rtp::transmission_rating(impairments);
  return rating ? std::optional(rtp::mean_opinion_score(*rating)) : std::nullopt;
}

}  // namespace sbc::media
