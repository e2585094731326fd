// What a turn lets out, after its commit. The io thread executes a turn's list front to back before the next list.
#pragma once

#include "core/engine/input.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace core::engine {

struct Revoke { LinkRef link; SegmentRef segment; };
struct Respond {
  LinkRef link;
  smpp::Incoming incoming;
  smpp::command_status status{};
  std::string message_id{};           // of the response; nearly always empty (P28)
};
struct Submit { LinkRef link; SegmentRef segment; smpp::SubmitSm pdu; };

// ---- answers to API requests
struct Problem { unsigned status = 400; std::string title, detail, field; };   // RFC 9457
struct MessageAccepted { Id message = 0; Id conversation = 0; storage::MessageState state{}; bool replayed = false; };
struct RefusedRow { std::uint64_t line = 0; std::string field, why; };
struct RecipientsAdded { Id launch = 0; std::uint64_t added = 0, total = 0; std::vector<RefusedRow> refused; };
struct Launched { Id launch = 0; std::uint64_t recipients = 0; bool replayed = false; };
struct MessageChanged { Id message = 0; storage::MessageState state{}; };
struct Explained {
  std::string normalised, confidence, reason, campaign, step;
  Id conversation = 0;
  std::vector<storage::Candidate> candidates;
  std::vector<std::string> trace;
  std::vector<std::string> effects;   // one line per action, in order
  std::string reply;                  // empty: none
  std::string reply_coding;           // gsm7 | ucs2
  std::uint32_t reply_segments = 0;
};
struct RulesSwapped { std::uint64_t revision = 0; };
using Answered = std::variant<Problem, MessageAccepted, RecipientsAdded, Launched, MessageChanged, Explained, RulesSwapped>;
struct Answer { RequestId request = 0; Answered answered; };

struct WebhookRequest {
  Id event = 0;
  std::string endpoint, type, body;
  std::uint32_t attempt = 0;          // from 1
};

struct Releases {
  Turn turn = 0;
  std::vector<Revoke> revocations;
  std::vector<Respond> responses;
  std::vector<Submit> submits;
  std::vector<Answer> answers;
  std::vector<WebhookRequest> webhooks;
  std::vector<std::string> alarms;    // what an operator must see
  std::optional<SteadyTime> deadline; // when a Tick is due; absent: nothing waits for time
};

}  // namespace core::engine
