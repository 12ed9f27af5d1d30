#include "tests/sim/host.h"

#include <algorithm>

#include "tests/sim/callee.h"
#include "tests/sim/caller.h"
#include "tests/sim/violation.h"

namespace sbc::sim {

Host::Host(Scene& scene, const Place& place, std::string name, Party party, Party group, Dice dice)
    : scene_(scene), place_(place), name_(std::move(name)), party_(party), group_(group), dice_(dice) {
  scene_.secrets.add(name_, party_);
  scene_.secrets.add(place_.own.address.text(), party_);
  scene_.secrets.add(place_.seen.address.text(), party_);
  attach();
}

void Host::attach() {
  scene_.network.attach(place_.realm, place_.seen, [this](const Packet& packet) { receive(packet); });
}

void Host::rebind(uint16_t port) {
  set_state(NodeState::dark);
  place_.seen.port = port;
  attach();
}

void Host::send(const std::string& bytes) {
  scene_.network.send({place_.realm, place_.seen, place_.border, bytes});
}

void Host::set_state(NodeState state) { scene_.network.set_state(place_.realm, place_.seen, state); }

void Host::crash() {
  set_state(NodeState::dark);
  for (auto& agent : agents_) agent->crash();
}

void Host::keep(std::unique_ptr<Agent> agent) {
  by_call_id_[agent->call_id()].push_back(agent.get());
  agents_.push_back(std::move(agent));
}

Caller& Host::call(const CallerScript& script) {
  auto caller = std::make_unique<Caller>(*this, script, dice_.split());
  Caller& result = *caller;
  keep(std::move(caller));
  return result;
}

Callee& Host::add_callee(std::unique_ptr<Callee> callee) {
  Callee& result = *callee;
  callees_.push_back(&result);
  keep(std::move(callee));
  return result;
}

void Host::receive(const Packet& packet) {
  if (packet.damaged) return;
  sip::Message message;
  Reason reason = message.parse(packet.bytes);
  expect(reason == Reason::none, "the border sent what does not parse",
         std::string(text_of(reason)) + "\n" + packet.bytes);
  if (message.is_request()) {
    take_request(message);
  } else {
    take_response(message);
  }
}

void Host::take_response(const sip::Message& response) {
  auto agents = by_call_id_.find(std::string(response.call_id()));
  expect(agents != by_call_id_.end(), "a response carries a Call-ID that the user agent never used",
         std::string(response.bytes()));
  for (Agent* agent : agents->second) {
    if (agent->local_tag() == response.from().tag()) {
      agent->on_response(response);
      return;
    }
  }
  expect(false, "a response carries a From tag that the user agent never used",
         std::string(response.bytes()));
}

void Host::take_request(const sip::Message& request) {
  auto agents = by_call_id_.find(std::string(request.call_id()));
  if (agents != by_call_id_.end()) {
    std::string_view tag = request.to().tag();
    for (Agent* agent : agents->second) {
      if (tag.empty() ? agent->knows_branch(request.top_via().branch) : agent->local_tag() == tag) {
        agent->on_request(request);
        return;
      }
    }
    expect(tag.empty(), "a request inside a dialog carries a To tag that nobody has",
           std::string(request.bytes()));
  }
  if (request.method() != sip::Method::invite || !request.to().tag().empty()) {
    refuse_unknown(request);
    return;
  }
  Agent* replaced = request.has(sip::Header::replaces) ? find_replaced(request) : nullptr;
  if (request.has(sip::Header::replaces) && replaced == nullptr) {
    refuse_unknown(request);
    return;
  }
  CalleeScript script = scene_.script_for(*this, request.request_uri().user);
  Callee& callee = add_callee(std::make_unique<Callee>(*this, script, request, dice_.split()));
  if (replaced != nullptr) callee.take_over(*replaced);
  callee.on_request(request);
  if (!script.fork_after) return;
  Callee& fork = add_callee(std::make_unique<Callee>(*this, script, request, dice_.split()));
  fork.answer_as_fork(request, *script.fork_after);
  scene_.clock.after(*script.fork_after, [&callee] { callee.yield_to_fork(); });
}

const Agent* Host::other_call(const Agent& than) const {
  for (const auto& agent : agents_) {
    if (agent.get() != &than && agent->confirmed() && !agent->crashed()) return agent.get();
  }
  return nullptr;
}

/// RFC 3891 3: to-tag is ours.
Agent* Host::find_replaced(const sip::Message& invite) {
  const std::string value(invite.value(sip::Header::replaces));
  for (const auto& agent : agents_) {
    if (agent->confirmed() &&
        value == agent->call_id() + ";to-tag=" + agent->local_tag() + ";from-tag=" + agent->remote_tag())
      return agent.get();
  }
  return nullptr;
}

void Host::refuse_unknown(const sip::Message& request) {
  if (request.method() == sip::Method::ack) return;
  int status = request.method() == sip::Method::options ? 200 : 481;
  send(with_body(response_head(request, status, name_), {}));
}

}  // namespace sbc::sim
