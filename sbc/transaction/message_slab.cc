#include "sbc/transaction/message_slab.h"

#include <algorithm>
#include <cstring>

#include "config/types/check.h"

namespace sbc::transaction {
namespace {

size_t chunks_for(size_t bytes) { return (bytes + MessageSlab::chunk_bytes - 1) / MessageSlab::chunk_bytes; }

}  // namespace

MessageSlab::MessageSlab(uint32_t chunks)
    : bytes_(size_t(chunks) * chunk_bytes),
      next_(chunks),
      free_(chunks ? 0 : Kept::none),
      free_count_(chunks) {
  for (uint32_t i = 0; i < chunks; ++i) next_[i] = i + 1 < chunks ? i + 1 : Kept::none;
}

bool MessageSlab::keep(Kept& kept, std::string_view message) {
  release(kept);
  size_t needed = chunks_for(message.size());
  if (message.empty() || needed > free_count_) return false;
  kept = {free_, uint32_t(message.size())};
  uint32_t last = Kept::none;
  for (; !message.empty(); message.remove_prefix(std::min<size_t>(chunk_bytes, message.size()))) {
    last = free_;
    free_ = next_[last];
    size_t part = std::min<size_t>(chunk_bytes, message.size());
    std::memcpy(bytes_.data() + size_t(last) * chunk_bytes, message.data(), part);
  }
  next_[last] = Kept::none;
  free_count_ -= uint32_t(needed);
  kept_bytes_ += kept.size;
  return true;
}

bool MessageSlab::replace(Kept& kept, std::string_view message) {
  if (message.empty() || chunks_for(message.size()) > free_count_ + chunks_for(kept.size)) return false;
  return keep(kept, message);
}

void MessageSlab::release(Kept& kept) {
  if (kept.empty()) return;
  uint32_t last = kept.first;
  uint32_t count = 1;
  for (; next_[last] != Kept::none; last = next_[last]) ++count;
  next_[last] = free_;
  free_ = kept.first;
  free_count_ += count;
  SBC_CHECK(kept_bytes_ >= kept.size);
  kept_bytes_ -= kept.size;
  kept = {};
}

std::string_view MessageSlab::copy(const Kept& kept, std::span<char> out) const {
  if (kept.empty() || out.size() < kept.size) return {};
  size_t done = 0;
  for (uint32_t chunk = kept.first; done < kept.size; chunk = next_[chunk]) {
    size_t part = std::min<size_t>(chunk_bytes, kept.size - done);
    std::memcpy(out.data() + done, bytes_.data() + size_t(chunk) * chunk_bytes, part);
    done += part;
  }
  return {out.data(), done};
}

}  // namespace sbc::transaction
