#include "tests/sim/border.h"

#include <algorithm>
#include <variant>

#include "tests/sim/violation.h"

namespace sbc::sim {
namespace {

call::EngineSizes sizes_of(const config::Model& model) {
  call::EngineSizes sizes;
  sizes.calls = model.limits.calls_max;
  sizes.server_transactions = 12 * model.limits.calls_max;
  sizes.client_transactions = 12 * model.limits.calls_max;
  sizes.open_transactions = 6 * model.limits.calls_max;
  if (const uint32_t most = model.limits.transactions_max; most != 0)
    sizes.server_transactions = sizes.client_transactions = sizes.open_transactions = most;
  sizes.srtp_sides = 4 * model.limits.calls_max;
  sizes.message_bytes_max = 4096;
  return sizes;
}

HashKey key_of(uint64_t seed) { return {seed * 0x9e3779b97f4a7c15u, ~seed}; }

}  // namespace

Border::Border(Scene& scene, Invariants& invariants, std::shared_ptr<const config::Model> model,
               uint64_t seed, Dice dice)
    : scene_(scene),
      invariants_(invariants),
      model_(std::move(model)),
      policy_(compile(model_)),
      usage_(model_->limits, key_of(seed)),
      steering_(key_of(seed), model_->workers.count),
      dice_(dice),
      seed_(seed),
      out_(512, 256 * 1024) {
  for (unsigned i = 0; i < model_->workers.count; ++i) {
    Worker& worker = workers_.emplace_back();
    worker.engine = make_engine(WorkerId(i));
    worker.ring_free.resize(model_->workers.count, scene_.clock.now());
  }
  for (size_t realm = 0; realm < model_->realms.size(); ++realm) {
    for (const Endpoint& listener : model_->realms[realm].listeners) {
      scene_.network.attach(RealmId(realm), listener, [this](const Packet& packet) { receive(packet); });
    }
  }
  scene_.network.on_refused([this](const Packet& packet) { on_refused(packet); });
  watch_peers();
}

/// One worker asks for all.
void Border::watch_peers() {
  step(WorkerId(0), [](call::Engine& engine, const call::Surroundings& surroundings) {
    engine.watch_peers(surroundings);
  });
}

std::unique_ptr<call::Engine> Border::make_engine(WorkerId worker) {
  return std::make_unique<call::Engine>(worker, steering_, Random::from_seed(seed_ * 64 + engines_++),
                                        *model_, sizes_of(*model_), scene_.clock.now(), &decider_);
}

void Border::receive(const Packet& packet) {
  const WorkerId receiver{uint8_t(dice_.below(workers_.size()))};
  scene_.ladder.message(scene_.clock.now(), Rung::arrived, packet.realm, packet.from, receiver, packet.bytes);
  std::string_view call_id = sip::find_call_id(packet.bytes);
  const WorkerId owner = call_id.empty() ? receiver : steering_.owner_of(call_id);
  if (owner == receiver) {
    take(owner, packet);
  } else {
    hand_over(receiver, owner, packet);
  }
}

void Border::hand_over(WorkerId from, WorkerId to, const Packet& packet) {
  Instant& free = workers_[index_of(to)].ring_free[index_of(from)];
  const Instant now = scene_.clock.now();
  free = std::max(free, now + dice_.between(Duration::zero(), handover_delay_most_));  // a ring keeps order
  scene_.clock.after(free - now, [this, to, packet] {
    scene_.ladder.message(scene_.clock.now(), Rung::handed, packet.realm, packet.from, to, packet.bytes);
    take(to, packet);
  });
}

void Border::take(WorkerId worker, const Packet& packet) {
  policy::Verdict verdict = policy_.access.judge(packet.realm, packet.from.address);
  sip::Message message;
  Reason reason = verdict.is_heard() ? Reason::none : verdict.reason;
  if (reason == Reason::none) {
    reason = message.parse(packet.bytes, model_->realms[index_of(packet.realm)].messages);
    if (reason != Reason::none) refuse(worker, packet, message, reason);
  }
  if (reason == Reason::none) {
    invariants_.on_receive(message);
    Transport transport{.realm = packet.realm, .local = packet.to, .remote = packet.from};
    step(worker, [&](call::Engine& engine, const call::Surroundings& surroundings) {
      const auto before = engine.usage().server_transactions;
      reason = engine.on_message(surroundings, transport, message, verdict.trust);
      const bool forgotten = reason != Reason::none || engine.usage().server_transactions <= before;
      stateless_ = forgotten && verdict.trust < config::Trust::registered;
    });
    stateless_ = false;
    note_reception(message, reason, verdict.trust);
  }
  ++reasons_[size_t(reason)];
}

void Border::note_reception(const sip::Message& message, Reason reason, config::Trust trust) {
  if (!message.is_request() || message.method() != sip::Method::invite || !message.to().tag().empty()) return;
  Reception& reception = receptions_[std::string(message.call_id())];
  const bool repeated = reception.refused && reception.trusted;  // its transaction answered
  reception.taken |= reason == Reason::none && !repeated;
  reception.refused |= reason != Reason::none;
  reception.trusted |= trust == config::Trust::trusted;
}

Border::Reception Border::reception_of(const std::string& call_id) const {
  auto found = receptions_.find(call_id);
  return found == receptions_.end() ? Reception{} : found->second;
}

void Border::refuse(WorkerId worker, const Packet& packet, const sip::Message& message, Reason reason) {
  if (status_of(reason) == 0 || !message.answerable()) return;
  Transport transport{.realm = packet.realm, .local = packet.to, .remote = packet.from};
  std::array<char, 4096> bytes;
  size_t size = call::write_stateless_response(bytes, message, transport, status_of(reason), text_of(reason),
                                               Duration::zero());
  if (size == 0) return;
  scene_.ladder.message(scene_.clock.now(), Rung::sent, packet.realm, packet.from, worker,
                        {bytes.data(), size});
  scene_.network.send({packet.realm, packet.to, packet.from, std::string(bytes.data(), size)});
}

void Border::on_refused(const Packet& packet) {
  const Undelivered datagram{{.realm = packet.realm, .local = packet.from, .remote = packet.to},
                             wire::mark_of(packet.from, packet.to, packet.bytes)};
  scene_.ladder.note(scene_.clock.now(), "ICMP port unreachable from " + packet.to.text());
  for (size_t i = 0; i < workers_.size(); ++i) {  // ICMP does not quote enough to tell whose it is
    step(WorkerId(i), [&](call::Engine& engine, const call::Surroundings& surroundings) {
      engine.on_undelivered(surroundings, datagram);
    });
  }
}

template <class Step>
void Border::step(WorkerId worker, Step&& take_step) {
  out_.clear();
  call::Engine& engine = *workers_[index_of(worker)].engine;
  take_step(engine, call::Surroundings{scene_.clock.now(), policy_, usage_, scene_.media, out_});
  expect(!out_.full(), "one step filled the outbox");
  carry_out(worker);
  check(worker);
}

void Border::carry_out(WorkerId worker) {
  for (const call::Effect& effect : out_.effects()) {
    if (const auto* send = std::get_if<call::Send>(&effect)) {
      carry_out(worker, *send);
    } else if (const auto* install = std::get_if<call::InstallRelay>(&effect)) {
      scene_.media.install(worker, install->relay);
    } else if (const auto* remove = std::get_if<call::RemoveRelay>(&effect)) {
      scene_.media.remove(worker, remove->kind, remove->locals);
    } else if (const auto* digit = std::get_if<call::SendDigit>(&effect)) {
      scene_.ladder.note(scene_.clock.now(), "a digit goes into the media");
      scene_.media.play(worker, digit->to, digit->digit);
      invariants_.on_digit_played();
    } else if (const auto* ask = std::get_if<call::Ask>(&effect)) {
      put_question(worker, *ask);
    } else if (const auto* name = std::get_if<call::AskHost>(&effect)) {
      look_up(worker, *name);
    } else if (const auto* question = std::get_if<call::AskWorker>(&effect)) {
      ask_worker(worker, *question);
    } else if (const auto* cdr = std::get_if<call::WriteCdr>(&effect)) {
      invariants_.on_cdr(cdr->record);
    } else if (const auto* log = std::get_if<call::WriteLog>(&effect)) {
      scene_.ladder.note(scene_.clock.now(), log->record.text.view());
    }
  }
}

void Border::carry_out(WorkerId worker, const call::Send& send) {
  std::string_view bytes = out_.bytes_of(send);
  const Transport& to = send.transport;
  scene_.ladder.message(scene_.clock.now(), Rung::sent, to.realm, to.remote, worker, bytes);
  invariants_.on_send(scene_.clock.now(), to, bytes, stateless_);
  scene_.network.send({to.realm, to.local, to.remote, std::string(bytes)});
}

void Border::put_question(WorkerId worker, const call::Ask& ask) {
  scene_.ladder.note(scene_.clock.now(), "asks " + std::string(ask.what.view()));
  const uint64_t value = oracle_.values.at(std::min(size_t(questions_++), oracle_.values.size() - 1));
  if (!oracle_.answers) return;
  scene_.clock.after(oracle_.after, [this, worker, question = ask.question, value] {
    scene_.ladder.note(scene_.clock.now(), "the answer arrives");
    step(worker, [&](call::Engine& engine, const call::Surroundings& surroundings) {
      engine.on_answer(surroundings, question, value);
    });
  });
}

/// From its first answer on a name is known to all.
void Border::look_up(WorkerId worker, const call::AskHost& ask) {
  scene_.ladder.note(scene_.clock.now(), "asks for a host name");
  ++names_asked_;
  if (!oracle_.answers) return;
  scene_.clock.after(oracle_.after, [this, worker, question = ask.question] {
    hosts_ = known_hosts();
    policy_ = compile(model_, hosts_);
    watch_peers();
    step(worker, [&](call::Engine& engine, const call::Surroundings& surroundings) {
      engine.on_answer(surroundings, question, 0);
    });
  });
}

void Border::ask_worker(WorkerId asker, const call::AskWorker& ask) {
  expect(ask.owner != asker, "a worker asks itself");
  auto later = [this] { return dice_.between(Duration::zero(), handover_delay_most_); };
  scene_.clock.after(later(), [this, asker, ask, back = later()] {
    const call::Replacement answer = workers_[index_of(ask.owner)].engine->find_replaced(policy_, ask.what);
    scene_.clock.after(back, [this, asker, question = ask.question, answer] {
      step(asker, [&](call::Engine& engine, const call::Surroundings& surroundings) {
        engine.on_replaced(surroundings, question, answer);
      });
    });
  });
}

void Border::check(WorkerId worker) {
  workers_[index_of(worker)].engine->check_invariants();
  expect(usage_.calls.value() == live_calls(), "the shared count of calls differs from the calls that live",
         std::to_string(usage_.calls.value()) + " and " + std::to_string(live_calls()));
  const call::EngineUsage all = usage();
  expect(all.relays == scene_.media.relays(), "the engines count other relays than are installed",
         std::to_string(all.relays) + " and " + std::to_string(scene_.media.relays()));
  expect(all.relays == 0 || all.calls > 0, "a relay outlives its call");
}

Instant Border::next_deadline() const {
  Instant next = Instant::never();
  for (const Worker& worker : workers_) next = std::min(next, worker.engine->next_deadline());
  return next;
}

void Border::on_time() {
  for (size_t i = 0; i < workers_.size(); ++i) {
    call::Engine& engine = *workers_[i].engine;
    for (unsigned round = 0; engine.next_deadline() <= scene_.clock.now(); ++round) {
      expect(round < 1000, "a deadline stays due however often its time comes");
      step(WorkerId(i),
           [](call::Engine& one, const call::Surroundings& surroundings) { one.on_time(surroundings); });
    }
  }
}

void Border::reload(std::shared_ptr<const config::Model> model) {
  scene_.ladder.note(scene_.clock.now(), "another configuration");
  model_ = std::move(model);
  policy_ = compile(model_, hosts_);
  watch_peers();
}

void Border::drain() {
  draining_ = true;
  for (Worker& worker : workers_) worker.engine->drain();
}

void Border::hang_up_all() {
  for (size_t i = 0; i < workers_.size(); ++i) {
    step(WorkerId(i), [](call::Engine& engine, const call::Surroundings& surroundings) {
      engine.hang_up_all(surroundings);
    });
  }
}

std::vector<uint8_t> Border::save(const call::Engine& engine, uint64_t call_id) {
  std::vector<uint8_t> bytes(64 * 1024);
  out_.clear();
  bytes.resize(engine.save_call({scene_.clock.now(), policy_, usage_, scene_.media, out_}, call_id, bytes));
  expect(!bytes.empty(), "a call cannot be saved");
  return bytes;
}

void Border::load(WorkerId worker, uint64_t call_id, const std::vector<uint8_t>& bytes) {
  step(worker, [&](call::Engine& engine, const call::Surroundings& surroundings) {
    Reason reason = engine.load_call(surroundings, bytes);
    expect(reason == Reason::none, "a saved call cannot be loaded", std::string(text_of(reason)));
  });
  expect(save(*workers_[index_of(worker)].engine, call_id) == bytes, "a loaded call is saved otherwise");
}

bool Border::may_move_calls() {
  bool may = true;
  std::vector<uint8_t> bytes(64 * 1024);
  out_.clear();
  const call::Surroundings surroundings{scene_.clock.now(), policy_, usage_, scene_.media, out_};
  for (const Worker& worker : workers_) {
    worker.engine->visit_ids([&](uint64_t id) {
      may = may && worker.engine->save_call(surroundings, id, bytes) > 0;
      return may;
    });
  }
  return may;
}

void Border::move_calls(Move how) {
  for (size_t i = 0; i < workers_.size(); ++i) {
    std::unique_ptr<call::Engine>& engine = workers_[i].engine;
    std::map<uint64_t, std::vector<uint8_t>> saved;
    engine->visit_ids([&](uint64_t id) {
      saved.try_emplace(id);
      return true;
    });
    for (auto& [id, bytes] : saved) {
      bytes = save(*engine, id);
      step(WorkerId(i), [&, call = id](call::Engine& from, const call::Surroundings& surroundings) {
        expect(from.forget_call(surroundings, call), "a saved call is not there to be forgotten");
      });
      if (how == Move::within) load(WorkerId(i), id, bytes);
    }
    if (how == Move::within) continue;
    const call::EngineUsage left = engine->usage();
    expect(left.calls + left.legs + left.dialogs + left.relays + left.leased_ports == 0,
           "something of the calls stays behind");
    engine = make_engine(WorkerId(i));
    if (draining_) engine->drain();
    for (const auto& [id, bytes] : saved) load(WorkerId(i), id, bytes);
  }
  if (how == Move::to_new_engine) watch_peers();
}

bool Border::hang_up(uint64_t call_id) {
  bool found = false;
  for (size_t i = 0; i < workers_.size(); ++i) {
    step(WorkerId(i), [&](call::Engine& engine, const call::Surroundings& surroundings) {
      found = engine.hang_up(surroundings, call_id) || found;
    });
  }
  return found;
}

bool Border::press(Dice& dice) {
  const std::vector<MediaModel::Teller> tellers = scene_.media.tellers();
  if (tellers.empty()) return false;
  const MediaModel::Teller teller = tellers[dice.below(tellers.size())];
  const media::Digit digit{uint8_t(dice.below(media::last_digit_event + 1)), 100};
  scene_.ladder.note(scene_.clock.now(), "the media tells a digit");
  step(teller.worker, [&](call::Engine& engine, const call::Surroundings& surroundings) {
    const Reason reason = engine.on_digit(surroundings, teller.token, digit);
    if (reason == Reason::none) invariants_.on_digit_told();
    ++reasons_[size_t(reason)];
  });
  return true;
}

uint32_t Border::live_calls() const {
  uint32_t live = 0;
  for (const Worker& worker : workers_) live += worker.engine->live_calls();
  return live;
}

call::EngineUsage Border::usage() const {
  call::EngineUsage sum;
  for (const Worker& worker : workers_) {
    const call::EngineUsage one = worker.engine->usage();
    sum.calls += one.calls;
    sum.legs += one.legs;
    sum.dialogs += one.dialogs;
    sum.server_transactions += one.server_transactions;
    sum.client_transactions += one.client_transactions;
    sum.timers += one.timers;
    sum.relays += one.relays;
    sum.leased_ports += one.leased_ports;
    sum.resting_ports += one.resting_ports;
    sum.srtp_sides += one.srtp_sides;
    sum.message_bytes += one.message_bytes;
  }
  return sum;
}

std::vector<call::CallRecord> Border::calls() const {
  std::vector<call::CallRecord> records;
  for (const Worker& worker : workers_) {
    worker.engine->visit_calls(scene_.media, [&](const call::CallRecord& record) {
      records.push_back(record);
      return true;
    });
  }
  return records;
}

}  // namespace sbc::sim
