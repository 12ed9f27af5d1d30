// The states of a call that state_table.txt has, and how each is reached.
#pragma once

#include <functional>

#include "tests/sbc/call/described.h"
#include "tests/sbc/call/transfer_fixture.h"

namespace sbc::call {

/// Asks about every number; any answer routes it.
class Asker final : public Decider {
 public:
  Decision decide(const Inquiry& inquiry, const policy::Compiled&) const override {
    return Need{Text<128>(inquiry.number)};
  }
  Decision resume(const Inquiry& inquiry, uint64_t, const policy::Compiled& policy) const override {
    return routes_.decide(inquiry, policy);
  }

 private:
  RouteDecider routes_;
};

class StatesTest : public TransferTest {
 protected:
  using Step = std::function<void()>;
  /// What an event needs that not every state has: an INVITE of ours that the caller has to answer, another
  /// request of ours that somebody has to, a question: where the call goes, what a host name stands for, what
  /// dialog of another worker it replaces.
  enum class Needs { nothing, invites_caller, asks, parked, host, dialog };
  struct State {
    std::string name;
    Step reach;
    Needs has = Needs::nothing;
    bool moves = true;  // what is being transferred stays where it is
    bool has_callee() const { return has < Needs::parked; }
  };

  StatesTest() {
    add_states_before_the_answer();
    add_states_of_offers_before_the_answer();
    add_states_of_a_call();
    add_states_of_offers_of_ours();
    add_states_of_a_transfer();
    add_states_after_the_end();
  }

  void add_state(const std::string& name, const Step& reach, Needs has = Needs::nothing) {
    states_.push_back({name, reach, has});
  }

  void add_states_before_the_answer() {
    add_state(
        "parked", [this] { park(); }, Needs::parked);
    // Where it has moved to, it asks for the name once more, and waits as long again.
    states_.push_back({"host asked for",
                       [this] {
                         model_->trunks[0].peers = {config::Peer("sip.example", 0)};
                         start();
                         from_caller(invite());
                         known_tag_ = "unknown";
                       },
                       Needs::host, false});
    add_state(
        "dialog asked for",
        [this] {
          model_->workers.count = 2;
          for (config::Realm& realm : model_->realms) realm.media.last_port = 20255;
          start();
          from_caller(invite("Replaces: " + call_id_elsewhere() + ";to-tag=b;from-tag=caller-tag\r\n"));
          known_tag_ = "unknown";
        },
        Needs::dialog);
    add_state("calling", [this] {
      from_caller(invite());
      known_tag_ = "unknown";
    });
    add_state("ringing", [this] { ring(); });
    add_state("early media", [this] {
      from_caller(invite());
      from_callee(response(invite_, 183, answer_sdp));
    });
    add_state("ringing reliably", [this] {
      from_caller(invite("Require: 100rel\r\n"));
      from_callee(response(invite_, 180));
      rack_ = last_to(access_realm).header(sip::Header::rseq) + " 1 INVITE";
    });
    add_state("early media reliably", [this] {
      from_caller(invite("Require: 100rel\r\n"));
      from_callee(response(invite_, 183, answer_sdp));
      rack_ = last_to(access_realm).header(sip::Header::rseq) + " 1 INVITE";
    });
    add_state("two forks ring", [this] {
      ring();
      from_callee(response(invite_, 183, answer_sdp, "", "another-tag"));
    });
    add_state(
        "acknowledging",
        [this] {
          from_caller(invite("Supported: 100rel\r\n"));
          from_callee(response(invite_, 180, "", "Require: 100rel\r\nRSeq: 1\r\n"));
          asked_ = sent_to(core_realm, "PRACK ").at(0);
        },
        Needs::asks);
    add_state("next peer", [this] {
      ring();
      from_callee(response(invite_, 503));
    });
  }

  void add_states_of_offers_before_the_answer() {
    add_state(
        "early offer",
        [this] {
          progress();
          from_caller(in_dialog("UPDATE", 3, offer_sdp));
          asked_ = last_to(core_realm);
        },
        Needs::asks);
    add_state(
        "callee's early offer",
        [this] {
          progress();
          from_callee(in_callees_dialog("UPDATE", 3, offer_sdp));
          asked_ = last_to(access_realm);
        },
        Needs::asks);
    add_state("answer held back", [this] {
      from_caller(invite("Require: 100rel\r\n"));
      from_callee(response(invite_, 183, answer_sdp));
      rack_ = last_to(access_realm).header(sip::Header::rseq) + " 1 INVITE";
      from_callee(response(invite_, 200, answer_sdp));
    });
    add_state("ringing with an offer of ours", [this] {
      offer_early();
      from_callee(response(invite_, 180));
    });
  }

