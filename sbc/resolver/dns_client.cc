#include "sbc/resolver/dns_client.h"

#include <cstring>

#include <ares.h>
#include <netinet/in.h>

#include "config/types/check.h"

namespace sbc::resolver {
namespace {

using namespace std::chrono_literals;
using Outcome = dns::Reply::Outcome;

constexpr int class_internet = 1;
constexpr int datagram_max = 1232;  // RFC 9715: passes unfragmented

Outcome outcome_of(int status) {
  switch (status) {
    case ARES_ETIMEOUT:
      return Outcome::silent;
    case ARES_EBADRESP:
    case ARES_EBADNAME:
      return Outcome::malformed;
    case ARES_ESERVFAIL:
    case ARES_EREFUSED:
    case ARES_ENOTIMP:
    case ARES_EFORMERR:
      return Outcome::server_failed;
    default:  // c-ares says the same, ECONNREFUSED, where all servers have answered SERVFAIL or REFUSED
      return Outcome::unreachable;
  }
}

bool is_reply(int status) {
  return status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND;
}

ares_addr_port_node node_of(const Endpoint& server) {
  ares_addr_port_node node{};
  node.family = server.address.is_v4() ? AF_INET : AF_INET6;
  node.udp_port = node.tcp_port = server.port;
  if (server.address.is_v4()) {
    std::memcpy(&node.addr.addr4, server.address.bytes.data() + 12, 4);
  } else {
    std::memcpy(&node.addr.addr6, server.address.bytes.data(), 16);
  }
  return node;
}

int set_servers(ares_channel channel, const std::vector<Endpoint>& servers) {
  if (servers.empty()) return ARES_SUCCESS;  // those of /etc/resolv.conf, read when the channel was made
  std::vector<ares_addr_port_node> nodes;
  for (const Endpoint& server : servers) nodes.push_back(node_of(server));
  for (size_t i = 0; i + 1 < nodes.size(); ++i) nodes[i].next = &nodes[i + 1];
  return ares_set_servers_ports(channel, nodes.data());
}

struct Sockets {
  std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> all{};
  int bits = 0;
  explicit Sockets(ares_channel channel) : bits(ares_getsock(channel, all.data(), ARES_GETSOCK_MAXNUM)) {}
  short events(int i) const {
    return short((ARES_GETSOCK_READABLE(bits, i) ? POLLIN : 0) |
                 (ARES_GETSOCK_WRITABLE(bits, i) ? POLLOUT : 0));
  }
};

}  // namespace

struct DnsClient::Asked {
  DnsClient& client;
  uint64_t number;
  dns::Question question;
};

std::unique_ptr<DnsClient> DnsClient::open(const config::Resolver& rules, std::string& error) {
  std::unique_ptr<DnsClient> client(new DnsClient);
  ares_options options{};
  options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS;
  options.timeout = int(rules.timeout / 1ms);
  options.tries = rules.tries;
  options.ednspsz = datagram_max;
  constexpr int given = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ;
  int status = ares_library_init(ARES_LIB_INIT_ALL);
  if (status == ARES_SUCCESS) status = ares_init_options(&client->channel_, &options, given);
  if (status == ARES_SUCCESS) status = set_servers(client->channel_, rules.servers);
  if (status == ARES_SUCCESS) return client;
  error = std::string("cannot ask the DNS: ") + ares_strerror(status);
  return nullptr;
}

DnsClient::~DnsClient() {
  closing_ = true;
  if (channel_) ares_destroy(channel_);
}

void DnsClient::ask(uint64_t number, const dns::Question& question) {
  auto* asked = new Asked{*this, number, question};
  ares_query(channel_, question.name.c_str(), class_internet, int(question.type), &DnsClient::on_answer,
             asked);
}

void DnsClient::on_answer(void* context, int status, int, unsigned char* bytes, int size) {
  std::unique_ptr<Asked> asked(static_cast<Asked*>(context));
  if (asked->client.closing_) return;
  DnsAnswer answer{asked->number, {}};
  if (is_reply(status) && bytes != nullptr && size > 0) {
    answer.reply = dns::read_reply({bytes, size_t(size)}, asked->question);
  } else {
    answer.reply.outcome = outcome_of(status);
  }
  asked->client.answers_.push_back(std::move(answer));
}

void DnsClient::run() {
  const Sockets sockets(channel_);
  for (int i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
    const short events = sockets.events(i);
    if (events == 0) continue;
    pollfd ready{sockets.all[size_t(i)], events, 0};
    if (poll(&ready, 1, 0) <= 0) continue;
    const bool reads = (ready.revents & ~POLLOUT) != 0, writes = (ready.revents & POLLOUT) != 0;
    ares_process_fd(channel_, reads ? ready.fd : ARES_SOCKET_BAD, writes ? ready.fd : ARES_SOCKET_BAD);
  }
  ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // what is late
}

void DnsClient::add_pollfds(std::vector<pollfd>& to) const {
  const Sockets sockets(channel_);
  for (int i = 0; i < ARES_GETSOCK_MAXNUM; ++i)
    if (const short events = sockets.events(i)) to.push_back({sockets.all[size_t(i)], events, 0});
}

std::vector<DnsAnswer> DnsClient::take_answers() { return std::exchange(answers_, {}); }

}  // namespace sbc::resolver
