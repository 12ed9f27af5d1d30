// Names: what of the model goes by its name.
#pragma once

#include <string_view>

#include "config/model/model.h"

namespace sbc::config {

/// none where no realm is called so.
inline RealmId realm_named(const Model& model, std::string_view name) {
  for (size_t i = 0; i < model.realms.size(); ++i) {
    if (*model.realms[i].name == name) return RealmId(i);
  }
  return RealmId::none;
}

}  // namespace sbc::config
