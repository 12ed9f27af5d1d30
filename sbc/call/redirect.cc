#include "sbc/call/redirect.h"

#include <charconv>

#include "policy/topology/topology.h"
#include "sbc/call/cause.h"
#include "sbc/call/impl.h"

namespace sbc::call {
namespace {

constexpr uint8_t redirections_max = 5;  // of one call
constexpr int q_max = 1000;

/// RFC 3261 20.10: how much a Contact is preferred, in thousandths; 1 where it does not say.
int preference(const sip::NameAddr& contact) {
  auto text = sip::parameter(contact.parameters, "q");
  if (!text) return q_max;
  double q = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), q);
  bool sound = error == std::errc{} && end == text->data() + text->size() && q >= 0 && q <= 1;
  return sound ? int(q * q_max) : 0;
}

/// The number in the Contact that is preferred, the first of equals. Its host is not looked at: where a
/// number is reached is for our routes to say.
bool read_target(const sip::Message& response, NumberText& target) {
  int best = -1;
  response.each_name_addr(sip::Header::contact, [&](const sip::NameAddr& contact, Reason reason) {
    NumberText number;
    bool usable = reason == Reason::none &&
                  (contact.uri.scheme == sip::Scheme::sip || contact.uri.scheme == sip::Scheme::tel) &&
                  take_number(contact.uri.user, number) && !number.empty();
    if (usable && preference(contact) > best) {
      best = preference(contact);
      target = number;
    }
    return true;
  });
  return best >= 0;
}

}  // namespace

void write_passed_redirection(sip::Writer& out, const sip::Message& response, const Endpoint& ours) {
  NumberText target;
  if (read_target(response, target)) write_redirection(out, target.view(), ours);
}

bool Engine::Impl::redirect(const Surroundings& s, lane::Handle call, const sip::Message& response,
                            config::Redirection rule) {
  NumberText target;
  if (rule == config::Redirection::refuse || !read_target(response, target)) return false;
  if (rule == config::Redirection::follow) return follow_redirection(s, call, target);
  return pass_redirection(s, call, target, response);
}

/// RFC 3261 8.1.3.4: the call goes where the trunk's Contact says, as if its caller had dialled that: by the
/// routes for the caller, within the limits of whom they lead to. False, and nothing done, where it has been
/// redirected too often, or where the call is to replace another (RFC 3891), which only its own peer can do.
bool Engine::Impl::follow_redirection(const Surroundings& s, lane::Handle handle, const NumberText& target) {
  Call& call = calls[handle];
  if (call.redirections >= redirections_max || !call.replaced.empty()) return false;
  ++call.redirections;
  call.redirected = target.view();
  char text[96];
  sip::Writer line(text);
  line.text("redirected by attempt ").number(call.record.attempts);
  log(s, Severity::info, Reason::none, call, callee_side, line.written());
  leave_callee(s, handle);
  leave_trunk(s, call);
  decide_again(s, handle, std::nullopt);
  return true;
}

/// RFC 3261 8.3: the caller decides; what it dials next goes by our routes as anything that it dials. False,
/// and nothing done, where nobody could dial it: there is no caller that could be told, the call is to
/// replace another, the response names no number to dial (305, 380), or one that shows an address of the
/// other side, or a service.
bool Engine::Impl::pass_redirection(const Surroundings& s, lane::Handle handle, const NumberText& target,
                                    const sip::Message& response) {
  const Call& call = calls[handle];
  const bool tells = call.legs[caller_side] && call.replaced.empty();
  if (!tells || response.status() > moved_temporarily) return false;
  if (policy::looks_like_host(target.view()) || sip::is_service_urn(target.view())) return false;
  const int status = response.status() == moved_permanently ? moved_permanently : moved_temporarily;
  leave_callee(s, handle);  // for its trunk it is no call that was not answered
  end_call(s, handle, {Releaser::callee, status, Reason::none, &response, cause_redirected});
  return true;
}

}  // namespace sbc::call
