#include "sbc/control/socket.h"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "config/types/check.h"
#include "sbc/control/protocol.h"
#include "tests/sbc/control/temporary_directory.h"

namespace sbc::control {
namespace {

using namespace std::chrono_literals;

/// A client that never blocks the test.
class Peer {
 public:
  explicit Peer(const std::string& path) : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    SBC_CHECK(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  ~Peer() { close(fd_); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  size_t write(std::string_view bytes) {
    ssize_t size = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return size < 0 ? 0 : size_t(size);
  }
  void end() { shutdown(fd_, SHUT_WR); }
  std::string read() {
    std::string text(1 << 20, 0);
    ssize_t size = recv(fd_, text.data(), text.size(), 0);
    text.resize(size > 0 ? size_t(size) : 0);
    return text;
  }
  bool closed() {
    char byte;
    return recv(fd_, &byte, 1, MSG_PEEK) == 0;
  }

 private:
  int fd_;
};

class SocketTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string error;
    server = Socket::open(path, error);
    ASSERT_TRUE(server) << error;
  }
  /// Answers each line with its own echo, unless the test holds the answers back.
  void run(int rounds = 3) {
    for (int i = 0; i < rounds; ++i) {
      server->run(now, [this](ClientId client, std::string_view line) {
        lines.emplace_back(line);
        asked = client;
        if (echo) server->answer(client, "<" + std::string(line) + ">", now);
      });
    }
  }

  TemporaryDirectory directory;
  std::string path = directory.file("sbc.sock");
  std::unique_ptr<Socket> server;
  std::vector<std::string> lines;
  ClientId asked{};
  bool echo = true;
  Instant now{1'000'000'000};
};

TEST_F(SocketTest, IsForOwnerAndGroupOnlyAndGoneAfterwards) {
  struct stat found {};
  ASSERT_EQ(stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0660u);
  server.reset();
  EXPECT_NE(stat(path.c_str(), &found), 0);
}

TEST(MayAsk, RootAndTheProcesssOwnUserAndGroups) {
  EXPECT_TRUE(may_ask({1, 0, 0}, {}, 500, 600));
  EXPECT_TRUE(may_ask({1, 500, 1}, {}, 500, 600));
  EXPECT_TRUE(may_ask({1, 7, 600}, {}, 500, 600));
  EXPECT_TRUE(may_ask({1, 7, 7}, {3, 600}, 500, 600));
  EXPECT_FALSE(may_ask({1, 7, 7}, {3, 4}, 500, 600));
  EXPECT_FALSE(may_ask({1, 7, 500}, {}, 500, 600));
}

TEST_F(SocketTest, ReplacesAStaleSocketButNeverALiveOneOrAFile) {
  std::string error;
  EXPECT_FALSE(Socket::open(path, error));
  EXPECT_NE(error.find("another process answers"), std::string::npos) << error;

  std::string stale = directory.file("stale.sock");
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  stale.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  close(fd);
  EXPECT_TRUE(Socket::open(stale, error)) << error;

  std::string file = directory.file("precious");
  std::ofstream(file) << "data";
  EXPECT_FALSE(Socket::open(file, error));
  EXPECT_TRUE(std::filesystem::exists(file));
  EXPECT_FALSE(Socket::open(directory.file("missing/sbc.sock"), error));
  EXPECT_NE(error.find("is its directory there"), std::string::npos);
}

TEST_F(SocketTest, AnswersLinesInTheirOrderOneAtATime) {
  Peer peer(path);
  peer.write("one\ntwo\nthr");
  echo = false;
  run();
  EXPECT_EQ(lines, std::vector<std::string>{"one"});
  server->answer(asked, "1", now);
  run();
  EXPECT_EQ(lines.size(), 2u);
  server->answer(asked, "2", now);
  echo = true;
  peer.write("ee\n");
  run();
  EXPECT_EQ(peer.read(), "1\n2\n<three>\n");
}

TEST_F(SocketTest, StillAnswersAClientThatHasSaidAll) {
  Peer peer(path);
  peer.write("one\ntwo\n");
  peer.end();
  run();
  EXPECT_EQ(peer.read(), "<one>\n<two>\n");
  EXPECT_TRUE(peer.closed());
  EXPECT_EQ(server->clients(), 0u);
}

TEST_F(SocketTest, IgnoresTheAnswerToAClientThatIsGone) {
  echo = false;
  {
    Peer peer(path);
    peer.write("one\n");
    run();
  }
  server->answer(asked, "too late", now);
  run();
  EXPECT_EQ(server->clients(), 0u);
  Peer other(path);
  run();
  server->answer(asked, "not for the other", now);
  run();
  EXPECT_EQ(other.read(), "");
}

TEST_F(SocketTest, TakesARequestOfTheLongestLengthAndRefusesALongerOne) {
  Peer peer(path);
  std::string longest(request_bytes_max, 'x');
  std::string bytes = longest + "\n";
  for (size_t sent = 0; sent < bytes.size(); run()) sent += peer.write(std::string_view(bytes).substr(sent));
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].size(), request_bytes_max);
  peer.read();

