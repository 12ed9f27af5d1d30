// The forms that a saved anchor is written to and read from (sbc/anchor/saved_anchor.h), with realms as they
// are numbered: for tests in which nothing is reloaded.
#pragma once

#include "dataplane/bytes/byte_form.h"
#include "sbc/anchor/saved_anchor.h"

namespace sbc::anchor {

struct RealmSaver : Saver {
  using Saver::Saver;
  void realm(const RealmId& id) { number(id); }
};

/// Of two realms.
struct RealmLoader : Loader {
  using Loader::Loader;
  void realm(RealmId& id) { number(id, RealmId(1)); }
  void no_room() {
    out_of_room = true;
    fail();
  }
  bool out_of_room = false;
};

}  // namespace sbc::anchor
