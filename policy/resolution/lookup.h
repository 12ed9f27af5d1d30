// Lookup: one way through the DNS from a host name to where SIP over UDP goes (RFC 3263 4.1, 4.2).
//
// With a port: A and AAAA alone. Without: NAPTR, SRV, then A and AAAA of each host named there. Pure: replies
// in, questions out; whoever asks them owns sockets and time.
#pragma once

#include <string>
#include <vector>

#include "dataplane/dns/reply.h"
#include "policy/resolution/host_table.h"

namespace sbc::policy {

struct Families {
  bool v4 = false, v6 = false;
  friend bool operator==(const Families&, const Families&) = default;
};

/// How a lookup ended.
enum class Outcome : uint8_t {
  found,
  no_name,        // NXDOMAIN
  no_data,        // the name is there, and has no address of a family that is used
  no_service,     // SRV says that there is none (RFC 2782: target ".")
  server_failed,  // SERVFAIL, REFUSED, …
  malformed,      // no reply that could be read
  silent,         // no server has answered in time
  unreachable     // no server could be asked, or all have failed
};
std::string_view name_of(Outcome outcome);
std::string_view text_of(Outcome outcome);
/// The DNS itself has said so; the others are troubles on the way to it.
inline bool is_word_of_zone(Outcome outcome) { return outcome <= Outcome::no_service; }

struct Found {
  Outcome outcome = Outcome::silent;
  std::vector<HostTarget> targets;       // by priority, name and port
  std::vector<HostTarget> undetermined;  // whose addresses, or those of one family, nobody could tell
  Duration ttl{0};                       // of all that it rests on, the shortest; 0 where nothing says
  unsigned left_out = 0;                 // targets and addresses beyond the most there can be
  bool by_naptr = false;                 // a NAPTR record has led to it
  bool naptr_troubled = false;           // or might have: nobody could tell
};

class Lookup {
 public:
  static constexpr size_t targets_max = 16;    // of a name
  static constexpr size_t addresses_max = 32;  // of a name, over all its targets
  static constexpr unsigned links_max = dns::Reply::links_max;

  Lookup(const HostKey& key, Families families, bool naptr);
  /// To be asked first.
  std::vector<dns::Question> begin();
  /// The reply to one of the questions; those that follow from it.
  std::vector<dns::Question> on_reply(const dns::Question& question, const dns::Reply& reply);
  bool done() const { return done_; }
  const Found& found() const { return found_; }  // once done()

 private:
  struct Open {
    dns::Question question;
    size_t target = 0;   // whose addresses are asked for
    unsigned links = 0;  // aliases so far
  };
  std::vector<dns::Question> ask(Open open);
  std::vector<dns::Question> ask_for_service(const std::string& name);
  std::vector<dns::Question> ask_for_addresses();
  std::vector<dns::Question> on_naptr(const dns::Reply& reply);
  std::vector<dns::Question> on_service(const dns::Reply& reply);
  void on_addresses(const Open& open, const dns::Reply& reply);
  void take_targets(std::vector<dns::Srv> services);
  void note_trouble(Outcome outcome);
  void note_ttl(const dns::Reply& reply);
  void finish();

  HostKey key_;
  Families families_;
  bool naptr_;
  std::vector<Open> open_;
  std::vector<bool> troubled_;         // by target
  Outcome trouble_ = Outcome::silent;  // theirs
  Duration negative_ttl_;              // of what the zone says is not there, the shortest
  bool done_ = false;
  Found found_;
};

}  // namespace sbc::policy
