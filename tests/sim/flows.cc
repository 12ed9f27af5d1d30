#include "tests/sim/flows.h"

namespace sbc::sim {
namespace {

const std::string timer_of_caller = "Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n";
const CalleeScript redirecting{
    .provisionals = {}, .status = 302, .answer_after = 50ms, .more = "Contact: <sip:2001@198.51.100.7>\r\n"};

/// A call finds its way to who answers it, or to nobody.
const Flows ways{
    {"answered-call", {{.number = "1001"}}},
    {"refused", {{.number = "1001"}, {{.status = 486}}}},
    {"failover", {{.number = "1001"}, {{.provisionals = {}, .status = 503, .answer_after = 1s}, {}}}},
    {"challenge-fails-the-trunk",
     {{.number = "1001"}, {{.provisionals = {}, .status = 401, .answer_after = 50ms}}}},
    {"declined-everywhere", {{.number = "1001"}, {{.status = 603}}}},
    {"no-route", {{.number = "9001"}}},
    {"parked", {{.number = "81001"}}},
    {"progress-timeout",
     {{.number = "1001"}, {{.provisionals = {{50ms, 100}}, .status = 0}, {}}, {}, {.progress_timeout = 3s}}},
    {"attempt-timeout", {{.number = "1001"}, {{.silent = true}, {}}}},
    {"ring-timeout", {{.number = "1001"}, {{.status = 0}}}},
    {"redirection-refused", {{.number = "1001"}, {redirecting}}},
    {"redirection-followed",
     {{.number = "1001"}, {redirecting}, {}, {.redirect = config::Redirection::follow}}},
    {"redirection-passed-on",
     {{.number = "1001"}, {redirecting}, {}, {.redirect = config::Redirection::pass}}},
};

/// Offers, answers and early media.
const Flows answers{
    {"early-media", {{.number = "1001"}, {{.provisionals = {{50ms, 183, true}}}}}},
    {"delayed-offer", {{.number = "1001", .offers = false}}},
    {"late-to-early-offer", {{.number = "4001", .offers = false}}},
    {"late-to-early-offer-narrowed",
     {{.number = "4001", .offers = false, .conduct = {.hang_up_after = 3s, .formats = "0 101"}}}},
    {"late-to-early-offer-narrowed-by-update",
     {{.number = "4001", .offers = false, .conduct = {.hang_up_after = 3s, .formats = "0 101"}},
      {{.conduct = {.takes_update = true}}}}},
    {"late-to-early-offer-without-answer",
     {{.number = "4001", .offers = false, .acks = false, .conduct = {.hang_up_after = 1s}}}},
    {"forked-answer", {{.number = "1001"}, {{.fork_after = 4s}}}},
    {"reliable-early-media",
     {{.number = "1001", .knows_reliable = true}, {{.provisionals = {{50ms, 183, true}}, .reliable = true}}}},
    {"forked-early-dialogs",
     {{.number = "1001"},
      {{.provisionals = {{50ms, 183, true}}, .status = 486, .answer_after = 20s, .fork_after = 3s}}}},
    {"reliable-to-caller-alone",
     {{.number = "1001", .knows_reliable = true}, {{.provisionals = {{50ms, 183, true}}}}}},
    {"reliable-where-caller-requires-it",
     {{.number = "1001", .requires_reliable = true}, {{.provisionals = {{50ms, 183, true}}}}}},
    {"reliable-unknown-to-caller",
     {{.number = "1001"}, {{.provisionals = {{50ms, 183, true}}, .reliable = true}}}},
    {"early-media-held-back",
     {{.number = "1001"},
      {{.provisionals = {{50ms, 183, true}}}},
      {},
      {.early_media = config::EarlyMediaRule::none}}},
    {"early-media-held-back-reliably",
     {{.number = "1001", .knows_reliable = true},
      {{.provisionals = {{50ms, 183, true}}, .reliable = true}},
      {},
      {.early_media = config::EarlyMediaRule::none}}},
    {"early-media-authorised-later",
     {{.number = "1001"},
      {{.provisionals = {{50ms, 183, true}, {1s, 180, false, "P-Early-Media: sendrecv\r\n"}}}},
      {},
      {.early_media = config::EarlyMediaRule::authorised}}},
};

/// What both ends say in a call that is up.
const Flows inside{
    {"hold-and-resume",
     {{.number = "1001",
       .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "sendonly"}, {5s, "sendrecv"}}}}}},
    {"refused-hold",
     {{.number = "1001", .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "sendonly"}}}},
      {{.conduct = {.refuses_reoffers = true}}}}},
    {"hold-by-update",
     {{.number = "1001",
       .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "sendonly", true, true}}, .takes_update = true}},
      {{.conduct = {.takes_update = true}}}}},
    {"requests-inside-the-dialog",
     {{.number = "1001",
       .conduct = {.hang_up_after = 10s, .errands = {{1s, "OPTIONS"}, {2s, "INFO"}, {3s, "MESSAGE"}}}}}},
    {"inactive-and-resume",
     {{.number = "1001",
       .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "inactive"}, {5s, "sendrecv"}}}}}},
    {"hold-without-address",
     {{.number = "1001",
       .conduct = {.hang_up_after = 10s, .reoffers = {{.after = 2s, .no_address = true}, {.after = 5s}}}}}},
    {"hold-by-callee",
     {{.number = "1001"}, {{.conduct = {.reoffers = {{2s, "sendonly"}, {5s, "sendrecv"}}}}}}},
    {"delayed-reinvite",
     {{.number = "1001", .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "sendrecv", false}}}}}},
    {"update-becomes-reinvite",
     {{.number = "1001",
       .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "sendonly", true, true}}, .takes_update = true}}}},
    {"glare",
     {{.number = "1001", .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "sendonly"}}}},
      {{.conduct = {.reoffers = {{2s, "sendonly"}}}}}}},
    {"delayed-reinvite-by-callee",
     {{.number = "1001"}, {{.conduct = {.reoffers = {{2s, "sendrecv", false}}}}}}},
    {"info-both-ways",
     {{.number = "1001", .conduct = {.hang_up_after = 10s, .errands = {{1s, "INFO"}}}},
      {{.conduct = {.errands = {{2s, "INFO"}}}}}}},
    {"session-refreshed",
     {{.number = "1001",
       .conduct = {.hang_up_after = 100s,
                   .errands = {{45s, "UPDATE", false, timer_of_caller},
                               {90s, "UPDATE", false, timer_of_caller}},
                   .knows_timers = true}},
      {{.conduct = {.takes_update = true, .knows_timers = true}}}}},
    {"session-refreshed-by-callee",
     {{.number = "1001", .conduct = {.hang_up_after = 80s}},
      {{.more = "Require: timer\r\nSession-Expires: 90;refresher=uas\r\n",
        .conduct = {.errands = {{45s, "UPDATE", false, timer_of_caller}}}}}}},
    {"session-refreshed-by-reinvite",
     {{.number = "1001",
       .conduct = {.hang_up_after = 80s,
                   .reoffers = {{2s, "sendonly"}},
                   .knows_timers = true,
                   .leaves_refresh = true}}}},
    {"session-expires", {{.number = "1001", .conduct = {.knows_timers = true}}}},
    {"session-too-short-for-us", {{.number = "1001", .more = "Supported: timer\r\nSession-Expires: 60\r\n"}}},
    {"session-too-short-for-callee",
     {{.number = "1001"},
      {{.provisionals = {}, .status = 422, .answer_after = 0ms, .more = "Min-SE: 200\r\n"}, {}}}},
};

