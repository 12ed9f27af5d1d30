// Compiled: the rules as workers read them: immutable, shared by all workers, swapped as a whole.
#pragma once

#include <cstdint>
#include <memory>

#include "config/model/model.h"
#include "policy/access/access.h"
#include "policy/header_rules/header_rules.h"
#include "policy/limit/usage.h"
#include "policy/precedence/precedence.h"
#include "policy/routing/route_table.h"
#include "policy/signatures/signatures.h"

namespace sbc::policy {

struct Compiled {
  uint64_t epoch = 0;
  /// Since which nobody else is shut out (Verdict::is_shut_out()): what names stand for changes nothing.
  uint64_t access_epoch = 0;
  std::shared_ptr<const config::Model> model;  // realms, listeners, limits and timers are read from here
  AccessTable access;
  RouteTable routes;
  TrunkTable trunks;
  HeaderRules header_rules;
  SignatureSet signatures;
};

}  // namespace sbc::policy
