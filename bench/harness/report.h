// How figures are shown: one JSON object a line for programs, a table for people.
#pragma once

#include <span>
#include <string>

#include "bench/harness/figure.h"

namespace sbc::bench {

/// Without a line end. An invalid figure has no value but a reason:
/// {"figure":"parse_vs_sofia","value":9.1,"unit":"x","ours":351,"ruler":3204,"pairs":15,"spread":[8.7,9.4]}
/// {"figure":"parse_vs_sofia","invalid":"sofia-sip reads another via_host in bye.sip"}
/// Of ours alone, and with what explains it:
/// {"figure":"call_us","value":13.2,"unit":"us","slices":31,"spread":[12.9,13.8],"loop_us":14.1}
std::string json_line(const Figure& figure);

/// Aligned lines with a heading; `item` is what ours and the ruler are counted in: "ns/message".
std::string table(std::span<const Figure> figures, std::string_view item);

/// Prints them as one or the other, and returns the status that a program of figures exits with: 1 where one
/// does not count. A goal that is missed is told, but is no error.
int show(std::span<const Figure> figures, bool as_json, std::string_view item);

}  // namespace sbc::bench
