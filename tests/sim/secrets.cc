#include "tests/sim/secrets.h"

#include <algorithm>
#include <cstring>

namespace sbc::sim {

uint64_t Secrets::head_of(const char* at) {
  uint64_t head;
  std::memcpy(&head, at, sizeof head);
  return head;
}

void Secrets::add(std::string_view word, Party owner) {
  if (word.size() < shortest) return;
  uint64_t head = head_of(word.data());
  std::vector<Word>& words = words_[head];
  for (const Word& known : words) {
    if (known.text == word) return;
  }
  words.push_back({std::string(word), owner});
  filter_.set(slot_of(head));
}

std::string_view Secrets::leak_in(std::string_view bytes, std::span<const Party> reader) const {
  for (size_t at = 0; at + shortest <= bytes.size(); ++at) {
    uint64_t head = head_of(bytes.data() + at);
    if (!filter_.test(slot_of(head))) continue;
    auto words = words_.find(head);
    if (words == words_.end()) continue;
    for (const Word& word : words->second) {
      if (!bytes.substr(at).starts_with(word.text)) continue;
      if (std::find(reader.begin(), reader.end(), word.owner) == reader.end()) return word.text;
    }
  }
  return {};
}

}  // namespace sbc::sim
