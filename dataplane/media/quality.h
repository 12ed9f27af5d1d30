// Quality: how a stream sounds, from what was counted of it, by the E-model.
#pragma once

#include <optional>

#include "dataplane/media/relay.h"

namespace sbc::media {

/// 1 means random losses, more means bursts.
double burst_ratio_of(const SideStats& stats);

/// MOS of what this side has sent, as it arrived here, 1 to 4.5. `other` is the other side's: the way on to
/// it counts. nullopt where nothing has come, or nothing is known of the codec.
std::optional<double> mean_opinion_of(const SideStats& stats, const SideStats& other);

}  // namespace sbc::media
