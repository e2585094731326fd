// Configuration: what a correct file gives, and that every mistake is told, at its place, with what to do.
#include "core/config_keys.hpp"
#include "core/config_load.hpp"
#include "test/unit/catch.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

using namespace core;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> shown(const std::vector<Mistake>& mistakes) {
  std::vector<std::string> result;
  for (const Mistake& mistake : mistakes) result.push_back(mistake.to_string());
  return result;
}
bool tells(const std::vector<Mistake>& mistakes, const std::string& part) {
  return std::any_of(mistakes.begin(), mistakes.end(), [&](const Mistake& one) { return one.to_string().find(part) != std::string::npos; });
}
std::string content_of(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

struct Folder {
  Folder() : path(fs::temp_directory_path() / ("core_config." + std::to_string(::getpid()))) { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  std::string write(const std::string& name, const std::string& content, ::mode_t mode = 0600) const {
    const fs::path file = path / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << content;
    ::chmod(file.c_str(), mode);
    return file.string();
  }
  fs::path path;
};

struct Variables {
  std::map<std::string, std::string> values;
  Environment read() const {
    return [this](const char* name) -> const char* {
      const auto found = values.find(name);
      return found == values.end() ? nullptr : found->second.c_str();
    };
  }
};

const std::string kSource = BINDERY_SOURCE_DIR;
const std::string kMinimal = R"([[smsc]]
id = "a"
hosts = ["localhost:2775"]
system_id = "me"
password = { env = "PW" }
)";

}  // namespace

TEST_CASE("the commented example parses into what it says") {
  const auto parsed = parse_config({"conf/bindery.toml", content_of(kSource + "/conf/bindery.toml")});
  CHECK(shown(parsed.mistakes) == std::vector<std::string>{});
  CHECK(shown(parsed.warnings) == std::vector<std::string>{});
  const Config& config = parsed.config;
  CHECK(config.campaigns == "conf/campaigns/*.toml");
  CHECK(config.data_dir == "/var/lib/bindery");
  REQUIRE(config.smsc.size() == 1);
  CHECK(config.smsc[0].hosts.size() == 2);
  CHECK(config.smsc[0].rate == 200);
  CHECK(config.smsc[0].password.origin == Secret::Origin::env);
  REQUIRE(config.http.tokens.size() == 1);
  CHECK(config.http.tokens[0].role == Role::operate);
  CHECK(config.http.tokens[0].token.name == "/etc/bindery/crm.token");
  CHECK(config.find_sender("80800")->smsc == std::vector<std::string>{"carrier-a"});
  CHECK(config.find_endpoint("crm")->retry.size() == 9);
  CHECK(config.find_endpoint("mrc") == nullptr);
}

TEST_CASE("the demo's configuration loads and warns of each secret in it") {
  const auto parsed = parse_config({kSource + "/conf/demo/bindery.toml", content_of(kSource + "/conf/demo/bindery.toml")});
  CHECK(shown(parsed.mistakes) == std::vector<std::string>{});
  CHECK(parsed.warnings.size() == 3);
  CHECK(parsed.config.data_dir == fs::path(kSource + "/build/demo").lexically_normal().string());
  const auto loaded = load_config(kSource + "/conf/demo/bindery.toml", LoadFor::run, Variables{{{"BINDERY_DATA_DIR", "/tmp/elsewhere"}}}.read());
  CHECK(shown(loaded.mistakes) == std::vector<std::string>{});
  CHECK(loaded.config.data_dir == "/tmp/elsewhere");
  CHECK(loaded.campaigns.size() >= 1);
}

TEST_CASE("the reference is what the table of keys says") {
  const std::string written = content_of(kSource + "/conf/REFERENCE.md");
  const std::string expected = config_reference();
  if (const char* update = std::getenv("BINDERY_UPDATE_REFERENCE"); update != nullptr && written != expected) {
    std::ofstream(kSource + "/conf/REFERENCE.md") << expected;
  }
  INFO("run the test with BINDERY_UPDATE_REFERENCE=1 to write conf/REFERENCE.md anew");
  CHECK(written == expected);
}

