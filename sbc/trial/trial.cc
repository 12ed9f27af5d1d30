#include "sbc/trial/trial.h"

#include <algorithm>

#include "config/model/names.h"
#include "sbc/call/engine.h"
#include "sbc/edge/sip_gate.h"
#include "sbc/transaction/reply.h"

namespace sbc::trial {
namespace {

constexpr Instant instant{1'000'000'000};
constexpr uint64_t seed = 1;
constexpr HashKey key{1, 2};
constexpr uint16_t sip_port = 5060;

class NoMedia final : public media::StatsReader {
 public:
  media::SideStats stats(const media::MediaPort&) const override { return {}; }
};

/// The digits of `text`; nullopt where it has anything else.
std::optional<unsigned> digits(std::string_view text) {
  unsigned value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + unsigned(c - '0');
  }
  return value;
}

/// Room for one call; none of this is what limits it.
call::EngineSizes sizes_of(const config::Model& model) {
  call::EngineSizes sizes;
  sizes.calls = 8;
  sizes.server_transactions = sizes.client_transactions = sizes.open_transactions = 64;
  sizes.srtp_sides = model.limits.srtp_streams ? 64 : 0;
  sizes.message_bytes_max = model.limits.message_bytes_max;
  return sizes;
}

config::Limits with_few_sources(config::Limits limits) {
  limits.sources_max = 1024;
  return limits;
}

std::string with_line_ends(const std::string& text) {
  std::string mended;
  for (char c : text) mended += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return mended;
}

std::optional<RealmId> find_realm(const config::Model& model, const std::string& name, std::string& error) {
  if (RealmId realm = config::realm_named(model, name); realm != RealmId::none) return realm;
  std::string names;
  for (const config::Realm& realm : model.realms) names += (names.empty() ? "" : ", ") + *realm.name;
  error = "there is no realm '" + name + "'; realms: " + names;
  return std::nullopt;
}

/// Where the topmost Via says that a request comes from.
std::optional<Endpoint> source_of(const std::string& bytes) {
  sip::Message message;
  (void)message.parse(bytes, MessageLimits::none());
  std::string_view host = message.top_via().host;
  if (!message.is_request() || host.empty()) return std::nullopt;
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  auto address = IpAddress::parse(host);
  const uint16_t port = message.top_via().port ? message.top_via().port : sip_port;
  return address ? std::optional(Endpoint{*address, port}) : std::nullopt;
}

bool find_transport(const config::Model& model, const Question& question, const std::string& bytes,
                    Transport& from, std::string& error) {
  auto realm = find_realm(model, question.realm, error);
  if (!realm) return false;
  const bool given = !question.source.empty();
  auto source = given ? Endpoint::parse(question.source, sip_port) : source_of(bytes);
  if (!source && given) error = "'" + question.source + "' is no address, as in 192.0.2.1 or 192.0.2.1:5060";
  if (!source && !given)
    error = "say by --source where it comes from: it is no request whose topmost Via has an address";
  if (!source) return false;
  const config::Realm& in = model.realms[index_of(*realm)];
  auto listener = std::find_if(in.listeners.begin(), in.listeners.end(), [&](const Endpoint& each) {
    return each.address.family() == source->address.family();
  });
  if (listener == in.listeners.end()) {
    error = "realm '" + *in.name + "' has no SIP listener of the source's address family";
    return false;
  }
  from = {TransportKind::udp, *realm, *listener, *source, 0, 0};
  return true;
}

/// One worker, from the moment at which a datagram has been found to be SIP.
class Bench {
 public:
  Bench(std::shared_ptr<const policy::Compiled> policy, std::unique_ptr<const edge::LiveSnapshot> snapshot)
      : policy_(std::move(policy)),
        snapshot_(std::move(snapshot)),
        usage_(with_few_sources(policy_->model->limits), key),
        steering_(key, 1),
        gate_(steering_, usage_),
        engine_(WorkerId(0), steering_, Random::from_seed(seed), *policy_->model, sizes_of(*policy_->model),
                instant),
        outbox_(0, 0) {}

  void take(std::string_view bytes, Outcome& outcome);

 private:
  void note_signatures(const edge::Inspector& inspector, Outcome& outcome) const;
  void note_effects(Outcome& outcome) const;
  void refuse(uint16_t status, Outcome& outcome);

