#include "sbc/edge/reporter.h"

namespace sbc::edge {

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

void Reporter::push(Report report) {
  if (!exchange_.reports.push(std::move(report))) exchange_.counters.reports_lost.add();
}

}  // namespace sbc::edge