/// Somebody else takes a place in the call.
const Flows transfers{
    {"blind-transfer-carried-out",
     {{.number = "1001", .conduct = {.transfers = {{2s, "3001"}}}},
      {{.conduct = {.takes_refer = false}}},
      {{"3001", {.conduct = {.hang_up_after = 5s}}}},
      {.carry_out = true}}},
    {"blind-transfer-narrowed",
     {{.number = "1001", .conduct = {.transfers = {{2s, "3001"}}}},
      {{.conduct = {.takes_refer = false, .formats = "0 101"}}},
      {{"3001", {.conduct = {.hang_up_after = 5s}}}},
      {.carry_out = true}}},
    {"blind-transfer-narrowed-by-update",
     {{.number = "1001", .conduct = {.transfers = {{2s, "3001"}}}},
      {{.conduct = {.takes_refer = false, .formats = "0 101"}}},
      {{"3001", {.conduct = {.hang_up_after = 5s, .takes_update = true}}}},
      {.carry_out = true}}},
    {"blind-transfer-narrowed-in-vain",
     {{.number = "1001", .conduct = {.transfers = {{2s, "3001"}}}},
      {{.conduct = {.takes_refer = false, .formats = "0 101"}}},
      {{"3001", {.conduct = {.refuses_reoffers = true}}}},
      {.carry_out = true}}},
    {"blind-transfer-that-fails",
     {{.number = "1001", .conduct = {.hang_up_after = 8s, .transfers = {{2s, "3001"}}}},
      {{}},
      {{"3001", {.status = 486}}},
      {.carry_out = true}}},
    {"blind-transfer-passed-on", {{.number = "1001", .conduct = {.transfers = {{2s, "3001"}}}}}},
    {"blind-transfer-passed-on-fails",
     {{.number = "1001", .conduct = {.hang_up_after = 8s, .transfers = {{2s, "3001"}}}},
      {{}},
      {{"3001", {.status = 486}}}}},
    {"attended-transfer-passed-on",
     {{.number = "1001", .conduct = {.transfers = {{5s, "2001", true}}}},
      {{}},
      {{"2001", {}}},
      {},
      CallerScript{.number = "2001", .conduct = {}}}},
    {"attended-transfer-carried-out",
     {{.number = "1001", .conduct = {.transfers = {{5s, "2001", true}}}},
      {{.conduct = {.hang_up_after = 12s, .takes_refer = false}}},
      {{"2001", {}}},
      {.carry_out = true},
      CallerScript{.number = "2001", .conduct = {}}}},
    {"blind-transfer-by-callee",
     {{.number = "1001"}, {{.conduct = {.transfers = {{2s, "7001"}}}}}, {{"7001", {}}}}},
};

