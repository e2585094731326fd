// The files of the page and of its description, which are built into the program: page/* and openapi.json.
#pragma once

#include <string_view>

namespace smpp_sim {

// "index.html", "page.css", "page.js", "icon.svg", "openapi.json"; empty: no such file.
[[nodiscard]] std::string_view page_file(std::string_view name);

}  // namespace smpp_sim
