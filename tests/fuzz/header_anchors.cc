#include <algorithm>
#include <string>
#include <vector>

#include "config/types/check.h"
#include "dataplane/match/database.h"
#include "dataplane/sip/head.h"
#include "dataplane/sip/header.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

/// "\nVia:" of every name that we know, long and compact, in any case: one Hyperscan scan finds them all.
class AnchorScan {
 public:
  AnchorScan() {
    std::vector<std::string> texts;
    for (size_t id = 1; id < sip::header_count; ++id) texts.emplace_back(sip::text_of(sip::Header(id)));
    for (char letter = 'a'; letter <= 'z'; ++letter) {
      if (sip::header_of({&letter, 1}) != sip::Header::other) texts.emplace_back(1, letter);
    }
    for (std::string& text : texts) text = "\n" + text + ":";
    std::vector<match::Literal> literals;
    for (const std::string& text : texts) literals.push_back({text, true});
    std::string error;
    int index = -1;
    database_ = match::Database::compile(literals, error, index);
    SBC_CHECK(database_ != nullptr && scratch_.fit(*database_));
  }

  /// Where the colons are.
  std::vector<size_t> run(std::string_view text) {
    std::vector<size_t> colons;
    auto add = [](void* list, uint32_t, uint64_t end) {
      static_cast<std::vector<size_t>*>(list)->push_back(size_t(end) - 1);
      return false;
    };
    match::scan(*database_, scratch_, text, add, &colons);
    std::sort(colons.begin(), colons.end());
    colons.erase(std::unique(colons.begin(), colons.end()), colons.end());
    return colons;
  }

 private:
  std::shared_ptr<const match::Database> database_;
  match::Scratch scratch_;
};

}  // namespace

void header_anchors(std::string_view bytes) {
  static AnchorScan anchors;
  static sip::Head head;  // large
  // Of too many fields the last ones are not read.
  if (size_t(std::count(bytes.begin(), bytes.end(), '\n')) >= sip::Head::fields_max) return;
  const sip::Kind kind = head.read(bytes, MessageLimits::none());
  if (kind != sip::Kind::request && kind != sip::Kind::response) return;
  const char* const begin = head.start_line().data();
  std::vector<size_t> colons;
  for (const sip::Field& field : head.fields()) {
    const char* const end = field.name.data() + field.name.size();
    if (field.id != sip::Header::other && *end == ':') colons.push_back(size_t(end - begin));
  }
  SBC_CHECK(colons == anchors.run({begin, size_t(head.rest().data() - begin)}));
}

}  // namespace sbc::fuzz
