#include "sbc/transaction/tombstone.h"

#include <algorithm>

#include "sbc/transaction/reply.h"
#include "sbc/transaction/text.h"

namespace sbc::transaction {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view no_body = "Content-Length: 0\r\n\r\n";
constexpr uint8_t first_code = 0x80;  // bytes above are codes of phrases, those below stand for themselves

/// "SIP/2.0 200 OK\r\nVia: "; 0 where the phrase is not the status's own, or something stands before Via.
uint16_t status_of(std::string_view response) {
  constexpr std::string_view version = "SIP/2.0 ";
  auto digit = [&](size_t i) { return unsigned(response[version.size() + i] - '0'); };
  if (response.size() < version.size() + 3 || !response.starts_with(version)) return 0;
  auto status = uint16_t(100 * digit(0) + 10 * digit(1) + digit(2));
  char start[64];
  sip::Writer out(start);
  out.status_line(status, sip::phrase_of(status)).name(sip::Header::via);
  return !out.overflowed() && response.starts_with(out.written()) ? status : 0;
}

}  // namespace

bool Tombstone::take(std::string_view response, bool request_is_tagged, Phrases phrases) {
  *this = {};
  status_ = status_of(response);
  size_t to = response.find("\r\nTo: ");
  if (to == response.npos) return false;
  size_t end = response.find(line_end, to + line_end.size());
  std::string_view line = response.substr(to, end - to);
  if (!request_is_tagged) {
    constexpr std::string_view name = ";tag=";
    size_t at = line.rfind(name);
    std::string_view tag = at == line.npos ? std::string_view{} : line.substr(at + name.size());
    if (tag.empty() || tag.size() > tag_max) return false;
    tag_size_ = uint8_t(tag.size());
    std::copy(tag.begin(), tag.end(), tag_.begin());
  }
  if (status_ == 0 || !response.ends_with(no_body) || !is_bare(response)) return false;
  size_t begin = end + line_end.size();
  whole_ = take_fields(response.substr(begin, response.size() - no_body.size() - begin), phrases);
  return whole_;
}

bool Tombstone::take_fields(std::string_view fields, Phrases phrases) {
  size_t size = 0;
  bool at_phrase = true;  // at the beginning of a line, or behind a phrase
  while (!fields.empty()) {
    if (size == fields_max) return false;
    auto found = at_phrase ? std::find_if(phrases.begin(), phrases.end(),
                                          [&](std::string_view each) { return fields.starts_with(each); })
                           : phrases.end();
    if (found != phrases.end()) {
      fields_[size++] = char(first_code + (found - phrases.begin()));
      fields.remove_prefix(found->size());
      continue;
    }
    if (uint8_t(fields.front()) >= first_code) return false;
    at_phrase = fields.front() == '\n';
    fields_[size++] = fields.front();
    fields.remove_prefix(1);
  }
  fields_size_ = uint8_t(size);
  return true;
}

void Tombstone::write(sip::Writer& out, const sip::Message& request, const Transport& from,
                      Phrases phrases) const {
  out.status_line(status_, sip::phrase_of(status_));
  write_reply_head(out, request, from);
  if (tag_size_ > 0) out.text(";tag=").text(tag());
  out.end_line();
  for (const char& each : std::span(fields_).first(fields_size_)) {
    if (auto byte = uint8_t(each); byte >= first_code) {
      out.text(phrases[byte - first_code]);
    } else {
      out.text({&each, 1});
    }
  }
  out.body({});
}

}  // namespace sbc::transaction
