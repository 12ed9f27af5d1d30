#include "sbc/edge/reporter.h"

#include <charconv>

namespace sbc::edge {
namespace {

/// One line about a message, cut at its bound: it is put together on a worker.
class Line {
 public:
  Line& text(std::string_view text) {
    size_t size = std::min(text.size(), bytes_.size() - size_);
    std::memcpy(bytes_.data() + size_, text.data(), size);
    size_ += size;
    return *this;
  }
  Line& number(uint32_t number) {
    char digits[10];
    return text({digits, std::to_chars(digits, std::end(digits), number).ptr});
  }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, sizeof call::LogRecord::text> bytes_;
  size_t size_ = 0;
};

std::string_view text_of(media::Intrusion intrusion) {
  switch (intrusion) {
    case media::Intrusion::none:
      break;
    case media::Intrusion::bleed:
      return "RTP bleed: a stranger tries a media port that waits for its peer";
    case media::Intrusion::injection:
      return "RTP injection: a stranger sends to a media port that is in use";
    case media::Intrusion::flood:
      return "RTP flood: the peer sends more packets than what was negotiated can need";
    case media::Intrusion::unfit:
      return "media that does not fit what was negotiated";
  }
  return {};
}

}  // namespace

void Reporter::cdr(const call::CallRecord& record) {
  WorkerCounters& counters = exchange_.counters;
  bool answered = record.answered.ns != 0;
  counters.calls_ended.add();
  (answered ? counters.calls_answered : counters.calls_failed).add();
  if (!exchange_.cdrs.push(record)) counters.cdrs_lost.add();
}

void Reporter::refused(Instant now, Reason reason, RealmId realm, const Endpoint& peer,
                       std::string_view detail, Deviations refused) {
  if (!log_state_.conforms(log_limit_, now)) return;
  call::LogRecord record{call::Severity::info, reason, realm, 0, peer, {}};
  refused.each([&](Deviation deviation) {
    if (record.text.size != 0) record.text.add(", ");
    record.text.add(name_of(deviation));
  });
  if (!refused.empty()) record.text.add(": ");
  record.text.add(detail);
  log(record);
}

void Reporter::matched(Instant now, const Admission& admission, RealmId realm, const Endpoint& peer) {
  if (!log_state_.conforms(log_limit_, now)) return;
  Line line;
  line.text(admission.reason == Reason::none ? "passes although signature " : "signature ");
  line.number(admission.signature->id).text(" matches");
  if (admission.score != 0) line.text(" (score ").number(admission.score).text(")");
  line.text(": ").text(admission.signature->message);
  log({call::Severity::info, admission.reason, realm, 0, peer, line.view()});
}

bool Reporter::intruded(Instant now, const media::Verdict& verdict, RealmId realm, const Endpoint& peer) {
  if (!intrusion_state_.conforms(log_limit_, now)) return false;
  const bool peers_own = verdict.news == media::Intrusion::unfit;
  log({peers_own ? call::Severity::info : call::Severity::warning, verdict.reason, realm, verdict.token, peer,
       text_of(verdict.news)});
  return true;
}

void Reporter::about_call(Instant now, const call::LogRecord& record) {
  if (record.call == 0 || call_state_.conforms(log_limit_, now)) log(record);
}

void Reporter::push(Report report) {
  if (!exchange_.reports.push(std::move(report))) exchange_.counters.reports_lost.add();
}

}  // namespace sbc::edge
