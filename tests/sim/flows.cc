#include "tests/sim/flows.h"

#include "tests/sim/world.h"

namespace sbc::sim {
namespace {

const std::string timer_of_caller = "Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n";
const CalleeScript redirecting{
    .provisionals = {}, .status = 302, .answer_after = 50ms, .more = "Contact: <sip:2001@198.51.100.7>\r\n"};

/// Another caller's call.
Happening call_at(Duration after, const std::string& number, std::optional<Duration> hang_up_after = 10s) {
  return {after, [=](World& world) {
            world.call(world.add_caller(), {.number = number, .conduct = {.hang_up_after = hang_up_after}});
          }};
}

/// A call an hour, but for those to an emergency number.
void limit_calls(config::Model& model) {
  model.limits.call_rate = {1, 1h, 1};
  model.realms[0].emergency_numbers = {"1112"};
}

void redirect_fives(config::Model& model) {
  config::Route route = model.routes.front();
  route.name = std::string("sent-elsewhere");
  route.prefix = "5";
  route.redirect = "proxy.example.net";
  model.routes.push_back(route);
}

void map_responses(config::Model& model) {
  model.trunks[0].responses = {{.status = 480, .cause = 1, .as = 404}, {.status = 486, .as_cause = 34}};
}

void ask_core_a(config::Model& model) {
  config::Health& health = model.trunks[0].health;
  health.interval = 10s;
  health.failures_max = 2;
  health.ramp = 1s;
}

void suspend_core_a(config::Model& model) {
  config::Health& health = model.trunks[0].health;
  health.asr_min = 50;
  health.asr_calls = 2;
}

/// Sessions have no timer, so that peers are asked whether they know the call.
void probe_calls(config::Model& model) {
  model.timers.session = 0s;
  model.timers.probe = 30s;
  model.timers.audio_check = 0s;  // of a call that moves, how long one side was silent is not known
}

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

/// What the configuration makes of a call's way, and of where it comes from.
const Flows rules{
    {"redirection-of-our-own",
     {.caller = {.number = "5001"}, .limits = {.and_more = redirect_fives}, .from = pbx}},
    {"hops-exhausted", {.caller = {.number = "1001", .hops = 0}}},
    {"invite-by-two-paths", {.caller = {.number = "1001", .comes_again_after = 1s}}},
    {"identity-of-a-stranger",
     {.caller = {.number = "1001", .more = "P-Asserted-Identity: <sip:4930@10.1.0.100>\r\n"}}},
    {"identity-of-a-trunk",
     {.caller = {.number = "1001", .more = "P-Asserted-Identity: <sip:4930@10.1.0.205>\r\n"}, .from = pbx}},
    {"privacy-of-a-stranger", {.caller = {.number = "1001", .more = "Privacy: user;id\r\n"}}},
    {"privacy-of-a-trunk",
     {.caller = {.number = "1001", .more = "Privacy: id\r\nP-Asserted-Identity: <sip:4930@10.1.0.205>\r\n"},
      .from = pbx}},
    {"emergency-beyond-limits",
     {.caller = {.number = "1001"},
      .others = {{"1112", {}}},
      .limits = {.and_more = limit_calls},
      .happenings = {call_at(4s, "1002"), call_at(5s, "1112", 2s)}}},
    {"peer-held-down-and-back",
     {.caller = {.number = "1001", .conduct = {.hang_up_after = 2s}},
      .limits = {.and_more = ask_core_a},
      .happenings = {{5s, [](World& world) { world.peer(core_a_first).set_state(NodeState::dark); }},
                     call_at(45s, "1002", 2s),
                     {50s, [](World& world) { world.peer(core_a_first).set_state(NodeState::up); }},
                     call_at(65s, "1003", 2s),
                     {70s, [](World& world) { world.reload({}); }}},
      .moves = false}},
    {"trunk-suspended",
     {.caller = {.number = "1001"},
      .attempts = {{.status = 486}},
      .others = {{"1002", {.status = 480}}},
      .limits = {.and_more = suspend_core_a},
      .happenings = {call_at(5s, "1002"), call_at(10s, "1003", 2s), call_at(80s, "1004", 2s)}}},
    {"response-told-as-another",
     {.caller = {.number = "1001"},
      .attempts = {{.status = 480, .more = "Reason: Q.850;cause=1\r\n"}},
      .limits = {.and_more = map_responses}}},
    {"cause-told-as-another",
     {.caller = {.number = "1001"},
      .attempts = {{.status = 486, .more = "Reason: Q.850;cause=17\r\n"}},
      .limits = {.and_more = map_responses}}},
    {"transactions-exhausted",
     {.caller = {.number = "1001", .conduct = {.hang_up_after = 80s}},
      .limits = {.and_more = [](config::Model& model) { model.limits.transactions_max = 1; }},
      .happenings = {call_at(5s, "1002")},
      .moves = false}},
};

/// Streams come, go and move; and where the media of the two sides is.
const Flows streams{
    {"video-refused", {.caller = {.number = "1001", .conduct = {.hang_up_after = 5s, .shows = "video"}}}},
    {"video-added-and-removed",
     {.caller = {.number = "1001",
                 .conduct = {.hang_up_after = 6s,
                             .reoffers = {{.after = 2s, .adds = "video"},
                                          {.after = 4s, .removes = "video"}}}},
      .attempts = {{.conduct = {.takes = "video"}}}}},
    {"audio-becomes-fax",
     {.caller = {.number = "1001", .conduct = {.hang_up_after = 8s, .takes = "image"}},
      .attempts = {{.conduct = {.reoffers = {{.after = 2s, .adds = "image", .removes = "audio"},
                                             {.after = 5s, .adds = "audio", .removes = "image"}}}}}}},
    {"fax-refused",
     {.caller = {.number = "1001", .conduct = {.hang_up_after = 5s, .refuses_reoffers = true}},
      .attempts = {{.conduct = {.reoffers = {{.after = 2s, .adds = "image", .removes = "audio"}}}}}}},
    {"media-moves",
     {.caller = {.number = "1001",
                 .conduct = {.hang_up_after = 5s, .reoffers = {{.after = 2s, .moves = true}}}},
      .shows_media = true}},
    {"ipv4-to-ipv6",
     {.caller = {.number = "6001", .conduct = {.hang_up_after = 5s, .reoffers = {{2s, "sendonly"}}}},
      .shows_media = true}},
    {"ipv6-to-ipv4",
     {.caller = {.number = "1001", .conduct = {.hang_up_after = 5s, .reoffers = {{2s, "sendonly"}}}},
      .family = Family::v6,
      .shows_media = true}},
    {"media-released",
     {.caller = {.number = "1001",
                 .conduct = {.hang_up_after = 5s, .reoffers = {{.after = 2s, .moves = true}}}},
      .limits = {.release = true},
      .from = pbx,
      .shows_media = true}},
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
    {"srtp-to-plain",
     {{.number = "1001",
       .conduct = {.hang_up_after = 5s, .reoffers = {{1s, "sendonly"}}, .srtp = true, .needs_srtp = true}},
      {{}},
      {},
      {.srtp = {config::SrtpRule::required, config::SrtpRule::forbidden}}}},
    {"srtp-where-both-sides-take-it",
     {{.number = "1001", .conduct = {.hang_up_after = 5s, .srtp = true}},
      {{.provisionals = {{50ms, 183, true}}, .conduct = {.srtp = true}}},
      {},
      {.srtp = {config::SrtpRule::optional, config::SrtpRule::optional}}}},
    {"srtp-that-passes",
     {{.number = "1001",
       .conduct = {.hang_up_after = 5s, .reoffers = {{1s, "sendonly"}}, .srtp = true, .needs_srtp = true}},
      {{.provisionals = {{50ms, 183, true}}, .conduct = {.srtp = true}}},
      {},
      {.srtp = {config::SrtpRule::pass, config::SrtpRule::pass}}}},
    {"srtp-required-and-not-offered",
     {{.number = "1001"}, {{}}, {}, {.srtp = {config::SrtpRule::required, config::SrtpRule::forbidden}}}},
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
    {"early-offer-by-caller",
     {.caller = {.number = "1001",
                 .knows_reliable = true,
                 .conduct = {.hang_up_after = 3s, .takes_update = true, .early_offer = 200ms}},
      .attempts =
          {{.provisionals = {{50ms, 183, true}}, .reliable = true, .conduct = {.takes_update = true}}}}},
    {"early-offer-by-callee",
     {.caller = {.number = "1001",
                 .knows_reliable = true,
                 .conduct = {.hang_up_after = 3s, .takes_update = true}},
      .attempts = {{.provisionals = {{50ms, 183, true}},
                    .reliable = true,
                    .conduct = {.takes_update = true, .early_offer = 200ms}}}}},
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
    {"digits-that-become-events",
     {{.number = "1001",
       .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "sendonly"}}, .errands = {digit(1s), digit(4s)}}},
      {{}},
      {},
      {.digits = {config::DigitRule::info, config::DigitRule::telephone_event}}}},
    {"digits-that-become-info",
     {.caller = {.number = "1001"},
      .limits = {.digits = {config::DigitRule::info, config::DigitRule::telephone_event}},
      .happenings = {{4s, [](World& world) { world.border().press(world.dice()); }},
                     {6s, [](World& world) { world.border().press(world.dice()); }}}}},
    {"asked-whether-they-live",
     {.caller = {.number = "1001", .conduct = {.hang_up_after = 40s}},
      .attempts = {{.conduct = {.takes_update = true}}},
      .limits = {.and_more = probe_calls}}},
    {"does-not-live",
     {.caller = {.number = "1001", .conduct = {}},
      .attempts = {{.conduct = {.crash_after = 10s}}},
      .limits = {.and_more = probe_calls}}},
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
  static const Flows all = all_of({&ways, &rules, &streams, &answers, &inside, &transfers, &ends});
  return all;
}

}  // namespace sbc::sim
