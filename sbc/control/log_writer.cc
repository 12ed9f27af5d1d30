#include "sbc/control/log_writer.h"

#include <filesystem>

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "sbc/control/call_json.h"
#include "sbc/control/printable.h"

namespace sbc::control {
namespace {

using namespace std::chrono_literals;

constexpr const char* line_pattern = "%Y-%m-%dT%H:%M:%S.%e%z %l %v";

spdlog::level::level_enum level_of(call::Severity severity) {
  switch (severity) {
    case call::Severity::error:
      return spdlog::level::err;
    case call::Severity::warning:
      return spdlog::level::warn;
    case call::Severity::info:
      return spdlog::level::info;
    case call::Severity::debug:
      return spdlog::level::debug;
  }
  return spdlog::level::err;
}

spdlog::level::level_enum level_of(config::LogLevel level) { return level_of(call::Severity(level)); }
static_assert(int(config::LogLevel::error) == int(call::Severity::error) &&
              int(config::LogLevel::debug) == int(call::Severity::debug));

std::shared_ptr<spdlog::logger> logger_to(spdlog::sink_ptr sink, spdlog::level::level_enum level) {
  auto logger = std::make_shared<spdlog::logger>("sbc", std::move(sink));
  logger->set_pattern(line_pattern);
  logger->set_level(level);
  logger->flush_on(spdlog::level::err);
  return logger;
}

}  // namespace

std::string log_text(const call::LogRecord& record, const policy::Compiled& policy) {
  std::string text;
  auto add = [&text](const std::string& part) { text += (text.empty() ? "" : " ") + part; };
  if (record.realm != RealmId::none) add(realm_json(policy, record.realm).get<std::string>());
  if (record.peer.port != 0) add(record.peer.text());
  if (record.call != 0) add("call " + call_id_text(record.call));
  if (!text.empty()) text += ':';
  if (record.text.size != 0) add(printable(record.text.view()));
  if (record.reason != Reason::none) {
    add("(" + std::string(name_of(record.reason)) + ": " + std::string(sbc::text_of(record.reason)) + ")");
  }
  return text;
}

LogWriter::LogWriter() : LogWriter(std::make_shared<spdlog::sinks::stderr_sink_mt>()) {}

LogWriter::LogWriter(spdlog::sink_ptr sink) : logger_(logger_to(std::move(sink), spdlog::level::info)) {}

std::string LogWriter::reopen(const config::Log& log) {
  try {
    spdlog::sink_ptr sink;
    if (log.file.empty()) {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      // The library would make the directories of a mistyped path.
      std::filesystem::path directory = std::filesystem::path(log.file).parent_path();
      std::error_code ignored;
      if (!directory.empty() && !std::filesystem::is_directory(directory, ignored))
        return "cannot open the log file " + log.file + ": there is no directory " + directory.string();
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(log.file);
    }
    auto fresh = logger_to(std::move(sink), level_of(log.level));
    logger_->flush();
    logger_ = std::move(fresh);
    return {};
  } catch (const spdlog::spdlog_ex& error) {
    return "cannot open the log file " + log.file + ": " + error.what();
  }
}

void LogWriter::write(const call::LogRecord& record, const policy::Compiled& policy, Instant now) {
  auto level = level_of(record.severity);
  if (!logger_->should_log(level) || !admit(record.reason, now)) return;
  logger_->log(level, "{}", log_text(record, policy));
}

void LogWriter::say(call::Severity severity, std::string_view text) {
  logger_->log(level_of(severity), "{}", text);
}

bool LogWriter::admit(Reason reason, Instant now) {
  if (now - second_begun_ >= 1s) {
    tell_left_out();
    second_begun_ = now;
  }
  if (reason == Reason::none) return true;
  return ++lines_[size_t(reason)] <= per_second_max;
}

void LogWriter::tell_left_out() {
  for (size_t i = 0; i < reason_count; ++i) {
    if (lines_[i] > per_second_max) {
      logger_->warn("{} more lines of this second left out ({}: {})", lines_[i] - per_second_max,
                    name_of(Reason(i)), sbc::text_of(Reason(i)));
    }
    lines_[i] = 0;
  }
}

void LogWriter::flush(Instant now) {
  if (now - second_begun_ >= 1s) {
    tell_left_out();
    second_begun_ = now;
  }
  logger_->flush();
}

}  // namespace sbc::control
