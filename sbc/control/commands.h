// Commands: from a request line to its answer; see protocol.h. Owned by the control thread.
//
// Every request is answered exactly once: at once, or, where workers must be asked, when their answers are in
// or their time is up.
#pragma once

#include <functional>
#include <string_view>

#include "sbc/control/backend.h"
#include "sbc/control/inquiry.h"
#include "sbc/control/overview.h"

namespace sbc::control {

class Commands {
 public:
  using Reply = std::function<void(const Json&, Instant now)>;
  using Reload = std::function<snapshot::BuildResult(bool dry_run)>;

  /// All must outlive this.
  Commands(Backend& backend, Inquiries& inquiries, const Sampler& sampler, const WallClock& clock,
           Identity identity, Reload reload);

  void handle(std::string_view line, Instant now, Reply reply);

 private:
  struct Request {
    const Json& arguments;
    Instant now;
    const Reply& reply;
  };
  void dispatch(const Json& request, Instant now, const Reply& reply);
  void list_calls(const Request& request);
  void find_call(const Request& request);
  void hang_up(const Request& request);
  Json block(const Request& request);
  Json unblock(const Request& request);
  Json blocks(Instant now) const;
  Json reload(const Request& request);
  Json block_json(const policy::Block& block, Instant expires, Instant now) const;
  /// The realm that is named, RealmId::none where none is; false, with the error, when there is no such one.
  bool read_realm(const Json& arguments, RealmId& realm, std::string& error) const;

  Backend& backend_;
  Inquiries& inquiries_;
  const Sampler& sampler_;
  const WallClock& clock_;
  Identity identity_;
  Reload reload_;
};

}  // namespace sbc::control
