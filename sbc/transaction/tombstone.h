// Tombstone: what remains of a final response, so that its request, when it comes again, brings Via, From,
// To, Call-ID and CSeq along and is answered again, to the byte (RFC 3261 8.2.6, 17.2.2).
//
// Header fields that only the response has are kept as text in which one byte stands for a phrase of a list
// that the transaction user gives: what it writes again and again.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"
#include "sbc/transaction/transport.h"

namespace sbc::transaction {

/// At most 128; the first that fits is taken, so a longer one comes before its own beginning.
using Phrases = std::span<const std::string_view>;

class Tombstone {
 public:
  static constexpr size_t tag_max = 16;
  static constexpr size_t fields_max = 60;

  /// `response`, as write_reply_head() begins it after the status line, to a request with a To tag or
  /// without. True where write() will give the same bytes again; false where it has a body, or more or other
  /// fields than there is room for. The tag is kept in either case.
  bool take(std::string_view response, bool request_is_tagged, Phrases phrases);
  /// The response to the same request once more. Only where take() was true.
  void write(sip::Writer& out, const sip::Message& request, const Transport& from, Phrases phrases) const;

  bool whole() const { return whole_; }
  /// The To tag that we have added; empty where the request had one.
  std::string_view tag() const { return {tag_.data(), tag_size_}; }

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.status_);
    form.number(self.whole_);
    form.text(self.tag_, self.tag_size_);
    form.text(self.fields_, self.fields_size_);
  }

 private:
  bool take_fields(std::string_view fields, Phrases phrases);

  uint16_t status_ = 0;
  bool whole_ = false;
  uint8_t tag_size_ = 0;
  uint8_t fields_size_ = 0;
  std::array<char, tag_max> tag_;        // written up to tag_size_
  std::array<char, fields_max> fields_;  // written up to fields_size_
};

}  // namespace sbc::transaction
