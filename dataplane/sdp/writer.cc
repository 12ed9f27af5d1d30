#include "dataplane/sdp/writer.h"

#include <cstring>

namespace sbc::sdp {

Writer& Writer::kept(const Line& line) {
  if (line.type == 'k') return *this;
  char* at = room(line.value.size() + 4);
  if (!at) return *this;
  *at++ = line.type;
  *at++ = '=';
  if (!line.value.empty()) std::memcpy(at, line.value.data(), line.value.size());
  if (line.name != AttributeName::other) std::memcpy(at, text_of(line.name).data(), line.name_size);
  at += line.value.size();
  *at++ = '\r';
  *at = '\n';
  return *this;
}

}  // namespace sbc::sdp
