#include "sbc/control/inquiry.h"

namespace sbc::control {

void Inquiries::ask(edge::Command::Kind kind, uint64_t call, size_t rows_max, bool first_done, Instant now,
                    Finish finish) {
  uint64_t request = next_request_++;
  Inquiry inquiry;
  inquiry.rows_max = rows_max;
  inquiry.first_done = first_done;
  inquiry.deadline = now + timeout_;
  inquiry.finish = std::move(finish);
  for (unsigned worker = 0; worker < exchanges_.size(); ++worker) {
    // A full ring: the worker has not read commands for long. It counts as silent, at the deadline.
    exchanges_[worker]->commands.push({kind, request, call});
    inquiry.awaited.push_back(true);
    ++inquiry.missing;
  }
  open_.emplace(request, std::move(inquiry));
}

void Inquiries::on_row(const edge::CallRow& row) {
  auto found = open_.find(row.request);
  if (found == open_.end()) return;
  std::vector<call::CallRecord>& rows = found->second.gathered.rows;
  if (rows.size() < found->second.rows_max) rows.push_back(row.record);
}

void Inquiries::on_answered(unsigned worker, const edge::Answered& answered, Instant now) {
  auto found = open_.find(answered.request);
  if (found == open_.end() || !found->second.awaited[worker]) return;
  Inquiry& inquiry = found->second;
  inquiry.awaited[worker] = false;
  --inquiry.missing;
  inquiry.gathered.done = inquiry.gathered.done || answered.done;
  if (inquiry.missing == 0 || (inquiry.first_done && answered.done)) end(answered.request, now);
}

void Inquiries::expire(Instant now) {
  // Requests are numbered in the order of their deadlines.
  while (!open_.empty() && open_.begin()->second.deadline <= now) {
    Inquiry& inquiry = open_.begin()->second;
    for (unsigned worker = 0; worker < inquiry.awaited.size(); ++worker) {
      if (inquiry.awaited[worker]) inquiry.gathered.silent_workers.push_back(worker);
    }
    end(open_.begin()->first, now);
  }
}

void Inquiries::end(uint64_t request, Instant now) {
  auto node = open_.extract(request);
  node.mapped().finish(node.mapped().gathered, now);
}

}  // namespace sbc::control
