// HeaderFields: the header fields that one message takes from another, between reading and writing: what
// crosses, and what rules make of it. Bounded, on the stack of whoever composes the message.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "dataplane/sip/header.h"
#include "dataplane/sip/writer.h"

namespace sbc::policy {

class HeaderFields {
 public:
  static constexpr size_t fields_max = 64;
  static constexpr size_t text_bytes_max = 8192;  // of all values that are no views of a message

  struct Item {
    sip::Header id = sip::Header::other;
    std::string_view name;
    std::string_view value;  // may hold folding
  };

  HeaderFields() {}
  HeaderFields(const HeaderFields&) = delete;
  HeaderFields& operator=(const HeaderFields&) = delete;

  /// Name and value must outlive it.
  void add(const Item& item);
  void add(sip::Header id, std::string_view value) { add({id, sip::text_of(id), value}); }
  /// One whose value `write(out)` composes: it is left out where that returns false.
  template <class Write>
  void compose(sip::Header id, Write&& write) {
    if (auto text = keep(write)) add(id, *text);
  }

  /// What `write(out)` composes, kept until the end; nullopt where it returns false or there is no room.
  template <class Write>
  std::optional<std::string_view> keep(Write&& write) {
    sip::Writer out({text_.data() + used_, text_.size() - used_});
    const bool whole = write(out);
    overflowed_ |= out.overflowed();
    if (!whole || out.overflowed()) return std::nullopt;
    used_ += out.written().size();
    return out.written();
  }

  std::span<Item> items() { return {items_.array.data(), count_}; }
  /// Those for which `unwanted(item)` is true; whether there were any.
  template <class Unwanted>
  bool remove_if(Unwanted&& unwanted) {
    size_t kept = 0;
    for (size_t i = 0; i < count_; ++i) {
      if (!unwanted(items_.array[i])) items_.array[kept++] = items_.array[i];
    }
    const bool removed = kept < count_;
    count_ = kept;
    return removed;
  }

  /// Where it has come to more than it holds, `out` overflows: the message does not leave.
  void write(sip::Writer& out) const;

 private:
  size_t count_ = 0;
  size_t used_ = 0;
  bool overflowed_ = false;
  // Written before read, as far as count_ and used_ say: clearing them would cost more than the walk does.
  std::array<char, text_bytes_max> text_;  // NOLINT
  union Table {
    Table() {}
    std::array<Item, fields_max> array;
  } items_;
};

}  // namespace sbc::policy
