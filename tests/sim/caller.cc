#include "tests/sim/caller.h"

#include <utility>

#include "tests/sim/host.h"
#include "tests/sim/violation.h"

namespace sbc::sim {

Caller::Caller(Host& host, CallerScript script, Dice dice)
    : Agent(host, script.conduct, dice), script_(std::move(script)) {
  call_id_ = new_token(12) + "@" + host_text(host.own().address);
  local_party_ = "<sip:" + script_.from + "@" + host_text(host.own().address) + ">";
  target_ = script_.target;
  if (target_.empty()) target_ = "sip:" + script_.number + "@" + host_text(host.border().address);
  remote_party_ = "<" + target_ + ">";
}

void Caller::begin() {
  std::string body = script_.offers ? own_sdp() : std::string();
  if (script_.breaks_sdp) body = "v=0\r\no=" + host_.name() + "\r\nm=audio what RTP/AVP\r\n";
  std::string timer = conduct_.knows_timers ? "Supported: timer\r\nSession-Expires: 90" : "";
  if (conduct_.knows_timers) timer += conduct_.leaves_refresh ? ";refresher=uas\r\n" : "\r\n";
  std::string reliable = script_.requires_reliable ? "Require: 100rel\r\n"
                         : script_.knows_reliable  ? "Supported: 100rel\r\n"
                                                   : "";
  std::string replaces =
      script_.replaces.empty() ? "" : "Require: replaces\r\nReplaces: " + script_.replaces + "\r\n";
  hops_ = script_.hops;
  Asked& invite = ask("INVITE", contact() + timer + reliable + replaces + script_.more + chatter(), body);
  invite.initial = true;
  hops_ = 70;
  if (script_.cancel_after) after(*script_.cancel_after, [this] { cancel(); });
  if (script_.comes_again_after) after(*script_.comes_again_after, [this] { come_again(); });
}

/// As a proxy that forked it would make it come: the same INVITE in a transaction of its own.
void Caller::come_again() {
  const Asked& first = asked_.front();
  Asked again = first;
  again.branch = "z9hG4bK" + new_token(10);
  again.bytes.replace(again.bytes.find(first.branch), first.branch.size(), again.branch);
  again.initial = again.done = false;
  again.interval = t1;
  again.since = now();
  again.status = 0;
  Asked& asked = asked_.emplace_back(std::move(again));
  tell("INVITE>");
  send(asked.bytes);
}

void Caller::cancel() {
  gave_up_ = true;
  if (stage_ == Stage::confirmed) {
    Agent::hang_up();
  } else if (!asked_.empty() && (asked_.front().status >= 100 || script_.impatient)) {
    write_cancel();
  }
}

void Caller::write_cancel() {
  Asked& invite = asked_.front();
  if (wrote_cancel_ || invite.status >= 200 || invite.done) return;
  wrote_cancel_ = true;
  send_cancel(invite);
  after(64 * t1, [this] {  // RFC 3261 9.1: then the INVITE counts as cancelled
    if (asked_.front().status >= 200) return;
    asked_.front().done = true;
    timed_out_ = true;
    finish();
  });
}

void Caller::hang_up() {
  if (stage_ == Stage::inviting) {
    cancel();
  } else {
    Agent::hang_up();
  }
}

void Caller::on_initial_provisional(const sip::Message& response) {
  if (response.has(sip::Header::rseq)) acknowledge_provisional(response);
  expect(!script_.requires_reliable || response.status() == 100 || response.has(sip::Header::rseq),
         "a caller that requires reliable provisional responses gets another one");
  if (gave_up_) write_cancel();
}

/// RFC 3262 4: in order, each once; repetitions are answered by the PRACK that is on its way.
void Caller::acknowledge_provisional(const sip::Message& response) {
  expect(script_.knows_reliable || script_.requires_reliable,
         "a reliable response reaches a caller that knows none");
  const uint32_t rseq = sip::parse_number(response.value(sip::Header::rseq)).value_or(0);
  uint32_t& last_rseq = last_rseq_[std::string(response.to().tag())];
  if (!script_.pracks || (last_rseq != 0 && rseq <= last_rseq)) return;
  expect(last_rseq == 0 || rseq == last_rseq + 1, "RSeq does not go up by one (RFC 3262 3)");
  last_rseq = rseq;
  sip::NameAddr contact;
  expect(sip::parse_name_addr(response.value(sip::Header::contact), contact) == Reason::none,
         "a reliable provisional response has no Contact");
  const std::string target = target_;
  target_ = contact.uri.text;
  remote_tag_ = response.to().tag();
  ask("PRACK", "RAck: " + std::to_string(rseq) + " " + std::to_string(asked_.front().cseq) + " INVITE\r\n",
      {});
  const bool described = !response.body().empty();
  const std::string contact_uri = std::exchange(target_, target);
  const std::string tag = std::exchange(remote_tag_, std::string());
  if (described && script_.offers) settle_early(tag, contact_uri);
}

void Caller::on_initial_timeout() {
  finish();
  if (report_) report_(408);
}

void Caller::on_initial_final(Asked& invite, const sip::Message& response) {
  if (report_) report_(response.status());
  if (response.status() >= 300) {
    retry_after_s_ = sip::parse_number(response.value(sip::Header::retry_after)).value_or(0);
    finish();
    return;
  }
  remote_tag_ = response.to().tag();
  if (script_.acks && script_.ack_after == Duration::zero()) {
    acknowledge(invite, response);
  } else if (script_.acks) {
    after(script_.ack_after, [this, &invite, bytes = std::string(response.bytes())] {
      sip::Message again;
      if (again.parse(bytes) == Reason::none) acknowledge(invite, again);
    });
  }
  confirm();
  if (gave_up_) Agent::hang_up();
}

}  // namespace sbc::sim
