// Written: a DNS message as a server writes it, field by field.
#pragma once

#include <string>
#include <vector>

#include "dataplane/dns/reply.h"

namespace sbc::dns {

using Bytes = std::vector<uint8_t>;

inline void add16(Bytes& to, uint16_t value) {
  to.push_back(uint8_t(value >> 8));
  to.push_back(uint8_t(value));
}
inline void add32(Bytes& to, uint32_t value) {
  add16(to, uint16_t(value >> 16));
  add16(to, uint16_t(value));
}
inline Bytes name(const std::string& text) {
  Bytes bytes;
  for (size_t at = 0; at < text.size();) {
    const size_t dot = std::min(text.find('.', at), text.size());
    bytes.push_back(uint8_t(dot - at));
    bytes.insert(bytes.end(), text.begin() + std::ptrdiff_t(at), text.begin() + std::ptrdiff_t(dot));
    at = dot + 1;
  }
  bytes.push_back(0);
  return bytes;
}
inline Bytes address(const std::string& text) {
  const IpAddress parsed = *IpAddress::parse(text);
  if (!parsed.is_v4()) return {parsed.bytes.begin(), parsed.bytes.end()};
  Bytes bytes;
  add32(bytes, parsed.v4_bits());
  return bytes;
}
inline Bytes srv(uint16_t priority, uint16_t weight, uint16_t port, const std::string& target) {
  Bytes bytes;
  for (uint16_t field : {priority, weight, port}) add16(bytes, field);
  for (uint8_t byte : name(target)) bytes.push_back(byte);
  return bytes;
}
inline Bytes naptr(uint16_t order, uint16_t preference, const std::string& flags, const std::string& service,
                   const std::string& replacement) {
  Bytes bytes;
  add16(bytes, order);
  add16(bytes, preference);
  for (const std::string& text : {flags, service, std::string()}) {
    bytes.push_back(uint8_t(text.size()));
    bytes.insert(bytes.end(), text.begin(), text.end());
  }
  for (uint8_t byte : name(replacement)) bytes.push_back(byte);
  return bytes;
}
inline Bytes soa(uint32_t minimum) {
  Bytes bytes = name("ns.example");
  for (uint8_t byte : name("admin.example")) bytes.push_back(byte);
  for (uint32_t field : {1u, 2u, 3u, 4u, minimum}) add32(bytes, field);
  return bytes;
}

class Written {
 public:
  explicit Written(Question question, uint8_t rcode = 0, uint16_t flags = 0x8180)
      : question_(std::move(question)), flags_(uint16_t(flags | rcode)) {}

  Written& answer(const std::string& owner, Type type, uint32_t ttl, const Bytes& data) {
    ++answers_;
    return add(owner, type, ttl, data);
  }
  /// After all answers.
  Written& authority(const std::string& owner, Type type, uint32_t ttl, const Bytes& data) {
    ++authorities_;
    return add(owner, type, ttl, data);
  }
  Bytes bytes(uint16_t id = 7) const {
    Bytes all;
    for (uint16_t field : {id, flags_, uint16_t(1), answers_, authorities_, uint16_t(0)}) add16(all, field);
    for (uint8_t byte : name(question_.name)) all.push_back(byte);
    add16(all, uint16_t(question_.type));
    add16(all, 1);
    all.insert(all.end(), records_.begin(), records_.end());
    return all;
  }
  Reply read() const { return read_reply(bytes(), question_); }

 private:
  Written& add(const std::string& owner, Type type, uint32_t ttl, const Bytes& data) {
    for (uint8_t byte : name(owner)) records_.push_back(byte);
    add16(records_, uint16_t(type));
    add16(records_, 1);
    add32(records_, ttl);
    add16(records_, uint16_t(data.size()));
    records_.insert(records_.end(), data.begin(), data.end());
    return *this;
  }

  Question question_;
  uint16_t flags_;
  uint16_t answers_ = 0, authorities_ = 0;
  Bytes records_;
};

}  // namespace sbc::dns
