// The E-model (ITU-T G.107): what a listener thinks of a stream, computed from what was measured of it.
//
// Everything that is not measured here has G.107's default. Delay counts as in G.107 7.4 without echo; loss
// by the codec's robustness (G.113 appendix I).
#pragma once

#include <optional>

#include "config/types/rate.h"
#include "dataplane/rtp/codec.h"

namespace sbc::rtp {

struct Impairments {
  Codec codec = Codec::other;
  double loss = 0;         // of packets, 0..1
  double burst_ratio = 1;  // mean length of a run of losses to that of random loss; 1 = random
  Duration delay{0};       // from mouth to ear
};

/// R: 0 (nothing to be understood) to 93.2. nullopt where nothing is known of the codec.
std::optional<double> transmission_rating(const Impairments& impairments);

/// MOS-CQE, 1 to 4.5, of a rating (G.107 annex B).
double mean_opinion_score(double rating);

}  // namespace sbc::rtp
