#include "dataplane/sip/media_type.h"

#include "dataplane/sip/parameters.h"
#include "dataplane/sip/text.h"

namespace sbc::sip {

MediaType parse_media_type(std::string_view content_type) {
  size_t semicolon = content_type.find(';');
  std::string_view name = content_type.substr(0, semicolon);
  size_t slash = name.find('/');
  MediaType media{trim(name.substr(0, slash)), {}, {}};
  if (slash != name.npos) media.subtype = trim(name.substr(slash + 1));
  if (semicolon != name.npos) media.parameters = content_type.substr(semicolon + 1);
  bool good = !media.type.empty() && !media.subtype.empty() && all(media.type, class_token) &&
              all(media.subtype, class_token);
  return good ? media : MediaType{};
}

bool read_parameter(std::string_view parameters, std::string_view name, std::string_view& value) {
  value = {};
  if (parameters.size() > CharacterIndex::bytes_max) return false;
  CharacterIndex index(parameters);
  Deviations deviations;
  Cursor cursor(index, 0, parameters.size());
  if (!read_parameters(cursor, name, value, deviations) || !cursor.done()) return false;
  if (value.starts_with('"')) value = value.substr(1, value.size() - 2);
  return true;
}

}  // namespace sbc::sip
