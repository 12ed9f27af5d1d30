#include "sbc/call/outbox.h"

#include <algorithm>

namespace sbc::call {

Outbox::Outbox(size_t effects_max, size_t bytes_max) : arena_(std::max(bytes_max, step_bytes)) {
  effects_.reserve(std::max(effects_max, step_effects));
}

std::span<char> Outbox::space() { return {arena_.data() + used_, arena_.size() - used_}; }

void Outbox::send(const Transport& transport, size_t size) {
  SBC_CHECK(size <= arena_.size() - used_);
  push(Send{transport, uint32_t(used_), uint32_t(size)});
  used_ += size;
}

void Outbox::send(const Transport& transport, std::string_view copy_of) {
  SBC_CHECK(copy_of.size() <= arena_.size() - used_);
  std::copy(copy_of.begin(), copy_of.end(), space().begin());
  send(transport, copy_of.size());
}

bool Outbox::full() const {
  return effects_.capacity() - effects_.size() < step_effects || arena_.size() - used_ < step_bytes;
}

void Outbox::clear() {
  effects_.clear();
  used_ = 0;
}

}  // namespace sbc::call
