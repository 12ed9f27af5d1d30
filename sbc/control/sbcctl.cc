// sbcctl: asks a running sbc over its control socket, and shows the answer.
//
// Exit status: 0 done, 1 sbc said no, 2 wrong use or sbc not reached.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "sbc/control/client.h"
#include "sbc/control/show.h"

namespace {

using Json = nlohmann::ordered_json;

struct Question {
  std::string socket = "/run/sbc.sock";
  bool raw = false;
  std::string command;
  Json arguments = Json::object();
};

/// A subcommand that is sent as `command`; its options fill question.arguments.
CLI::App* add_command(CLI::App& app, Question& question, const std::string& name, const std::string& command,
                      const std::string& help) {
  CLI::App* subcommand = app.add_subcommand(name, help);
  subcommand->callback([&question, command] { question.command = command; });
  return subcommand;
}

void add_text(CLI::App* subcommand, Question& question, const std::string& option,
              const std::string& argument, const std::string& help, bool required = false) {
  subcommand
      ->add_option_function<std::string>(
          option, [&question, argument](const std::string& text) { question.arguments[argument] = text; },
          help)
      ->required(required);
}

void add_commands(CLI::App& app, Question& question) {
  add_command(app, question, "status", "status", "Version, uptime, workers, ports, calls of each trunk");
  CLI::App* calls = add_command(app, question, "calls", "calls", "The calls that live now");
  calls->add_option_function<unsigned>(
      "--limit", [&question](unsigned limit) { question.arguments["limit"] = limit; },
      "The most to list (1000)");
  CLI::App* call = add_command(app, question, "call", "call", "Everything about one call");
  add_text(call, question, "ID", "id", "As `calls` shows it", true);
  add_command(app, question, "drops", "drops", "What was dropped and rejected, by realm and reason");
  add_command(app, question, "deviations", "deviations",
              "How messages strayed from the grammar, by realm, and what is done about it");
  CLI::App* signatures =
      add_command(app, question, "signatures", "signatures", "Attack signatures and how often each matched");
  signatures->add_flag_callback(
      "--by-hits", [&question] { question.arguments["by_hits"] = true; }, "The most hits first");
  signatures->add_option_function<unsigned>(
      "--top", [&question](unsigned top) { question.arguments["top"] = top; },
      "Only so many, those with the most hits");
  add_command(app, question, "trunks", "trunks",
              "Trunks, their calls, and whether they and their peers are well");
  add_command(app, question, "hosts", "hosts",
              "Host names of trunks: what they stand for, how old that is, and what the DNS said last");
  add_command(app, question, "limits", "limits", "Configured limits and their use");
  add_command(app, question, "blocks", "blocks", "The sources that are blocked");
  CLI::App* block =
      add_command(app, question, "block", "block", "Drop everything from a source; beats every rule");
  add_text(block, question, "PREFIX", "prefix", "An address, or a prefix as in 192.0.2.0/24", true);
  add_text(block, question, "--realm", "realm", "Only in this realm");
  add_text(block, question, "--for", "for", "For so long, as in 10min; else until unblocked or restarted");
  CLI::App* unblock = add_command(app, question, "unblock", "unblock", "Take a block off");
  add_text(unblock, question, "PREFIX", "prefix", "As `blocks` shows it", true);
  add_text(unblock, question, "--realm", "realm", "Only in this realm");
  CLI::App* reload =
      add_command(app, question, "reload", "reload", "Read the configuration again; calls go on");
  reload->add_flag_callback(
      "--dry-run", [&question] { question.arguments["dry_run"] = true; }, "Only say what would change");
  CLI::App* hang_up = add_command(app, question, "hangup", "hang_up", "End a call");
  add_text(hang_up, question, "ID", "id", "As `calls` shows it", true);
}

int ask_and_show(const Question& question) {
  constexpr auto timeout = std::chrono::seconds(30);  // a reload compiles
  Json request{{"command", question.command}, {"arguments", question.arguments}};
  std::string line = request.dump(-1, ' ', true, Json::error_handler_t::replace);
  sbc::control::Answer answer = sbc::control::ask(question.socket, line, timeout);
  if (!answer.error.empty()) {
    std::fprintf(stderr, "sbcctl: %s\n", answer.error.c_str());
    return 2;
  }
  Json json = Json::parse(answer.line, nullptr, false);
  if (!json.is_object()) {
    std::fprintf(stderr, "sbcctl: what answers on %s is not sbc\n", question.socket.c_str());
    return 2;
  }
  bool failed = json.contains("error");
  std::string text = question.raw ? answer.line + "\n" : sbc::control::show(question.command, json);
  std::fputs(text.c_str(), failed && !question.raw ? stderr : stdout);
  return failed ? 1 : 0;
}

}  // namespace

int main(int count, char** arguments) {
  CLI::App app("Watches and steers a running sbc.", "sbcctl");
  Question question;
  app.add_option("--socket", question.socket, "The control socket of its configuration")
      ->capture_default_str();
  app.add_flag("--json", question.raw, "Print the answer as JSON, as sbc gave it");
  app.require_subcommand(1);
  app.fallthrough();
  add_commands(app, question);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return ask_and_show(question);
}
