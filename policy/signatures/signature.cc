#include "policy/signatures/signature.h"

namespace sbc::policy {

std::string where_text(const Signature& signature) {
  switch (signature.where) {
    case Where::anywhere:
      return "anywhere";
    case Where::start_line:
      return "start_line";
    case Where::header:
      return "header " + signature.header_name;
    case Where::body:
      return "body";
  }
  return {};
}

std::string action_text(const Signature& signature) {
  switch (signature.action) {
    case Action::drop:
      return "drop";
    case Action::reject:
      return "reject " + std::to_string(signature.status);
    case Action::score:
      return "score " + std::to_string(signature.score);
    case Action::log:
      return "log";
  }
  return {};
}

}  // namespace sbc::policy
