// The ledger: what people truly did, and what was done to them after they had asked for an end.
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/ledger.hpp"

#include <boost/json.hpp>

using namespace smpp_sim;
namespace json = boost::json;

namespace {

Wall at(int second) { return Wall(std::chrono::days(20'000) + std::chrono::seconds(second)); }

HandsetMessage message(const std::string& from, const std::string& to, int submitted) {
  HandsetMessage message;
  message.from = from;
  message.to = to;
  message.text = "text at " + std::to_string(submitted);
  message.state = "DELIVRD";
  message.submitted_at = at(submitted);
  message.at = at(submitted + 1);
  return message;
}

struct Book {
  Book() : people(demo_population(), 2, 1) {}
  json::object person(std::size_t place) const {
    return json::parse(ledger.to_json(people)).as_object().at("subscribers").as_array()[place].as_object();
  }
  Subscribers people;
  Ledger ledger;
};

}  // namespace

TEST_CASE("messages submitted after an acknowledged STOP are counted, by the sender that was told") {
  Book book;
  HandsetReply stop;
  stop.from = "447700900001";
  stop.to = "80800";
  stop.means = "opted_out";
  const auto sent = book.ledger.sent(stop, true);
  book.ledger.received(message("80800", "447700900001", 5), true);
  book.ledger.received(message("80800", "447700900001", 15), true);
  book.ledger.received(message("80800", "447700900001", 16), true);
  book.ledger.received(message("80801", "447700900001", 15), true);
  CHECK(book.person(0).at("messages_after_stop").to_number<int>() == 0);  // not acknowledged yet
  sent->answered = 1;
  sent->answered_at = at(10);
  CHECK(book.person(0).at("messages_after_stop").to_number<int>() == 2);
  CHECK(book.person(0).at("outcome").as_string() == "opted_out");
}

TEST_CASE("a reply says what was meant, what was typed, and how") {
  Book book;
  HandsetReply reply;
  reply.from = "447700900002";
  reply.to = "80800";
  reply.text = "YSE";
  reply.intended = "YES";
  reply.means = "confirmed";
  reply.kind = "text";
  book.ledger.sent(reply, true);
  const auto told = book.person(1).at("replies").as_array()[0].as_object();
  CHECK(told.at("intended").as_string() == "YES");
  CHECK(told.at("text").as_string() == "YSE");
  CHECK(told.at("kind").as_string() == "text");
  CHECK(told.at("means").as_string() == "confirmed");
  CHECK_FALSE(told.at("accepted").as_bool());
}

TEST_CASE(
    "a handset's messages are found by its number, also of one who is no subscriber, and numbers go on after a clear") {
  Book book;
  std::string heard;
  book.ledger.when_received = [&](const HandsetMessage& each) { heard += each.to + ";"; };
  book.ledger.received(message("80800", "447700900001", 1), true);
  book.ledger.received(message("80800", "1", 2), false);
  book.ledger.received(message("80800", "1", 3), false);
  CHECK(heard == "447700900001;1;1;");
  REQUIRE(book.ledger.messages_of("1", 0).size() == 2);
  REQUIRE(book.ledger.messages_of("1", 2).size() == 1);
  CHECK(book.ledger.messages_of("1", 2)[0]->text == "text at 3");
  book.ledger.clear();
  CHECK(book.ledger.messages_of("1", 0).empty());
  book.ledger.received(message("80800", "1", 4), false);
  CHECK(book.ledger.messages_of("1", 3).size() == 1);
}