TEST_CASE("each default in the table is the default in the structures") {
  // A file that writes every default out equals one that leaves them out.
  std::string text;
  for (const Section& section : config_sections()) {
    if (section.repeated) text += "[[" + std::string(section.path) + "]]\n";
    else if (!section.path.empty()) text += "[" + std::string(section.path) + "]\n";
    for (const Key& key : config_keys()) {
      const std::size_t dot = key.path.rfind('.');
      if ((dot == std::string_view::npos ? std::string_view{} : key.path.substr(0, dot)) != section.path) continue;
      if (!key.fallback.empty()) text += std::string(key.path.substr(dot + 1)) + " = " + std::string(key.fallback) + "\n";
    }
  }
  const Config written = parse_config({"dir/x.toml", text}).config;
  Config expected = parse_config({"dir/x.toml", ""}).config;
  expected.http.tokens.emplace_back();
  expected.smsc.emplace_back();
  expected.smsc.back().quirks.tlvs.emplace_back();
  expected.smsc.back().quirks.tariffs.emplace_back();
  expected.senders.emplace_back();
  expected.routes.emplace_back();
  expected.endpoints.emplace_back();
  CHECK(written.http == expected.http);
  CHECK(written.smsc == expected.smsc);
  CHECK(written.senders == expected.senders);
  CHECK(written.endpoints == expected.endpoints);
  CHECK(written == expected);
}

