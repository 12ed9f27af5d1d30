// Valid SIP messages from the grammar of RFC 3261 25.1, as odd as it allows: any case of header names,
// compact forms, folding, lists in one field or several, every form of URI, host and quoted string, multipart
// bodies; and what a parser must read of them. For property tests, and as seeds of the fuzzers.
#pragma once

#include "dataplane/sip/header.h"
#include "tests/grammar/body.h"

namespace sbc::grammar {

struct FieldText {
  sip::Header id = sip::Header::other;
  std::string name, value;              // as written; the value without white space around it
  std::vector<std::string> elements;    // where it is a list
  std::vector<ViaText> vias;            // of a Via
  std::vector<NameAddrText> addresses;  // of From, To, Contact, Route, Record-Route
};

struct MessageText {
  std::string bytes;
  bool is_request = true;
  std::string method;  // of a response: its CSeq's
  UriText uri;         // of a request
  int status = 0;      // of a response
  std::string phrase;
  std::vector<FieldText> fields;  // in order, but Content-Length
  std::string call_id;
  uint32_t cseq = 0;
  std::optional<uint32_t> max_forwards;
  BodyText body;
};

MessageText message(Source& source);

}  // namespace sbc::grammar
