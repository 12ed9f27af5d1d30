#include "policy/signatures/signatures.h"

#include <optional>
#include <tuple>
#include <utility>

#include "config/types/check.h"
#include "dataplane/sip/text.h"
#include "policy/signatures/layout.h"
#include "policy/signatures/unescaped.h"

namespace sbc::policy {
namespace {

bool is_in(const Signature& signature, const Place& place) {
  switch (signature.where) {
    case Where::anywhere:
      return true;
    case Where::start_line:
      return place.part == Part::start_line;
    case Where::body:
      return place.part == Part::body;
    case Where::header:
      if (place.part != Part::header) return false;
      if (signature.header != sip::Header::other)
        return sip::header_of(place.header_name) == signature.header;
      return sip::equal_ignoring_case(signature.header_name, place.header_name);
  }
  return false;
}

bool is_graver(const Signature& a, const Signature& b) {
  return std::tie(a.action, a.id) < std::tie(b.action, b.id);
}

/// One scan's state. The layout is made at the first match: most messages have none.
class Finder {
 public:
  Finder(const std::vector<Signature>& signatures, std::string_view message)
      : signatures_(signatures), message_(message) {}

  Layout& layout() {
    if (!layout_) layout_.emplace(message_);
    return *layout_;
  }
  void on_raw(uint32_t index, size_t end) {
    if (!is_wanted(index)) return;
    const Signature& signature = signatures_[index];
    if (signature.where == Where::anywhere ||
        is_in(signature, layout().place_of(end - signature.pattern.size())))
      take(index);
  }
  void on_unescaped(const Unescaped& unescaped, uint32_t index, size_t end) {
    if (!is_wanted(index)) return;
    const Signature& signature = signatures_[index];
    const Place* place = unescaped.place_of(end - signature.pattern.size(), end);
    if (place && is_in(signature, *place)) take(index);
  }
  const SignatureMatch& best() const { return best_; }

 private:
  bool is_wanted(uint32_t index) const {
    return !best_.signature || is_graver(signatures_[index], *best_.signature);
  }
  void take(uint32_t index) { best_ = {&signatures_[index], index}; }

  const std::vector<Signature>& signatures_;
  std::string_view message_;
  std::optional<Layout> layout_;
  SignatureMatch best_;
};

void scan_unescaped(const match::Database& database, match::Scratch& scratch, std::string_view message,
                    Finder& finder) {
  Unescaped unescaped(message, finder.layout());
  struct Context {
    Finder& finder;
    const Unescaped& unescaped;
  } context{finder, unescaped};
  match::scan(
      database, scratch, unescaped.bytes(),
      [](void* at, uint32_t index, uint64_t end) {
        auto* both = static_cast<Context*>(at);
        both->finder.on_unescaped(both->unescaped, index, size_t(end));
        return false;
      },
      &context);
}

}  // namespace

SignatureSet::SignatureSet(std::vector<Signature> signatures, std::shared_ptr<const match::Database> database)
    : signatures_(std::move(signatures)), database_(std::move(database)) {
  SBC_CHECK(signatures_.empty() == (database_ == nullptr));
}

SignatureMatch SignatureSet::scan(match::Scratch& scratch, std::string_view message) const {
  if (!database_) return {};
  Finder finder(signatures_, message);
  match::scan(
      *database_, scratch, message,
      [](void* at, uint32_t index, uint64_t end) {
        static_cast<Finder*>(at)->on_raw(index, size_t(end));
        return false;
      },
      &finder);
  if (message.find('%') != message.npos) scan_unescaped(*database_, scratch, message, finder);
  return finder.best();
}

}  // namespace sbc::policy