  Peer greedy(path);
  std::string more(request_bytes_max + 1, 'x');
  for (size_t sent = 0; sent < more.size(); run()) {
    size_t size = greedy.write(std::string_view(more).substr(sent));
    if (size == 0 && greedy.closed()) break;
    sent += size;
  }
  run();
  EXPECT_NE(greedy.read().find("longer than 64 KiB"), std::string::npos);
  EXPECT_EQ(lines.size(), 1u);
  EXPECT_TRUE(greedy.closed());
}

TEST_F(SocketTest, RefusesOneConnectionTooMany) {
  std::vector<std::unique_ptr<Peer>> peers;
  for (size_t i = 0; i < connections_max; ++i) {
    peers.push_back(std::make_unique<Peer>(path));
    run(1);
  }
  EXPECT_EQ(server->clients(), connections_max);
  Peer late(path);
  run();
  EXPECT_NE(late.read().find("too many connections"), std::string::npos);
  EXPECT_TRUE(late.closed());
  peers.pop_back();
  run();
  Peer next(path);
  next.write("hello\n");
  run();
  EXPECT_EQ(next.read(), "<hello>\n");
}

TEST_F(SocketTest, ASlowReaderHoldsUpNobodyAndIsDroppedInTheEnd) {
  Peer slow(path), quick(path);
  echo = false;
  slow.write("much\nmore\n");
  run();
  server->answer(asked, std::string(8 << 20, 'y'), now);
  run();
  EXPECT_EQ(lines.size(), 1u);  // its next request waits until the answer has left
  echo = true;
  quick.write("ping\n");
  run();
  EXPECT_EQ(quick.read(), "<ping>\n");
  now = now + 11s;
  run();
  EXPECT_EQ(server->clients(), 1u);
}

TEST_F(SocketTest, ALongAnswerArrivesWhole) {
  Peer peer(path);
  echo = false;
  peer.write("much\n");
  run();
  server->answer(asked, std::string(3 << 20, 'y'), now);
  size_t size = 0;
  for (int i = 0; i < 10'000 && size < (3u << 20) + 1; ++i) {
    size += peer.read().size();
    run(1);
  }
  EXPECT_EQ(size, (3u << 20) + 1);
}

TEST_F(SocketTest, DropsAClientThatSaysNothing) {
  Peer peer(path);
  run();
  now = now + 61s;
  run();
  EXPECT_EQ(server->clients(), 0u);
  EXPECT_TRUE(peer.closed());
}

TEST_F(SocketTest, WaitEndsAsSoonAsAClientWantsSomething) {
  auto begun = std::chrono::steady_clock::now();
  Peer peer(path);
  server->wait(30s);
  run();
  peer.write("one\n");
  server->wait(30s);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 15s);
}

}  // namespace
}  // namespace sbc::control
