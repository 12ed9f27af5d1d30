#include "sbc/resolver/resolver.h"

namespace sbc::resolver {

std::string Resolver::configure(const config::Model& model, Instant now) {
  hosts_.configure(model, now);
  client_.reset();
  std::string error;
  if (!hosts_.empty()) client_ = DnsClient::open(model.resolver, error);
  return error;
}

void Resolver::run(Instant now, const Idle& idle) {
  if (hosts_.empty()) return;
  if (client_) client_->run();
  for (const DnsAnswer& answer : client_ ? client_->take_answers() : std::vector<DnsAnswer>())
    ask(hosts_.on_reply(answer.number, answer.reply, now));
  if (client_) ask(hosts_.run(now, idle));
}

void Resolver::ask(const std::vector<policy::HostQuestion>& questions) {
  for (const policy::HostQuestion& question : questions) client_->ask(question.number, question.what);
}

}  // namespace sbc::resolver
