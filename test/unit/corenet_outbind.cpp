// An SMSC that knocks: it connects, says outbind, and is bound to on the same connection (P53).
#include "core/net/links.hpp"
#include "smpp/status.hpp"
#include "test/unit/corenet_place.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

using namespace corenet_test;
namespace engine = core::engine;

namespace {

// Connects to where an account awaits it, says who it is, and answers the bind.
struct Knocker {
  Knocker(Loop& loop, std::uint16_t port, std::string system_id, std::string password) {
    smpp::net::LinkSettings settings;
    settings.name = "smsc";
    settings.hosts = {"127.0.0.1:" + std::to_string(port)};
    smpp::net::LinkOwner owner;
    owner.now = core::net::steady_now;
    owner.random = [] { return 0.5; };
    owner.make_session = [] {
      smpp::SessionSettings session;
      session.role = smpp::Role::smsc;
      return smpp::Session(session);
    };
    owner.on_events = [this](smpp::Session& session, smpp::net::Events events) {
      for (smpp::Event& event : events) {
        if (auto* bind = std::get_if<smpp::BindRequested>(&event)) {
          binds.push_back(std::get<smpp::BindReceiver>(bind->pdu.body));
          session.respond(bind->incoming, {.body = smpp::BindReceiverResp{}});
        } else if (const auto* done = std::get_if<smpp::Done>(&event)) {
          statuses.push_back(done->status);
        } else if (std::holds_alternative<smpp::Closed>(event)) {
          sent_away = true;
        }
      }
    };
    owner.on_state = [this, &loop, system_id, password](std::string_view line) {
      if (line.find("connected") == std::string_view::npos) return;
      boost::asio::post(loop.io, [this, system_id, password] {  // the session begins when this line has been said
        smpp::Outbind outbind;
        outbind.system_id = system_id;
        outbind.password = password;
        if (!link || !link->session()) return;
        REQUIRE(link->session()->request(outbind, 1, core::net::steady_now()));
        link->wake();
      });
    };
    link = std::make_unique<smpp::net::Link>(loop.io, settings, std::move(owner));
    link->start();
  }
  void deliver() {
    smpp::DeliverSm pdu;
    pdu.source = {1, 1, "447700900001"};
    pdu.destination = {3, 0, "80800"};
    pdu.short_message = smpp::to_octets("hello");
    REQUIRE(link->session()->request(pdu, 2, core::net::steady_now()));
    link->wake();
  }
  std::vector<smpp::BindReceiver> binds;
  std::vector<smpp::command_status> statuses;
  bool sent_away = false;
  std::unique_ptr<smpp::net::Link> link;
};

struct Waiting {
  explicit Waiting(Loop& loop) {
    core::net::LinkPlan plan;
    plan.account = "a";
    plan.bind = 3;
    plan.session.bind.type = smpp::BindType::receiver;
    plan.session.bind.system_id = "bindery";
    plan.session.bind.password = "ours";
    plan.outbind = core::net::OutbindPlan{"127.0.0.1:0", "smsc", "theirs"};
    core::net::LinksOwner owner;
    owner.put = [this](std::vector<engine::Input> inputs) {
      for (engine::Input& input : inputs) taken.push_back(std::move(input));
      return std::vector<engine::Input>{};
    };
    owner.on_state = [this](std::string_view line) { lines.emplace_back(line); };
    links = std::make_unique<core::net::Links>(loop.io, std::vector{plan}, 1, 7, std::move(owner));
    REQUIRE(links->start().empty());
  }
  template <class Kind>
  const Kind* first() const {
    for (const engine::Input& input : taken) {
      if (const auto* found = std::get_if<Kind>(&input)) return found;
    }
    return nullptr;
  }
  std::vector<engine::Input> taken;
  std::vector<std::string> lines;
  std::unique_ptr<core::net::Links> links;
};

}  // namespace

