#include <cstdio>

#include "sbc/trial/trial.h"

namespace sbc::trial {
namespace {

constexpr size_t label_width = 12;  // of the longest one, and a blank

/// Control bytes made visible; line ends as the terminal wants them.
std::string printable(std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string shown;
  for (char c : text) {
    const bool control = (uint8_t(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
    if (c == '\r') continue;
    if (!control) {
      shown += c;
    } else {
      shown += "\\x";
      shown += digits[uint8_t(c) >> 4];
      shown += digits[uint8_t(c) & 15];
    }
  }
  return shown;
}

class Lines {
 public:
  /// The label stands in the first of its lines alone.
  void add(std::string_view label, std::string_view line) {
    const bool again = label == last_;
    std::string shown(again ? std::string_view() : label);
    shown.resize(label_width, ' ');
    text_ += shown + printable(line) + "\n";
    last_ = label;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_, last_;
};

std::string join(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

std::string time_text(UtcTime at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d UTC", int(date.year()), unsigned(date.month()),
                unsigned(date.day()), int(time.hours().count()), int(time.minutes().count()));
  return text;
}

std::string_view name_of(config::Trust trust) {
  constexpr std::string_view names[] = {"denied", "unknown", "registered", "trusted"};
  return names[size_t(trust)];
}

std::string realm_name(const config::Model& model, RealmId realm) {
  return index_of(realm) < model.realms.size() ? *model.realms[index_of(realm)].name : "none";
}

void add_arrival(Lines& lines, const config::Model& model, const Outcome& outcome) {
  const std::string ends = outcome.line_ends_mended ? "; its LF taken for CRLF" : "";
  lines.add("message", outcome.first_line + ", " + std::to_string(outcome.bytes) + " bytes" + ends);
  lines.add("arrives", "realm " + realm_name(model, outcome.from.realm) + ", listener " +
                           outcome.from.local.text() + ", from " + outcome.from.remote.text());
  lines.add("at", time_text(outcome.at));
  lines.add("trust", name_of(outcome.trust));
}

void add_signatures(Lines& lines, const policy::Compiled& policy, const Outcome& outcome) {
  if (outcome.signatures.empty())
    lines.add("signatures", "none of " + std::to_string(policy.signatures.signatures().size()) + " matches");
  for (const MatchedSignature& each : outcome.signatures)
    lines.add("signatures", std::to_string(each.id) + " " + each.message + ": " + each.action);
  if (!outcome.deviations.empty()) lines.add("deviations", join(outcome.deviations));
}

void add_verdict(Lines& lines, const Outcome& outcome) {
  if (outcome.reason == Reason::none) return lines.add("verdict", "taken");
  const std::string why =
      std::string(sbc::name_of(outcome.reason)) + " – " + std::string(text_of(outcome.reason));
  lines.add("verdict", (outcome.status ? "refused with " + std::to_string(outcome.status) : "dropped") +
                           std::string(": ") + why);
}

std::string host_text_of(const policy::Peer& peer) {
  if (peer.host.empty()) return {};
  return " (" + (peer.found.empty() ? std::string() : peer.found + " of ") + peer.host + ")";
}

std::string name_and_place(const Located<std::string>& name) {
  return *name + " (" + name.where.file + ":" + std::to_string(name.where.line) + ")";
}

void add_route(Lines& lines, const policy::Compiled& policy, const Outcome& outcome) {
  if (!outcome.call) return;
  const call::CallRecord& call = *outcome.call;
  if (const config::Route* route = policy.routes.named(call.route.view())) {
    std::vector<std::string> trunks;
    for (const auto& name : route->trunks) trunks.push_back(*name);
    const std::string leads =
        route->redirect.empty() ? "to trunks " + join(trunks) : "tells the caller to try " + route->redirect;
    lines.add("route", name_and_place(route->name) + ", " + leads);
  }
  if (call.attempts == 0) return;
  const config::Trunk* trunk = policy.trunks.find(call.callee.trunk);
  const policy::Peer* peer = policy.trunks.peers(call.callee.trunk).find(call.callee.peer);
  lines.add("target", "trunk " + (trunk ? *trunk->name : "none") + ", realm " +
                          realm_name(*policy.model, call.callee.realm) + ", peer " + call.callee.peer.text() +
                          (peer ? host_text_of(*peer) : std::string()) + ", attempt " +
                          std::to_string(call.attempts));
}

void add_translation(Lines& lines, const config::Model& model, const std::string& name,
                     const std::string& of) {
  for (const config::Translation& translation : model.translations)
    if (*translation.name == name) lines.add("translation", name_and_place(translation.name) + ", " + of);
}

/// What numbers go through.
void add_translations(Lines& lines, const policy::Compiled& policy, const Outcome& outcome) {
  if (!outcome.call) return;
  const config::Route* route = policy.routes.named(outcome.call->route.view());
  const config::Trunk* trunk = policy.trunks.find(outcome.call->callee.trunk);
  if (route)
    add_translation(lines, *policy.model, *route->translation, "of the number, by route " + *route->name);
  if (trunk)
    add_translation(lines, *policy.model, *trunk->caller_translation,
                    "of callers' numbers, by trunk " + *trunk->name);
}

/// Among other things, who could not be asked, and why.
void add_log(Lines& lines, const policy::Compiled& policy, const Outcome& outcome) {
  for (const call::LogRecord& each : outcome.logged) {
    const bool of_peer = !each.peer.address.is_none(), reasoned = each.reason != Reason::none;
    std::string line(each.text.view());
    if (reasoned) line += " (" + std::string(sbc::name_of(each.reason)) + ")";
    if (of_peer) line += ", realm " + realm_name(*policy.model, each.realm) + ", peer " + each.peer.text();
    lines.add("log", line);
  }
}

/// What the host names of the route's trunks stand for.
void add_hosts(Lines& lines, const policy::Compiled& policy, const Outcome& outcome) {
  if (!outcome.call) return;
  for (TrunkId id : policy.trunks.ids()) {
    const config::Trunk& trunk = *policy.trunks.find(id);
    for (size_t place = 0; place < trunk.peers.size(); ++place) {
      if (!trunk.peers[place].is_host()) continue;
      std::vector<std::string> found;
      for (const policy::Peer& peer : policy.trunks.peers(id).peers())
        if (peer.place == place && !peer.is_awaited())
          found.push_back(peer.endpoint.text() + (peer.found.empty() ? "" : " (" + peer.found + ")"));
      lines.add("hosts", trunk.peers[place].text() + " of trunk " + *trunk.name + ": " +
                             (found.empty() ? "no address that calls could go to" : join(found)));
    }
  }
}

/// The rule by which no limit on calls holds.
void add_precedence(Lines& lines, const policy::Compiled& policy, const Outcome& outcome) {
  using policy::Precedence;
  if (!outcome.call || outcome.call->precedence == Precedence::none) return;
  const call::CallRecord& call = *outcome.call;
  std::string rule = "urn:service:sos (RFC 5031)";
  if (call.precedence == Precedence::emergency_number)
    rule = "realms[" + realm_name(*policy.model, call.caller.realm) + "].emergency_numbers";
  const config::Trunk* trunk = policy.trunks.find(call.caller.trunk);
  if (call.precedence == Precedence::resource_priority && trunk)
    rule = "trunks[" + *trunk->name + "].precedence";
  lines.add("exempt",
            "from limits on calls, as " + std::string(policy::text_of(call.precedence)) + ": " + rule);
}

/// One way's, where it has limits of its own.
void add_trunk_limits(Lines& lines, const std::string& way, const config::CallLimit& limit) {
  std::vector<std::string> words;
  if (limit.calls_max != 0) words.push_back("calls_max " + std::to_string(limit.calls_max));
  if (!limit.call_rate.unlimited()) words.push_back("call_rate " + limit.call_rate.text());
  if (!words.empty()) lines.add("limits", way + ": " + join(words));
}

void add_trunk_limits(Lines& lines, const policy::Compiled& policy, TrunkId id, std::string_view way,
                      config::CallLimit config::Trunk::*limit) {
  const config::Trunk* trunk = policy.trunks.find(id);
  if (!trunk) return;
  const std::string name = "trunks[" + *trunk->name + "]";
  lines.add("limits", name + ": calls_max " + std::to_string(trunk->calls_max) + ", call_rate " +
                          trunk->call_rate.text());
  add_trunk_limits(lines, name + "." + std::string(way), trunk->*limit);
}

/// How many calls of a source that is not trusted have precedence.
void add_emergency_limits(Lines& lines, const policy::Compiled& policy, const Outcome& outcome) {
  using policy::Precedence;
  const Precedence precedence = outcome.call ? outcome.call->precedence : Precedence::none;
  const bool emergency =
      precedence == Precedence::emergency_number || precedence == Precedence::emergency_service;
  if (!emergency || outcome.trust == config::Trust::trusted) return;
  const config::Emergency& limits = policy.model->emergency;
  lines.add("limits",
            "emergency: source_rate " + limits.source_rate.text() +
                (outcome.trust == config::Trust::unknown ? ", unknown_rate " + limits.unknown_rate.text()
                                                         : std::string()));
}

void add_limits(Lines& lines, const policy::Compiled& policy, const Outcome& outcome) {
  const config::Limits& limits = policy.model->limits;
  const bool unknown = outcome.trust == config::Trust::unknown;
  if (outcome.trust == config::Trust::denied) return;
  if (unknown)
    lines.add("limits",
              "source_rate " + limits.source_rate.text() + ", unknown_rate " + limits.unknown_rate.text());
  lines.add("limits", "global_rate " + limits.global_rate.text());
  const MessageLimits& messages = policy.model->realms[index_of(outcome.from.realm)].messages;
  lines.add("limits", "message_bytes_max " + std::to_string(messages.message_bytes_max) + ", headers_max " +
                          std::to_string(messages.headers_max) + ", header_bytes_max " +
                          std::to_string(messages.header_bytes_max));
  if (!outcome.begins_call) return;
  lines.add("limits",
            "calls_max " + std::to_string(limits.calls_max) + ", call_rate " + limits.call_rate.text());
  if (unknown)
    lines.add("limits", "unknown_calls_max " + std::to_string(policy::unknown_calls_max(limits)) +
                            ", unknown_call_rate " + limits.unknown_call_rate.text());
  add_emergency_limits(lines, policy, outcome);
  add_trunk_limits(lines, policy, outcome.caller_trunk, "inbound", &config::Trunk::inbound);
  if (outcome.call)
    add_trunk_limits(lines, policy, outcome.call->callee.trunk, "outbound", &config::Trunk::outbound);
}

}  // namespace

std::string report(const policy::Compiled& policy, const Outcome& outcome) {
  Lines lines;
  add_arrival(lines, *policy.model, outcome);
  add_signatures(lines, policy, outcome);
  add_verdict(lines, outcome);
  add_log(lines, policy, outcome);
  add_route(lines, policy, outcome);
  add_translations(lines, policy, outcome);
  add_hosts(lines, policy, outcome);
  add_precedence(lines, policy, outcome);
  add_limits(lines, policy, outcome);
  if (!policy.header_rules.empty())
    lines.add("rules", outcome.rules.empty() ? "none did anything" : join(outcome.rules));
  if (outcome.sent.empty()) lines.add("leaves", "nothing");
  std::string text = lines.take();
  for (const SentMessage& sent : outcome.sent) {
    Lines head;
    head.add("leaves", std::to_string(sent.bytes.size()) + " bytes to " + sent.to.remote.text() + ", realm " +
                           realm_name(*policy.model, sent.to.realm) + ", from " + sent.to.local.text());
    text += "\n" + head.take() + "\n" + printable(sent.bytes);
    if (!sent.bytes.ends_with('\n')) text += "\n";
  }
  return text;
}

}  // namespace sbc::trial
