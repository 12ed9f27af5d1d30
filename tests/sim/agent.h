// Agent: one end of one call: the scripted user agent's transactions and its dialog, written from RFC 3261
// and independent of the product's. Caller and Callee add how a call begins.
//
// What the border sends it is judged here: each response must match a request, a final response never
// changes, a request inside the dialog carries the dialog's tags.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "dataplane/sip/message.h"
#include "dataplane/time/instant.h"
#include "tests/sim/dice.h"
#include "tests/sim/script.h"
#include "tests/sim/wording.h"

namespace sbc::sim {

class Host;

inline constexpr Duration t1 = 500ms;  // RFC 3261 17.1.1.1
inline constexpr Duration t2 = 4s;
inline constexpr Duration patience = 200s;  // longer than any call that the border lets go on

class Agent {
 public:
  Agent(Host& host, Conduct conduct, Dice dice);
  virtual ~Agent() = default;
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  void on_request(const sip::Message& request);
  void on_response(const sip::Message& response);
  /// Falls silent for good, without a word to anybody.
  void crash();
  /// BYE, where there is a dialog to end.
  virtual void hang_up();
  void send_offer(const Reoffer& reoffer);
  void send_in_dialog(const Errand& errand);
  void send_refer(const Transfer& transfer);

  const std::string& call_id() const { return call_id_; }
  const std::string& local_tag() const { return local_tag_; }
  const std::string& remote_tag() const { return remote_tag_; }
  bool knows_branch(std::string_view branch) const;
  bool crashed() const { return crashed_; }
  bool over() const { return stage_ == Stage::over; }
  /// Status of the last report on a REFER of this end; 0 = none.
  int reported() const { return reported_; }
  bool confirmed() const { return stage_ == Stage::confirmed; }
  /// An offer by UPDATE was accepted before the call was answered, whichever end it was of.
  bool agreed_early() const { return agreed_early_; }
  /// Both ends had a stream besides the audio.
  bool agreed_more() const { return agreed_more_; }
  bool was_confirmed() const { return was_confirmed_; }
  /// Final status of the INVITE that began the call; 0 = none.
  int final_status() const { return final_status_; }
  bool timed_out() const { return timed_out_; }
  /// Everything sent and received in order, as "INVITE> 100< 180< 200< ACK>".
  const std::string& story() const { return story_; }
  const Endpoint& own_media() const { return description_.media; }
  /// Where it was told to send its media to.
  const Endpoint& remote_media() const { return remote_media_; }
  const std::string& remote_direction() const { return remote_direction_; }
  /// The last message of this kind that arrived, for a closer look: "INVITE", "200", …
  std::string received(const std::string& kind) const;

 protected:
  enum class Stage : uint8_t { inviting, confirmed, leaving, over };

  /// A request that we sent.
  struct Asked {
    std::string branch, method, uri, bytes, ack;
    uint32_t cseq = 0;
    Duration interval = t1;
    Instant since;
    int status = 0;
    bool done = false;     // nothing is expected any more
    bool initial = false;  // the INVITE that begins the call
    bool offered = false;  // it carried SDP
  };
  /// A request that we received, and what we answered.
  struct Taken {
    std::string branch, bytes, response;
    sip::Method method = sip::Method::unknown;
    uint32_t cseq = 0;
    Duration interval = t1;
    Instant since;
    int status = 0;
    bool acked = false;
    bool initial = false;
  };

  virtual void on_initial_provisional(const sip::Message&) {}
  virtual void on_initial_final(Asked&, const sip::Message&) {}
  virtual void on_initial_timeout() {}
  virtual void on_initial_invite(Taken&, const sip::Message&) {}
  virtual void on_cancelled(Taken&) {}
  virtual void on_acked(Taken&, const sip::Message&) {}
  virtual void on_prack(Taken& prack, const sip::Message&) { respond(prack, 481, {}, {}); }

  // agent_asks.cc
  Asked& ask(const std::string& method, const std::string& extra, const std::string& body);
  void send_cancel(const Asked& invite);
  void acknowledge(Asked& invite, const sip::Message& response);
  std::string composed(const std::string& method, const std::string& uri, const std::string& branch,
                       uint32_t cseq, const std::string& extra, const std::string& body) const;

  // agent_answers.cc
  void respond(Taken& taken, int status, const std::string& extra, const std::string& body);

  void confirm();
  void finish();
  void take_sdp(std::string_view sdp);
  void take_streams(std::string_view sdp);
  void change(const Reoffer& reoffer);
  /// The INVITE's offer is answered for good in this early dialog (RFC 3262 5): offers by UPDATE may follow.
  void settle_early(const std::string& tag, const std::string& target);
  std::string own_sdp();
  std::string own_answer();
  void draw_key();
  void protect(const std::string& protocol, uint32_t tag);
  std::string chatter() const;
  std::string contact() const;
  std::string new_token(size_t length);
  void after(Duration delay, std::function<void()> task);
  Instant now() const;
  void send(const std::string& bytes);
  void tell(const std::string& what) { story_ += story_.empty() ? what : " " + what; }

  Host& host_;
  Conduct conduct_;
  Dice dice_;
  Stage stage_ = Stage::inviting;
  bool crashed_ = false, was_confirmed_ = false, timed_out_ = false;
  int final_status_ = 0;
  std::string call_id_, local_tag_, remote_tag_;
  std::string local_party_, remote_party_;         // name-addr, without tag
  std::string target_;                             // the other end's Contact
  std::string early_tag_;                          // the other end's, where settle_early() was called
  std::set<std::string, std::less<>> early_tags_;  // each that it was called for
  bool agreed_early_ = false, agreed_more_ = false;
  uint32_t cseq_ = 0, remote_cseq_ = 0;
  unsigned hops_ = 70;  // Max-Forwards
  std::deque<Asked> asked_;
  std::deque<Taken> taken_;

 private:
  void repeat(Asked& asked);
  void on_timeout(Asked& asked);
  void on_invite_response(Asked& invite, const sip::Message& response);
  void on_invite_refused(Asked& invite, const sip::Message& response);
  void on_reinvite_refused(const Asked& invite, int status);
  void on_update_answered(const Asked& update, const sip::Message& response);
  void repeat_final(Taken& taken);
  void on_new_request(Taken& taken, const sip::Message& request);
  void on_ack(const sip::Message& ack);
  void on_cancel(const sip::Message& cancel);
  void on_bye(Taken& taken);
  void on_reinvite(Taken& taken, const sip::Message& request);
  void on_update(Taken& taken, const sip::Message& request);
  // agent_transfers.cc
  void on_refer(Taken& taken, const sip::Message& request);
  void on_notify(Taken& taken, const sip::Message& request);
  void report(uint32_t refer, int status, bool last);
  void accept_reinvite(Taken& taken, const std::string& offer);
  bool asks_invite() const;
  void start_talking();
  void lose_patience();

  Description description_, before_offer_;
  Endpoint remote_media_, talking_to_;
  std::string remote_direction_;
  std::string key_;  // of its SRTP, in base64
  Protected remote_protection_;
  Reoffer last_reoffer_;
  unsigned reoffer_retries_ = 0;
  int reported_ = 0;
  bool wants_to_leave_ = false;
  std::string story_;
  std::deque<std::string> received_;
};

}  // namespace sbc::sim
