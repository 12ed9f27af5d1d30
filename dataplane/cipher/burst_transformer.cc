#include "dataplane/cipher/burst_transformer.h"

#include <algorithm>

#include "config/types/check.h"

namespace sbc::cipher {
namespace {

using srtp::ContextId;
using srtp::MasterKey;
using srtp::Part;
using srtp::SessionKeys;
using srtp::Way;

constexpr uint8_t rtcp_hmac_tag = 10;  // 80 bits, whatever the suite (RFC 3711 5.2)

srtp::Tail tail_of(Way way, bool rtcp, const MasterKey& key) {
  const SrtpSuiteFacts& facts = facts_of(key.suite);
  return {.rtcp = rtcp,
          .aead = facts.aead,
          .tag = rtcp && !facts.aead ? rtcp_hmac_tag : facts.tag,
          .mki = way == Way::unprotect ? key.mki_length : uint8_t(0)};
}

/// What GCM authenticates and leaves clear of most packets: RTP's fixed header; SRTCP's and its index.
constexpr uint16_t usual_aad = srtp::rtp_header_bytes;
static_assert(usual_aad == srtp::rtcp_header_bytes + srtp::index_word_bytes);

}  // namespace

BurstTransformer::BurstTransformer(const CipherDevice& counter_mode, const CipherDevice& gcm, uint16_t queue,
                                   uint32_t contexts_max, std::unique_ptr<Sessions> sessions)
    : sessions_(std::move(sessions)), free_(contexts_max), contexts_(contexts_max) {
  queues_[0].device = counter_mode.id();
  queues_[1].device = gcm.id();
  for (Queue& each : queues_) each.queue = queue;
  for (Operation& operation : operations_) operation.prepare();
}

BurstTransformer::~BurstTransformer() {
  for (uint32_t id = 0; (id = free_.next_taken(id)) != free_.none; ++id) close(id);
}

ContextId BurstTransformer::open(Way way, Part part, const MasterKey& key) {
  const uint32_t id = free_.take();
  if (id == free_.none) return srtp::no_context;
  Context& context = contexts_[id];
  context.key = key;
  if (part != Part::rtcp) open_channel(context.rtp, way, false, key);
  if (part != Part::rtp) open_channel(context.rtcp, way, true, key);
  return id;
}

void BurstTransformer::open_channel(Channel& channel, Way way, bool rtcp, const MasterKey& key) {
  SessionKeys keys;
  derivation_.derive(key, rtcp, keys);
  channel.way = way;
  channel.tail = tail_of(way, rtcp, key);
  channel.salt = keys.salt;
  channel.session = sessions_->open(way, key.suite, keys, channel.tail.tag, usual_aad);
}

void BurstTransformer::rekey(ContextId id, const MasterKey& key) {
  Context& context = contexts_[id];
  for (Channel* channel : {&context.rtp, &context.rtcp}) {
    if (channel->session == nullptr) continue;
    sessions_->close(context.key.suite, channel->session);
    open_channel(*channel, channel->way, channel == &context.rtcp, key);
    channel->streams.change_key();
  }
  sessions_->close(context.key.suite, context.long_session);
  context.long_session = nullptr;
  context.long_header = 0;
  context.key = key;
}

void BurstTransformer::close(ContextId id) {
  Context& context = contexts_[id];
  for (void* session : {context.rtp.session, context.rtcp.session, context.long_session})
    sessions_->close(context.key.suite, session);
  free_.give_back(id);
  std::destroy_at(&context);  // wipes the key
  std::construct_at(&context);
}

bool BurstTransformer::is_of(ContextId id, const MasterKey& key) const {
  return !free_.is_free(id) && contexts_[id].key == key;
}

/// The drivers take the length of what GCM authenticates from the session. False where the one at hand has
/// another, and is in use in this round.
bool BurstTransformer::session_ready(Context& context, const Channel& channel, size_t header) {
  if (!channel.tail.aead || channel.tail.rtcp || header == usual_aad || header == context.long_header)
    return true;
  if (channel.round == round_) return false;
  sessions_->close(context.key.suite, context.long_session);
  SessionKeys keys;
  derivation_.derive(context.key, false, keys);
  context.long_header = uint16_t(header);
  context.long_session =
      sessions_->open(channel.way, context.key.suite, keys, channel.tail.tag, context.long_header);
  return true;
}

}  // namespace sbc::cipher
