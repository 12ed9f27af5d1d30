#include "policy/resolution/lookup.h"

#include <algorithm>
#include <tuple>

#include "config/types/check.h"
#include "config/types/host_name.h"

namespace sbc::policy {
namespace {

using dns::Question;
using dns::Reply;
using dns::Type;

constexpr uint16_t sip_port = 5060;
constexpr Duration longest = std::chrono::hours(24 * 365);

Outcome outcome_of(Reply::Outcome outcome) {
  switch (outcome) {
    case Reply::Outcome::found:
      return Outcome::found;
    case Reply::Outcome::no_name:
      return Outcome::no_name;
    case Reply::Outcome::alias:
    case Reply::Outcome::no_data:
      return Outcome::no_data;
    case Reply::Outcome::server_failed:
      return Outcome::server_failed;
    case Reply::Outcome::malformed:
      return Outcome::malformed;
    case Reply::Outcome::silent:
      return Outcome::silent;
    case Reply::Outcome::unreachable:
      break;
  }
  return Outcome::unreachable;
}

/// RFC 3263 4.1: "s" leads to SRV records, and of its services UDP is the one that we speak.
bool leads_to_udp(const dns::Naptr& naptr) {
  return naptr.flags == "s" && naptr.service == "sip+d2u" && !naptr.replacement.empty();
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  constexpr std::string_view names[] = {"found",         "no_name",   "no_data", "no_service",
                                        "server_failed", "malformed", "silent",  "unreachable"};
  return names[size_t(outcome)];
}

std::string_view text_of(Outcome outcome) {
  constexpr std::string_view texts[] = {"found",
                                        "there is no such name",
                                        "it has no address of a family that its trunks' realms have",
                                        "its SRV record says that there is no such service",
                                        "the DNS servers fail or refuse to answer",
                                        "what the DNS servers answer cannot be read",
                                        "no DNS server has answered in time",
                                        "no DNS server can be reached, or all fail"};
  return texts[size_t(outcome)];
}

Lookup::Lookup(const HostKey& key, Families families, bool naptr)
    : key_(key), families_(families), naptr_(naptr) {
  found_.ttl = negative_ttl_ = longest;
}

std::vector<Question> Lookup::begin() {
  if (key_.port != 0) {
    found_.targets = {{key_.host, key_.port, 0, 0, {}}};
    return ask_for_addresses();
  }
  return naptr_ ? ask({{key_.host, Type::naptr}}) : ask_for_service("_sip._udp." + key_.host);
}

std::vector<Question> Lookup::ask(Open open) {
  Question question = open.question;
  open_.push_back(std::move(open));
  return {std::move(question)};
}

std::vector<Question> Lookup::ask_for_service(const std::string& name) { return ask({{name, Type::srv}}); }

std::vector<Question> Lookup::ask_for_addresses() {
  troubled_.assign(found_.targets.size(), false);
  std::vector<Question> questions;
  for (size_t i = 0; i < found_.targets.size(); ++i) {
    for (auto [used, type] : {std::pair(families_.v4, Type::a), std::pair(families_.v6, Type::aaaa)}) {
      if (!used) continue;
      open_.push_back({{found_.targets[i].name, type}, i});
      // Two targets may be the same host with other ports: it is asked for once.
      Question question = open_.back().question;
      if (std::find(questions.begin(), questions.end(), question) == questions.end())
        questions.push_back(std::move(question));
    }
  }
  if (questions.empty()) finish();
  return questions;
}

std::vector<Question> Lookup::on_reply(const Question& question, const Reply& reply) {
  std::vector<Question> next;
  auto is_meant = [&](const Open& open) { return open.question == question; };
  for (auto at = std::find_if(open_.begin(), open_.end(), is_meant); at != open_.end();
       at = std::find_if(open_.begin(), open_.end(), is_meant)) {
    const Open open = *at;
    open_.erase(at);
    note_ttl(reply);
    std::vector<Question> more;
    const bool follows =
        reply.outcome == Reply::Outcome::alias && open.links < links_max && reply.alias != question.name;
    if (follows) {
      more = ask({{reply.alias, question.type}, open.target, open.links + 1});
    } else if (question.type == Type::naptr) {
      more = on_naptr(reply);
    } else if (question.type == Type::srv) {
      more = on_service(reply);
    } else {
      on_addresses(open, reply);
    }
    for (Question& each : more)
      if (std::find(next.begin(), next.end(), each) == next.end()) next.push_back(std::move(each));
  }
  return next;
}

/// Trouble here ends nothing: many servers know no NAPTR, and SRV says the same.
std::vector<Question> Lookup::on_naptr(const Reply& reply) {
  const dns::Naptr* best = nullptr;
  for (const dns::Naptr& naptr : reply.naptrs) {
    const auto rank = std::tie(naptr.order, naptr.preference);
    if (leads_to_udp(naptr) && (!best || rank < std::tie(best->order, best->preference))) best = &naptr;
  }
  found_.by_naptr = best != nullptr;
  found_.naptr_troubled = reply.outcome != Reply::Outcome::found && reply.outcome != Reply::Outcome::alias &&
                          !is_word_of_zone(outcome_of(reply.outcome));
  if (!best) found_.ttl = longest;  // the services and addresses are what the answer rests on
  return ask_for_service(best ? best->replacement : "_sip._udp." + key_.host);
}

std::vector<Question> Lookup::on_service(const Reply& reply) {
  if (reply.outcome == Reply::Outcome::found) {
    // RFC 2782: a target of "." says that there is no such service. Others that are of no use are a slip.
    const bool none = std::any_of(reply.services.begin(), reply.services.end(),
                                  [](const dns::Srv& each) { return each.target.empty(); });
    take_targets(reply.services);
    if (found_.targets.empty()) {
      note_trouble(none ? Outcome::no_service : Outcome::malformed);
      finish();
      return {};
    }
  } else if (is_word_of_zone(outcome_of(reply.outcome))) {
    // RFC 3263 4.2: without SRV records, the addresses of the name itself, at SIP's own port.
    found_.ttl = longest;
    found_.targets = {{key_.host, sip_port, 0, 0, {}}};
  } else {
    note_trouble(outcome_of(reply.outcome));
    finish();
    return {};
  }
  return ask_for_addresses();
}

/// In an order of its own, so that servers which give theirs round robin say nothing new.
void Lookup::take_targets(std::vector<dns::Srv> services) {
  std::erase_if(services,
                [](const dns::Srv& each) { return !parse_host_name(each.target) || each.port == 0; });
  auto order = [](const dns::Srv& srv) { return std::tie(srv.priority, srv.target, srv.port, srv.weight); };
  std::sort(services.begin(), services.end(),
            [&](const dns::Srv& a, const dns::Srv& b) { return order(a) < order(b); });
  for (const dns::Srv& each : services) {
    if (found_.targets.size() == targets_max) {
      ++found_.left_out;
    } else {
      found_.targets.push_back({each.target, each.port, each.priority, each.weight, {}});
    }
  }
}

void Lookup::on_addresses(const Open& open, const Reply& reply) {
  const Outcome outcome = outcome_of(reply.outcome);
  if (outcome != Outcome::found) {
    note_trouble(outcome);
    if (!is_word_of_zone(outcome)) {
      troubled_[open.target] = true;
      trouble_ = outcome;
    }
  }
  auto& addresses = found_.targets[open.target].addresses;
  addresses.insert(addresses.end(), reply.addresses.begin(), reply.addresses.end());
  if (open_.empty()) finish();
}

/// Of several, the one that says most: the zone's word before trouble on the way, the first before others.
void Lookup::note_trouble(Outcome outcome) {
  const bool first = found_.outcome == Outcome::silent;
  const bool says_more = is_word_of_zone(outcome) && !is_word_of_zone(found_.outcome);
  if (first || says_more) found_.outcome = outcome;
}

void Lookup::note_ttl(const Reply& reply) {
  const bool says = reply.outcome == Reply::Outcome::found || reply.outcome == Reply::Outcome::alias;
  const bool denies = reply.outcome == Reply::Outcome::no_name || reply.outcome == Reply::Outcome::no_data;
  Duration& ttl = says ? found_.ttl : negative_ttl_;
  if (says || denies) ttl = std::min<Duration>(ttl, std::chrono::seconds(reply.ttl));
}

void Lookup::finish() {
  done_ = true;
  std::vector<HostTarget> targets;
  size_t room = addresses_max;
  for (size_t i = 0; i < found_.targets.size(); ++i) {
    HostTarget& target = found_.targets[i];
    auto& addresses = target.addresses;
    std::sort(addresses.begin(), addresses.end());
    addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
    if (addresses.size() > room) {
      found_.left_out += unsigned(addresses.size() - room);
      addresses.resize(room);
    }
    room -= addresses.size();
    if (troubled_[i])
      found_.undetermined.push_back({target.name, target.port, target.priority, target.weight, {}});
    if (!addresses.empty()) targets.push_back(std::move(target));
  }
  found_.targets = std::move(targets);
  if (!found_.targets.empty()) found_.outcome = Outcome::found;
  // That there is nothing of one family says nothing of the one that nobody could tell of.
  if (found_.outcome == Outcome::no_data && !found_.undetermined.empty()) found_.outcome = trouble_;
  const bool denied = found_.outcome == Outcome::no_name || found_.outcome == Outcome::no_data;
  if (denied) found_.ttl = negative_ttl_;
  if (found_.ttl == longest) found_.ttl = Duration(0);
}

}  // namespace sbc::policy
