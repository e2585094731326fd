// The questions of people on a connection of their own, read-only: for a thread beside the engine. Each answer is one
// read transaction, so it is of one instant, and short, because the log cannot start over while a report reads from it.
#pragma once

#include "storage/reports.hpp"
#include "storage/sqlite/open.hpp"

#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace storage::sqlite {

class SqliteReports final : public Reports {
 public:
  // The database must exist and be of a schema this program knows: open the store first.
  static std::variant<std::unique_ptr<SqliteReports>, OpenError> open(const std::string& data_dir);
  ~SqliteReports() override;

  [[nodiscard]] std::optional<Message> message(Id id) override;
  [[nodiscard]] std::optional<Inbound> inbound(Id id) override;
  [[nodiscard]] std::optional<Contact> contact(const std::string& number) override;
  [[nodiscard]] std::vector<Conversation> conversations(const ConversationFilter& filter) override;
  [[nodiscard]] std::vector<Entry> chain(const std::string& number, std::uint32_t limit) override;
  [[nodiscard]] std::vector<Message> in_doubt(std::uint32_t limit) override;
  [[nodiscard]] std::vector<Launch> launches(const std::string& campaign) override;
  [[nodiscard]] Totals totals(const std::string& campaign) override;

  // Why an answer since the last call of this came back empty or short; nullopt: it is what is stored.
  [[nodiscard]] std::optional<std::string> take_problem();

 private:
  struct Parts;
  class Instant;
  explicit SqliteReports(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace storage::sqlite
