#include "tools/smpp-sim/play.hpp"

#include "smpp/codec.hpp"
#include "smpp/command.hpp"
#include "smpp/pdu_text.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <utility>

namespace smpp_sim {
namespace asio = boost::asio;
using boost::system::error_code;
using script::Step;
using script::Verb;

namespace {

// Of the enquire_link that asks whether anything else is on its way: behind its answer there is nothing that was said
// before. No script uses the number.
constexpr std::uint32_t kSilenceNumber = 0x7FFFFFF0;

smpp::Octets octets_of(smpp::PduBody body, std::uint32_t sequence_number) {
  smpp::Pdu pdu;
  pdu.sequence_number = sequence_number;
  pdu.body = std::move(body);
  return smpp::encode(pdu).value();
}

// A message or a bind is answered by whoever owns the session, and when it likes. A refusal is the session's own.
bool is_owners_answer(const smpp::Header& header) {
  if (!smpp::is_response(header.id) || header.status != smpp::command_status::ESME_ROK) return false;
  return header.id != smpp::command_id::enquire_link_resp && header.id != smpp::command_id::unbind_resp &&
         header.id != smpp::command_id::generic_nack;
}

bool is_asked_for(const Step& step, const smpp::Octets& octets) {
  return step.what == "hex" || script::command(step.what) == smpp::read_header(octets).id;
}

}  // namespace

bool run_until(asio::io_context& io, std::chrono::milliseconds patience, const std::function<bool()>& condition) {
  const auto late = std::make_shared<bool>(false);  // the timer's last word may come after us
  asio::steady_timer timer(io, patience);
  timer.async_wait([late](const error_code& cancelled) { *late = !cancelled; });
  while (!condition() && !*late) {
    if (io.stopped()) io.restart();
    io.run_one();
  }
  return condition();
}

Play::Play(asio::io_context& io, asio::ip::tcp::socket socket, std::chrono::milliseconds patience)
    : io_(io), patience_(patience), wire_(std::make_shared<Wire>(std::move(socket))) {
  error_code ignored;
  wire_->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  listen(wire_);
}

Play::~Play() { end(false); }

void Play::listen(const std::shared_ptr<Wire>& wire) {
  wire->socket.async_read_some(asio::buffer(wire->buffer), [wire](const error_code& error, std::size_t count) {
    wire->peer.hear(std::span(wire->buffer).first(count));
    if (!error) return listen(wire);
    wire->ended = true;
  });
}

void Play::say(const smpp::Octets& octets) {
  error_code gone;  // the read tells
  asio::write(wire_->socket, asio::buffer(octets), gone);
}

void Play::end(bool reset) {
  error_code ignored;
  if (reset) wire_->socket.set_option(asio::socket_base::linger(true, 0), ignored);
  wire_->socket.close(ignored);
  wire_->ended = true;
}

std::string Play::within() const { return "within " + std::to_string(patience_.count()) + " ms"; }

bool Play::wait_for_pdu() {
  return run_until(io_, patience_, [this] { return wire_->peer.next() != nullptr || wire_->ended; });
}

// Strangers ask on their own whether we are there; a script that tells of it has a clock, and is not run here.
bool Play::answer_link(const smpp::Octets& octets) {
  const smpp::Header header = smpp::read_header(octets);
  if (header.id != smpp::command_id::enquire_link) return false;
  say(octets_of(smpp::EnquireLinkResp{}, header.sequence_number));
  return true;
}

std::string Play::step(const Step& step) {
  switch (step.verb) {
    case Verb::expect_pdu: return step.what == "nothing" ? expect_silence() : expect_pdu(step);
    case Verb::send:
    case Verb::chunk:
    case Verb::hold:
    case Verb::release: {
      std::vector<smpp::Octets> pieces;
      if (std::string wrong = wire_->peer.speak(step, pieces); !wrong.empty()) return wrong;
      for (const smpp::Octets& piece : pieces) say(piece);
      return {};
    }
    case Verb::close: end(step.what == "reset"); return {};
    case Verb::expect:
      if (run_until(io_, patience_, [this] { return wire_->ended; })) return {};
      return "it did not close the connection " + within();
    default: return {};
  }
}

std::string Play::expect_pdu(const Step& step) {
  const auto early = std::ranges::find_if(early_, [&](const auto& octets) { return is_asked_for(step, octets); });
  if (early != early_.end()) {
    const smpp::Octets octets = std::move(*early);
    early_.erase(early);
    return wire_->peer.check(step, octets);
  }
  for (;;) {
    if (!wait_for_pdu()) return "nothing came " + within();
    if (wire_->peer.next() == nullptr) return "it closed the connection";
    const smpp::Octets octets = wire_->peer.take();
    if (is_asked_for(step, octets)) return wire_->peer.check(step, octets);
    if (answer_link(octets)) continue;
    if (!is_owners_answer(smpp::read_header(octets))) return wire_->peer.check(step, octets);
    early_.push_back(octets);
  }
}

std::string Play::expect_silence() {
  if (!wire_->ended) say(octets_of(smpp::EnquireLink{}, kSilenceNumber));
  for (;;) {
    if (!wait_for_pdu()) return "it did not answer enquire_link " + within();
    if (wire_->peer.next() == nullptr) return wire_->peer.check_nothing();
    const smpp::Header header = smpp::read_header(*wire_->peer.next());
    const bool is_owners = is_owners_answer(header);
    if (header.id == smpp::command_id::enquire_link_resp && header.sequence_number == kSilenceNumber) {
      wire_->peer.take();
      return {};
    }
    if (!is_owners && header.id != smpp::command_id::enquire_link) return wire_->peer.check_nothing();
    const smpp::Octets octets = wire_->peer.take();
    if (is_owners) early_.push_back(octets);
    if (!is_owners) answer_link(octets);
  }
}

std::string Play::finish() { return expect_silence(); }

}  // namespace smpp_sim
