#include "sbc/control/show.h"

#include <algorithm>

#include <fmt/format.h>

#include "sbc/control/printable.h"
#include "sbc/control/table.h"

namespace sbc::control {
namespace {

using Json = nlohmann::ordered_json;

/// A member as text, whatever its type; `none` where it is null or not there.
std::string cell(const Json& object, const char* name, const char* none = "-") {
  auto found = object.find(name);
  if (found == object.end() || found->is_null()) return none;
  return found->is_string() ? found->get<std::string>() : found->dump();
}

const Json& list(const Json& object, const char* name) {
  static const Json empty = Json::array();
  auto found = object.find(name);
  return found != object.end() && found->is_array() ? *found : empty;
}

const Json& member(const Json& object, const char* name) {
  static const Json empty = Json::object();
  auto found = object.find(name);
  return found != object.end() && found->is_object() ? *found : empty;
}

double number(const Json& object, const char* name) {
  auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

/// "2d 3:04:05", "0:04:05"
std::string clock_text(double seconds) {
  auto whole = int64_t(seconds);
  std::string days = whole >= 86400 ? fmt::format("{}d ", whole / 86400) : "";
  return days + fmt::format("{}:{:02}:{:02}", whole / 3600 % 24, whole / 60 % 60, whole % 60);
}

std::string show_status(const Json& answer) {
  const Json& calls = member(answer, "calls");
  std::string text = fmt::format("sbc {}  up {}  epoch {}  {}\n", printable(cell(answer, "version")),
                                 clock_text(number(answer, "uptime_s")), cell(answer, "epoch"),
                                 printable(cell(answer, "configuration")));
  text += fmt::format("calls: {} live of {}, {} begun, {} ended: {} of them answered, {} failed\n\n",
                      cell(calls, "live"), cell(calls, "max"), cell(calls, "begun"), cell(calls, "ended"),
                      cell(calls, "answered"), cell(calls, "failed"));
  Table workers({"WORKER", ">EPOCH", ">BUSY", ">CALLS", ">RECEIVED", ">SENT", ">HANDED OVER", ">SIP IN",
                 ">SIP OUT", ">RTP RELAYED", ">REPORTS LOST", ">CDRS LOST"});
  for (const Json& worker : list(answer, "workers")) {
    workers.add({cell(worker, "worker"), cell(worker, "epoch"),
                 fmt::format("{:.0f}%", number(worker, "busy") * 100), cell(worker, "live_calls"),
                 cell(worker, "received"), cell(worker, "sent"), cell(worker, "handed_over"),
                 cell(worker, "sip_received"), cell(worker, "sip_sent"), cell(worker, "relayed_rtp"),
                 cell(worker, "reports_lost"), cell(worker, "cdrs_lost")});
  }
  text += workers.text();
  Table ports({"PORT", ">RECEIVED", ">SENT", ">MISSED", ">ERRORS"});
  for (const Json& port : list(answer, "ports")) {
    ports.add({cell(port, "port"), cell(port, "received"), cell(port, "sent"), cell(port, "missed"),
               cell(port, "errors")});
  }
  if (!ports.empty()) text += "\n" + ports.text();
  Table trunks({"TRUNK", "REALM", ">CALLS", ">MOST"});
  for (const Json& trunk : list(answer, "trunks")) {
    trunks.add({cell(trunk, "trunk"), cell(trunk, "realm"), cell(trunk, "calls"), cell(trunk, "calls_max")});
  }
  if (!trunks.empty()) text += "\n" + trunks.text();
  return text;
}

/// "access/phones", "access"
std::string side_of(const Json& leg) {
  std::string trunk = cell(leg, "trunk", "");
  return cell(leg, "realm") + (trunk.empty() ? "" : "/" + trunk);
}

std::string show_calls(const Json& answer) {
  Table calls({"ID", "STATE", ">DURATION", "FROM", "TO", "CALLER", "CALLEE", "BEGUN", ">WORKER"});
  for (const Json& call : list(answer, "calls")) {
    calls.add({cell(call, "id"), cell(call, "state"), clock_text(number(call, "duration_s")),
               cell(call, "from"), cell(call, "to"), side_of(member(call, "caller")),
               side_of(member(call, "callee")), cell(call, "begun"), cell(call, "worker")});
  }
  std::string text = calls.empty() ? "no calls\n" : calls.text();
  size_t listed = list(answer, "calls").size();
  if (number(answer, "live") > double(listed))
    text += fmt::format("{} of {} calls\n", listed, cell(answer, "live"));
  for (const Json& worker : list(answer, "silent_workers")) {
    text += fmt::format("worker {} did not answer in time: its calls are missing\n", worker.dump());
  }
  return text;
}

void add_leg(Table& table, const std::string& name, const Json& leg) {
  const Json& media = member(leg, "media");
  table.add({name, side_of(leg)});
  table.add({"  peer", cell(leg, "peer")});
  table.add({"  Call-ID", cell(leg, "call_id")});
  table.add({"  media", fmt::format("{} packets, {} bytes, {} lost, {} refused, from {}",
                                    cell(media, "packets"), cell(media, "bytes"), cell(media, "lost"),
                                    cell(media, "refused"), cell(media, "latched"))});
  table.add({"  quality",
             fmt::format("MOS {}, jitter {} ms, round trip {} ms, {} doubled, {} reordered, {} streams",
                         cell(media, "mos"), cell(media, "jitter_ms"), cell(media, "round_trip_ms"),
                         cell(media, "duplicates"), cell(media, "reordered"), cell(media, "streams"))});
}

std::string show_call(const Json& answer) {
  const Json& call = member(answer, "call");
  Table table({"CALL", cell(call, "id")});
  for (const char* name :
       {"state", "from", "to", "route", "translation", "caller_translation", "attempts", "precedence",
        "media_released", "audio", "begun", "ringing", "answered", "ended"}) {
    table.add({name, cell(call, name)});
  }
  table.add({"duration", clock_text(number(call, "duration_s"))});
  for (const char* name : {"status", "cause", "reason", "releaser", "transferred_from", "worker"})
    table.add({name, cell(call, name)});
  add_leg(table, "caller", member(call, "caller"));
  add_leg(table, "callee", member(call, "callee"));
  return table.text();
}

std::string show_drops(const Json& answer) {
  Table drops({">COUNT", "REALM", "REASON", "ANSWER", "MEANING"});
  for (const Json& drop : list(answer, "drops")) {
    std::string status = number(drop, "status") > 0 ? cell(drop, "status") : "-";
    drops.add({cell(drop, "count"), cell(drop, "realm"), cell(drop, "reason"), status, cell(drop, "text")});
  }
  if (drops.empty()) return "nothing dropped or rejected\n";
  return drops.text() + fmt::format("{} in all\n", cell(answer, "total"));
}

std::string show_deviations(const Json& answer) {
  Table deviations({">COUNT", "REALM", "DEVIATION", "HEADER", "TREATMENT", "MEANING"});
  for (const Json& row : list(answer, "deviations")) {
    deviations.add({cell(row, "count"), cell(row, "realm"), cell(row, "deviation"), cell(row, "header"),
                    cell(row, "treatment"), cell(row, "text")});
  }
  if (deviations.empty()) return "no message strayed from the grammar\n";
  return deviations.text() + fmt::format("{} in all\n", cell(answer, "total"));
}

std::string show_signatures(const Json& answer) {
  Table signatures({">HITS", ">ID", "ACTION", "WHERE", "MEANING"});
  for (const Json& each : list(answer, "signatures")) {
    signatures.add({cell(each, "hits"), cell(each, "id"), cell(each, "action"), cell(each, "where"),
                    cell(each, "message")});
  }
  if (signatures.empty()) return "no signatures\n";
  return signatures.text() + fmt::format("{} of {} signatures, score_max {}\n",
                                         list(answer, "signatures").size(), cell(answer, "count"),
                                         cell(answer, "score_max"));
}

std::string show_trunks(const Json& answer) {
  Table trunks({"TRUNK", "REALM", ">INBOUND", ">OUTBOUND", ">MOST", "SUSPENDED", "PEER", "HOST", ">KNOWN FOR",
                "STATE", ">SHARE"});
  for (const Json& trunk : list(answer, "trunks")) {
    std::vector<std::string> head{cell(trunk, "trunk"),     cell(trunk, "realm"),
                                  cell(trunk, "inbound"),   cell(trunk, "outbound"),
                                  cell(trunk, "calls_max"), cell(trunk, "suspended")};
    for (const Json& peer : list(trunk, "peers")) {
      std::vector<std::string> row = head;
      const std::string target = cell(peer, "target", "");
      row.push_back(cell(peer, "peer"));
      row.push_back((target.empty() ? "" : target + " of ") + cell(peer, "host"));
      row.push_back(cell(peer, "known_s") == "-" ? "-" : clock_text(number(peer, "known_s")));
      row.push_back(cell(peer, "state"));
      row.push_back(cell(peer, "share") == "-" ? "-" : fmt::format("{:.0f}%", number(peer, "share") * 100));
      trunks.add(row);
      std::fill(head.begin(), head.end(), "");
    }
  }
  if (trunks.empty()) return "no trunks\n";
  std::string text = trunks.text();
  for (const Json& trunk : list(answer, "trunks")) {
    if (number(trunk, "unusable") > 0)
      text +=
          fmt::format("{}: {} addresses of its host names are not taken: unreachable, denied or our own\n",
                      printable(cell(trunk, "trunk")), cell(trunk, "unusable"));
    if (number(trunk, "left_out") > 0)
      text += fmt::format("{}: {} addresses of its host names are too many\n",
                          printable(cell(trunk, "trunk")), cell(trunk, "left_out"));
  }
  return text;
}

/// "192.0.2.1, 192.0.2.2"
std::string joined(const Json& texts) {
  std::string text;
  for (const Json& each : texts) text += (text.empty() ? "" : ", ") + each.get<std::string>();
  return text;
}

std::string age_text(const Json& host, const char* name) {
  return cell(host, name) == "-" ? "-" : clock_text(number(host, name));
}

std::string show_hosts(const Json& answer) {
  Table hosts({"HOST", "STATE", "LAST", ">ANSWERED AGO", ">ASKED IN", "TARGET", ">PRIORITY", ">WEIGHT",
               "ADDRESSES", "TRUNKS"});
  for (const Json& host : list(answer, "hosts")) {
    std::vector<std::string> head{cell(host, "host"), cell(host, "state"), cell(host, "outcome"),
                                  age_text(host, "answered_s"), age_text(host, "ask_s")};
    std::vector<std::vector<std::string>> rows;
    for (const Json& target : list(host, "targets"))
      rows.push_back({cell(target, "target") + ":" + cell(target, "port"), cell(target, "priority"),
                      cell(target, "weight"), joined(list(target, "addresses"))});
    if (!list(host, "denied").empty()) rows.push_back({"denied", "-", "-", joined(list(host, "denied"))});
    if (!list(host, "former").empty()) rows.push_back({"formerly", "-", "-", joined(list(host, "former"))});
    if (rows.empty()) rows.push_back({"-", "-", "-", "-"});
    std::string trunks = joined(list(host, "trunks"));
    for (const auto& each : rows) {
      std::vector<std::string> row = head;
      row.insert(row.end(), each.begin(), each.end());
      row.push_back(trunks);
      hosts.add(row);
      std::fill(head.begin(), head.end(), "");
      trunks.clear();
    }
  }
  return hosts.empty() ? "no trunk has a host name\n" : hosts.text();
}

std::string show_limits(const Json& answer) {
  Table limits({"LIMIT", ">CONFIGURED", ">NOW", ">REFUSED"});
  for (const Json& limit : list(answer, "limits")) {
    limits.add({cell(limit, "limit"), cell(limit, "value"), cell(limit, "current"), cell(limit, "refused")});
  }
  return limits.text();
}

std::string show_blocks(const Json& answer) {
  Table blocks({"PREFIX", "REALM", ">REMAINING"});
  for (const Json& block : list(answer, "blocks")) {
    bool timed = !block.value("remaining_s", Json()).is_null();
    blocks.add({cell(block, "prefix"), cell(block, "realm", "all"),
                timed ? clock_text(number(block, "remaining_s")) : "until unblocked"});
  }
  return blocks.empty() ? "no blocks\n" : blocks.text();
}

std::string show_blocked(const Json& answer) {
  const Json& block = member(answer, "blocked");
  std::string realm = cell(block, "realm", "");
  std::string text =
      "blocked " + cell(block, "prefix") + (realm.empty() ? " in every realm" : " in realm " + realm);
  bool timed = !block.value("remaining_s", Json()).is_null();
  text += timed ? " for " + clock_text(number(block, "remaining_s")) : " until unblocked or restarted";
  for (const Json& trunk : list(answer, "trunks"))
    text += "\nwarning: this blocks trunk " + trunk.get<std::string>();
  return text + "\n";
}

std::string show_reload(const Json& answer) {
  std::string text = answer.value("reloaded", false)
                         ? "reloaded: epoch " + cell(answer, "epoch") + "\n"
                         : "dry run: the configuration is good, nothing has changed\n";
  Table changes({"CHANGED", "FROM", "TO"});
  for (const Json& change : list(answer, "changes")) {
    changes.add({cell(change, "key"), cell(change, "from"), cell(change, "to")});
  }
  return text + (changes.empty() ? "no changes\n" : changes.text());
}

std::string show_error(const Json& answer) {
  std::string text = "error: " + cell(answer, "error") + "\n";
  for (const Json& problem : list(answer, "problems")) text += problem.get<std::string>() + "\n";
  return text;
}

}  // namespace

std::string show(std::string_view command, const Json& answer) {
  if (answer.contains("error")) return show_error(answer);
  if (command == "status") return show_status(answer);
  if (command == "calls") return show_calls(answer);
  if (command == "call") return show_call(answer);
  if (command == "drops") return show_drops(answer);
  if (command == "deviations") return show_deviations(answer);
  if (command == "signatures") return show_signatures(answer);
  if (command == "trunks") return show_trunks(answer);
  if (command == "hosts") return show_hosts(answer);
  if (command == "limits") return show_limits(answer);
  if (command == "blocks") return show_blocks(answer);
  if (command == "block") return show_blocked(answer);
  if (command == "unblock") return "unblocked: " + cell(answer, "unblocked") + "\n";
  if (command == "hang_up") return "hung up " + cell(answer, "hung_up") + "\n";
  if (command == "reload") return show_reload(answer);
  return answer.dump(2) + "\n";
}

}  // namespace sbc::control
