// What the messages of a call are made of: pieces of requests and responses, written into a span. Pure
// functions.
#pragma once

#include <optional>

#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"
#include "policy/routing/translation.h"
#include "sbc/dialog/fixed_text.h"
#include "sbc/transaction/transport.h"

namespace sbc::call {

/// The methods we offer, for Allow.
inline constexpr std::string_view offered_methods =
    "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, REFER, NOTIFY";
inline constexpr std::string_view sdp_type = "application/sdp";
/// The bodies we understand, for Accept (RFC 5621).
inline constexpr std::string_view accepted_types = "application/sdp, multipart/mixed";

/// Allow names the method (RFC 3261 20.5).
bool allows(const sip::Message& message, sip::Method method);
/// The message brings a session description: its body is one, or a part of it.
bool has_sdp(const sip::Message& message);

using PartyText = dialog::FixedText<256>;
using UriText = dialog::FixedText<256>;
using NumberText = dialog::FixedText<64>;

/// "%HH" undone, up to the first `end`. False when it does not fit, has an escape that is none, or would hide
/// control bytes.
bool unescape_until(char end, std::string_view escaped, NumberText& text);
/// The user part unescaped, up to its first ';': the parameters behind it (phone-context, tgrp, …: RFC 3966
/// 3, RFC 4904) name the peer's own network. False when it does not fit or would hide control bytes.
bool take_number(std::string_view escaped_user, NumberText& number);

/// sip:number@host:port; without a number sip:host:port; of a service its URN, which no host is part of.
/// False when it does not fit, or when the number shows an address of the side that it comes from.
bool write_uri(UriText& uri, std::string_view number, const Endpoint& host);

/// A caller as the other side may see it: display name and number, translated by `numbers`, at our own
/// address (anonymous where that number shows an address or a host name).
bool write_caller(PartyText& party, const sip::NameAddr& caller, const Endpoint& ours,
                  const policy::NumberTable& numbers = {});

void write_contact(sip::Writer& out, const Endpoint& ours);
/// Contact of a 3xx. Host and port as configured, or an address of ours.
void write_redirection(sip::Writer& out, std::string_view number, std::string_view host);
void write_redirection(sip::Writer& out, std::string_view number, const Endpoint& ours);
void write_allow(sip::Writer& out);
/// Content-Type where there is a body, Content-Length and the body.
void write_body(sip::Writer& out, std::string_view sdp);
void write_body(sip::Writer& out, std::string_view type, std::string_view content);

/// A response to a request at hand, up to To, whose tag is added where the request had none.
void write_reply_start(sip::Writer& out, const sip::Message& request, const Transport& from, int status,
                       std::string_view phrase, std::string_view to_tag);

/// A tag that anybody can derive from the request again: responses without state need no memory of it.
struct DerivedTag {
  std::array<char, 16> text;
  std::string_view view() const { return {text.data(), text.size()}; }
};
DerivedTag derive_tag(const sip::Message& request);

}  // namespace sbc::call
