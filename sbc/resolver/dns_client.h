// DnsClient: questions to DNS servers and their replies, by c-ares: servers one after the other, again, and
// by TCP where a reply does not fit a datagram.
//
// Owned by the control thread. Never waits: run() does what can be done; pollfds() says what to wait for.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <poll.h>

#include "config/model/model.h"
#include "dataplane/dns/reply.h"

struct ares_channeldata;

namespace sbc::resolver {

struct DnsAnswer {
  uint64_t number = 0;  // the question's
  dns::Reply reply;
};

class DnsClient {
 public:
  /// Null, with what is wrong, where no client can be had.
  static std::unique_ptr<DnsClient> open(const config::Resolver& rules, std::string& error);
  /// What was asked is forgotten.
  ~DnsClient();
  DnsClient(const DnsClient&) = delete;
  DnsClient& operator=(const DnsClient&) = delete;

  void ask(uint64_t number, const dns::Question& question);
  void run();
  void add_pollfds(std::vector<pollfd>& to) const;
  /// Each question's one answer, once; trouble on the way is one, too.
  std::vector<DnsAnswer> take_answers();

 private:
  struct Asked;
  DnsClient() = default;
  static void on_answer(void* asked, int status, int timeouts, unsigned char* bytes, int size);

  ares_channeldata* channel_ = nullptr;
  bool closing_ = false;
  std::vector<DnsAnswer> answers_;
};

}  // namespace sbc::resolver
