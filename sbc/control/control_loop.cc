#include "sbc/control/control_loop.h"

#include <algorithm>

#include <fmt/format.h>

namespace sbc::control {

using namespace std::chrono_literals;
using call::Severity;

ControlLoop::ControlLoop(Backend& backend, const LoopOptions& options, Instant now)
    : backend_(backend),
      inquiries_(backend.exchanges(), options.worker_timeout),
      sampler_(backend.exchanges(), now),
      commands_(backend, inquiries_, sampler_, clock_, options.identity,
                [this](bool dry_run) { return reload(dry_run); }) {}

std::unique_ptr<ControlLoop> ControlLoop::open(Backend& backend, const LoopOptions& options, Instant now,
                                               std::string& error) {
  std::unique_ptr<ControlLoop> loop(new ControlLoop(backend, options, now));
  if (error = loop->open_files(); !error.empty()) return nullptr;
  loop->socket_ = Socket::open(backend.policy()->model->control_socket, error);
  if (!loop->socket_) return nullptr;
  return loop;
}

std::string ControlLoop::open_files() {
  auto policy = backend_.policy();
  std::string log = log_.reopen(policy->model->log);
  std::string cdr = cdr_.reopen(policy->model->cdr_file);
  return log.empty() || cdr.empty() ? log + cdr : log + "; " + cdr;
}

void ControlLoop::wait(Duration at_most, std::span<const pollfd> also) const {
  socket_->wait(inquiries_.pending() ? std::min<Duration>(at_most, 1ms) : at_most, also);
}

void ControlLoop::run(Instant now, WallClock clock) {
  clock_ = clock;
  sampler_.run(now);
  backend_.expire(now);
  drain_cdrs(now);
  drain_reports(now);
  inquiries_.expire(now);
  socket_->run(now, [&](ClientId client, std::string_view line) {
    commands_.handle(line, now, [this, client](const Json& answer, Instant at) {
      socket_->answer(client, line_of(answer), at);
    });
  });
  watch_lost_reports();
  log_.flush(now);
}

void ControlLoop::drain_cdrs(Instant now) {
  constexpr unsigned cdrs_per_run = 4096;  // of one worker: clients get their turn when many calls end
  auto policy = backend_.policy();
  const bool failed_before = cdr_.failing();
  const uint64_t lost_before = cdr_.lost();
  for (edge::Exchange* exchange : backend_.exchanges()) {
    for (unsigned i = 0; i < cdrs_per_run && exchange->cdrs.pop(record_); ++i)
      cdr_.add(line_of(call_json(record_, *policy, clock_, now)));
  }
  cdr_.flush();
  if (cdr_.lost() != lost_before && !failed_before) {
    log_.say(Severity::error, "cannot write CDRs: is the disk full? They are lost until it can");
  } else if (failed_before && !cdr_.failing()) {
    log_.say(Severity::warning, fmt::format("CDRs can be written again; {} were lost so far", cdr_.lost()));
  }
}

void ControlLoop::drain_reports(Instant now) {
  constexpr unsigned reports_per_run = 4096;  // of one worker: clients get their turn in a flood
  auto policy = backend_.policy();
  auto exchanges = backend_.exchanges();
  for (unsigned worker = 0; worker < exchanges.size(); ++worker) {
    for (unsigned i = 0; i < reports_per_run && exchanges[worker]->reports.pop(report_); ++i) {
      on_report(worker, report_, *policy, now);
    }
  }
}

void ControlLoop::on_report(unsigned worker, const edge::Report& report, const policy::Compiled& policy,
                            Instant now) {
  if (auto* log = std::get_if<edge::LogReport>(&report)) return log_.write(log->record, policy, now);
  if (auto* asked = std::get_if<edge::HostAsked>(&report)) return backend_.on_host_asked(worker, *asked);
  if (auto* row = std::get_if<edge::CallRow>(&report)) return inquiries_.on_row(*row);
  inquiries_.on_answered(worker, std::get<edge::Answered>(report), now);
}

void ControlLoop::watch_lost_reports() {
  uint64_t reports = 0, cdrs = 0;
  for (const edge::Exchange* exchange : backend_.exchanges()) {
    reports += exchange->counters.reports_lost.value();
    cdrs += exchange->counters.cdrs_lost.value();
  }
  auto tell = [this](Severity severity, const char* what, uint64_t lost, uint64_t& told) {
    if (lost == told) return;
    log_.say(severity, fmt::format("{} {} of workers lost: control did not keep up", lost - told, what));
    told = lost;
  };
  tell(Severity::warning, "reports", reports, reports_lost_told_);
  tell(Severity::error, "CDRs", cdrs, ring_cdrs_lost_told_);
}

snapshot::BuildResult ControlLoop::reload(bool dry_run) {
  snapshot::BuildResult result = backend_.reload(dry_run);
  if (dry_run) return result;
  if (result.compiled) {
    log_.say(Severity::info, fmt::format("configuration reloaded: epoch {}, {} changes",
                                         backend_.policy()->epoch, result.changes.size()));
  } else {
    for (const config::Problem& problem : result.problems)
      log_.say(Severity::error, config::problem_text(problem));
    log_.say(Severity::error, "reload refused: the configuration in force stays");
  }
  reopen_files();
  return result;
}

void ControlLoop::reopen_files() {
  if (std::string error = open_files(); !error.empty()) log_.say(Severity::error, error);
}

}  // namespace sbc::control
