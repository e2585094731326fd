// The daemon as `bindery run` builds it, without a configuration file: a node and its admin port on one io thread, an
// engine thread, SQLite on the disk. One account, one bind, no rate.
#pragma once

#include "core/log.hpp"
#include "core/metrics.hpp"
#include "core/net/side_thread.hpp"
#include "core/service_http.hpp"
#include "storage/sqlite/sqlite_reports.hpp"
#include "storage/sqlite/sqlite_store.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

namespace bench {

inline const std::string kToken = "bench", kCampaign = "bench";

class Daemon {
 public:
  Daemon(const std::string& data_dir, std::uint16_t smsc_port, std::uint32_t window);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  [[nodiscard]] std::uint16_t http_port() const { return http_->port(); }
  // Drains and stops; afterwards the store's figures are at rest.
  storage::sqlite::WriteFigures stop();

 private:
  core::Config config_;
  std::ostringstream lines_;
  core::Log log_;
  core::Metrics metrics_;
  std::unique_ptr<storage::sqlite::SqliteStore> store_;
  std::unique_ptr<storage::sqlite::SqliteReports> reports_;
  boost::asio::io_context io_{1};
  std::unique_ptr<core::net::SideThread> report_thread_;
  std::unique_ptr<core::net::Node> node_;
  std::unique_ptr<core::ServiceHttp> http_;
  std::thread thread_;
};

}  // namespace bench
