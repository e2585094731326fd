// What the tests of core/net share: a loop, an SMSC that keeps what happened, a campaign, a folder of its own, and a node
// between them.
#pragma once

#include "core/net/clock.hpp"
#include "core/net/node.hpp"
#include "storage/memory/memory_store.hpp"
#include "smpp/net/listener.hpp"
#include "test/unit/catch.hpp"

#include <boost/asio/io_context.hpp>

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace corenet_test {

struct Loop {
  boost::asio::io_context io;

  // Runs until the condition holds; the limit is one that only a defect reaches.
  bool until(const std::function<bool()>& condition) {
    const auto limit = core::net::steady_now() + std::chrono::seconds(30);
    while (!condition()) {
      if (core::net::steady_now() > limit) return false;
      if (io.stopped()) io.restart();
      io.run_one_for(std::chrono::milliseconds(20));
    }
    return true;
  }
};

struct Folder {
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "corenet-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::string path;
};

struct Smsc {
  explicit Smsc(Loop& loop) : listener(loop.io, settings(), owner()) { REQUIRE(listener.start().empty()); }

  static smpp::net::ListenerSettings settings() {
    smpp::net::ListenerSettings settings;
    settings.listen = "127.0.0.1:0";
    return settings;
  }
  smpp::net::ListenerOwner owner() {
    smpp::net::ListenerOwner owner;
    owner.now = [] { return core::net::steady_now(); };
    owner.make_session = [this](const smpp::net::Peer&) {
      smpp::SessionSettings session;
      session.role = smpp::Role::smsc;
      session.epoch = ++sessions;
      session.window = 100;
      return smpp::Session(session);
    };
    owner.on_events = [this](smpp::net::Connection& connection, smpp::net::Events events) {
      for (auto& event : events) on_event(connection, event);
    };
    return owner;
  }
  void on_event(smpp::net::Connection& connection, smpp::Event& event) {
    if (const auto* bind = std::get_if<smpp::BindRequested>(&event)) {
      smpp::Response response;
      if (bind->type == smpp::BindType::transceiver) response.body = smpp::BindTransceiverResp{};
      if (bind->type == smpp::BindType::transmitter) response.body = smpp::BindTransmitterResp{};
      if (bind->type == smpp::BindType::receiver) response.body = smpp::BindReceiverResp{};
      connection.session().respond(bind->incoming, response);
      bound = &connection;
    } else if (auto* received = std::get_if<smpp::Received>(&event)) {
      submits.push_back(std::get<smpp::SubmitSm>(received->pdu.body));
      order.push_back("submit");
      unanswered.push_back(received->incoming);
      if (answers) answer_all();
    } else if (const auto* done = std::get_if<smpp::Done>(&event)) {
      statuses.push_back(done->status);
      order.push_back("response");
    } else if (std::holds_alternative<smpp::PeerUnbound>(event)) {
      unbound = true;
    } else if (std::holds_alternative<smpp::Closed>(event)) {
      bound = nullptr;
    }
  }
  void answer_all() {
    for (const smpp::Incoming& incoming : std::exchange(unanswered, {})) {
      smpp::SubmitSmResp body;
      body.message_id = std::to_string(++last_id);
      bound->session().respond(incoming, {smpp::command_status::ESME_ROK, body});
    }
    bound->wake();
  }
  void deliver(const std::string& from, const std::string& text) {
    smpp::DeliverSm pdu;
    pdu.source = {1, 1, from};
    pdu.destination = {3, 0, "80800"};
    pdu.short_message = smpp::to_octets(text);
    REQUIRE(bound->session().request(pdu, ++last_token, core::net::steady_now()));
    bound->wake();
  }

  bool answers = true, unbound = false;
  smpp::net::Connection* bound = nullptr;
  std::uint64_t sessions = 0, last_token = 0, last_id = 0;
  std::vector<smpp::SubmitSm> submits;
  std::vector<smpp::Incoming> unanswered;
  std::vector<smpp::command_status> statuses;    // of our deliver_sm
  std::vector<std::string> order;
  smpp::net::Listener listener;
};

inline std::shared_ptr<const rules::Program> program(const std::string& reply = "Thanks.") {
  const std::string file = "[campaign]\nname = \"t\"\nsender = \"80800\"\nmessage = \"Hi\"\nwindow = \"72h\"\n"
                           "[[rule]]\nkeyword = \"YES\"\ndo = [ { reply = \"" + reply + "\" } ]\n"
                           "[[rule]]\notherwise = true\ndo = [ { notify = \"crm\", event = \"heard\" } ]\n";
  const std::vector<rules::Source> sources{{"t.toml", file}};
  rules::Compiled compiled = rules::compile(sources, {{"80800"}, {"crm"}});
  for (const rules::Mistake& mistake : compiled.mistakes) FAIL_CHECK(mistake.to_string());
  REQUIRE(compiled.program != nullptr);
  return compiled.program;
}

inline core::net::NodeSettings node_settings(const std::string& folder, std::uint16_t port) {
  core::net::NodeSettings settings;
  core::engine::AccountSettings account;
  account.id = "a";
  settings.engine.engine.accounts = {account};
  core::engine::SenderSettings sender;
  sender.number = "80800";
  sender.accounts = {"a"};
  settings.engine.engine.senders = {sender};
  settings.engine.engine.endpoints = {{"crm", 1, {}}};
  settings.engine.inflight_path = folder + "/turn.inflight";
  settings.engine.seed = 1;
  core::net::LinkPlan plan;
  plan.account = "a";
  plan.connection.name = "a/1";
  plan.connection.hosts = {"127.0.0.1:" + std::to_string(port)};
  plan.session.bind.system_id = "test";
  settings.links = {plan};
  return settings;
}

// A node on a store in memory, bound to the SMSC.
struct Place {
  Place() : Place(storage::memory::Image{}) {}
  explicit Place(storage::memory::Image image) : store(std::move(image)), smsc(loop) {}

  void start() { start(node_settings(folder.path, smsc.listener.port())); }
  void start(core::net::NodeSettings settings) {
    core::net::NodeOwner owner;
    owner.on_stopped = [this](std::string_view why) { stopped = std::string(why); };
    node = std::make_unique<core::net::Node>(loop.io, std::move(settings), program(), store, log, std::move(owner));
    node->start();
    REQUIRE(loop.until([&] { return node->status().not_ready().empty(); }));
  }
  // Opens a conversation with a first message that the SMSC has taken.
  void open_conversation(const std::string& number) {
    bool asked = false;
    core::engine::SendMessage send;
    send.to = number;
    send.campaign = "t";
    const std::size_t before = smsc.submits.size();
    REQUIRE(node->requests().ask(send, [&](const core::engine::Answered& answered) {
      asked = std::holds_alternative<core::engine::MessageAccepted>(answered);
    }));
    REQUIRE(loop.until([&] { return asked && smsc.submits.size() > before; }));
  }

  Loop loop;
  Folder folder;
  storage::memory::MemoryStore store;
  Smsc smsc;
  std::ostringstream lines;
  core::Log log{core::LogSettings{}, lines};
  std::optional<std::string> stopped;
  std::unique_ptr<core::net::Node> node;
};

}  // namespace corenet_test