TEST_CASE("an outbind is bound to on its own connection, and messages come and are answered there (P53)") {
  Loop loop;
  Waiting account(loop);
  Knocker smsc(loop, account.links->outbind_port("a"), "smsc", "theirs");
  REQUIRE(loop.until([&] { return account.first<engine::LinkUp>() != nullptr; }));
  REQUIRE(smsc.binds.size() == 1);
  CHECK(smsc.binds[0].system_id == "bindery");
  CHECK(smsc.binds[0].password == "ours");
  CHECK_FALSE(account.first<engine::LinkUp>()->transmits);
  CHECK(account.links->status().at(0).bound);
  smsc.deliver();
  REQUIRE(loop.until([&] { return account.first<engine::Mo>() != nullptr; }));
  const engine::Mo mo = *account.first<engine::Mo>();
  account.links->respond({mo.link, mo.incoming, smpp::command_status::ESME_ROK}, 1);
  account.links->flush();
  REQUIRE(loop.until([&] { return smsc.statuses.size() == 1; }));
  CHECK(smsc.statuses[0] == smpp::command_status::ESME_ROK);
}

TEST_CASE("an outbind with another name or password is never told our own (P53)") {
  for (const auto& [system_id, password] : {std::pair{"smsc", "guess"}, {"other", "theirs"}}) {
    Loop loop;
    Waiting account(loop);
    Knocker stranger(loop, account.links->outbind_port("a"), system_id, password);
    REQUIRE(loop.until([&] { return stranger.sent_away || (!account.lines.empty() && account.lines.back().find("waiting") != std::string::npos); }));
    CHECK(stranger.binds.empty());
    CHECK(account.lines.front().find("refused an outbind of") != std::string::npos);
    CHECK(account.first<engine::LinkUp>() == nullptr);
  }
}

TEST_CASE("who connects and says nothing keeps nobody out (P53)") {
  Loop loop;
  Waiting account(loop);
  boost::asio::ip::tcp::socket silent(loop.io), later(loop.io);
  const boost::asio::ip::tcp::endpoint there(boost::asio::ip::make_address("127.0.0.1"), account.links->outbind_port("a"));
  silent.connect(there);
  Knocker smsc(loop, account.links->outbind_port("a"), "smsc", "theirs");
  REQUIRE(loop.until([&] { return account.links->status().at(0).bound; }));
  later.connect(there);
  smsc.deliver();
  REQUIRE(loop.until([&] { return account.first<engine::Mo>() != nullptr; }));
  const engine::Mo mo = *account.first<engine::Mo>();
  account.links->respond({mo.link, mo.incoming, smpp::command_status::ESME_ROK}, 1);
  account.links->flush();
  REQUIRE(loop.until([&] { return smsc.statuses.size() == 1; }));
}

TEST_CASE("an address where no outbind can be awaited stops no other account (P52)") {
  Loop loop;
  std::vector<core::net::LinkPlan> plans(2);
  plans[0].account = "a";
  plans[0].outbind = core::net::OutbindPlan{"127.0.0.1:70000", "smsc", "theirs"};
  plans[1].account = "b";
  plans[1].outbind = core::net::OutbindPlan{"127.0.0.1:0", "smsc", "theirs"};
  core::net::LinksOwner owner;
  owner.put = [](std::vector<engine::Input>) { return std::vector<engine::Input>{}; };
  core::net::Links links(loop.io, plans, 1, 7, std::move(owner));
  CHECK(links.start().starts_with("a: outbind_listen: "));
  CHECK(links.outbind_port("b") != 0);
  CHECK(links.status().at(0).line.starts_with("outbind_listen: "));
}

TEST_CASE("when the SMSC has gone another outbind is taken, and one beside it is not (P53)") {
  Loop loop;
  Waiting account(loop);
  auto first = std::make_unique<Knocker>(loop, account.links->outbind_port("a"), "smsc", "theirs");
  REQUIRE(loop.until([&] { return account.links->status().at(0).bound; }));
  Knocker second(loop, account.links->outbind_port("a"), "smsc", "theirs");
  REQUIRE(loop.until([&] { return second.sent_away; }));
  CHECK(account.links->status().at(0).bound);
  first.reset();
  REQUIRE(loop.until([&] { return account.first<engine::LinkDown>() != nullptr; }));
  Knocker third(loop, account.links->outbind_port("a"), "smsc", "theirs");
  REQUIRE(loop.until([&] { return account.links->status().at(0).bound; }));
  CHECK(third.binds.size() == 1);
}
