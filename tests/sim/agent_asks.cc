// The requests an Agent sends, and what it makes of the answers.
#include <algorithm>

#include "tests/sim/agent.h"
#include "tests/sim/host.h"
#include "tests/sim/violation.h"

namespace sbc::sim {

std::string Agent::composed(const std::string& method, const std::string& uri, const std::string& branch,
                            uint32_t cseq, const std::string& extra, const std::string& body) const {
  std::string head = method + " " + uri + " SIP/2.0\r\nVia: SIP/2.0/UDP " + host_.own().text() +
                     ";branch=" + branch + ";rport\r\nMax-Forwards: " + std::to_string(hops_) +
                     "\r\nFrom: " + local_party_ + ";tag=" + local_tag_ + "\r\nTo: " + remote_party_;
  if (!remote_tag_.empty()) head += ";tag=" + remote_tag_;
  head += "\r\nCall-ID: " + call_id_ + "\r\nCSeq: " + std::to_string(cseq) + " " + method + "\r\n" + extra;
  return with_body(std::move(head), body);
}

Agent::Asked& Agent::ask(const std::string& method, const std::string& extra, const std::string& body) {
  Asked& asked = asked_.emplace_back();
  asked.branch = "z9hG4bK" + new_token(10);
  asked.method = method;
  asked.uri = target_;
  asked.cseq = ++cseq_;
  asked.since = now();
  asked.offered = !body.empty() && method != "NOTIFY" && method != "INFO";
  asked.bytes = composed(method, target_, asked.branch, asked.cseq, extra, body);
  tell(method + ">");
  send(asked.bytes);
  after(asked.interval, [this, &asked] { repeat(asked); });
  return asked;
}

void Agent::send_cancel(const Asked& invite) {
  Asked& asked = asked_.emplace_back();
  asked.branch = invite.branch;
  asked.method = "CANCEL";
  asked.cseq = invite.cseq;
  asked.since = now();
  asked.bytes = composed("CANCEL", invite.uri, invite.branch, invite.cseq, {}, {});
  tell("CANCEL>");
  send(asked.bytes);
  after(asked.interval, [this, &asked] { repeat(asked); });
}

void Agent::repeat(Asked& asked) {
  if (asked.done) return;
  const bool invite = asked.method == "INVITE";
  if (invite && asked.status >= 100) return;  // RFC 3261 17.1.1.2: a provisional response ends the repetition
  const Duration left = asked.since + 64 * t1 - now();
  if (left <= Duration::zero()) {
    asked.done = true;
    on_timeout(asked);
    return;
  }
  send(asked.bytes);
  asked.interval = invite ? asked.interval * 2 : std::min(asked.interval * 2, t2);
  after(std::min(asked.interval, left), [this, &asked] { repeat(asked); });
}

void Agent::on_timeout(Asked& asked) {
  if (asked.initial) {
    timed_out_ = true;
    on_initial_timeout();
  } else if (asked.method == "BYE") {
    finish();
  } else if (asked.method == "INVITE" || asked.offered) {
    hang_up();
  }
}

void Agent::on_response(const sip::Message& response) {
  if (crashed_) return;
  auto asked = std::find_if(asked_.begin(), asked_.end(), [&](const Asked& one) {
    return one.branch == response.top_via().branch && one.method == response.cseq().method_text;
  });
  expect(asked != asked_.end(), "a response matches no request of the user agent",
         std::string(response.bytes()));
  expect(asked->cseq == response.cseq().number, "a response carries another CSeq number than its request");
  expect(response.from().tag() == local_tag_, "a response carries another From tag than its request");
  expect(response.status() == 100 || !response.to().tag().empty(),
         "a response has no To tag (RFC 3261 8.2.6.2)");
  tell(std::to_string(response.status()) + "<");
  received_.emplace_back(response.bytes());
  if (asked->done && asked->status == 0) return;  // we gave up on it
  if (asked->method == "INVITE") {
    on_invite_response(*asked, response);
    return;
  }
  if (response.status() < 200 || asked->done) return;
  asked->status = response.status();
  asked->done = true;
  if (asked->method == "BYE") finish();
  if (asked->offered) on_update_answered(*asked, response);
}

/// RFC 3311 5.1.
void Agent::on_update_answered(const Asked& update, const sip::Message& response) {
  if (response.status() >= 300) return on_reinvite_refused(update, response.status());
  expect(!response.body().empty(), "a 2xx to an UPDATE lacks the answer");
  expect(response.has(sip::Header::contact), "a 2xx to an UPDATE has no Contact");
  agreed_early_ |= stage_ == Stage::inviting && final_status_ == 0;
  take_sdp(response.body());
}

void Agent::on_invite_response(Asked& invite, const sip::Message& response) {
  if (response.status() < 200) {
    if (invite.status >= 200) return;  // overtaken by the final response
    invite.status = response.status();
    if (invite.initial) on_initial_provisional(response);
    return;
  }
  if (response.status() >= 300) {
    on_invite_refused(invite, response);
    return;
  }
  if (invite.status >= 300) return;  // the first final response counts
  const bool first = invite.status < 200;
  invite.status = response.status();
  invite.done = true;
  if (!first) {
    if (!invite.ack.empty()) send(invite.ack);
    return;
  }
  const bool settled = invite.initial && !early_tag_.empty() && response.to().tag() == early_tag_;
  expect(!response.body().empty() || settled, invite.offered ? "a 2xx lacks the answer (RFC 3261 13.2.1)"
                                                             : "a 2xx lacks the offer (RFC 3261 13.2.1)");
  if (!response.body().empty()) take_sdp(response.body());
  if (invite.initial) {
    final_status_ = response.status();
    on_initial_final(invite, response);
    return;
  }
  expect(response.to().tag() == remote_tag_, "a 2xx inside the dialog carries another To tag");
  acknowledge(invite, response);
}

void Agent::on_invite_refused(Asked& invite, const sip::Message& response) {
  if (invite.status < 200) {
    invite.status = response.status();
    invite.done = true;
    // RFC 3261 17.1.1.3: the ACK of a refusal belongs to the INVITE's transaction.
    std::string head = "ACK " + invite.uri + " SIP/2.0\r\nVia: SIP/2.0/UDP " + host_.own().text() +
                       ";branch=" + invite.branch + ";rport\r\nMax-Forwards: 70\r\nFrom: " + local_party_ +
                       ";tag=" + local_tag_ + "\r\nTo: " + std::string(response.value(sip::Header::to)) +
                       "\r\nCall-ID: " + call_id_ + "\r\nCSeq: " + std::to_string(invite.cseq) + " ACK\r\n";
    invite.ack = with_body(std::move(head), {});
    tell("ACK>");
    send(invite.ack);
    if (invite.initial) {
      final_status_ = response.status();
      on_initial_final(invite, response);
    } else {
      on_reinvite_refused(invite, response.status());
    }
    return;
  }
  send(invite.ack);
}

void Agent::acknowledge(Asked& invite, const sip::Message& response) {
  sip::NameAddr contact;
  const sip::Field* field = response.find(sip::Header::contact);
  expect(field != nullptr && sip::parse_name_addr(field->value, contact) == Reason::none,
         "a 2xx to INVITE has no Contact (RFC 3261 13.3.1.4)");
  target_ = std::string(contact.uri.text);
  invite.ack = composed("ACK", target_, "z9hG4bK" + new_token(10), invite.cseq, {},
                        invite.offered ? std::string() : own_answer());
  tell("ACK>");
  send(invite.ack);
}

}  // namespace sbc::sim
