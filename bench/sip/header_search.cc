#include "bench/sip/header_search.h"

#include <array>
#include <cstdio>
#include <vector>

#include "bench/harness/slices.h"
#include "bench/harness/statistics.h"
#include "config/types/check.h"
#include "dataplane/match/database.h"
#include "dataplane/sip/head.h"
#include "dataplane/sip/header.h"

namespace sbc::bench {
namespace {

/// Of those header fields that the product reads (RFC 3261 7.3.3 and the extensions' own).
constexpr std::string_view compact_forms = "cefiklmorstvx";

std::vector<Literal> header_anchors() {
  std::vector<Literal> anchors;
  for (int id = 1; id < int(sip::Header::count_); ++id)
    anchors.push_back({"\n" + std::string(sip::text_of(sip::Header(id))) + ":", true});
  for (char form : compact_forms) anchors.push_back({std::string("\n") + form + ":", true});
  return anchors;
}

struct Found {
  std::array<uint32_t, 512> ends;
  size_t count = 0;
};

class Scan {
 public:
  explicit Scan(std::span<const Literal> literals) {
    std::vector<match::Literal> patterns;
    for (const Literal& literal : literals) patterns.push_back({literal.bytes, literal.caseless});
    std::string error;
    int index = -1;
    database_ = match::Database::compile(patterns, error, index);
    SBC_CHECK(database_ != nullptr && scratch_.fit(*database_));
  }
  /// The ends of all matches.
  size_t run(std::string_view bytes) {
    Found found;
    match::scan(
        *database_, scratch_, bytes,
        [](void* at, uint32_t, uint64_t end) {
          auto* list = static_cast<Found*>(at);
          if (list->count == list->ends.size()) return true;
          list->ends[list->count++] = uint32_t(end);
          return false;
        },
        &found);
    return found.count;
  }

 private:
  std::shared_ptr<const match::Database> database_;
  match::Scratch scratch_;
};

/// Indexes the lines and names every header field.
size_t search_lines(std::string_view bytes) {
  static sip::Head head;
  head.read(bytes);
  size_t count = 0;
  for (const sip::Field& field : head.fields()) count += field.id != sip::Header::other;
  return count;
}

size_t index_lines(std::string_view bytes) {
  static sip::CharacterIndex index;
  return index.index_head(bytes).line_feeds;
}

/// Both find the same number of fields in every message, or the costs are of different things.
bool agree(Scan& anchor_scan, std::span<const Sample> samples) {
  for (const Sample& sample : samples)
    if (anchor_scan.run(sample.bytes) != search_lines(sample.bytes)) return false;
  return true;
}

struct Contestant {
  const char* text;
  TimedPasses passes;
  std::vector<double> costs = {};
};

template <class Run>
Contestant contestant(const char* text, Run run, std::span<const Sample> samples, const Options& options) {
  auto pass = [run, samples] {
    uint64_t sum = 0;
    for (const Sample& sample : samples) sum += run(sample.bytes);
    return sum;
  };
  return {text, TimedPasses(pass, samples.size(), options.slice_ns / 4)};
}

}  // namespace

std::string compare_header_searches(std::span<const Sample> samples, std::span<const Literal> literals,
                                    const Options& options) {
  std::vector<Literal> anchors = header_anchors(), all(literals.begin(), literals.end());
  all.insert(all.end(), anchors.begin(), anchors.end());
  Scan anchor_scan(anchors), plain_scan(literals), joined_scan(all);
  std::vector<Contestant> contestants;
  contestants.push_back(contestant("the index of lines", index_lines, samples, options));
  contestants.push_back(
      contestant("the index of lines, and the name of every field", search_lines, samples, options));
  auto add_scan = [&](const char* text, Scan& scan) {
    contestants.push_back(contestant(
        text, [&scan](std::string_view bytes) { return scan.run(bytes); }, samples, options));
  };
  add_scan("a scan for header anchors", anchor_scan);
  add_scan("a scan for the 100 signatures", plain_scan);
  add_scan("a scan for the 100 signatures and header anchors", joined_scan);
  for (size_t i = 0; i < options.pairs; ++i)
    for (Contestant& each : contestants) each.costs.push_back(each.passes.run());
  std::string text = "where header fields begin, ns/message (evidence, no figure):\n";
  if (!agree(anchor_scan, samples)) text += "  invalid: the two ways find different fields\n";
  for (const Contestant& each : contestants) {
    char line[128];
    std::snprintf(line, sizeof line, "  %-50s %7.1f\n", each.text, median(each.costs));
    text += line;
  }
  return text;
}

}  // namespace sbc::bench
