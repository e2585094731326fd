#include "tools/smpp-sim/play.hpp"

#include "smpp/codec.hpp"
#include "smpp/command.hpp"
#include "smpp/pdu_text.hpp"
#include "tools/smpp-sim/healthy_smsc.hpp"

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
  return script::is_asked_for(step, smpp::read_header(octets).id);
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

Play::Play(asio::io_context& io, asio::ip::tcp::socket socket, const PlaySettings& settings, Connect connect)
    : io_(io), settings_(settings), connect_(std::move(connect)) {
  take_over(std::move(socket));
}

Play::~Play() { end(false); }

void Play::take_over(asio::ip::tcp::socket socket) {
  wire_ = std::make_shared<Wire>(std::move(socket));
  error_code ignored;
  wire_->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  early_.clear();
  last_word_ = settings_.now();
  listen(wire_);
}

void Play::listen(const std::shared_ptr<Wire>& wire) {
  wire->socket.async_read_some(asio::buffer(wire->buffer), [wire](const error_code& error, std::size_t count) {
    wire->peer.hear(std::span(wire->buffer).first(count));
    if (!error) return listen(wire);
    wire->ended = true;
  });
}

void Play::say(const smpp::Octets& octets) {
  last_word_ = settings_.now();
  error_code gone;  // the read tells
  asio::write(wire_->socket, asio::buffer(octets), gone);
}

void Play::end(bool reset) {
  error_code ignored;
  if (reset) wire_->socket.set_option(asio::socket_base::linger(true, 0), ignored);
  wire_->socket.close(ignored);
  wire_->ended = true;
}

std::string Play::within(std::chrono::milliseconds patience) const {
  return "within " + std::to_string(patience.count()) + " ms";
}

bool Play::wait_for_pdu(std::chrono::milliseconds patience) {
  return run_until(io_, patience, [this] { return wire_->peer.next() != nullptr || wire_->ended; });
}

std::chrono::milliseconds Play::patience_of(const Step& step) const {
  return script::duration_of(step, "within").value_or(settings_.patience);
}

// Empty, or by how much something came before its time.
std::string Play::too_soon(const Step& step) const {
  const auto after = script::duration_of(step, "after");
  if (!after) return {};
  const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(settings_.now() - last_word_);
  const auto due = std::chrono::duration_cast<std::chrono::milliseconds>(*after * settings_.pace);
  if (waited >= due) return {};
  return "it came " + std::to_string(waited.count()) + " ms after our last word, sooner than " + std::to_string(due.count());
}

std::string Play::reconnect(const Step& step) {
  if (!wire_->ended) end(false);
  std::optional<asio::ip::tcp::socket> socket;
  if (std::string wrong = connect_(patience_of(step), socket); !wrong.empty()) return wrong;
  std::string wrong = too_soon(step);
  take_over(std::move(*socket));
  return wrong;
}

std::string Play::pause(const Step& step) {
  bool ok = false;
  const auto time = script::parse_duration(step.what, ok);
  const auto length = std::chrono::duration_cast<smpp::Now::duration>(time * settings_.pace);
  const smpp::Now until = settings_.now() + length;
  for (smpp::Now now = settings_.now(); now < until; now = settings_.now()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now);
    if (!wait_for_pdu(left)) return {};
    if (wire_->peer.next() == nullptr) return "it closed the connection";
    const smpp::Octets octets = wire_->peer.take();
    if (answer_link(octets) || answer_served(octets)) continue;
    early_.push_back(octets);
  }
  return {};
}

void Play::list(const Step& step, std::set<smpp::command_id>& commands) {
  if (const auto id = script::command(step.what)) commands.insert(*id);
  for (const script::Word& word : step.words) {
    if (const auto id = script::command(word.name)) commands.insert(*id);
  }
}

bool Play::answer_served(const smpp::Octets& octets) {
  const smpp::Header header = smpp::read_header(octets);
  if (ignored_.contains(header.id)) return true;
  if (smpp::is_response(header.id) || (!serves_all_ && !served_.contains(header.id))) return false;
  const auto decoded = smpp::decode(octets);
  if (!decoded) return false;
  const auto response = healthy_response(decoded->pdu.body, "served-" + std::to_string(++served_ids_));
  if (!response) return false;
  smpp::Octets answer;
  if (!smpp::append(answer, *response, header.sequence_number)) return false;
  say(answer);
  return true;
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
    case Verb::ignore: list(step, ignored_); return {};
    case Verb::serve:
      serves_all_ = serves_all_ || step.what == "all";
      list(step, served_);
      return {};
    case Verb::pause: return pause(step);
    case Verb::reconnect: return reconnect(step);
    case Verb::expect:
      if (run_until(io_, patience_of(step), [this] { return wire_->ended; })) return {};
      return "it did not close the connection " + within(patience_of(step));
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
  const smpp::Now until = settings_.now() + patience_of(step);
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - settings_.now());
    if (left.count() < 0 || !wait_for_pdu(left)) return "nothing that was asked for came " + within(patience_of(step));
    if (wire_->peer.next() == nullptr) return "it closed the connection";
    const smpp::Octets octets = wire_->peer.take();
    if (is_asked_for(step, octets)) {
      std::string soon = too_soon(step);
      return soon.empty() ? wire_->peer.check(step, octets) : soon;
    }
    if (answer_link(octets) || answer_served(octets)) continue;
    if (!is_owners_answer(smpp::read_header(octets))) return wire_->peer.check(step, octets);
    early_.push_back(octets);
  }
}

std::string Play::expect_silence() {
  if (!wire_->ended) say(octets_of(smpp::EnquireLink{}, kSilenceNumber));
  for (;;) {
    if (!wait_for_pdu(settings_.patience)) return "it did not answer enquire_link " + within(settings_.patience);
    if (wire_->peer.next() == nullptr) return wire_->peer.check_nothing();
    const smpp::Header header = smpp::read_header(*wire_->peer.next());
    const bool is_owners = is_owners_answer(header);
    if (header.id == smpp::command_id::enquire_link_resp && header.sequence_number == kSilenceNumber) {
      wire_->peer.take();
      return {};
    }
    const smpp::Octets octets = *wire_->peer.next();
    const bool answered = !is_owners && (answer_link(octets) || answer_served(octets));
    if (!is_owners && !answered) return wire_->peer.check_nothing();
    wire_->peer.take();
    if (is_owners) early_.push_back(octets);
  }
}

std::string Play::finish() { return expect_silence(); }

}  // namespace smpp_sim
