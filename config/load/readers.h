// Readers: one for each top-level key. Each fills its part of the model and refuses what does not fit; what
// is named by other keys (ports, realms, trunks) or bounds them (limits) must have been read before.
#pragma once

#include "config/load/value.h"
#include "config/model/model.h"
#include "config/model/reach.h"

namespace sbc::config {

void read_workers(const Value& value, Workers& workers);
void read_memory(const Value& value, Memory& memory);
void read_ports(const Value& value, Model& model);
void read_realms(const Value& value, Model& model);
void read_trunks(const Value& value, Model& model);
void read_trunk_groups(const Value& value, Model& model);
void read_translations(const Value& value, Model& model);
void read_routes(const Value& value, Model& model);
void read_access(const Value& value, Model& model);
void read_header_rules(const Value& value, Model& model);
void read_media_release(const Value& value, Model& model);
void read_limits(const Value& value, Limits& limits);
void read_emergency(const Value& value, Model& model);
void read_timers(const Value& value, Timers& timers);
void read_resolver(const Value& value, Resolver& resolver);
void read_files(Section& top, Model& model);  // signatures, log, cdr, control

/// Characters of a number, as they stand unescaped in a Request-URI's user part; or the URN of a service in
/// its place (RFC 5031), in lower case.
void read_number(const Value& value, std::string& into);

/// A realm's `emergency_numbers`, and a trunk's `precedence`.
void read_emergency_numbers(const Value& value, std::vector<std::string>& into);
void read_precedence(const Value& value, std::vector<std::string>& into);

/// A realm's or trunk's `digits`. False where it says nothing.
bool read_digits(const Value& value, DigitRule& into);

/// A realm's `messages`; what it leaves out is as `limits` has it for all realms.
void read_messages(const Value& value, const Limits& limits, MessageLimits& messages);

/// After all of these, where they found nothing wrong.
void check_whole(const Model& model, Findings& findings);

/// nullopt, and refused, where it is none.
std::optional<Prefix> read_prefix(const Value& item);

/// How trust is written.
bool read_trust(const Value& value, Trust& into);

/// A name: refused when missing, when another entry of the list has it, or with characters that keys can't
/// show.
template <class Entry>
void read_name(const Value& entry, const Value& name, const std::vector<Entry>& others,
               Located<std::string>& into);

/// The index of the entry that `value` names; refused, with the names there are, when there is none.
template <class Entry>
std::optional<size_t> read_reference(const Value& value, const std::vector<Entry>& entries,
                                     std::string_view what);

}  // namespace sbc::config

#include "config/load/names.h"
