#include "config/types/deviation.h"

#include <array>

namespace sbc {
namespace {

struct Row {
  std::string_view name, header;
  Treatment treatment;
  std::string_view text;
};

constexpr std::array<Row, deviation_count> rows{{
#define DEVIATION(name, header, treatment, text) {#name, header, Treatment::treatment, text},
#include "config/types/deviations.def"
}};

}  // namespace

std::string_view name_of(Treatment treatment) {
  constexpr std::string_view names[] = {"repaired", "tolerated", "refused"};
  return names[size_t(treatment)];
}

std::string_view name_of(Deviation deviation) { return rows[size_t(deviation)].name; }
std::string_view header_of(Deviation deviation) { return rows[size_t(deviation)].header; }
std::string_view text_of(Deviation deviation) { return rows[size_t(deviation)].text; }
Treatment treatment_of(Deviation deviation) { return rows[size_t(deviation)].treatment; }

}  // namespace sbc
