#include "config/load/nearest.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace sbc::config {
namespace {

/// Edits (insert, delete, replace, swap neighbours) that make one of the other.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t(0));
  for (size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replace = row[j - 1] + (a[i - 1] != b[j - 1]);
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        next[j] = std::min(next[j], before[j - 2] + 1);
    }
    before.swap(row);
    row.swap(next);
  }
  return row[b.size()];
}

}  // namespace

std::string nearest(std::string_view written, std::span<const std::string> candidates) {
  constexpr size_t longest_name = 64;
  if (written.size() > longest_name) return {};
  std::string best;
  size_t least = std::max<size_t>(1, written.size() / 2) + 1;
  for (const std::string& candidate : candidates) {
    size_t edits = distance(written, candidate);
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}

std::string join(std::span<const std::string> names) {
  std::string result;
  for (const std::string& name : names) {
    if (!result.empty()) result += ", ";
    result += name;
  }
  return result.empty() ? "none" : result;
}

std::string suggestion(std::string_view written, std::span<const std::string> candidates,
                       std::string_view what) {
  std::string near = nearest(written, candidates);
  std::string result = near.empty() ? "" : "did you mean '" + near + "'? ";
  return result + std::string(what) + ": " + join(candidates);
}

}  // namespace sbc::config