TEST_CASE("every mistake is reported at once, with its place and what was meant") {
  const auto parsed = parse_config({"bindery.toml", R"(data_dri = "/tmp"
[http]
listen = "127.0.0.1"
[[smsc]]
id = "a"
hosts = ["smsc.example.net"]
system_id = "me"
password = { vault = "x" }
windwo = 10
window = 5000
rate = 200
enquire_link = "30"
bind = "tranceiver"
[smsc.quirks]
default_alphabet = 7
[[smsc]]
id = "a"
[[sender]]
number = "+4477"
smsc = ["b"]
[[endpoint]]
name = "crm"
url = "ftp://crm"
secret = "not so secret but long enough"
)"});
  CHECK(shown(parsed.mistakes) ==
        std::vector<std::string>{
            "bindery.toml:1:1: unknown key \"data_dri\" (did you mean \"data_dir\"?)",
            "bindery.toml:3:10: \"127.0.0.1\" is not an address and port such as \"127.0.0.1:8080\"",
            "bindery.toml:6:10: \"smsc.example.net\" is not a host and port such as \"smsc.example.net:2775\"",
            "bindery.toml:8:12: \"smsc.password\" is a secret: { env = \"NAME\" } or { file = \"path\" }",
            "bindery.toml:9:1: unknown key \"windwo\" in [smsc] (did you mean \"window\"?)",
            "bindery.toml:10:10: \"smsc.window\" is between 1 and 1000",
            "bindery.toml:11:8: \"smsc.rate\" is a rate with its unit, such as \"200/s\"",
            "bindery.toml:12:16: \"30\" is not a duration such as \"30s\" or \"72h\"",
            "bindery.toml:13:8: \"tranceiver\" is none of transceiver, pair, transmitter, receiver (did you mean \"transceiver\"?)",
            "bindery.toml:15:20: \"smsc.quirks.default_alphabet\" is a text in quotes",
            "bindery.toml:16:1: [[smsc]] needs \"hosts\"",
            "bindery.toml:16:1: [[smsc]] needs \"system_id\"",
            "bindery.toml:16:1: [[smsc]] needs \"password\"",
            "bindery.toml:17:6: the account \"a\" is there twice",
            "bindery.toml:19:10: \"+4477\" is neither a short code, nor E.164 digits without +, nor a name of up to 11 characters",
            "bindery.toml:20:9: there is no [[smsc]] with id \"b\"",
            "bindery.toml:23:7: \"ftp://crm\": the scheme must be http or https",
        });
}

TEST_CASE("a syntax error is told alone, at its place") {
  const auto parsed = parse_config({"bindery.toml", "data_dir = \"x\"\n[http\nlisten = 1\n"});
  REQUIRE(parsed.mistakes.size() == 1);
  CHECK(parsed.mistakes[0].line == 2);
  CHECK_FALSE(parsed.ok());
}

TEST_CASE("values out of their kind or range are refused with the kind named") {
  const auto mistake = [](const std::string& line) {
    const auto parsed = parse_config({"x.toml", kMinimal + line + "\n"});
    return parsed.mistakes.empty() ? std::string("none") : parsed.mistakes[0].message;
  };
  CHECK(mistake("binds = 0") == "\"smsc.binds\" is between 1 and 64");
  CHECK(mistake("binds = \"2\"") == "\"smsc.binds\" is a whole number, without quotes");
  CHECK(mistake("binds = true") == "\"smsc.binds\" is a whole number, without quotes");
  CHECK(mistake("rate = \"fast\"") == "\"fast\" is not a rate such as \"200/s\"");
  CHECK(mistake("rate = \"0/s\"") == "\"0/s\" is not a rate such as \"200/s\"");
  CHECK(mistake("bind = \"pairs\"") == "\"pairs\" is none of transceiver, pair, transmitter, receiver (did you mean \"pair\"?)");
  CHECK(mistake("hosts = \"a:1\"") != "none");  // a TOML error: the key is there twice
  CHECK(mistake("quirks = 3") == "\"smsc.quirks\" is a section: write [smsc.quirks]");
  CHECK(mistake("response_timeout = \"1ms\"") == "smsc.response_timeout is at least \"100ms\"");
  CHECK(mistake("[http]\nbehind_proxy = 1") == "\"http.behind_proxy\" is true or false, without quotes");
  CHECK(mistake("[sender]\nnumber = \"1\"") == "\"sender\" may be there several times: write [[sender]]");
  CHECK(mistake("[http]\nlisten = \"0.0.0.0:80\"").find("beyond loopback") != std::string::npos);
  CHECK(mistake("[http]\nlisten = \"0.0.0.0:80\"\nbehind_proxy = true") == "none");
  CHECK(mistake("[[http.token]]\nname = \"t\"") == "[[http.token]] needs exactly one of \"file\", \"env\", \"value\"");
  CHECK(mistake("[[http.token]]\nname = \"t\"\nvalue = \"short\"") == "a token has at least 16 characters (S2)");
  CHECK(mistake("[messages]\nvalidity = \"90m\"") == "messages.validity is a number of whole hours, at least \"1h\"");
  CHECK(mistake("[[route]]\nprefix = \"44\"\nsmsc = \"aa\"") == "there is no [[smsc]] with id \"aa\" (did you mean \"a\"?)");
}

TEST_CASE("durations and rates have units") {
  const auto duration = [](std::string_view text) {
    Duration value{-1};
    return read_duration(text, value) ? value.count() : -1;
  };
  CHECK(duration("250ms") == 250);
  CHECK(duration("72h") == 72 * 3'600'000);
  CHECK(duration("2d") == 2 * 86'400'000);
  CHECK(duration("1.5s") == 1500);
  CHECK(duration("0") == 0);
  for (const char* bad : {"", "30", "-1s", "1 fortnight", "s", "nan s", "inf s", "99999999999d", "1s2"}) {
    CAPTURE(bad);
    CHECK(duration(bad) == -1);
  }
  double rate = 0;
  CHECK((read_rate("200/s", rate) && rate == 200));
  CHECK((read_rate("30/m", rate) && rate == 0.5));
  CHECK_FALSE(read_rate("200", rate));
}

TEST_CASE("a hint is given only for a word that is near") {
  const std::array<std::string_view, 3> words{"window", "rate", "binds"};
  CHECK(nearest("widnow", words) == "window");
  CHECK(nearest("rates", words) == "rate");
  CHECK(nearest("password", words) == "");
  CHECK(nearest("x", words) == "");
}

TEST_CASE("secrets come from the environment or from files that only their owner reads (S13)") {
  const Folder folder;
  folder.write("token", "a-token-in-a-file-0123\n");
  const std::string path = folder.write("bindery.toml", kMinimal + "[[http.token]]\nname = \"t\"\nfile = \"token\"\n");
  const Variables variables{{{"PW", "secret"}}};
  const auto loaded = load_config(path, LoadFor::run, variables.read());
  CHECK(shown(loaded.mistakes) == std::vector<std::string>{});
  CHECK(loaded.config.smsc[0].password.value == "secret");
  CHECK(loaded.config.http.tokens[0].token.value == "a-token-in-a-file-0123");

  ::chmod((folder.path / "token").c_str(), 0640);
  CHECK(tells(load_config(path, LoadFor::check, variables.read()).mistakes, "may be read by others: chmod 600"));
}

TEST_CASE("a missing secret stops run and only warns check") {
  const Folder folder;
  const std::string path = folder.write("bindery.toml", kMinimal + "[[http.token]]\nname = \"t\"\nfile = \"nowhere\"\n");
  const auto run = load_config(path, LoadFor::run, Variables{}.read());
  CHECK(tells(run.mistakes, path + ":5:12: the password of \"a\" is not there: the environment has no PW"));
  CHECK(tells(run.mistakes, "nowhere: No such file or directory"));
  const auto check = load_config(path, LoadFor::check, Variables{}.read());
  CHECK(check.ok());
  CHECK(check.warnings.size() >= 2);
}

TEST_CASE("a secret too short to sign with, or of two lines, is refused") {
  const Folder folder;
  const std::string path = folder.write("bindery.toml", kMinimal + "[[endpoint]]\nname = \"crm\"\nurl = \"https://crm.example.net/\"\nsecret = { env = \"S\" }\n");
  CHECK(tells(load_config(path, LoadFor::run, Variables{{{"PW", "x"}, {"S", "short"}}}.read()).mistakes, "shorter than 24 characters"));
  CHECK(tells(load_config(path, LoadFor::run, Variables{{{"PW", "x"}, {"S", "whsec_this is no base64 at all"}}}.read()).mistakes, "is not base64"));
  CHECK(tells(load_config(path, LoadFor::run, Variables{{{"PW", "x\ny"}, {"S", std::string(30, 'k')}}}.read()).mistakes, "is not one line"));
}

TEST_CASE("campaign files are those the glob names, in order; other files and hidden ones are left alone") {
  const Folder folder;
  const std::string path = folder.write("bindery.toml", kMinimal);
  folder.write("campaigns/b.toml", "B");
  folder.write("campaigns/a.toml", "A");
  folder.write("campaigns/.hidden.toml", "H");
  folder.write("campaigns/a.toml.bak", "X");
  fs::create_directories(folder.path / "campaigns/folder.toml");
  const auto loaded = load_config(path, LoadFor::check, Variables{}.read());
  REQUIRE(loaded.campaigns.size() == 2);
  CHECK(loaded.campaigns[0].path == (folder.path / "campaigns/a.toml").string());
  CHECK(loaded.campaigns[0].content == "A");
  CHECK(loaded.campaigns[1].content == "B");
}

TEST_CASE("a configuration that is not there is told with the reason; its path has a default") {
  const auto loaded = load_config("/nonexistent/bindery.toml", LoadFor::run, Variables{}.read());
  CHECK(shown(loaded.mistakes) == std::vector<std::string>{"/nonexistent/bindery.toml:1:1: cannot read the configuration: No such file or directory"});
  CHECK(tells(load_config("/tmp", LoadFor::run, Variables{}.read()).mistakes, "cannot read the configuration"));
  CHECK(config_path("", Variables{}.read()) == "/etc/bindery/bindery.toml");
  CHECK(config_path("", Variables{{{"BINDERY_CONFIG", "/x"}}}.read()) == "/x");
  CHECK(config_path("/y", Variables{{{"BINDERY_CONFIG", "/x"}}}.read()) == "/y");
}

TEST_CASE("each way of receipts with ids has its word (P77)") {
  using Mode = smpp::ReceiptIdMode;
  const auto mode_of = [](const std::string& word) {
    return parse_config({"x.toml", kMinimal + "[smsc.quirks]\nreceipt_id = \"" + word + "\"\n"});
  };
  CHECK(parse_config({"x.toml", kMinimal}).config.smsc.at(0).quirks.receipt_id == Mode::automatic);
  for (const auto& [word, mode] : std::map<std::string, Mode>{{"auto", Mode::automatic}, {"same", Mode::same},
                                                              {"hex-to-decimal", Mode::hex_to_decimal},
                                                              {"decimal-to-hex", Mode::decimal_to_hex}}) {
    INFO(word);
    CHECK(mode_of(word).config.smsc.at(0).quirks.receipt_id == mode);
  }
  CHECK((tells(mode_of("hex").mistakes, "receipt_id") || tells(mode_of("hex").mistakes, "hex-to-decimal")));
}

TEST_CASE("a plain link beyond this machine warns, a loopback one and one with TLS do not (S26)") {
  const auto warnings_of = [](const std::string& host, const std::string& more) {
    std::string text = kMinimal + more;
    text.replace(text.find("localhost:2775"), 14, host);
    return shown(parse_config({"x.toml", text}).warnings);
  };
  CHECK(warnings_of("localhost:2775", "").empty());
  CHECK(warnings_of("127.0.0.1:2775", "").empty());
  CHECK(warnings_of("[::1]:2775", "").empty());
  CHECK(warnings_of("smsc.example.net:2776", "tls = true\n").empty());
  const auto plain = warnings_of("smsc.example.net:2775", "");
  REQUIRE(plain.size() == 1);
  CHECK(plain[0].rfind("x.toml:3:10: the link to smsc.example.net:2775 is plain", 0) == 0);
  const auto unverified = warnings_of("smsc.example.net:2775", "tls = true\ntls_verify = \"none\"\n");
  REQUIRE(unverified.size() == 1);
  CHECK(unverified[0].rfind("x.toml:7:14: certificates are NOT verified", 0) == 0);
}

TEST_CASE("keys of TLS that contradict each other are mistakes at their place") {
  const auto mistakes_of = [](const std::string& more) { return shown(parse_config({"x.toml", kMinimal + more}).mistakes); };
  CHECK(mistakes_of("tls = true\ntls_ca = \"ca.pem\"\nlocal_address = \"192.0.2.1\"\n").empty());
  CHECK(mistakes_of("local_address = \"2001:db8::1\"\n").empty());
  CHECK(mistakes_of("local_address = \"eth0\"\n") ==
        std::vector<std::string>{"x.toml:6:17: \"eth0\" is not a literal address such as \"192.0.2.10\""});
  CHECK(mistakes_of("tls_ca = \"ca.pem\"\n") == std::vector<std::string>{"x.toml:6:10: smsc.tls_ca says nothing without tls = true"});
  CHECK(mistakes_of("tls = true\ntls_key = \"a.key\"\n") ==
        std::vector<std::string>{"x.toml:7:11: tls_certificate and tls_key go together"});
  CHECK(mistakes_of("tls = true\ntls_verify = \"ful\"\n") ==
        std::vector<std::string>{"x.toml:7:14: \"ful\" is none of full, none (did you mean \"full\"?)"});
}

TEST_CASE("files of TLS that cannot be used are mistakes at their key, also for check") {
  const Folder folder;
  const std::string ca = folder.write("ca.pem", "no certificate");
  folder.write("open.key", "x", 0644);
  folder.write("bindery.toml", kMinimal + "tls = true\ntls_ca = \"ca.pem\"\ntls_certificate = \"gone.pem\"\ntls_key = \"open.key\"\n");
  const std::string path = (folder.path / "bindery.toml").string();
  const auto loaded = load_config(path, LoadFor::check, Variables{{{"PW", "secret"}}}.read());
  CHECK(tells(loaded.mistakes, path + ":8:19: " + (folder.path / "gone.pem").string() + ": No such file or directory"));
  CHECK(tells(loaded.mistakes, path + ":9:11: the key may be read by others: chmod 600 "));
  folder.write("bindery.toml", kMinimal + "tls = true\ntls_ca = \"ca.pem\"\n");
  const auto unreadable = load_config(path, LoadFor::check, Variables{{{"PW", "secret"}}}.read());
  CHECK(tells(unreadable.mistakes, path + ":7:10: " + ca + ": "));
}
