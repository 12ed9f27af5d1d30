#include "dataplane/sip/writer.h"

#include "config/types/check.h"
#include "dataplane/sip/text.h"

namespace sbc::sip {

Writer& Writer::unfolded(std::string_view value) {
  const char* const end = value.data() + value.size();
  const char* written = value.data();
  for (const char* at = written; (at = find_break(at, end)) != end;) {
    text(trim_right({written, size_t(at - written)})).text(" ");
    at += span({at, size_t(end - at)}, class_space);
    written = at;
  }
  return text({written, size_t(end - written)});
}

Writer& Writer::display(std::string_view as_read) {
  if (as_read.starts_with('"') || all(as_read, class_token | class_space)) return unfolded(as_read);
  return text("\"").unfolded(as_read).text("\"");
}

Writer& Writer::request_line(std::string_view method, std::string_view uri) {
  return text(method).text(" ").unfolded(uri).text(" SIP/2.0\r\n");
}

Writer& Writer::status_line(int status, std::string_view reason) {
  return text("SIP/2.0 ").number(uint64_t(status)).text(" ").unfolded(reason).end_line();
}

Writer& Writer::name(Header header) {
  SBC_CHECK(header != Header::other);
  return text(text_of(header)).text(": ");
}

Writer& Writer::body(std::string_view content) {
  return header(Header::content_length, uint64_t(content.size())).end_line().text(content);
}

}  // namespace sbc::sip
