// BurstTransformer::run(): see burst_transformer.h.
#include <algorithm>
#include <cstring>

#include <rte_cryptodev.h>

#include "config/types/check.h"
#include "dataplane/cipher/burst_transformer.h"
#include "dataplane/srtp/iv.h"
#include "dataplane/srtp/packet_index.h"

namespace sbc::cipher {
namespace {

using srtp::PacketParts;
using srtp::Way;
using srtp::Work;

/// Estimates from an index so near to the highest are the same, whichever of its neighbours has come before.
constexpr uint64_t near = 1u << 14;

uint32_t ssrc_of(const Work& work) { return load_be32(work.data + (work.rtcp ? 4 : 8)); }

/// Of the packet of a stream that is none, or has not begun under this key, it is a guess.
std::optional<uint64_t> index_of(const srtp::Stream* stream, uint16_t sequence) {
  if (stream == nullptr) return sequence;
  const auto index = srtp::estimate_index(stream->window.highest(), sequence);
  return index || !stream->window.is_empty() ? index : sequence;
}

/// None where it lies too far before the highest, or behind a key's last.
std::optional<uint64_t> index_to_send(srtp::Stream* stream, uint16_t sequence) {
  if (stream == nullptr) return sequence;
  const auto index = index_of(stream, stream->renumbering.number_of(sequence));
  if (index && !stream->window.is_past(*index)) return index;
  const uint64_t highest = stream->window.highest();
  return stream->renumbering.begin_anew(sequence, highest)
             ? srtp::estimate_index(highest, uint16_t(highest + 1))
             : std::nullopt;
}

bool find_parts(const Work& work, const Channel& channel, PacketParts& parts) {
  const size_t header = srtp::header_bytes({work.data, work.size}, work.rtcp);
  if (header == 0) return false;
  if (channel.way == Way::unprotect)
    return srtp::parts_to_unprotect(work.size, header, channel.tail, parts) &&
           (!work.rtcp || load_be32(work.data + parts.index) >= srtp::encrypted_flag);
  parts = srtp::parts_to_protect(work.size, header, channel.tail);
  return work.room >= srtp::tail_max && parts.end <= UINT16_MAX;
}

void prefetch_lines(const void* at, unsigned first, unsigned last) {
  for (unsigned line = first; line < last; ++line)
    __builtin_prefetch(static_cast<const char*>(at) + 64 * line);
}

/// Where DPDK 22.11's drivers read: AES-128's round keys, then HMAC's two states, or the first powers of
/// GHASH's key with AVX-512. A hint: where it is wrong nothing but time is lost.
void prefetch_session(const void* session, bool aead) {
  constexpr unsigned head = 1;  // line: DPDK's own, before the driver's
  prefetch_lines(session, head, head + 4);
  aead ? prefetch_lines(session, head + 13, head + 17) : prefetch_lines(session, head + 16, head + 22);
}

}  // namespace

void BurstTransformer::run(std::span<Work> burst) {
  while (!burst.empty()) burst = burst.subspan(run_round(burst.first(std::min(burst.size(), round_max))));
}

/// How many of them it has done: one at least.
size_t BurstTransformer::run_round(std::span<Work> works) {
  ++round_;
  beginner_.place = Beginner::none;
  prefetch(works);
  size_t count = 0;
  for (; count < works.size(); ++count) {
    const Prepared prepared = prepare(works[count], operations_[count], pending_[count]);
    if (prepared == Prepared::later) break;
    pending_[count].ready = prepared == Prepared::ready;
  }
  for (Queue& queue : queues_) queue.exchange();
  if (beginner_.place != Beginner::none) retry_beginner(works);
  for (size_t i = 0; i < count; ++i)
    if (pending_[i].ready) finish(works[i], operations_[i], pending_[i]);
  return count;
}

/// Contexts and sessions lie in no order in memory.
void BurstTransformer::prefetch(std::span<const Work> works) const {
  auto channel_of = [&](const Work& work) -> const Channel& {
    return work.rtcp ? contexts_[work.context].rtcp : contexts_[work.context].rtp;
  };
  for (const Work& work : works) prefetch_lines(&channel_of(work), 0, 2);
  for (const Work& work : works) prefetch_session(channel_of(work).session, channel_of(work).tail.aead);
}

BurstTransformer::Prepared BurstTransformer::prepare(Work& work, Operation& operation, Pending& pending) {
  Context& context = contexts_[work.context];
  Channel& channel = context.channel(work.rtcp);
  SBC_CHECK(channel.session != nullptr);
  PacketParts parts;
  if (!find_parts(work, channel, parts)) return refuse(work, Reason::srtp_malformed);
  if (!session_ready(context, channel, parts.body)) return Prepared::later;
  pending.ssrc = ssrc_of(work);
  const Prepared prepared = channel.way == Way::protect ? index_to_protect(work, context, pending)
                                                        : index_to_unprotect(work, channel, parts, pending);
  if (prepared != Prepared::ready) return prepared;
  channel.round = round_;
  enqueue(work, context, parts, operation, pending);
  return Prepared::ready;
}

void BurstTransformer::enqueue(const Work& work, const Context& context, const PacketParts& parts,
                               Operation& operation, Pending& pending) {
  fill(work, context, parts, operation, pending);
  Queue& queue = queues_[context.channel(work.rtcp).tail.aead];
  queue.operations[queue.count++] = &operation.head;
}

BurstTransformer::Prepared BurstTransformer::refuse(Work& work, Reason reason) {
  work.reason = reason;
  return Prepared::refused;
}

/// Each index once, sent or not: no key stream is used twice (RFC 3711 9.1).
BurstTransformer::Prepared BurstTransformer::index_to_protect(Work& work, Context& context,
                                                              Pending& pending) {
  if (work.rtcp) {
    if (context.next_rtcp_index == srtp::rtcp_index_end) return refuse(work, Reason::srtp_replayed);
    pending.index = context.next_rtcp_index++;
    return Prepared::ready;
  }
  srtp::Streams& streams = context.rtp.streams;
  const auto index = index_to_send(streams.find(pending.ssrc), load_be16(work.data + 2));
  if (!index || !streams.add(pending.ssrc, *index)) return refuse(work, Reason::srtp_replayed);
  pending.index = *index;
  store_be16(work.data + 2, uint16_t(*index));
  return Prepared::ready;
}

/// Nothing is noted before the packet is authentic.
BurstTransformer::Prepared BurstTransformer::index_to_unprotect(Work& work, Channel& channel,
                                                                const PacketParts& parts, Pending& pending) {
  if (work.rtcp) {
    pending.index = load_be32(work.data + parts.index) & ~srtp::encrypted_flag;
    return channel.streams.is_new(pending.ssrc, pending.index) ? Prepared::ready
                                                               : refuse(work, Reason::srtp_replayed);
  }
  const srtp::Stream* stream = channel.streams.find(pending.ssrc);
  const uint16_t sequence = load_be16(work.data + 2);
  const uint64_t highest = stream != nullptr ? stream->window.highest() : 0;
  const auto index = index_of(stream, sequence);
  const bool begins = stream == nullptr || stream->window.is_empty();
  const bool settled = !begins && index && *index + near > highest && *index < highest + near;
  if (channel.round == round_ && (channel.unsettled || !settled)) return Prepared::later;
  if (!index || !channel.streams.is_new(pending.ssrc, *index)) return refuse(work, Reason::srtp_replayed);
  pending.index = *index;
  if (begins && !keep_beginner(work, parts, pending)) return Prepared::later;
  channel.unsettled = !settled;
  return Prepared::ready;
}

/// False where this round has one already.
bool BurstTransformer::keep_beginner(const Work& work, const PacketParts& parts, const Pending& pending) {
  const uint64_t index = srtp::other_index(pending.index);
  if (index == pending.index || work.size > beginner_.bytes.size()) return true;
  if (beginner_.place != Beginner::none) return false;
  beginner_.place = size_t(&pending - pending_.data());
  beginner_.index = index;
  beginner_.parts = parts;
  std::memcpy(beginner_.bytes.data(), work.data, work.size);
  return true;
}

/// Nothing has been noted of it, and nothing else of its channel is in this round.
void BurstTransformer::retry_beginner(std::span<Work> works) {
  const size_t at = beginner_.place;
  if (operations_[at].succeeded()) return;
  std::memcpy(works[at].data, beginner_.bytes.data(), works[at].size);
  pending_[at].index = beginner_.index;
  enqueue(works[at], contexts_[works[at].context], beginner_.parts, operations_[at], pending_[at]);
  for (Queue& queue : queues_) queue.exchange();
}

/// Tells the driver what there is to do, and writes what stands in the packet's tail.
void BurstTransformer::fill(const Work& work, const Context& context, const PacketParts& parts,
                            Operation& operation, Pending& pending) {
  const Channel& channel = context.channel(work.rtcp);
  const bool protect = channel.way == Way::protect;
  pending.size = uint16_t(protect ? parts.end : parts.body_end);
  if (work.rtcp && protect)
    store_be32(work.data + parts.index, srtp::encrypted_flag | uint32_t(pending.index));
  if (channel.tail.aead) {
    srtp::write_gcm_iv(operation.iv.data(), channel.salt.data(), pending.ssrc, pending.index);
    const bool is_long = !work.rtcp && parts.body != srtp::rtp_header_bytes;
    void* session = is_long ? context.long_session : channel.session;
    operation.seal(session, work.data, parts, work.rtcp);
  } else {
    srtp::write_counter_iv(operation.iv.data(), channel.salt.data(), pending.ssrc, pending.index);
    if (!protect) operation.keep_tag(work.data + parts.tag, channel.tail.tag);
    if (!work.rtcp) store_be32(work.data + parts.body_end, uint32_t(pending.index >> 16));
    operation.encrypt_and_hash(channel.session, work.data, parts, protect);
  }
}

void BurstTransformer::finish(Work& work, const Operation& operation, const Pending& pending) {
  Channel& channel = contexts_[work.context].channel(work.rtcp);
  if (channel.way == Way::protect) {
    work.reason = operation.succeeded() ? Reason::none : Reason::srtp_malformed;
  } else if (!operation.succeeded()) {
    work.reason = Reason::srtp_forged;
  } else {
    // It may have come twice in this very round.
    const bool is_new = channel.streams.add(pending.ssrc, pending.index);
    work.reason = is_new ? Reason::none : Reason::srtp_replayed;
  }
  if (work.reason == Reason::none) work.size = pending.size;
}

void BurstTransformer::Queue::exchange() {
  if (count == 0) return;
  SBC_CHECK(rte_cryptodev_enqueue_burst(device, queue, operations.data(), uint16_t(count)) == count);
  std::array<rte_crypto_op*, round_max> done;
  while (count > 0) count -= rte_cryptodev_dequeue_burst(device, queue, done.data(), uint16_t(count));
}

}  // namespace sbc::cipher
