#include "policy/header_rules/header_fields.h"

namespace sbc::policy {

void HeaderFields::add(const Item& item) {
  if (count_ == fields_max) {
    overflowed_ = true;
  } else {
    items_.array[count_++] = item;
  }
}

void HeaderFields::write(sip::Writer& out) const {
  if (overflowed_) out.overflow();
  for (size_t i = 0; i < count_; ++i) out.header(items_.array[i].name, items_.array[i].value);
}

}  // namespace sbc::policy