/// How calls end.
const Flows ends{
    {"callee-hangs-up", {{.number = "1001", .conduct = {}}, {{.conduct = {.hang_up_after = 3s}}}}},
    {"cancelled", {{.number = "1001", .cancel_after = 1s}}},
    {"answer-crosses-cancel", {{.number = "1001", .cancel_after = 1s}, {{.answers_despite_cancel = true}}}},
    {"bye-crosses-reinvite",
     {{.number = "1001", .conduct = {.reoffers = {{2s, "sendonly"}}}},
      {{.conduct = {.hang_up_after = 2003ms}}}}},
    {"bye-follows-reinvite",
     {{.number = "1001", .conduct = {.hang_up_after = 2500ms, .reoffers = {{2s, "sendonly"}}}},
      {{.conduct = {.answers_reoffers_after = 2s}}}}},
    {"cancel-overtakes-invite",
     {{.number = "1001", .cancel_after = 0ms, .impatient = true},
      {{}},
      {},
      {},
      {},
      {.delay_least = 1ms, .delay_most = 40ms},
      3}},
    {"ack-missing", {{.number = "1001", .acks = false, .conduct = {}}}},
    {"media-falls-silent",
     {{.number = "1001", .conduct = {.talks = false}}, {{.conduct = {.talks = false}}}}},
    {"call-too-long", {{.number = "1001", .conduct = {}}}},
};

Flows all_of(std::initializer_list<const Flows*> groups) {
  Flows all;
  for (const Flows* group : groups) all.insert(group->begin(), group->end());
  return all;
}

}  // namespace

const Flows& flows() {
  static const Flows all = all_of({&ways, &answers, &inside, &transfers, &ends});
  return all;
}

}  // namespace sbc::sim
