#include "sbc/control/commands.h"

#include <algorithm>

#include <fmt/format.h>

#include "config/load/nearest.h"
#include "sbc/control/host_list.h"
#include "sbc/control/printable.h"
#include "sbc/control/protocol.h"
#include "sbc/control/signature_list.h"

namespace sbc::control {
namespace {

using namespace std::chrono_literals;

Json error_json(std::string_view text) { return {{"error", text}}; }

/// The text argument `name`; empty where it is not given or no text.
std::string text_argument(const Json& arguments, const char* name) {
  auto found = arguments.find(name);
  return found != arguments.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The first argument that the command does not have; empty when all are known.
std::string unknown_argument(const Json& arguments, const std::vector<std::string_view>& known) {
  for (const auto& [name, value] : arguments.items()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) return name;
  }
  return {};
}

struct Shape {
  std::string_view command;
  std::vector<std::string_view> arguments;
};

const Shape shapes[] = {
    {"status", {}},
    {"calls", {"limit"}},
    {"call", {"id"}},
    {"hang_up", {"id"}},
    {"drops", {}},
    {"deviations", {}},
    {"limits", {}},
    {"trunks", {}},
    {"hosts", {}},
    {"blocks", {}},
    {"reload", {"dry_run"}},
    {"block", {"prefix", "realm", "for"}},
    {"unblock", {"prefix", "realm"}},
    {"signatures", {"by_hits", "top"}},
};

/// What is wrong with the request's shape; empty when it is one of those above.
std::string shape_error(const Json& request) {
  if (!request.is_object()) return "a request is a JSON object: {\"command\": NAME, \"arguments\": {…}}";
  std::string command = text_argument(request, "command");
  std::vector<std::string> names;
  for (const Shape& shape : shapes) {
    names.emplace_back(shape.command);
    if (shape.command != command) continue;
    auto arguments = request.find("arguments");
    if (arguments == request.end()) return {};
    if (!arguments->is_object()) return "arguments must be a JSON object";
    std::string unknown = unknown_argument(*arguments, shape.arguments);
    return unknown.empty() ? "" : "'" + printable(unknown) + "' is no argument of " + command;
  }
  return "there is no command '" + printable(command) + "'; " +
         config::suggestion(command, names, "commands");
}

Json problems_json(const config::Problems& problems) {
  Json texts = Json::array();
  for (const config::Problem& problem : problems) texts.push_back(config::problem_text(problem));
  return texts;
}

std::string silent_text(const std::vector<unsigned>& workers) {
  return fmt::format("worker {} did not answer in time", fmt::join(workers, ", "));
}

}  // namespace

Commands::Commands(Backend& backend, Inquiries& inquiries, const Sampler& sampler, const WallClock& clock,
                   Identity identity, Reload reload)
    : backend_(backend),
      inquiries_(inquiries),
      sampler_(sampler),
      clock_(clock),
      identity_(std::move(identity)),
      reload_(std::move(reload)) {}

void Commands::handle(std::string_view line, Instant now, Reply reply) {
  Json request = Json::parse(line, nullptr, false);
  if (request.is_discarded()) return reply(error_json("the request is not JSON"), now);
  if (std::string error = shape_error(request); !error.empty()) return reply(error_json(error), now);
  dispatch(request, now, reply);
}

void Commands::dispatch(const Json& request, Instant now, const Reply& reply) {
  const Json arguments = request.value("arguments", Json::object());
  const Request asked{arguments, now, reply};
  const std::string command = request["command"];
  if (command == "calls") return list_calls(asked);
  if (command == "call") return find_call(asked);
  if (command == "hang_up") return hang_up(asked);
  if (command == "status") return reply(status_json(backend_, sampler_, identity_, now), now);
  if (command == "drops") return reply(drops_json(backend_), now);
  if (command == "deviations") return reply(deviations_json(backend_), now);
  if (command == "trunks") return reply(trunk_list_json(backend_, now), now);
  if (command == "hosts") return reply(hosts_json(backend_, now), now);
  if (command == "limits") return reply(limits_json(backend_, sampler_), now);
  if (command == "signatures") return reply(signatures_json(backend_, arguments), now);
  if (command == "blocks") return reply(blocks(now), now);
  if (command == "block") return reply(block(asked), now);
  if (command == "unblock") return reply(unblock(asked), now);
  SBC_CHECK(command == "reload");
  reply(reload(asked), now);
}

void Commands::list_calls(const Request& request) {
  size_t limit = calls_listed_default;
  if (auto given = request.arguments.find("limit"); given != request.arguments.end()) {
    if (!given->is_number_unsigned() || *given > calls_listed_max) {
      return request.reply(error_json(fmt::format("limit must be a number, 0..{}", calls_listed_max)),
                           request.now);
    }
    limit = given->get<size_t>();
  }
  auto finish = [this, reply = request.reply](const Gathered& gathered, Instant now) {
    auto policy = backend_.policy();
    Json calls = Json::array();
    for (const call::CallRecord& record : gathered.rows)
      calls.push_back(call_json(record, *policy, clock_, now));
    uint64_t live = 0;
    for (const edge::Exchange* exchange : backend_.exchanges()) live += exchange->live_calls.load();
    reply({{"calls", calls}, {"live", live}, {"silent_workers", gathered.silent_workers}}, now);
  };
  inquiries_.ask(edge::Command::Kind::list_calls, 0, limit, false, request.now, finish);
}

void Commands::find_call(const Request& request) {
  auto id = parse_call_id(text_argument(request.arguments, "id"));
  if (!id)
    return request.reply(error_json("id must be a call's 16 hexadecimal digits, as `calls` shows"),
                         request.now);
  auto finish = [this, id = *id, reply = request.reply](const Gathered& gathered, Instant now) {
    if (!gathered.rows.empty()) {
      return reply({{"call", call_json(gathered.rows[0], *backend_.policy(), clock_, now)}}, now);
    }
    std::string text = "there is no call " + call_id_text(id);
    if (!gathered.silent_workers.empty())
      text = "call not found, but " + silent_text(gathered.silent_workers);
    reply(error_json(text), now);
  };
  inquiries_.ask(edge::Command::Kind::find_call, *id, 1, true, request.now, finish);
}

void Commands::hang_up(const Request& request) {
  auto id = parse_call_id(text_argument(request.arguments, "id"));
  if (!id)
    return request.reply(error_json("id must be a call's 16 hexadecimal digits, as `calls` shows"),
                         request.now);
  auto finish = [id = *id, reply = request.reply](const Gathered& gathered, Instant now) {
    if (gathered.done) return reply({{"hung_up", call_id_text(id)}}, now);
    std::string text = "there is no call " + call_id_text(id);
    if (!gathered.silent_workers.empty())
      text = "call not found, but " + silent_text(gathered.silent_workers);
    reply(error_json(text), now);
  };
  inquiries_.ask(edge::Command::Kind::hang_up, *id, 0, true, request.now, finish);
}

bool Commands::read_realm(const Json& arguments, RealmId& realm, std::string& error) const {
  auto given = arguments.find("realm");
  if (given == arguments.end() || given->is_null()) return true;
  std::vector<std::string> names;
  auto policy = backend_.policy();
  std::string name = text_argument(arguments, "realm");
  for (const config::Realm& known : policy->model->realms) {
    if (*known.name == name) realm = RealmId(names.size());
    names.push_back(*known.name);
  }
  if (realm != RealmId::none) return true;
  error = "there is no realm '" + printable(name) + "'; " + config::suggestion(name, names, "realms");
  return false;
}

Json Commands::block_json(const policy::Block& block, Instant expires, Instant now) const {
  Json remaining = expires == Instant::never() ? Json() : Json((expires - now) / 1s);
  return {{"prefix", block.prefix.text()},
          {"realm", realm_json(*backend_.policy(), block.realm)},
          {"remaining_s", remaining}};
}

Json Commands::blocks(Instant now) const {
  Json rows = Json::array();
  for (const snapshot::TimedBlock& block : backend_.blocks())
    rows.push_back(block_json(block.block, block.expires, now));
  return {{"blocks", rows}};
}

Json Commands::block(const Request& request) {
  const Json& arguments = request.arguments;
  auto prefix = Prefix::parse(text_argument(arguments, "prefix"));
  if (!prefix)
    return error_json("prefix must be an address or a prefix without host bits, as in 192.0.2.0/24");
  if (prefix->length == (prefix->address.is_v4() ? 96 : 0))
    return error_json("this prefix would block everybody");
  policy::Block block{RealmId::none, *prefix};
  std::string error;
  if (!read_realm(arguments, block.realm, error)) return error_json(error);
  Instant expires = Instant::never();
  if (arguments.contains("for")) {
    auto duration = parse_duration(text_argument(arguments, "for"));
    if (!duration || *duration < 1s)
      return error_json("for must be a time of at least 1s, as in 30s, 10min or 4h");
    expires = request.now + *duration;
  }
  if (!backend_.block(block, expires)) {
    size_t count = backend_.blocks().size();
    if (count < snapshot::BlockList::blocks_max)
      return error_json("the workers did not take the block over; see the log");
    return error_json(fmt::format("there are {} blocks, the most there can be: unblock some", count));
  }
  Json trunks = Json::array();
  auto policy = backend_.policy();
  for (const config::Trunk& trunk : policy->model->trunks) {
    bool inside = block.realm == RealmId::none || block.realm == trunk.realm;
    const auto peers = policy->trunks.peers(*policy->trunks.by_name(*trunk.name)).peers();
    inside = inside && std::any_of(peers.begin(), peers.end(), [&](const policy::Peer& peer) {
               return !peer.is_awaited() && prefix->contains(peer.endpoint.address);
             });
    if (inside) trunks.push_back(*trunk.name);
  }
  return {{"blocked", block_json(block, expires, request.now)}, {"trunks", trunks}};
}

Json Commands::unblock(const Request& request) {
  auto prefix = Prefix::parse(text_argument(request.arguments, "prefix"));
  if (!prefix) return error_json("prefix must be an address or a prefix, as `blocks` shows");
  RealmId realm = RealmId::none;
  std::string error;
  if (!read_realm(request.arguments, realm, error)) return error_json(error);
  unsigned count = 0;
  for (const snapshot::TimedBlock& block : backend_.blocks()) {
    bool meant = block.block.prefix == *prefix && (realm == RealmId::none || block.block.realm == realm);
    if (meant && backend_.unblock(block.block)) ++count;
  }
  if (count == 0)
    return error_json("there is no block of " + prefix->text() + "; `blocks` shows those there are");
  return {{"unblocked", count}};
}

Json Commands::reload(const Request& request) {
  bool dry_run = request.arguments.value("dry_run", Json(false)) == Json(true);
  snapshot::BuildResult result = reload_(dry_run);
  if (!result.compiled) {
    return {{"error", "the configuration was not taken over; nothing has changed"},
            {"problems", problems_json(result.problems)}};
  }
  Json changes = Json::array();
  for (const config::Change& change : result.changes) {
    changes.push_back({{"key", change.key}, {"from", change.from}, {"to", change.to}, {"live", change.live}});
  }
  return {{"reloaded", !dry_run}, {"epoch", backend_.policy()->epoch}, {"changes", changes}};
}

}  // namespace sbc::control
