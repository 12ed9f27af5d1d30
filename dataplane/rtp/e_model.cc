#include "dataplane/rtp/e_model.h"

#include <algorithm>
#include <cmath>

namespace sbc::rtp {
namespace {

/// R where nothing impairs: all of G.107's defaults (G.107 table 3).
constexpr double unimpaired = 93.2;

/// How a codec sounds without loss, and how robust it is against it.
struct Robustness {
  double equipment;  // Ie
  double loss;       // Bpl
};

/// G.113 appendix I, of G.729 as of G.729A, with concealment; where it gives an Ie alone, that of its kin
/// stands for Bpl. On this scale of telephone bandwidth, wideband codecs count as G.711 does.
std::optional<Robustness> robustness_of(Codec codec) {
  switch (codec) {
    case Codec::g711:
    case Codec::g722:
    case Codec::amr_wb:
    case Codec::opus:
      return Robustness{0, 25.1};
    case Codec::g723:
      return Robustness{15, 16.1};
    case Codec::g726:
    case Codec::g728:
      return Robustness{7, 19};
    case Codec::g729:
      return Robustness{11, 19};
    case Codec::gsm:
      return Robustness{20, 10};
    case Codec::gsm_efr:
    case Codec::amr:
      return Robustness{5, 10};
    case Codec::ilbc:
      return Robustness{11, 32};
    case Codec::other:
    case Codec::telephone_event:
    case Codec::comfort_noise:
      break;
  }
  return std::nullopt;
}

/// Idd: too long a way to talk at ease.
double delay_impairment(Duration delay) {
  const double ms = std::chrono::duration<double, std::milli>(delay).count();
  if (ms <= 100) return 0;
  const double x = std::log2(ms / 100);
  return 25 * (std::pow(1 + std::pow(x, 6), 1.0 / 6) - 3 * std::pow(1 + std::pow(x / 3, 6), 1.0 / 6) + 2);
}

/// Ie-eff.
double loss_impairment(const Robustness& robustness, const Impairments& impairments) {
  const double percent = 100 * std::clamp(impairments.loss, 0.0, 1.0);
  const double burst_ratio = std::max(impairments.burst_ratio, 1.0);
  return robustness.equipment +
         (95 - robustness.equipment) * percent / (percent / burst_ratio + robustness.loss);
}

}  // namespace

std::optional<double> transmission_rating(const Impairments& impairments) {
  auto robustness = robustness_of(impairments.codec);
  if (!robustness) return std::nullopt;
  const double rating =
      unimpaired - delay_impairment(impairments.delay) - loss_impairment(*robustness, impairments);
  return std::clamp(rating, 0.0, unimpaired);
}

double mean_opinion_score(double rating) {
  if (rating <= 0) return 1;
  if (rating >= 100) return 4.5;
  return std::max(1.0, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
}

}  // namespace sbc::rtp
