#include "policy/signatures/finder.h"

#include <algorithm>

#include "dataplane/match/expression.h"
#include "dataplane/sip/text.h"

namespace sbc::policy {
namespace {

bool is_in(const Signature& signature, const Place& place) {
  switch (signature.where) {
    case Where::anywhere:
      return true;
    case Where::start_line:
      return place.part == Part::start_line;
    case Where::body:
      return place.part == Part::body;
    case Where::header:
      if (place.part != Part::header) return false;
      if (signature.header != sip::Header::other)
        return sip::header_of(place.header_name) == signature.header;
      return sip::equal_ignoring_case(signature.header_name, place.header_name);
  }
  return false;
}

}  // namespace

Layout& Finder::layout() {
  if (!layout_) layout_.emplace(message_);
  return *layout_;
}

void Finder::on_raw(uint32_t index, size_t end) {
  if (is_taken(index)) return;
  const Signature& signature = signatures_[index];
  if (signature.where == Where::anywhere) return take_or_wait(index, message_);
  Place place = layout().place_of(end - signature.pattern.size());
  if (!is_in(signature, place)) return;
  take_or_wait(index, content_of(place.part, message_.substr(place.begin, place.end - place.begin)));
}

void Finder::on_unescaped(const Unescaped& unescaped, uint32_t index, size_t end) {
  if (is_taken(index)) return;
  const Signature& signature = signatures_[index];
  const Unescaped::Piece* piece = unescaped.piece_of(end - signature.pattern.size(), end);
  if (piece == nullptr) return;
  Place place = layout().place_of(piece->origin);
  std::string_view text = unescaped.text_of(*piece);
  if (signature.where == Where::anywhere) return take_or_wait(index, text);
  if (is_in(signature, place)) take_or_wait(index, content_of(place.part, text));
}

bool Finder::is_taken(uint32_t index) const {
  auto matches = verdict_.matches();
  return std::find(matches.begin(), matches.end(), index) != matches.end();
}

void Finder::take(uint32_t index) {
  const Signature& signature = signatures_[index];
  const Signature*& lowest = lowest_[size_t(signature.action)];
  if (lowest == nullptr || signature.id < lowest->id) lowest = &signature;
  if (verdict_.matches_count_ == SignatureVerdict::matches_max) return;
  verdict_.matches_[verdict_.matches_count_++] = index;
  verdict_.score += signature.score;
}

void Finder::take_or_wait(uint32_t index, std::string_view span) {
  if (!signatures_[index].regex) return take(index);
  met_expression_ = true;
  // The last ones first: a literal that fills a span is found there again and again.
  for (size_t i = waiting_count_; i > 0; --i) {
    if (waiting_[i - 1].index == index && waiting_[i - 1].begin == span.data()) return;
  }
  if (waiting_count_ == waiting_max) return take(index);
  waiting_[waiting_count_++] = {span.data(), uint32_t(span.size()), index};
}

bool Finder::may_look_at(size_t bytes) {
  if (bytes > bytes_left_) return false;
  bytes_left_ -= bytes;
  return true;
}

void Finder::confirm(match::Scratch& scratch) {
  for (const Waiting& waiting : std::span(waiting_).first(waiting_count_)) {
    if (is_taken(waiting.index)) continue;
    std::string_view span(waiting.begin, waiting.size);
    if (!may_look_at(span.size()) || match::found(*signatures_[waiting.index].regex, scratch, span))
      take(waiting.index);
  }
  waiting_count_ = 0;
}

void Finder::decide(uint32_t score_max) {
  auto say = [this](Reason reason, Action action) {
    verdict_.reason = reason;
    verdict_.signature = lowest(action);
  };
  if (lowest(Action::drop) != nullptr) return say(Reason::signature, Action::drop);
  if (lowest(Action::reject) != nullptr) return say(Reason::signature_reject, Action::reject);
  if (verdict_.score >= score_max) return say(Reason::signature_score, Action::score);
  say(Reason::none, lowest(Action::log) != nullptr ? Action::log : Action::score);
}

}  // namespace sbc::policy
