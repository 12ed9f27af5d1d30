// Between which realms media goes directly.
#include <algorithm>

#include "config/load/readers.h"

namespace sbc::config {
namespace {

constexpr size_t pairs_max = 256;

std::string network_of(const Realm& realm) {
  return "'" + *realm.name + "' " +
         (realm.media.network.empty() ? "names none" : "names '" + realm.media.network + "'");
}

/// Addresses of one realm mean something in the other only where the operator says so.
void check_network(const Value& value, const Model& model, const ReleasedPair& pair) {
  const Realm& a = model.realms[index_of(pair.realms[0])];
  const Realm& b = model.realms[index_of(pair.realms[1])];
  if (!a.media.network.empty() && a.media.network == b.media.network) return;
  value.refuse(*a.name + ", " + *b.name,
               "both realms must name the same media.network, which says that each reaches the other's media "
               "addresses; " +
                   network_of(a) + ", " + network_of(b));
}

void read_pair(const Value& entry, Model& model) {
  Section section(entry);
  Value realms = section.at("realms");
  std::vector<Value> items = realms.items();
  if (items.size() != 2) return realms.missing("a pair needs the names of two realms, or of one twice");
  ReleasedPair pair;
  for (size_t i = 0; i < 2; ++i) {
    if (auto index = read_reference(items[i], model.realms, "realms")) pair.realms[i] = RealmId(*index);
  }
  if (!realms.sound()) return;
  check_network(realms, model, pair);
  for (const ReleasedPair& other : model.media_release) {
    if (other.is(pair.realms[0], pair.realms[1]))
      realms.refuse(items[0].text() + ", " + items[1].text(), "this pair is listed twice");
  }
  model.media_release.push_back(pair);
}

}  // namespace

void read_media_release(const Value& value, Model& model) {
  std::vector<Value> entries = value.entries();
  if (entries.size() > pairs_max)
    return value.refuse("there can be " + std::to_string(pairs_max) + " pairs of realms");
  for (const Value& entry : entries) read_pair(entry, model);
}

}  // namespace sbc::config
