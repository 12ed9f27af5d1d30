// Message bodies: session descriptions, any bytes, and multiparts by the grammar of RFC 2046 5.1, with the
// parts that a reader must find in them.
#pragma once

#include "tests/grammar/header.h"

namespace sbc::grammar {

struct PartText {
  std::string type, subtype;
  std::string disposition;  // empty: no such field
  bool required = true;
  std::string content;
};

struct BodyText {
  std::string content;
  std::string content_type;     // the field's value
  std::vector<PartText> parts;  // where it is a multipart
};
BodyText body(Source& source);

}  // namespace sbc::grammar
