// Secrets: words that one party alone may see: its addresses, tags, Call-IDs and branches, and those that the
// border drew for the dialog with it. A message to another party must not hold them, whatever the header.
//
// Plain substring search: each position's eight bytes are looked up, so a word is at least eight bytes long.
#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sbc::sim {

/// Who may see a word. Parties are numbered by the world.
using Party = uint32_t;

class Secrets {
 public:
  static constexpr size_t shortest = 8;

  /// Known already, or too short to search for: nothing happens.
  void add(std::string_view word, Party owner);
  /// The first word in `bytes` that belongs to none of the reader's parties; empty when there is none.
  std::string_view leak_in(std::string_view bytes, std::span<const Party> reader) const;

 private:
  struct Word {
    std::string text;
    Party owner;
  };
  static uint64_t head_of(const char* at);
  static size_t slot_of(uint64_t head) { return (head * 0x9e3779b97f4a7c15u) >> 48; }

  std::unordered_map<uint64_t, std::vector<Word>> words_;  // by their first eight bytes
  std::bitset<65536> filter_;
};

}  // namespace sbc::sim