  std::shared_ptr<const policy::Compiled> policy_;
  std::unique_ptr<const edge::LiveSnapshot> snapshot_;
  policy::Usage usage_;
  Steering steering_;
  edge::SipGate gate_;
  call::Engine engine_;
  call::Outbox outbox_;
  NoMedia media_;
  sip::Message message_;
};

void Bench::note_signatures(const edge::Inspector& inspector, Outcome& outcome) const {
  const auto& all = policy_->signatures.signatures();
  for (size_t i = 0; i < all.size(); ++i) {
    if (inspector.hits[i].value() > 0)
      outcome.signatures.push_back({all[i].id, all[i].message, policy::action_text(all[i])});
  }
}

/// As a worker does before the engine: one response without state.
void Bench::refuse(uint16_t status, Outcome& outcome) {
  if (status == 0 || !message_.answerable()) return;
  std::array<char, 2048> room;
  const size_t size = call::write_stateless_response(room, message_, outcome.from, status, {}, Duration(0));
  if (size == 0) return;
  outcome.status = status;
  outcome.sent.push_back(
      {transaction::reply_transport(message_, outcome.from), std::string(room.data(), size)});
}

void Bench::note_effects(Outcome& outcome) const {
  for (const call::Effect& effect : outbox_.effects()) {
    if (const auto* send = std::get_if<call::Send>(&effect))
      outcome.sent.push_back({send->transport, std::string(outbox_.bytes_of(*send))});
    if (const auto* line = std::get_if<call::WriteLog>(&effect)) outcome.logged.push_back(line->record);
    if (const auto* cdr = std::get_if<call::WriteCdr>(&effect)) {
      outcome.call = cdr->record;  // the call is over already
      outcome.reason = cdr->record.reason;
      outcome.status = cdr->record.status;
    }
  }
  engine_.visit_calls(media_, [&](const call::CallRecord& record) {
    outcome.call = record;
    return true;
  });
}

void Bench::take(std::string_view bytes, Outcome& outcome) {
  edge::Inspector& inspector = snapshot_->inspector(WorkerId(0));
  const edge::Admission admission = gate_.admit(*policy_, inspector, instant, outcome.from.realm,
                                                outcome.from.remote.address, bytes, message_);
  outcome.trust = admission.trust;
  note_signatures(inspector, outcome);
  outcome.reason = admission.reason;
  if (outcome.reason != Reason::none && outcome.reason != Reason::signature_reject) return;
  const Reason unreadable = message_.interpret();
  message_.deviations().each([&](Deviation deviation) {
    outcome.deviations.push_back(std::string(name_of(deviation)) + " (" +
                                 std::string(name_of(treatment_of(deviation))) + ")");
  });
  if (unreadable != Reason::none) outcome.reason = unreadable;
  if (outcome.reason != Reason::none)
    return refuse(unreadable == Reason::none ? admission.status : status_of(unreadable), outcome);
  outcome.begins_call =
      message_.is_request() && message_.method() == sip::Method::invite && message_.to().tag().empty();
  outcome.caller_trunk = policy_->trunks.of_source(outcome.from.realm, outcome.from.remote.address);
  policy::HeaderRules::Marks acted;
  const call::Surroundings surroundings{instant, *policy_, usage_, media_, outbox_, &acted, outcome.at};
  outcome.reason = engine_.on_message(surroundings, outcome.from, message_, admission.trust);
  for (size_t i = 0; i < acted.size(); ++i) {
    if (acted.test(i)) outcome.rules.emplace_back(policy_->header_rules.name_of(i));
  }
  note_effects(outcome);
  if (!outcome.sent.empty() && outcome.status == 0) outcome.status = status_of(outcome.reason);
}

}  // namespace

std::optional<UtcTime> parse_time(std::string_view text) {
  constexpr std::string_view form = "YYYY-MM-DDThh:mm";
  if (text.size() < form.size() || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':')
    return std::nullopt;
  const auto year = digits(text.substr(0, 4)), month = digits(text.substr(5, 2)),
             day = digits(text.substr(8, 2)), hour = digits(text.substr(11, 2)),
             minute = digits(text.substr(14, 2));
  if (!year || !month || !day || !hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(int(*year)), std::chrono::month(*month),
                                         std::chrono::day(*day)};
  const std::string_view zone = text.substr(form.size());
  const auto ahead = zone.empty() || zone == "Z" ? std::chrono::minutes(0) : parse_utc_offset(zone);
  if (!date.ok() || !ahead) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) - *ahead;
}

std::optional<Outcome> try_message(const std::shared_ptr<const policy::Compiled>& policy,
                                   const Question& question, std::string& error) {
  Outcome outcome;
  outcome.line_ends_mended = question.message.find("\r\n") == std::string::npos;
  const std::string bytes = outcome.line_ends_mended ? with_line_ends(question.message) : question.message;
  if (!find_transport(*policy->model, question, bytes, outcome.from, error)) return std::nullopt;
  auto snapshot = edge::LiveSnapshot::make(policy, 1);
  if (!snapshot) {
    error = "not enough memory for the signatures";
    return std::nullopt;
  }
  outcome.first_line = bytes.substr(0, bytes.find('\r'));
  outcome.bytes = bytes.size();
  outcome.at = question.at;
  auto bench = std::make_unique<Bench>(policy, std::move(snapshot));
  bench->take(bytes, outcome);
  return outcome;
}

}  // namespace sbc::trial
