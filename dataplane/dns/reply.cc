#include "dataplane/dns/reply.h"

#include <algorithm>
#include <limits>

#include "dataplane/bytes/reader.h"
#include "dataplane/dns/wire_name.h"

namespace sbc::dns {
namespace {

using Outcome = Reply::Outcome;

constexpr uint16_t class_internet = 1;
constexpr uint8_t rcode_ok = 0, rcode_no_name = 3;
constexpr size_t header_size = 12;

struct Header {
  bool response = false, truncated = false;
  uint8_t rcode = 0;
  uint16_t questions = 0, answers = 0, authorities = 0;
};

struct Record {
  std::string owner;
  Type type{};
  uint32_t ttl = 0;
  size_t data = 0, data_end = 0;  // in the message
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return result;
}

Header read_header(Reader& in) {
  Header header;
  in.skip(2);  // the identifier: whoever asked has compared it
  const uint16_t flags = in.be16();
  header.response = (flags & 0x8000) != 0;
  header.truncated = (flags & 0x0200) != 0;
  header.rcode = flags & 0x0f;
  header.questions = in.be16();
  header.answers = in.be16();
  header.authorities = in.be16();
  return header;
}

class Reading {
 public:
  Reading(std::span<const uint8_t> message, const Question& question)
      : message_(message), question_(question) {}

  Reply read() {
    Reader in(message_);
    const Header header = read_header(in);
    at_ = header_size;
    if (message_.size() < header_size || !header.response || header.truncated || !skip_question(header))
      return failed(Outcome::malformed);
    if (header.rcode != rcode_ok && header.rcode != rcode_no_name) return failed(Outcome::server_failed);
    if (!read_section(header.answers, answers_) || !read_section(header.authorities, authorities_))
      return failed(Outcome::malformed);
    const std::string name = follow_aliases();
    for (const Record& record : answers_) {
      if (record.owner != name || record.type != question_.type) continue;
      if (!take(record)) return failed(Outcome::malformed);
      shorten_ttl(record.ttl);
    }
    const bool any = !reply_.addresses.empty() || !reply_.services.empty() || !reply_.naptrs.empty();
    if (any) {
      reply_.outcome = Outcome::found;
    } else if (header.rcode == rcode_no_name) {
      set_negative(Outcome::no_name);
    } else if (name != question_.name && !has_soa()) {
      reply_.outcome = Outcome::alias;
      reply_.alias = name;
    } else {
      set_negative(Outcome::no_data);
    }
    if (reply_.ttl == std::numeric_limits<uint32_t>::max()) reply_.ttl = 0;
    return std::move(reply_);
  }

 private:
  static Reply failed(Outcome outcome) {
    Reply reply;
    reply.outcome = outcome;
    return reply;
  }

  bool skip_question(const Header& header) {
    if (header.questions != 1) return false;
    auto name = read_name(message_, at_);
    Reader in(message_.subspan(std::min(at_, message_.size())));
    const auto type = Type(in.be16());
    const bool internet = in.be16() == class_internet;
    at_ += 4;
    return name && !in.failed() && internet && *name == question_.name && type == question_.type;
  }

  bool read_section(uint16_t count, std::vector<Record>& into) {
    for (uint16_t i = 0; i < count; ++i) {
      Record record;
      auto owner = read_name(message_, at_);
      if (!owner || at_ > message_.size()) return false;
      record.owner = std::move(*owner);
      Reader in(message_.subspan(at_));
      record.type = Type(in.be16());
      const bool internet = in.be16() == class_internet;
      record.ttl = in.be32();
      if (record.ttl > 0x7fffffff) record.ttl = 0;  // RFC 2181 8
      const uint16_t length = in.be16();
      in.skip(length);
      if (in.failed()) return false;
      record.data = at_ + 10;
      record.data_end = at_ = record.data + length;
      if (internet && into.size() < Reply::records_max) into.push_back(std::move(record));
    }
    return true;
  }

  /// The name that the question's one stands for (RFC 1034 3.6.2).
  std::string follow_aliases() {
    std::string name = question_.name;
    for (unsigned links = 0; links < Reply::links_max; ++links) {
      auto link = std::find_if(answers_.begin(), answers_.end(), [&](const Record& record) {
        return record.type == Type::cname && record.owner == name;
      });
      if (link == answers_.end()) break;
      size_t at = link->data;
      auto next = read_name(message_, at);
      if (!next || next->empty()) break;
      shorten_ttl(link->ttl);
      name = std::move(*next);
    }
    return name;
  }

  bool take(const Record& record) {
    auto data = message_.subspan(record.data, record.data_end - record.data);
    switch (record.type) {
      case Type::a:
        if (data.size() != 4) return false;
        reply_.addresses.push_back(IpAddress::v4(load_be32(data.data())));
        return true;
      case Type::aaaa: {
        IpAddress address;
        if (data.size() != address.bytes.size()) return false;
        std::copy(data.begin(), data.end(), address.bytes.begin());
        // A mapped address would count as IPv4, which has records of its own.
        if (!address.is_v4()) reply_.addresses.push_back(address);
        return true;
      }
      case Type::srv:
        return take_service(record, data);
      case Type::naptr:
        return take_naptr(record, data);
      case Type::cname:
      case Type::soa:
        break;
    }
    return true;
  }

  bool take_service(const Record& record, std::span<const uint8_t> data) {
    Reader in(data);
    Srv service{in.be16(), in.be16(), in.be16(), {}};
    size_t at = record.data + 6;
    auto target = in.failed() ? std::nullopt : read_name(message_, at);
    if (!target || at > record.data_end) return false;
    service.target = std::move(*target);
    reply_.services.push_back(std::move(service));
    return true;
  }

  bool take_naptr(const Record& record, std::span<const uint8_t> data) {
    Reader in(data);
    Naptr naptr{in.be16(), in.be16(), {}, {}, {}};
    auto string = [&in] {
      auto bytes = in.take(in.u8());
      return std::string(bytes.begin(), bytes.end());
    };
    naptr.flags = lower(string());
    naptr.service = lower(string());
    string();  // the regexp: RFC 3263 4.1 has no use for it
    size_t at = record.data_end - in.left();
    auto replacement = in.failed() ? std::nullopt : read_name(message_, at);
    if (!replacement || at > record.data_end) return false;
    naptr.replacement = std::move(*replacement);
    reply_.naptrs.push_back(std::move(naptr));
    return true;
  }

  bool has_soa() const {
    return std::any_of(authorities_.begin(), authorities_.end(),
                       [](const Record& record) { return record.type == Type::soa; });
  }

  /// RFC 2308 5: for as long as the SOA's own TTL and its last field say, whichever is less.
  void set_negative(Outcome outcome) {
    reply_.outcome = outcome;
    for (const Record& record : authorities_) {
      constexpr size_t field = 4;
      if (record.type != Type::soa || record.data_end - record.data < field) continue;
      shorten_ttl(std::min(record.ttl, load_be32(message_.data() + record.data_end - field)));
    }
  }

  void shorten_ttl(uint32_t ttl) { reply_.ttl = std::min(reply_.ttl, ttl); }

  std::span<const uint8_t> message_;
  const Question& question_;
  size_t at_ = 0;
  std::vector<Record> answers_, authorities_;
  Reply reply_{.outcome = Outcome::no_data,
               .ttl = std::numeric_limits<uint32_t>::max(),
               .alias = {},
               .addresses = {},
               .services = {},
               .naptrs = {}};
};

}  // namespace

Reply read_reply(std::span<const uint8_t> message, const Question& question) {
  return Reading(message, question).read();
}

}  // namespace sbc::dns
