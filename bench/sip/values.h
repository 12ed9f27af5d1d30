// The values that the back-to-back user agent reads from a message, and the two things that can be done with
// each as a parser finds it: fold it into one number (timed), or list it (compared, outside of the timing).
//
// A parser names its values in whatever order suits it; values of one kind come in the message's order. What
// is absent is left out, or given as empty text or 0: both are the same.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbc::bench {

enum class Value : uint8_t {
  method,  // of a request
  status,  // of a response
  phrase,
  request_user,  // user, host and port of each kind of URI stand together: Sink::uri counts on it
  request_host,
  request_port,
  via_transport,
  via_host,
  via_port,
  via_branch,
  from_display,
  from_user,
  from_host,
  from_port,
  from_tag,
  to_display,
  to_user,
  to_host,
  to_port,
  to_tag,
  call_id,
  cseq_number,
  cseq_method,
  contact_user,
  contact_host,
  contact_port,
  route_user,
  route_host,
  route_port,
  record_route_user,
  record_route_host,
  record_route_port,
  max_forwards,
  content_type,  // type and subtype
  content_length,
  supported,
  require,
  body,
  count_
};

std::string_view name_of(Value value);

constexpr Value next(Value value, int steps) { return Value(int(value) + steps); }

/// Text as a library hands it out: a view, or a C string, which may be null.
constexpr const char* begin_of(std::string_view text) { return text.empty() ? nullptr : text.data(); }
constexpr const char* begin_of(const char* text) { return text; }
constexpr std::string_view view_of(std::string_view text) { return text; }
constexpr std::string_view view_of(const char* text) { return text ? text : std::string_view{}; }

constexpr uint64_t number_of(std::string_view digits) {
  uint64_t number = 0;
  for (char c : digits) {
    if (c < '0' || c > '9') break;
    number = number * 10 + unsigned(c - '0');
  }
  return number;
}
constexpr uint64_t number_of(const char* digits) {
  uint64_t number = 0;
  for (; digits != nullptr && *digits >= '0' && *digits <= '9'; ++digits)
    number = number * 10 + unsigned(*digits - '0');
  return number;
}

/// Folds each value's first byte into a sum that every parser must reach, and makes the compiler have its
/// length where the parser knows it: nearly free, and the same for all. C strings are not measured, so that a
/// library is not charged for it.
class Fold {
 public:
  uint64_t sum() const { return sum_; }

  template <class Text>
  void text(Value kind, Text text) {
    const char* begin = begin_of(text);
    use_length(text);
    if (begin != nullptr) add(kind, uint8_t(*begin));
  }
  /// A host or display name, with or without its brackets or quotes.
  template <class Text>
  void bare(Value kind, Text text) {
    const char* begin = begin_of(text);
    use_length(text);
    if (begin != nullptr) add(kind, uint8_t(*begin == '[' || *begin == '"' ? begin[1] : *begin));
  }
  /// "a@b" or "a/b" that the library has in two pieces.
  template <class Text>
  void joined(Value kind, Text first, char, Text second) {
    text(kind, first);
    use_length(second);
    if (const char* begin = begin_of(second)) consume(uint8_t(*begin));
  }
  void number(Value kind, uint64_t number) { add(kind, number); }

  template <class Text>
  void uri(Value user, Text user_text, Text host, uint64_t port) {
    text(user, user_text);
    bare(next(user, 1), host);
    number(next(user, 2), port);
  }

 private:
  void add(Value kind, uint64_t x) { sum_ += x * (2 * uint64_t(kind) + 1); }
  static void consume(uint64_t x) { asm volatile("" : : "r"(x)); }
  static void use_length(std::string_view text) { consume(text.size()); }
  static void use_length(const char*) {}

  uint64_t sum_ = 0;
};

/// Copies every value, for comparison.
class Listing {
 public:
  template <class Text>
  void text(Value kind, Text text) {
    add(kind, view_of(text));
  }
  template <class Text>
  void bare(Value kind, Text text) {
    add_bare(kind, view_of(text));
  }
  template <class Text>
  void joined(Value kind, Text first, char separator, Text second) {
    std::string whole(view_of(first));
    if (begin_of(second) != nullptr) (whole += separator) += view_of(second);
    add(kind, whole);
  }
  void number(Value kind, uint64_t number) {
    if (number != 0) add(kind, std::to_string(number));
  }
  template <class Text>
  void uri(Value user, Text user_text, Text host, uint64_t port) {
    text(user, user_text);
    bare(next(user, 1), host);
    number(next(user, 2), port);
  }

  const std::vector<std::string>& of(Value kind) const { return values_[size_t(kind)]; }
  /// One number for everything, each value with its kind, place and length.
  uint64_t checksum() const;

 private:
  void add(Value kind, std::string_view text);
  void add_bare(Value kind, std::string_view text);

  std::array<std::vector<std::string>, size_t(Value::count_)> values_;
};

/// The first kind of value that differs, with both readings; empty when none does.
std::string difference(const Listing& a, const Listing& b);

/// One way to read a message. Both functions make, use and destroy all that the parser needs; they return
/// false when the message is refused.
struct Parser {
  std::string_view name;
  bool (*fold)(std::string_view message, Fold& fold);
  bool (*list)(std::string_view message, Listing& listing);
};

}  // namespace sbc::bench
