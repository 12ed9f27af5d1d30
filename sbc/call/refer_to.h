// ReferTo: whom a REFER asks its receiver to call (RFC 3515 2.1). Pure functions.
#pragma once

#include "config/types/result.h"
#include "dataplane/sip/message.h"
#include "sbc/call/compose.h"

namespace sbc::call {

struct ReferTo {
  NumberText number;
  dialog::FixedText<640>
      replaces;  // the value of that header in the URI, unescaped; empty where there is none
};

/// Of exactly one sip or tel URI, for an INVITE; of the headers in it Replaces alone is taken. refer_to_bad,
/// refer_method_unsupported, scheme_unsupported.
Result<ReferTo> read_refer_to(const sip::Message& refer);

}  // namespace sbc::call
