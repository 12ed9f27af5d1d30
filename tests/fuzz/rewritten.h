// A message written again, field by field, as the product writes what crosses.
#pragma once

#include <span>
#include <string_view>

#include "config/types/check.h"
#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"

namespace sbc::fuzz {

inline std::string_view rewritten(const sip::Message& m, std::span<char> out) {
  sip::Writer writer(out);
  if (m.is_request()) {
    writer.request_line(m.method_text(), m.request_uri_text());
  } else {
    writer.status_line(m.status(), m.reason_phrase());
  }
  for (const sip::Field& field : m.fields()) {
    if (field.id == sip::Header::content_length) continue;
    if (field.id == sip::Header::other) {
      writer.header(field.name, field.value);
    } else {
      writer.header(field.id, field.value);
    }
  }
  writer.body(m.body());
  SBC_CHECK(!writer.overflowed());
  return writer.written();
}

}  // namespace sbc::fuzz
