// Callee: the end that the INVITE reaches.
#pragma once

#include "tests/sim/agent.h"

namespace sbc::sim {

class Callee : public Agent {
 public:
  Callee(Host& host, CalleeScript script, const sip::Message& invite, Dice dice);

  /// The second branch of a forked INVITE: answers for itself, with a tag of its own.
  void answer_as_fork(const sip::Message& invite, Duration delay);
  /// The other branch has answered: the proxy that forked cancels this one, unless it is about to answer too.
  void yield_to_fork();
  /// The call that this one takes over (RFC 3891): ended once this one is answered.
  void take_over(Agent& replaced) { replaced_ = &replaced; }
  const std::string& number() const { return number_; }
  bool was_cancelled() const { return was_cancelled_; }
  bool was_acked() const { return was_acked_; }

 private:
  void on_initial_invite(Taken& invite, const sip::Message& request) override;
  void on_cancelled(Taken& invite) override;
  void on_acked(Taken& invite, const sip::Message& ack) override;
  void on_prack(Taken& prack, const sip::Message& request) override;
  void repeat_provisional(Taken& invite, uint32_t rseq, Duration interval);
  void take_dialog(const sip::Message& request);
  void give_provisional(Taken& invite, const Provisional& provisional);
  void give_final(Taken& invite);

  CalleeScript script_;
  std::string number_;
  Agent* replaced_ = nullptr;
  bool offered_ = false;  // the INVITE carried SDP
  bool was_cancelled_ = false, was_acked_ = false;
  bool may_be_reliable_ = false;
  uint32_t rseq_ = 0;                 // of the last reliable provisional response
  bool awaits_prack_ = false;         // for it
  bool answers_in_progress_ = false;  // one of them had the answer
};

}  // namespace sbc::sim
