#include "tests/sim/callee.h"

#include <utility>

#include "tests/sim/host.h"
#include "tests/sim/violation.h"

namespace sbc::sim {

Callee::Callee(Host& host, CalleeScript script, const sip::Message& invite, Dice dice)
    : Agent(host, script.conduct, dice), script_(std::move(script)), number_(invite.request_uri().user) {
  call_id_ = invite.call_id();
}

void Callee::take_dialog(const sip::Message& request) {
  remote_tag_ = request.from().tag();
  expect(!remote_tag_.empty(), "an INVITE has no From tag (RFC 3261 8.1.1.3)");
  remote_party_ = "<" + std::string(request.from().uri.text) + ">";
  local_party_ = "<" + std::string(request.to().uri.text) + ">";
  sip::NameAddr contact;
  const sip::Field* field = request.find(sip::Header::contact);
  expect(field != nullptr && sip::parse_name_addr(field->value, contact) == Reason::none,
         "an INVITE has no Contact (RFC 3261 8.1.1.8)");
  target_ = std::string(contact.uri.text);
  offered_ = !request.body().empty();
  may_be_reliable_ =
      script_.reliable && request.bytes().find("Supported: 100rel\r\n") != std::string_view::npos;
  if (offered_) take_sdp(request.body());
}

void Callee::on_initial_invite(Taken& invite, const sip::Message& request) {
  take_dialog(request);
  if (script_.silent) {
    crash();
    return;
  }
  for (const Provisional& provisional : script_.provisionals) {
    after(provisional.after, [this, &invite, provisional] { give_provisional(invite, provisional); });
  }
  if (script_.status != 0) after(script_.answer_after, [this, &invite] { give_final(invite); });
}

void Callee::answer_as_fork(const sip::Message& invite, Duration delay) {
  Taken& taken = taken_.emplace_back();
  taken.branch = invite.top_via().branch;
  taken.bytes = invite.bytes();
  taken.method = sip::Method::invite;
  taken.cseq = invite.cseq().number;
  taken.initial = true;
  remote_cseq_ = taken.cseq;
  script_.status = 200;  // a proxy passes on only the 2xx of its second branch
  take_dialog(invite);
  may_be_reliable_ = false;  // else it would have to wait for a PRACK that may go to the other branch's call
  after(delay, [this, &taken] {
    if (stage_ == Stage::over) return;
    give_provisional(taken, {Duration::zero(), 180, false});
    give_final(taken);
  });
}

void Callee::yield_to_fork() {
  const bool ringing = !taken_.empty() && taken_.front().status < 200;
  if (ringing && script_.status / 100 != 2) crash();
}

void Callee::give_provisional(Taken& invite, const Provisional& provisional) {
  if (invite.status >= 200 || awaits_prack_) return;
  const bool reliable = may_be_reliable_ && provisional.status > 100;
  std::string extra = provisional.status == 100 ? std::string() : contact() + provisional.more + chatter();
  if (reliable) extra += "Require: 100rel\r\nRSeq: " + std::to_string(++rseq_) + "\r\n";
  awaits_prack_ = reliable;
  const bool describes = provisional.sdp && offered_ && early_tag_.empty();
  answers_in_progress_ |= reliable && describes;
  respond(invite, provisional.status, extra, describes ? own_answer() : std::string());
  if (reliable) after(t1, [this, &invite] { repeat_provisional(invite, rseq_, t1); });
}

/// RFC 3262 3. Who is never acknowledged refuses the INVITE.
void Callee::repeat_provisional(Taken& invite, uint32_t rseq, Duration interval) {
  if (!awaits_prack_ || rseq != rseq_ || invite.status >= 200) return;
  if (interval > 32 * t1) {
    respond(invite, 504, {}, {});
    return;
  }
  send(invite.response);
  after(2 * interval, [this, &invite, rseq, interval] { repeat_provisional(invite, rseq, 2 * interval); });
}

void Callee::on_prack(Taken& prack, const sip::Message& request) {
  const std::string expected = std::to_string(rseq_) + " " + std::to_string(taken_.front().cseq) + " INVITE";
  expect(request.value(sip::Header::rack) == expected, "a PRACK acknowledges something else",
         std::string(request.bytes()));
  expect(awaits_prack_ || taken_.front().status >= 200, "a response is acknowledged twice");
  const bool answered = std::exchange(awaits_prack_, false) && answers_in_progress_;
  respond(prack, 200, {}, {});
  if (answered && early_tag_.empty()) settle_early(remote_tag_, target_);
}

void Callee::give_final(Taken& invite) {
  if (invite.status >= 200) return;
  if (awaits_prack_ && script_.status < 300 && stage_ != Stage::over) {  // RFC 3262 3
    after(t1, [this, &invite] { give_final(invite); });
    return;
  }
  if (script_.status >= 300) {
    respond(invite, script_.status, script_.more + chatter(), {});
    return;
  }
  std::string timer = conduct_.knows_timers ? "Require: timer\r\nSession-Expires: 90;refresher=uac\r\n" : "";
  // The answer may be repeated, unless the session is another one by now (RFC 6337 3.1.1).
  const std::string sdp = agreed_early_ ? std::string() : offered_ ? own_answer() : own_sdp();
  respond(invite, script_.status, timer + script_.more + chatter(), sdp);
  if (replaced_ != nullptr) std::exchange(replaced_, nullptr)->hang_up();
}

void Callee::on_cancelled(Taken& invite) {
  was_cancelled_ = true;
  if (script_.answers_despite_cancel && script_.status != 0) {
    give_final(invite);
  } else {
    respond(invite, 487, {}, {});
  }
}

void Callee::on_acked(Taken& invite, const sip::Message&) {
  was_acked_ = true;
  if (invite.status >= 300) {
    finish();
    return;
  }
  confirm();
}

}  // namespace sbc::sim