  void add_states_of_a_call() {
    add_state("answered", [this] { answer(); });
    add_state("late offer answered", [this] {
      from_caller(invite("", ""));
      from_callee(response(invite_, 200, offer_sdp));
    });
    add_state("talking", [this] { establish(); });
    add_state("caller refreshes", [this] {
      from_caller(invite("Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n"));
      from_callee(response(invite_, 200, answer_sdp));
      from_caller(ack());
    });
    add_state(
        "refreshing",
        [this] {
          from_caller(invite());
          from_callee(response(invite_, 200, answer_sdp,
                               "Allow: UPDATE\r\nRequire: timer\r\nSession-Expires: 90;refresher=uac\r\n"));
          from_caller(ack());
          sent_.clear();
          pass(46s);
          asked_ = last_to(core_realm);
        },
        Needs::asks);
    add_state("offering", [this] {
      establish();
      from_caller(in_dialog("INVITE", 2, offer_sdp));
    });
    add_state("offer cancelled", [this] {
      establish();
      from_caller(in_dialog("INVITE", 2, offer_sdp));
      from_callee(response(invite_, 100));
      from_caller(caller_request("CANCEL", "z9hG4bKINVITE2", 2, caller_tag()));
    });
    add_state("offer answered", [this] {
      establish();
      from_caller(in_dialog("INVITE", 2, offer_sdp));
      from_callee(response(invite_, 200, answer_sdp));
    });
    add_state(
        "callee offering", [this] { callee_offers(); }, Needs::invites_caller);
    add_state(
        "callee's offer answered",
        [this] {
          callee_offers();
          from_caller(response(to_caller_, 200, answer_sdp));
        },
        Needs::invites_caller);
    add_state(
        "offering by UPDATE",
        [this] {
          from_caller(invite());
          from_callee(response(invite_, 200, answer_sdp, "Allow: UPDATE\r\n"));
          from_caller(ack());
          from_caller(in_dialog("UPDATE", 2, offer_sdp));
          asked_ = last_to(core_realm);
        },
        Needs::asks);
    add_state(
        "INFO crosses",
        [this] {
          establish();
          from_caller(in_dialog("INFO", 2));
          asked_ = last_to(core_realm);
        },
        Needs::asks);
  }

  void add_states_of_offers_of_ours() {
    add_state("answered to an offer of ours", [this] { answer_ours(); });
    add_state("telling of fewer codecs", [this] { tell_of_fewer(); });
    add_state("telling later", [this] {
      tell_of_fewer();
      from_callee(response(invite_, 491));
    });
    add_state("refreshing by INVITE", [this] {
      from_caller(invite());
      from_callee(response(invite_, 200, answer_sdp, "Session-Expires: 90;refresher=uac\r\n"));
      from_caller(ack());
      sent_.clear();
      pass(46s);
    });
    add_state("asking for an offer", [this] {
      establish();
      from_caller(in_dialog("INVITE", 2));
    });
    add_state("offer answers", [this] {
      establish();
      from_caller(in_dialog("INVITE", 2));
      from_callee(response(invite_, 200, offer_sdp));
    });
    add_state(
        "digit told",
        [this] {
          model_->realms[0].digits = config::DigitRule::info;
          model_->trunks[0].digits = config::DigitRule::telephone_event;
          start();
          from_caller(invite());
          from_callee(response(invite_, 200, described("10.2.0.201", 6000, "8 101", events)));
          from_caller(ack());
          engine_->on_digit(surroundings(), relays_.begin()->second.token, {5, 160});
          carry_out();
          asked_ = last_to(access_realm);
        },
        Needs::asks);
  }

  void add_states_of_a_transfer() {
    add_state(
        "REFER crosses",
        [this] {
          establish();
          from_caller(in_dialog("REFER", 2));
          asked_ = last_to(core_realm);
        },
        Needs::asks);
    add_state("referred", [this] {
      establish();
      from_caller(in_dialog("REFER", 2));
      from_callee(response(last_to(core_realm), 202));
    });
    states_.push_back({"transferring", [this] { transfer(); }, Needs::nothing, false});
    states_.push_back({"target rings",
                       [this] {
                         transfer();
                         target_says(180);
                       },
                       Needs::nothing, false});
    states_.push_back({"referrer left",
                       [this] {
                         transfer();
                         from_caller(in_dialog("BYE", 9));
                       },
                       Needs::nothing, false});
    states_.push_back({"joining",
                       [this] {
                         transfer();
                         target_says(200, answer_sdp);
                       },
                       Needs::nothing, false});
    states_.push_back({"joined",
                       [this] {
                         transfer();
                         target_says(200, answer_sdp);
                         from_callee(response(invite_, 200, answer_sdp));
                         asked_ = sent_to(access_realm, "NOTIFY ").at(0);
                       },
                       Needs::asks, false});
  }

