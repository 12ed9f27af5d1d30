#include "config/types/check.h"
#include "config/types/host_name.h"
#include "dataplane/dns/reply.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

void check(const sbc::dns::Reply& reply) {
  const size_t records = reply.addresses.size() + reply.services.size() + reply.naptrs.size();
  SBC_CHECK(records <= sbc::dns::Reply::records_max);
  SBC_CHECK((reply.outcome == sbc::dns::Reply::Outcome::found) == (records > 0));
  SBC_CHECK((reply.outcome == sbc::dns::Reply::Outcome::alias) == !reply.alias.empty());
  for (const sbc::dns::Srv& service : reply.services) SBC_CHECK(service.target.size() <= host_name_max);
  for (const sbc::dns::Naptr& naptr : reply.naptrs) SBC_CHECK(naptr.replacement.size() <= host_name_max);
}

}  // namespace

/// Of every type; the seeds' question is for this name.
void dns(std::string_view bytes) {
  using sbc::dns::Type;
  for (Type type : {Type::a, Type::aaaa, Type::srv, Type::naptr})
    check(sbc::dns::read_reply(octets(bytes), {"sip.example", type}));
}

}  // namespace sbc::fuzz
