#include "tests/sbc/call/fixture.h"

#include <algorithm>

namespace sbc::call {
namespace {

std::deque<std::string> texts;

config::Realm make_realm(const std::string& name, const std::string& address, const std::string& network) {
  config::Realm realm;
  realm.name = name;
  realm.addresses = {{*IpAddress::parse(address), *Prefix::parse(network)}};
  realm.listeners = {*Endpoint::parse(address + ":5060")};
  realm.media.addresses = {*IpAddress::parse(address)};
  realm.media.first_port = 20000;
  realm.media.last_port = 20255;
  return realm;
}

config::Trunk make_trunk(const std::string& name, std::vector<Endpoint> peers) {
  config::Trunk trunk;
  trunk.name = name;
  trunk.realm = core_realm;
  trunk.peers.assign(peers.begin(), peers.end());
  trunk.calls_max = 100;
  return trunk;
}

}  // namespace

const std::string EngineTest::offer_sdp =
    "v=0\r\no=caller 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\nm=audio 4000 RTP/AVP "
    "8\r\n";
const std::string EngineTest::answer_sdp =
    "v=0\r\no=callee 1 1 IN IP4 10.2.0.201\r\ns=-\r\nc=IN IP4 10.2.0.201\r\nt=0 0\r\nm=audio 6000 RTP/AVP "
    "8\r\n";

sip::Message Sent::parse() const {
  texts.push_back(bytes);
  sip::Message message;
  EXPECT_EQ(message.parse(texts.back(), MessageLimits::none()), Reason::none) << bytes;
  return message;
}

EngineTest::EngineTest() : model_(std::make_shared<config::Model>()) {
  model_->realms = {make_realm("access", "192.0.2.1", "192.0.2.0/24"),
                    make_realm("core", "10.2.0.1", "10.2.0.0/24")};
  model_->trunks = {make_trunk("one", {callee_, second_}), make_trunk("two", {third_})};
  config::Route route;
  route.name = std::string("hundreds");
  route.prefix = "1";
  route.trunks = {std::string("one"), std::string("two")};
  route.ring_timeout = 60s;
  model_->routes = {route};
  model_->limits.calls_max = 16;
  model_->timers.media_idle = 0s;
  model_->timers.audio_check = 0s;
}

void EngineTest::start(const Decider* decider) {
  decider_ = decider;
  policy_.model = model_;
  std::vector<TrunkId> slots;
  for (size_t i = 0; i < model_->trunks.size(); ++i) slots.push_back(TrunkId(i));
  policy_.trunks = policy::TrunkTable(*model_, slots, hosts_);
  policy_.routes = policy::RouteTable(*model_, policy_.trunks);
  usage_ = std::make_unique<policy::Usage>(model_->limits, HashKey{1, 2});
  steering_ = std::make_unique<Steering>(HashKey{3, 4}, model_->workers.count);
  sizes_ = sizes_for(*model_);
  engine_ = std::make_unique<Engine>(WorkerId(0), *steering_, Random::from_seed(42), *model_, sizes_, now_,
                                     decider);
}

void EngineTest::know(policy::HostTable hosts) {
  hosts_ = std::move(hosts);
  std::vector<TrunkId> slots;
  for (size_t i = 0; i < model_->trunks.size(); ++i) slots.push_back(TrunkId(i));
  policy_.trunks = policy::TrunkTable(*model_, slots, hosts_, policy_.trunks);
  engine_->watch_peers(surroundings());
  carry_out();
}

void EngineTest::TearDown() {
  sent_.clear();
  engine_->hang_up_all(surroundings());
  carry_out();
  pass(150s);
  EngineUsage usage = engine_->usage();
  EXPECT_EQ(usage.calls, 0u);
  EXPECT_EQ(usage.legs, 0u);
  EXPECT_EQ(usage.dialogs, 0u);
  EXPECT_EQ(usage.server_transactions, 0u);
  EXPECT_EQ(usage.client_transactions, 0u);
  EXPECT_EQ(usage.timers, 0u);
  EXPECT_EQ(usage.relays, 0u);
  EXPECT_EQ(usage.leased_ports, 0u);
  EXPECT_EQ(usage.resting_ports, 0u);
  EXPECT_EQ(usage.message_bytes, 0u);
  EXPECT_TRUE(relays_.empty());
  EXPECT_EQ(usage_->calls.value(), 0u);
  EXPECT_EQ(usage_->trunks[0].calls.value(), 0u);
  EXPECT_EQ(usage_->trunks[1].calls.value(), 0u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(usage_->trunks[i].inbound.calls.value(), 0u);
    EXPECT_EQ(usage_->trunks[i].outbound.calls.value(), 0u);
  }
  EXPECT_EQ(engine_->next_deadline(), Instant::never());
}

Surroundings EngineTest::surroundings() { return {now_, policy_, *usage_, media_, out_, nullptr, utc_}; }

void EngineTest::carry_out() {
  for (const Effect& effect : out_.effects()) {
    ++effects_;
    if (const auto* send = std::get_if<Send>(&effect)) {
      Sent& sent = sent_.emplace_back(Sent{send->transport, std::string(out_.bytes_of(*send)), effects_});
      if (sent.bytes.starts_with("INVITE ") && sent.to.realm == core_realm) invite_ = sent;
      bool tells_tag = sent.to.realm == access_realm && sent.bytes.starts_with("SIP/2.0 ");
      if (tells_tag && !sent.parse().to().tag().empty()) caller_tag_ = sent.parse().to().tag();
    } else if (const auto* install = std::get_if<InstallRelay>(&effect)) {
      relays_[install->relay.sides[0].local] = install->relay;
      ++installed_;
      last_install_ = effects_;
    } else if (const auto* remove = std::get_if<RemoveRelay>(&effect)) {
      EXPECT_EQ(relays_.erase(remove->locals[0]), 1u);
    } else if (const auto* digit = std::get_if<SendDigit>(&effect)) {
      digits_.push_back(*digit);
    } else if (const auto* lost = std::get_if<LoseDigits>(&effect)) {
      digits_lost_ += lost->count;
      EXPECT_EQ(lost->realm, core_realm);
    } else if (const auto* ask = std::get_if<Ask>(&effect)) {
      asks_.push_back(*ask);
    } else if (const auto* host = std::get_if<AskHost>(&effect)) {
      host_asks_.push_back(*host);
    } else if (const auto* question = std::get_if<AskWorker>(&effect)) {
      worker_asks_.push_back(*question);
    } else if (const auto* cdr = std::get_if<WriteCdr>(&effect)) {
      cdrs_.push_back(cdr->record);
    } else {
      logs_.push_back(std::get<WriteLog>(effect).record);
    }
  }
  out_.clear();
  engine_->check_invariants();
}

Reason EngineTest::receive(RealmId realm, const Endpoint& from, const std::string& text,
                           config::Trust trust) {
  texts.push_back(text);
  sip::Message message;
  EXPECT_EQ(message.parse(texts.back(), MessageLimits::none()), Reason::none) << text;
  const Endpoint& local = model_->realms[index_of(realm)].listeners[0];
  Transport transport{TransportKind::udp, realm, local, from, 0, 0};
  sent_.clear();
  Reason reason = engine_->on_message(surroundings(), transport, message, trust);
  carry_out();
  return reason;
}

void EngineTest::move_calls(bool to_new_engine) {
  std::map<uint64_t, std::vector<uint8_t>> saved;
  engine_->visit_ids([&](uint64_t id) {
    saved.try_emplace(id, 32 * 1024);
    return true;
  });
  for (auto& [id, bytes] : saved) {
    bytes.resize(engine_->save_call(surroundings(), id, bytes));
    EXPECT_FALSE(bytes.empty());
    EXPECT_TRUE(engine_->forget_call(surroundings(), id));
    carry_out();
  }
  if (to_new_engine)
    engine_ = std::make_unique<Engine>(WorkerId(0), *steering_, Random::from_seed(43), *model_, sizes_, now_,
                                       decider_);
  for (const auto& [id, bytes] : saved) {
    EXPECT_EQ(engine_->load_call(surroundings(), bytes), Reason::none);
    carry_out();
  }
}

void EngineTest::pass(Duration duration) {
  Instant end = now_ + duration;
  while (engine_->next_deadline() <= end) {
    now_ = std::max(now_, engine_->next_deadline());
    engine_->on_time(surroundings());
    carry_out();
  }
  now_ = end;
}

std::string EngineTest::caller_request(const std::string& method, const std::string& branch, uint32_t cseq,
                                       const std::string& to_tag, const std::string& body) {
  std::string to = to_tag.empty() ? "" : ";tag=" + to_tag;
  std::string type = body.empty() ? "" : "Content-Type: application/sdp\r\n";
  return method + " sip:100@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.10:40000;rport;branch=" + branch +
         "\r\nMax-Forwards: 70\r\nFrom: \"Alice\" <sip:555@home.example>;tag=caller-tag\r\nTo: "
         "<sip:100@192.0.2.1>" +
         to + "\r\nCall-ID: caller-call-id\r\nCSeq: " + std::to_string(cseq) + " " + method +
         "\r\nContact: <sip:555@192.0.2.10:40000>\r\n" + type +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string EngineTest::invite(const std::string& more, const std::string& body, const std::string& number) {
  std::string text = caller_request("INVITE", "z9hG4bKinvite", 1, "", body);
  text.replace(text.find("sip:100@"), 7, "sip:" + number);
  text.insert(text.find("Contact:"), more);
  return text;
}

std::string EngineTest::response(const Sent& request, int status, const std::string& body,
                                 const std::string& more, const std::string& tag) {
  sip::Message asked = request.parse();
  std::string to(asked.value(sip::Header::to));
  if (asked.to().tag().empty() && status > 100) to += ";tag=" + tag;
  std::string type = body.empty() ? "" : "Content-Type: application/sdp\r\n";
  std::string contact = status > 100 && status < 300 ? "Contact: <sip:bob@10.2.0.201:5060>\r\n" : "";
  return "SIP/2.0 " + std::to_string(status) + " Whatever\r\nVia: " + std::string(asked.top_via().text) +
         "\r\nFrom: " + std::string(asked.value(sip::Header::from)) + "\r\nTo: " + to +
         "\r\nCall-ID: " + std::string(asked.call_id()) +
         "\r\nCSeq: " + std::string(asked.value(sip::Header::cseq)) + "\r\n" + contact + more + type +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string EngineTest::callee_request(const std::string& method, uint32_t cseq, const std::string& body) {
  sip::Message ours = invite_.parse();
  std::string type = body.empty() ? "" : "Content-Type: application/sdp\r\n";
  return method + " sip:10.2.0.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 10.2.0.201:5060;branch=z9hG4bKcallee" +
         method + std::to_string(cseq) +
         "\r\nMax-Forwards: 70\r\nFrom: " + std::string(ours.value(sip::Header::to)) +
         (ours.to().tag().empty() ? ";tag=callee-tag" : "") +
         "\r\nTo: " + std::string(ours.value(sip::Header::from)) +
         "\r\nCall-ID: " + std::string(ours.call_id()) + "\r\nCSeq: " + std::to_string(cseq) + " " + method +
         "\r\nContact: <sip:bob@10.2.0.201:5060>\r\n" + type +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

Sent EngineTest::last_to(RealmId realm) const {
  std::vector<Sent> all = all_to(realm);
  EXPECT_FALSE(all.empty()) << "nothing left towards realm " << int(index_of(realm));
  return all.empty() ? Sent{{}, "", 0} : all.back();
}

std::vector<Sent> EngineTest::all_to(RealmId realm) const {
  std::vector<Sent> all;
  std::copy_if(sent_.begin(), sent_.end(), std::back_inserter(all),
               [realm](const Sent& sent) { return sent.to.realm == realm; });
  return all;
}

void EngineTest::ring() {
  EXPECT_EQ(from_caller(invite()), Reason::none);
  EXPECT_EQ(from_callee(response(invite_, 180)), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 180 Ringing");
  sent_.clear();
}

void EngineTest::answer() {
  ring();
  EXPECT_EQ(from_callee(response(invite_, 200, answer_sdp)), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  sent_.clear();
}

void EngineTest::establish() {
  answer();
  EXPECT_EQ(from_caller(ack()), Reason::none);
  sent_.clear();
}

}  // namespace sbc::call