  void add_states_after_the_end() {
    add_state(
        "caller left",
        [this] {
          establish();
          from_caller(in_dialog("BYE", 9));
          asked_ = last_to(core_realm);
        },
        Needs::asks);
    add_state("callee left", [this] {
      establish();
      from_callee(callee_request("BYE", 9));
    });
    add_state("callee left unacknowledged", [this] {
      answer();
      from_callee(callee_request("BYE", 9));
    });
    add_state("cancelled", [this] {
      ring();
      from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1));
    });
    add_state("refused", [this] {
      ring();
      from_callee(response(invite_, 486));
    });
  }

  void park() {
    start(&asker_);
    from_caller(invite());
    known_tag_ = "unknown";
  }
  /// The callee has answered reliably, and everybody has acknowledged that.
  void progress() {
    const std::string takes = "Allow: INVITE, ACK, BYE, UPDATE, PRACK\r\n";
    from_caller(invite(takes + "Supported: 100rel\r\n"));
    from_callee(response(invite_, 183, answer_sdp, takes + "Require: 100rel\r\nRSeq: 1\r\n"));
    rack_ = last_to(access_realm).header(sip::Header::rseq) + " 1 INVITE";
    from_callee(response(last_to(core_realm), 200));
    from_caller(in_dialog("PRACK", 2));
  }
  /// The trunk wants offers, and the caller has none.
  void offer_early() {
    model_->trunks[0].offer = config::OfferRule::early;
    model_->trunks[0].offer_codecs = {"PCMA", "PCMU"};
    start();
    from_caller(invite("", ""));
  }
  void answer_ours() {
    offer_early();
    from_callee(response(invite_, 200, described("10.2.0.201", 6000, "8 0")));
  }
  void tell_of_fewer() {
    answer_ours();
    from_caller(ack(1, described("192.0.2.10", 4000, "0")));
  }
  void callee_offers() {
    establish();
    from_callee(in_callees_dialog("INVITE", 2, offer_sdp));
    to_caller_ = last_to(access_realm);
  }
  /// The caller has referred the callee, which takes no REFER, and knows that it is tried.
  void transfer() {
    model_->trunks[0].refer = config::ReferRule::carry_out;
    start();
    establish();
    dialog_ = invite_;
    from_caller(in_dialog("REFER", 2));
    from_caller(response(sent_to(access_realm, "NOTIFY ").at(0), 200));
  }
  /// And is told of it.
  void target_says(int status, const std::string& body = "") {
    from_invited(response(invite_, status, body));
    const std::vector<Sent> reports = sent_to(access_realm, "NOTIFY ");
    if (!reports.empty()) from_caller(response(reports.at(0), 200));
  }
  Reason from_invited(const std::string& text) { return receive(core_realm, invite_.to.remote, text); }
  uint32_t caller_invite_cseq() const {
    return !invite_.bytes.empty() && invite_.parse().cseq().number > 1 ? 2 : 1;
  }

  std::string in_dialog(const std::string& method, uint32_t cseq, const std::string& body = "") {
    return complete(method, caller_request(method, "z9hG4bK" + method + std::to_string(cseq), cseq,
                                           known_tag_.empty() ? caller_tag() : known_tag_, body));
  }
  std::string in_callees_dialog(const std::string& method, uint32_t cseq, const std::string& body = "") {
    const Sent last = invite_;
    if (!dialog_.bytes.empty()) invite_ = dialog_;
    const std::string request = complete(method, callee_request(method, cseq, body));
    invite_ = last;
    return request;
  }
  std::string complete(const std::string& method, std::string text) const {
    if (method == "INFO") return with_body(text, "application/dtmf-relay", "Signal=5\r\n");
    if (method == "PRACK") text.insert(text.find("Contact:"), "RAck: " + rack_ + "\r\n");
    if (method == "REFER") return with(text, "Refer-To: <sip:200@pbx.home.example>\r\n");
    if (method == "NOTIFY")
      return with(with_body(text, "message/sipfrag;version=2.0", "SIP/2.0 200 OK\r\n"),
                  "Event: refer\r\nSubscription-State: terminated;reason=noresource\r\n");
    return text;
  }
  static std::string with_body(std::string text, const std::string& type, const std::string& body) {
    text.replace(
        text.find("Content-Length: 0\r\n\r\n"), std::string::npos,
        "Content-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return text;
  }

  static inline const std::string events = "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n";
  Asker asker_;
  config::Model pristine_;
  Sent dialog_;     // our INVITE that began the callee's dialog, where the last one went elsewhere
  Sent asked_;      // the request of ours that is not answered yet
  Sent to_caller_;  // our INVITE to the caller
  std::string rack_;
  std::string known_tag_;  // to the caller, where it is not caller_tag() that it knows
  std::vector<State> states_;
};

}  // namespace sbc::call
