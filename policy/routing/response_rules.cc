#include "policy/routing/response_rules.h"

namespace sbc::policy {

const config::ResponseRule* response_rule(const config::Trunk& trunk, int status, uint16_t cause) {
  for (const config::ResponseRule& rule : trunk.responses) {
    bool fits = (rule.status == 0 || rule.status == status) && (rule.cause == 0 || rule.cause == cause);
    if (fits) return &rule;
  }
  return nullptr;
}

}  // namespace sbc::policy
