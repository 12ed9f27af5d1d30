// Call transfer, as an Agent asks for it, carries it out and reports on it (RFC 3515, RFC 5589).
#include <algorithm>

#include "tests/sim/agent.h"
#include "tests/sim/caller.h"
#include "tests/sim/host.h"
#include "tests/sim/violation.h"

namespace sbc::sim {
namespace {

/// Everything but letters and digits, which is more than has to be.
std::string escaped(const std::string& text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string result;
  for (char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (plain) {
      result += c;
    } else {
      result += {'%', digits[uint8_t(c) >> 4], digits[uint8_t(c) & 15]};
    }
  }
  return result;
}

std::string unescaped(const std::string& text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    result += char(std::stoi(text.substr(i + 1, 2), nullptr, 16));
    i += 2;
  }
  return result;
}

}  // namespace

void Agent::send_refer(const Transfer& transfer) {
  if (crashed_ || stage_ != Stage::confirmed) return;
  std::string target = "sip:" + transfer.number + "@" + host_text(host_.border().address);
  if (transfer.attended) {
    const Agent* other = host_.other_call(*this);
    if (other == nullptr) return;
    target += "?Replaces=" + escaped(other->call_id() + ";to-tag=" + other->remote_tag() +
                                     ";from-tag=" + other->local_tag());
  }
  std::string referrer = conduct_.chatty ? "Referred-By: " + local_party_ + "\r\n" : "";
  ask("REFER", contact() + chatter() + referrer + "Refer-To: <" + target + ">\r\n", {});
}

void Agent::on_refer(Taken& taken, const sip::Message& request) {
  if (!conduct_.takes_refer) {
    respond(taken, 603, {}, {});
    return;
  }
  sip::NameAddr refer_to;
  expect(sip::parse_name_addr(request.value(sip::Header::refer_to), refer_to) == Reason::none,
         "a REFER has no Refer-To", std::string(request.bytes()));
  const sip::Uri& uri = refer_to.uri;
  expect(uri.address() == host_.border().address, "a REFER leads past the border", std::string(uri.text));
  respond(taken, 202, contact(), {});
  const uint32_t refer = taken.cseq;
  report(refer, 100, false);
  CallerScript script;
  script.number = uri.user;
  script.target = uri.text.substr(0, uri.text.size() - (uri.headers.empty() ? 0 : uri.headers.size() + 1));
  constexpr std::string_view header = "Replaces=";
  if (uri.headers.starts_with(header))
    script.replaces = unescaped(std::string(uri.headers.substr(header.size())));
  script.conduct.chatty = conduct_.chatty;
  Caller& caller = host_.call(script);
  caller.report_to([this, refer](int status) { report(refer, status, true); });
  caller.begin();
}

/// RFC 3515 2.4.4.
void Agent::report(uint32_t refer, int status, bool last) {
  if (crashed_ || stage_ != Stage::confirmed) return;
  std::string state = last ? "terminated;reason=noresource" : "active;expires=60";
  std::string fragment =
      "SIP/2.0 " + std::to_string(status) + " Said by " + host_.name() + "\r\n" + chatter();
  ask("NOTIFY",
      contact() + "Event: refer;id=" + std::to_string(refer) + "\r\nSubscription-State: " + state +
          "\r\nContent-Type: message/sipfrag;version=2.0\r\n",
      fragment);
}

void Agent::on_notify(Taken& taken, const sip::Message& request) {
  const std::string event(request.value(sip::Header::event));
  const bool ours = std::any_of(asked_.begin(), asked_.end(), [&](const Asked& asked) {
    return asked.method == "REFER" && event == "refer;id=" + std::to_string(asked.cseq);
  });
  expect(ours, "a NOTIFY reports on a REFER that the user agent never sent", std::string(request.bytes()));
  const std::string fragment(request.body());
  expect(fragment.starts_with("SIP/2.0 ") && fragment.find("\r\n") == fragment.size() - 2,
         "a NOTIFY brings more than a status line", fragment);
  reported_ = std::stoi(fragment.substr(8, 3));
  respond(taken, 200, {}, {});
  const bool over = request.value(sip::Header::subscription_state).starts_with("terminated");
  if (over && reported_ < 300) hang_up();
}

}  // namespace sbc::sim
