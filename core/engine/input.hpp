// Everything that happens is an input. Values only; each says who must be answered, if anybody.
// Owed inputs (links, submit results, webhook outcomes) are never refused; offered ones (MO, receipts, API) may be.
#pragma once

#include "rules/program.hpp"
#include "smpp/pdu.hpp"
#include "smpp/receipt.hpp"
#include "smpp/session.hpp"
#include "smpp/udh.hpp"
#include "storage/records.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace core::engine {

using storage::Id;
using storage::Octets;
using storage::Turn;
using storage::WallTime;
using SteadyTime = std::chrono::steady_clock::time_point;

// Steady time for timeouts and pace, wall time for records and schedules; never mixed.
struct Now {
  SteadyTime steady;
  WallTime wall;
};

struct LinkRef {
  std::string account;
  std::uint32_t bind = 0;             // which of the account's binds
  std::uint64_t epoch = 0;            // of its session; grows over restarts
  auto operator<=>(const LinkRef&) const = default;
};

struct SegmentRef {
  Id message = 0;
  std::uint16_t segment = 0;
  auto operator<=>(const SegmentRef&) const = default;
};

using RequestId = std::uint64_t;      // of an API request; the answer carries it

// ---- from the links
struct LinkUp { LinkRef link; std::uint32_t window = 0; bool transmits = true, receives = true, tlvs = true; };
// It takes no more submits but lives: what it still receives is answered, and the peer still shows what it has.
struct LinkQuiet { LinkRef link; std::string why; };
struct LinkDown { LinkRef link; std::string why; };
// The peer certainly has every response that was decided in turns up to this one.
struct LinkAcknowledged { LinkRef link; Turn turn = 0; };

// unencodable: it can never be written as a PDU; `message_id` says why.
enum class SubmitOutcome : std::uint8_t { answered, late, returned, lost, timed_out, unencodable };
struct SubmitDone {
  LinkRef link;
  SegmentRef segment;
  SubmitOutcome outcome = SubmitOutcome::answered;
  smpp::command_status status{};      // answered, late
  std::string message_id;             // answered, late
  std::uint32_t sequence_number = 0;
  std::optional<std::uint8_t> congestion_state;
};

struct Mo {
  LinkRef link;
  smpp::Incoming incoming;
  Octets raw;
  smpp::Address source, destination;
  std::uint8_t esm_class = 0, data_coding = 0;
  smpp::Payload payload;
  smpp::Tlvs tlvs;
  std::optional<smpp::Receipt> claimed;  // its text reads as a receipt, at an SMSC that marks them by nothing else (P72)
  std::uint64_t fingerprint = 0;      // of what an identical redelivery repeats: all but the sequence_number
  bool poisoned = false;              // two aborts came of it: store it raw as malformed, decide nothing
};

struct ReceiptArrived {
  LinkRef link;
  smpp::Incoming incoming;
  Octets raw;
  smpp::Address source, destination;  // the person, and our sender: addresses of a receipt are swapped (P120)
  std::optional<smpp::Receipt> receipt;  // absent: nothing usable in it
  bool poisoned = false;
};

// A deliver_sm or data_sm that cannot be decoded. It is refused, as the specification asks, but not for ever (P14).
struct Undecodable {
  LinkRef link;
  smpp::Incoming incoming;
  Octets raw;
  smpp::command_status status{};      // that refuses it
  std::string kind;                   // what is wrong with it
};

// alert_notification: the person's handset is on the network again (P26).
struct Reachable { LinkRef link; smpp::Address source; };

// ---- from the API
struct SendMessage {
  RequestId request = 0;
  std::string token, idempotency_key; // key empty: none given
  std::uint64_t request_hash = 0;
  std::string to, from, text, campaign;
  storage::Fields fields;             // of the conversation, with a campaign
  std::string tariff{};               // of the account's (P126); empty: none
  storage::Fields tlvs{};             // values of the account's vendor TLVs, by their names (P124)
  bool flash = false;                 // message class 0: shown at once, not stored (P101)
};
struct RecipientRow { std::uint64_t line = 0; std::string number; storage::Fields fields; };
struct AddRecipients {
  RequestId request = 0;
  std::string token, idempotency_key; // of the whole import; key empty: none given
  std::string campaign;
  std::vector<RecipientRow> rows;     // at most kImportChunk
  Id launch = 0;                      // 0: the campaign's collecting launch, made if there is none
  std::uint64_t after = 0;            // with `launch`: its rows as the sender knows them; the same chunk after the same
                                      // rows is the same chunk
};
struct LaunchCampaign { RequestId request = 0; std::string campaign; std::string token, idempotency_key; };
struct CancelMessage { RequestId request = 0; Id message = 0; };
struct SettleDoubt { RequestId request = 0; Id message = 0; bool resend = false; };  // else: unknown
struct ExplainText { RequestId request = 0; std::string from, to, text; };

// ---- from the webhook client
enum class WebhookOutcome : std::uint8_t { delivered, failed, gone };
struct WebhookDone {
  Id event = 0;
  std::string endpoint;
  WebhookOutcome outcome = WebhookOutcome::failed;
  std::string detail;
  std::optional<std::chrono::seconds> retry_after;
};

// ---- from the loop
struct Recover {};                    // first inputs after start, before any link connects; see Engine::recovered
struct Tick {};                       // a deadline of Releases passed
struct NewRules { std::shared_ptr<const rules::Program> program; RequestId request = 0; };

using Input = std::variant<LinkUp, LinkQuiet, LinkDown, LinkAcknowledged, SubmitDone, Mo, ReceiptArrived, Undecodable, Reachable, SendMessage, AddRecipients,
                           LaunchCampaign, CancelMessage, SettleDoubt, ExplainText, WebhookDone, Recover, Tick, NewRules>;

[[nodiscard]] bool is_offered(const Input& input);
// Of all of a deliver_sm or data_sm after its header: a redelivery repeats it octet for octet under another sequence_number.
[[nodiscard]] std::uint64_t fingerprint_of(const Octets& raw);
// A deliver_sm or data_sm that a session received, as the input it is: a receipt or an MO (P24); absent for any other
// command. Pure; used by the links and the simulation alike.
[[nodiscard]] Input input_of(const LinkRef& link, smpp::Incoming incoming, const smpp::DeliverSm& pdu, Octets raw,
                             const smpp::ReceiptProfile& receipts = {});
[[nodiscard]] std::optional<Input> input_of(const LinkRef& link, smpp::Incoming incoming, const smpp::Pdu& pdu, Octets raw,
                                            const smpp::ReceiptProfile& receipts = {});

}  // namespace core::engine
