#include "bench/harness/report.h"

#include <vector>

#include <gtest/gtest.h>

namespace sbc::bench {
namespace {

Figure sample() {
  Figure figure;
  figure.definition = {"parse_vs_sofia", Ratio::ruler_to_ours, 8};
  figure.value = 9.1;
  figure.ours = 351;
  figure.ruler = 3204;
  figure.pairs = 15;
  figure.spread = {8.7, 9.4};
  return figure;
}

TEST(Report, OneJsonObjectALine) {
  EXPECT_EQ(json_line(sample()),
            R"({"figure":"parse_vs_sofia","value":9.1,"unit":"x","ours":351,"ruler":3204,"pairs":15,)"
            R"("spread":[8.7,9.4]})");
}

TEST(Report, NumbersHaveFourDigits) {
  Figure figure = sample();
  figure.value = 1.14983;
  figure.ours = 12345.6;
  figure.ruler = 0.123456;
  std::string line = json_line(figure);
  EXPECT_NE(line.find("\"value\":1.15,"), line.npos) << line;
  EXPECT_NE(line.find("\"ours\":12346,\"ruler\":0.1235,"), line.npos) << line;
}

TEST(Report, AnInvalidFigureHasAReasonAndNoValue) {
  Figure figure = invalid_figure({"parse_vs_re", Ratio::ruler_to_ours, 30}, "bye.sip: to is \"a\"\n");
  EXPECT_EQ(json_line(figure), R"({"figure":"parse_vs_re","invalid":"bye.sip: to is \"a\"\u000a"})");
}

TEST(Report, OursAloneHasItsUnitAndNoRuler) {
  Figure figure;
  figure.definition = {"call_us", Ratio::ours_alone, 20, "us"};
  figure.value = figure.ours = 13.25;
  figure.pairs = 31;
  figure.spread = {12.9, 13.8};
  figure.beside = {{"loop_us", 14.1}};
  EXPECT_EQ(
      json_line(figure),
      R"({"figure":"call_us","value":13.25,"unit":"us","slices":31,"spread":[12.9,13.8],"loop_us":14.1})");
  std::string text = table(std::vector<Figure>{figure}, "us/call");
  EXPECT_NE(text.find("13.25us"), text.npos) << text;
  EXPECT_NE(text.find("loop_us"), text.npos) << text;
}

TEST(Report, TheTableTellsWhatWasReached) {
  std::vector<Figure> figures{sample(), sample(), invalid_figure(sample().definition, "they differ")};
  figures[1].value = 7.9;
  std::string text = table(figures, "ns/message");
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
    lines.push_back(text.substr(at, text.find('\n', at) - at));
  ASSERT_EQ(lines.size(), 4u) << text;
  EXPECT_NE(lines[0].find("ns/message"), lines[0].npos);
  EXPECT_NE(lines[1].find("yes"), lines[1].npos) << text;
  EXPECT_NE(lines[2].find("no"), lines[2].npos) << text;
  EXPECT_NE(lines[3].find("invalid: they differ"), lines[3].npos) << text;
}

}  // namespace
}  // namespace sbc::bench
