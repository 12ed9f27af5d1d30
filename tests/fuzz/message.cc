#include "dataplane/sip/message.h"

#include "config/types/check.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

using sip::Field;
using sip::Header;
using sip::Message;

void check_views(const Message& m, std::string_view bytes) {
  for (std::string_view part :
       {m.method_text(), m.request_uri_text(), m.reason_phrase(), m.call_id(), m.body(), m.from().parameters,
        m.to().uri.text, m.top_via().branch, m.cseq().method_text}) {
    SBC_CHECK(within(part, bytes));
  }
  SBC_CHECK(m.fields().size() <= Message::fields_max);
  for (const Field& field : m.fields()) {
    SBC_CHECK(!field.name.empty() && within(field.name, bytes) && within(field.value, bytes));
    SBC_CHECK(field.id == sip::header_of(field.name) && m.has(field.id));
  }
}

size_t count(const Message& m, Header id) {
  size_t found = 0;
  for (const Field& field : m.fields()) found += field.id == id;
  return found;
}

void check_promises(const Message& m) {
  for (Header id : {Header::from, Header::to, Header::call_id, Header::cseq}) SBC_CHECK(count(m, id) == 1);
  SBC_CHECK(m.has(Header::via) && !m.top_via().host.empty());
  SBC_CHECK(!m.call_id().empty() && m.call_id() == m.value(Header::call_id));
  SBC_CHECK(m.cseq().method_text == m.method_text());
  SBC_CHECK(m.is_request() ? m.status() == 0 && !m.request_uri().text.empty()
                           : m.status() >= 100 && m.status() <= 699);
  for (const Field& field : m.fields()) {
    for (size_t i = 0; i < field.value.size(); ++i) {
      if (field.value[i] == '\n') SBC_CHECK(i > 0 && field.value[i - 1] == '\r');
      if (field.value[i] == '\r') SBC_CHECK(field.value.substr(i + 1).starts_with('\n'));
    }
  }
}

void visit_lists(const Message& m) {
  for (const Field& field : m.fields()) {
    size_t elements = 0;
    sip::each_element(field.value, [&](std::string_view element) {
      SBC_CHECK(within(element, field.value));
      return ++elements <= field.value.size();
    });
  }
  SBC_CHECK(m.list_has(Header::supported, "timer") <= m.has(Header::supported));
}

}  // namespace

void message(std::string_view bytes) {
  Message m;
  Reason reason = m.parse(bytes);
  SBC_CHECK(m.bytes() == bytes);
  check_views(m, bytes);
  visit_lists(m);
  if (reason == Reason::none) check_promises(m);
  if (m.answerable()) SBC_CHECK(m.is_request() && m.has(Header::via) && !m.call_id().empty());
  if (!m.is_request()) SBC_CHECK(status_of(reason) == 0);
}

}  // namespace sbc::fuzz
