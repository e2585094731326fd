// protocol.table: what proves each item of smpp/PROTOCOL.md.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace conformance {

struct TableFindings {
  std::vector<std::string> mistakes;  // the table is wrong, or an item has no proof
  std::vector<std::string> open;      // items, or parts of them, that the table itself says nothing does yet
  std::size_t items = 0;
};

// `root` is the project's folder. An item needs a line, a line names proofs or says that the item is not behaviour or
// open; each proof exists and cites the item; each script that cites an item is named on its line.
[[nodiscard]] TableFindings check_table(const std::filesystem::path& root);

}  // namespace conformance
