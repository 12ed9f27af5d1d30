#include "config/types/status_set.h"

namespace sbc {
namespace {

constexpr size_t class_size = 100;

}  // namespace

bool StatusSet::add(std::string_view text) {
  auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 3 || text[0] < '3' || text[0] > '6') return false;
  const size_t begin = size_t(text[0] - '3') * class_size;
  if (text.substr(1) == "xx") {
    for (size_t i = 0; i < class_size; ++i) bits_.set(begin + i);
    return true;
  }
  if (!is_digit(text[1]) || !is_digit(text[2])) return false;
  bits_.set(begin + size_t(text[1] - '0') * 10 + size_t(text[2] - '0'));
  return true;
}

std::string StatusSet::text() const {
  std::string result;
  auto append = [&](const std::string& item) { result += (result.empty() ? "" : ", ") + item; };
  for (size_t begin = 0; begin < bits_.size(); begin += class_size) {
    size_t count = 0;
    for (size_t i = 0; i < class_size; ++i) count += bits_[begin + i];
    if (count == class_size) {
      append(std::to_string((first + begin) / class_size) + "xx");
      continue;
    }
    for (size_t i = 0; i < class_size; ++i)
      if (bits_[begin + i]) append(std::to_string(first + begin + i));
  }
  return result;
}

}  // namespace sbc
