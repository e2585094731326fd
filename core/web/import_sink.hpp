// An import as it streams: octets -> rows -> chunks of at most kImportChunk, one input at a time; the peer's reading
// stands still until a chunk is on disk, so that memory does not grow with the file.
#pragma once

#include "core/web/api.hpp"
#include "core/web/recipients.hpp"

#include <memory>
#include <string>

namespace core::web {

// Names what is on disk: the launch, the last line of it, the rows. "lch_0000000000001.2500.2480"
struct ResumeToken { storage::Id launch = 0; std::uint64_t line = 0, rows = 0; };
[[nodiscard]] std::string show(const ResumeToken& token);
[[nodiscard]] bool read_resume(std::string_view text, ResumeToken& into);

inline constexpr std::size_t kRefusedShown = 1000;               // refused rows listed in an answer; all are counted

// What is imported, by whom, from where on.
struct Import {
  std::string campaign;
  std::string token, idempotency_key;            // key empty: none given
  RowFormat format = RowFormat::unknown;
  ResumeToken resume;
};

class ImportSink final : public http::BodySink {
 public:
  ImportSink(std::shared_ptr<const Ports> ports, Import import, http::Reply reply);
  ~ImportSink() override;
  void chunk(std::string_view octets, http::Resume resume) override;
  void finished() override;
  void broken(std::string_view why) override;

 private:
  struct State;
  std::shared_ptr<State> state_;                 // an answer of the engine may come after the connection has gone
};

}  // namespace core::web
