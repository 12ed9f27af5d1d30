// Ruler: sofia-sip parses message and SDP, the structures are changed in place, and the message is encoded
// again. It could keep a copy of every line while it parses (MSG_DO_EXTRACT_COPY) and send those that stay;
// that measured slower.
#include <cstring>
#include <memory>

#include <sofia-sip/msg.h>
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/msg_header.h>
#include <sofia-sip/sdp.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_protos.h>

#include "bench/sip/rewrite.h"
#include "bench/sip/sofia_message.h"

namespace sbc::bench {
namespace {

struct ParserFree {
  void operator()(sdp_parser_t* parser) const { sdp_parser_free(parser); }
};
struct PrinterFree {
  void operator()(sdp_printer_t* printer) const { sdp_printer_free(printer); }
};
using SdpParser = std::unique_ptr<sdp_parser_t, ParserFree>;
using SdpPrinter = std::unique_ptr<sdp_printer_t, PrinterFree>;

SdpParser parse_sdp(su_home_t* home, const char* body, size_t size) {
  return SdpParser(sdp_parse(home, body, issize_t(size), 0));
}

/// Parsed once; each message gets a copy.
struct Templates {
  su_home_t* home = static_cast<su_home_t*>(su_home_new(sizeof(su_home_t)));
  sip_via_t* via = sip_via_make(home, OtherLeg::via);
  sip_contact_t* contact = sip_contact_make(home, OtherLeg::contact);

  Templates() = default;
  Templates(const Templates&) = delete;
  Templates& operator=(const Templates&) = delete;
  ~Templates() { su_home_unref(home); }
};

template <class Header>
void remove_all(SofiaMessage& message, Header* header) {
  if (header)
    msg_header_remove_all(message.msg(), reinterpret_cast<msg_pub_t*>(&message.sip()),
                          reinterpret_cast<msg_header_t*>(header));
}

template <class Header>
void insert(SofiaMessage& message, Header* header) {
  msg_header_insert(message.msg(), reinterpret_cast<msg_pub_t*>(&message.sip()),
                    reinterpret_cast<msg_header_t*>(header));
}

void change_dialog(SofiaMessage& message) {
  static const Templates templates;
  su_home_t* home = msg_home(message.msg());
  sip_t& sip = message.sip();
  remove_all(message, sip.sip_via);
  remove_all(message, sip.sip_contact);
  remove_all(message, sip.sip_route);
  remove_all(message, sip.sip_record_route);
  insert(message, sip_via_dup(home, templates.via));
  insert(message, sip_contact_dup(home, templates.contact));
  static const std::string from_tag = std::string("tag=") + OtherLeg::from_tag;
  static const std::string to_tag = std::string("tag=") + OtherLeg::to_tag;
  msg_header_replace_param(home, sip.sip_from->a_common, from_tag.c_str());
  if (sip.sip_to->a_tag) msg_header_replace_param(home, sip.sip_to->a_common, to_tag.c_str());
  sip.sip_call_id->i_id = OtherLeg::call_id;
  sip_fragment_clear(sip.sip_call_id->i_common);
  sip.sip_cseq->cs_seq = OtherLeg::cseq;
  sip_fragment_clear(sip.sip_cseq->cs_common);
  if (sip.sip_max_forwards) {
    sip.sip_max_forwards->mf_count -= 1;
    sip_fragment_clear(sip.sip_max_forwards->mf_common);
  }
}

void change_addresses(sdp_connection_t* connection) {
  for (; connection; connection = connection->c_next) {
    connection->c_addrtype = sdp_addr_ip4;
    connection->c_address = OtherLeg::media_address;
  }
}

void change_sdp(sdp_session_t& session) {
  change_addresses(session.sdp_origin->o_address);
  change_addresses(session.sdp_connection);
  uint16_t port = OtherLeg::first_port;
  for (sdp_media_t* media = session.sdp_media; media; media = media->m_next, port = uint16_t(port + 2)) {
    if (media->m_port != 0) media->m_port = port;
    change_addresses(media->m_connections);
    for (const char* name : {"candidate", "rtcp"})
      while (sdp_attribute_remove(&media->m_attributes, name) != nullptr) {
      }
  }
}

/// What sip_payload_create() and msg_header_replace() would do, without the copy.
void change_body(sip_t& sip, const char* body, usize_t size) {
  sip_payload_t& payload = *sip.sip_payload;
  payload.pl_data = const_cast<char*>(body);
  payload.pl_len = size;
  payload.pl_common->h_data = body;
  payload.pl_common->h_len = size;
  sip.sip_content_length->l_length = size;
  sip_fragment_clear(sip.sip_content_length->l_common);
}

size_t gather(msg_t* msg, const Collect& collect) {
  constexpr isize_t parts_max = 128;
  msg_iovec_t parts[parts_max];
  if (msg_serialize(msg, nullptr) < 0 || msg_prepare(msg) < 0) return 0;
  isize_t count = msg_iovec(msg, parts, parts_max);
  if (count > parts_max) return 0;
  size_t total = 0;
  for (isize_t i = 0; i < count; ++i) {
    total += parts[i].mv_len;
    if (collect) collect({static_cast<const char*>(parts[i].mv_base), parts[i].mv_len});
  }
  return total;
}

}  // namespace

size_t rewrite_with_sofia(std::string_view invite, const Collect& collect) {
  SofiaMessage message(invite);
  if (!message.good() || !message.sip().sip_payload || !message.sip().sip_content_length) return 0;
  su_home_t* home = msg_home(message.msg());
  const sip_payload_t& payload = *message.sip().sip_payload;
  SdpParser parser = parse_sdp(home, payload.pl_data, payload.pl_len);
  sdp_session_t* session = sdp_session(parser.get());
  if (!session || !session->sdp_origin) return 0;
  change_dialog(message);
  change_sdp(*session);
  char body[rewritten_max];
  SdpPrinter printer(sdp_print(home, session, body, sizeof body, 0));
  const char* text = sdp_message(printer.get());
  if (!text) return 0;
  change_body(message.sip(), text, usize_t(sdp_message_size(printer.get())));
  return gather(message.msg(), collect);
}

bool sofia_sees_equal_sdp(std::string_view a, std::string_view b) {
  SdpParser first = parse_sdp(nullptr, a.data(), a.size()), second = parse_sdp(nullptr, b.data(), b.size());
  sdp_session_t *one = sdp_session(first.get()), *other = sdp_session(second.get());
  if (!one || !other) return false;
  for (sdp_session_t* session : {one, other}) {
    session->sdp_bandwidths = nullptr;
    for (sdp_media_t* media = session->sdp_media; media; media = media->m_next) media->m_bandwidths = nullptr;
  }
  return sdp_session_cmp(one, other) == 0;
}

}  // namespace sbc::bench
