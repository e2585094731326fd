// One bind between its session and the engine, without IO: session events become inputs, releases become session
// calls. The links and the simulation use the same one.
#pragma once

#include "core/engine/input.hpp"
#include "core/engine/release.hpp"
#include "smpp/session.hpp"

#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace core::engine {

class Bind {
 public:
  Bind(std::string account, std::uint32_t bind, std::uint32_t window, smpp::ReceiptProfile receipts = {}, std::uint64_t max_messages = 0);

  // A new connection begins; what the last session still owed has been taken by then.
  void begin(std::uint64_t epoch);
  // Events in the order in which they happened. LinkQuiet comes when the session takes no more requests although it
  // lives; LinkDown at its end, or at the peer's unbind before it; once, if there was a LinkUp.
  void take(smpp::Session& session, std::vector<smpp::Event> events, std::vector<Input>& inputs);

  // Releases. A session that has ended meanwhile answers Returned for submits; responses to it go nowhere.
  void submit(smpp::Session* session, const Submit& submit, smpp::Now now, std::vector<Input>& inputs);
  void respond(smpp::Session* session, const Respond& respond, Turn turn);
  void revoke(smpp::Session* session, const Revoke& revoke);

  [[nodiscard]] const LinkRef& link() const { return link_; }
  [[nodiscard]] bool up() const { return up_; }
  [[nodiscard]] bool takes_submits() const { return up_ && !quiet_; }
  // deliver_sm and data_sm taken and not yet answered.
  [[nodiscard]] std::size_t unanswered() const { return unanswered_; }

 private:
  void take(smpp::Session& session, smpp::Event& event, std::vector<Input>& inputs);
  void received(smpp::Session& session, smpp::Received& event, std::vector<Input>& inputs);
  void acknowledged(const smpp::Incoming& incoming, std::vector<Input>& inputs);
  void quiet(std::string why, std::vector<Input>& inputs);
  void down(std::string why, std::vector<Input>& inputs);
  void done(smpp::Token token, SubmitDone result, std::vector<Input>& inputs, bool keep_token);

  LinkRef link_;
  std::uint32_t window_;
  smpp::ReceiptProfile receipts_;     // what this SMSC calls a receipt
  std::uint64_t max_messages_;        // a session takes no more and is unbound; 0: any number (P63)
  std::uint64_t messages_ = 0;        // of this session
  bool up_ = false, quiet_ = false;
  smpp::Token next_token_ = 1;
  std::unordered_map<smpp::Token, SegmentRef> outstanding_;
  std::map<SegmentRef, smpp::Token> tokens_;
  struct Answered { std::uint64_t number; Turn turn; };
  std::deque<Answered> answered_;     // in the order in which they left
  std::unordered_set<std::uint64_t> data_sms_;  // Incoming::number of those: their response is another (P24)
  std::size_t unanswered_ = 0;
};

}  // namespace core::engine
