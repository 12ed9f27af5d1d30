// The requests an Agent receives, and how it answers them.
#include <algorithm>

#include "tests/sim/agent.h"
#include "tests/sim/host.h"
#include "tests/sim/violation.h"

namespace sbc::sim {

void Agent::respond(Taken& taken, int status, const std::string& extra, const std::string& body) {
  sip::Message request;
  expect(request.parse(taken.bytes) == Reason::none, "a request that parsed once parses no more");
  std::string head = response_head(request, status, local_tag_) + extra;
  const bool moves_target = taken.method == sip::Method::invite || taken.method == sip::Method::update;
  if (moves_target && status > 100 && status < 300) head += contact();
  taken.response = with_body(std::move(head), body);
  taken.status = status;
  tell(std::to_string(status) + ">");
  send(taken.response);
  if (taken.method != sip::Method::invite || status < 200) return;
  if (taken.initial) final_status_ = status;
  taken.since = now();
  after(taken.interval, [this, &taken] { repeat_final(taken); });
}

void Agent::repeat_final(Taken& taken) {
  if (taken.acked) return;
  if (stage_ == Stage::over && taken.status < 300) return;
  const Duration left = taken.since + 64 * t1 - now();
  if (left <= Duration::zero()) {
    if (taken.status >= 300) {
      if (taken.initial) finish();
      return;
    }
    confirm();  // RFC 3261 13.3.1.4: no ACK, so the dialog is ended with BYE
    hang_up();
    return;
  }
  send(taken.response);
  taken.interval = std::min(taken.interval * 2, t2);
  after(std::min(taken.interval, left), [this, &taken] { repeat_final(taken); });
}

void Agent::on_request(const sip::Message& request) {
  if (crashed_) return;
  if (request.method() == sip::Method::ack) {
    on_ack(request);
    return;
  }
  auto known = std::find_if(taken_.begin(), taken_.end(), [&](const Taken& taken) {
    return taken.branch == request.top_via().branch && taken.method == request.method();
  });
  if (known != taken_.end()) {
    if (!known->response.empty()) send(known->response);
    return;
  }
  tell(std::string(request.method_text()) + "<");
  received_.emplace_back(request.bytes());
  if (request.method() == sip::Method::cancel) {
    on_cancel(request);
    return;
  }
  Taken& taken = taken_.emplace_back();
  taken.branch = request.top_via().branch;
  taken.bytes = request.bytes();
  taken.method = request.method();
  taken.cseq = request.cseq().number;
  on_new_request(taken, request);
}

void Agent::on_new_request(Taken& taken, const sip::Message& request) {
  if (request.to().tag().empty()) {
    expect(taken.method == sip::Method::invite, "a request that needs a dialog has no To tag");
    taken.initial = true;
    remote_cseq_ = taken.cseq;
    on_initial_invite(taken, request);
    return;
  }
  // We took a refusal, and a doubled INVITE of ours was answered after it; or it was of another early dialog.
  const std::string& tag = remote_tag_.empty() ? early_tag_ : remote_tag_;
  const bool elsewhere = request.from().tag() != tag;
  if (elsewhere && (remote_tag_.empty() || early_tags_.contains(request.from().tag()))) {
    respond(taken, 481, {}, {});
    return;
  }
  expect(request.from().tag() == tag, "a request inside the dialog carries another From tag",
         std::string(request.bytes()));
  if (stage_ == Stage::over) {
    respond(taken, 481, {}, {});
    return;
  }
  if (taken.cseq <= remote_cseq_) {  // overtaken by a later one (RFC 3261 12.2.2)
    respond(taken, 500, {}, {});
    return;
  }
  remote_cseq_ = taken.cseq;
  switch (taken.method) {
    case sip::Method::invite:
      on_reinvite(taken, request);
      break;
    case sip::Method::update:
      on_update(taken, request);
      break;
    case sip::Method::prack:
      on_prack(taken, request);
      break;
    case sip::Method::bye:
      on_bye(taken);
      break;
    case sip::Method::refer:
      on_refer(taken, request);
      break;
    case sip::Method::notify:
      on_notify(taken, request);
      break;
    case sip::Method::options:
    case sip::Method::info:
      respond(taken, 200, {}, {});
      break;
    default:
      respond(taken, 501, {}, {});
  }
}

void Agent::on_ack(const sip::Message& ack) {
  auto taken = std::find_if(taken_.begin(), taken_.end(), [&](const Taken& one) {
    return one.method == sip::Method::invite && one.cseq == ack.cseq().number && one.status >= 200;
  });
  if (taken == taken_.end() || taken->acked) return;
  expect(ack.to().tag() == local_tag_, "an ACK carries another To tag than the response");
  tell("ACK<");
  received_.emplace_back(ack.bytes());
  taken->acked = true;
  if (taken->status < 300 && !ack.body().empty()) take_sdp(ack.body());
  if (taken->initial) {
    on_acked(*taken, ack);
  }
}

void Agent::on_cancel(const sip::Message& cancel) {
  auto invite = std::find_if(taken_.begin(), taken_.end(), [&](const Taken& taken) {
    return taken.method == sip::Method::invite && taken.branch == cancel.top_via().branch;
  });
  Taken& taken = taken_.emplace_back();
  taken.branch = cancel.top_via().branch;
  taken.bytes = cancel.bytes();
  taken.method = sip::Method::cancel;
  taken.cseq = cancel.cseq().number;
  if (invite == taken_.end()) {
    respond(taken, 481, {}, {});
    return;
  }
  respond(taken, 200, {}, {});
  if (invite->status < 200) on_cancelled(*invite);
}

void Agent::on_bye(Taken& bye) {
  respond(bye, 200, {}, {});
  for (Taken& taken : taken_) {
    if (taken.method == sip::Method::invite && taken.status < 200) respond(taken, 487, {}, {});
  }
  finish();
}

void Agent::on_reinvite(Taken& taken, const sip::Message& request) {
  if (asks_invite()) {  // glare (RFC 3261 14.2)
    respond(taken, 491, {}, {});
    return;
  }
  bool open = std::any_of(taken_.begin(), taken_.end(), [&](const Taken& other) {
    return &other != &taken && other.method == sip::Method::invite && other.status < 200;
  });
  if (open) {
    respond(taken, 500, "Retry-After: 3\r\n", {});
    return;
  }
  if (conduct_.refuses_reoffers) {
    respond(taken, 488, {}, {});
    return;
  }
  ++description_.version;
  const std::string offer(request.body());
  if (conduct_.answers_reoffers_after == Duration::zero()) {
    accept_reinvite(taken, offer);
    return;
  }
  after(conduct_.answers_reoffers_after, [this, &taken, offer] {
    if (taken.status < 200) accept_reinvite(taken, offer);
  });
}

/// RFC 3311 5.2: answered at once.
void Agent::on_update(Taken& taken, const sip::Message& request) {
  expect(conduct_.takes_update, "an UPDATE reaches a user agent that does not take it");
  if (request.body().empty()) {
    respond(taken, 200, {}, {});
    return;
  }
  bool open = std::any_of(taken_.begin(), taken_.end(), [&](const Taken& other) {
    return other.method == sip::Method::invite && !other.initial && other.status < 200;
  });
  const bool early = stage_ == Stage::inviting && final_status_ == 0;
  expect(!early || !early_tag_.empty(), "an offer comes before the first answer stands");
  if (asks_invite() || open) {
    respond(taken, asks_invite() ? 491 : 500, open ? "Retry-After: 3\r\n" : "", {});
  } else if (conduct_.refuses_reoffers) {
    respond(taken, 488, {}, {});
  } else {
    ++description_.version;
    agreed_early_ |= early;
    accept_reinvite(taken, std::string(request.body()));
  }
}

void Agent::accept_reinvite(Taken& taken, const std::string& offer) {
  if (!conduct_.later_formats.empty()) description_.formats = conduct_.later_formats;
  if (offer.empty()) {
    respond(taken, 200, {}, own_sdp());
    return;
  }
  take_sdp(offer);
  respond(taken, 200, {}, own_answer());
}

}  // namespace sbc::sim
