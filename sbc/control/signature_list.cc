#include "sbc/control/signature_list.h"

#include <algorithm>
#include <numeric>

namespace sbc::control {
namespace {

/// Places of signatures, the one with the most hits first; of equals as in the file.
void sort_by_hits(std::vector<size_t>& places, const std::vector<uint64_t>& hits) {
  std::stable_sort(places.begin(), places.end(), [&](size_t a, size_t b) { return hits[a] > hits[b]; });
}

Json signature_json(const policy::Signature& signature, uint64_t hits) {
  return {{"id", signature.id},
          {"message", signature.message},
          {"where", policy::where_text(signature)},
          {"action", policy::action_text(signature)},
          {"hits", hits}};
}

}  // namespace

Json signatures_json(Backend& backend, const Json& arguments) {
  Json by_hits = arguments.value("by_hits", Json(false)), top = arguments.value("top", Json());
  if (!by_hits.is_boolean()) return {{"error", "by_hits must be true or false"}};
  if (!top.is_null() && (!top.is_number_unsigned() || top == 0))
    return {{"error", "top must be a number, at least 1"}};
  auto policy = backend.policy();
  const auto& signatures = policy->signatures.signatures();
  std::vector<uint64_t> hits = backend.signature_hits();
  std::vector<size_t> places(signatures.size());
  std::iota(places.begin(), places.end(), size_t(0));
  if (by_hits == true || !top.is_null()) sort_by_hits(places, hits);
  if (!top.is_null()) places.resize(std::min<size_t>(places.size(), top.get<size_t>()));
  Json rows = Json::array();
  for (size_t place : places) rows.push_back(signature_json(signatures[place], hits[place]));
  return {{"signatures", rows}, {"count", signatures.size()}, {"score_max", policy->signatures.score_max()}};
}

}  // namespace sbc::control
