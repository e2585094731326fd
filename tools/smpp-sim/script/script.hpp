// The language of the *.smpp files: protocol behaviour as a conversation with one peer, the session under test.
//
//   role smsc                              the session under test is the SMSC side; default: role esme
//   set window=2 response=10s              settings of the session and its timers, before anything else
//   < submit_sm short_message="YES" as=a   the session must send this next; fields not named are free
//   < hex 00000010...                      the same, octet for octet
//   < nothing                              the session must have nothing more to say
//   > submit_sm_resp for=a status=ESME_ROK the peer sends; a response takes the sequence_number of the request it is
//                                          `for`, else of the last one of its command, unless sequence_number= is given
//   > hex 0000...                          the peer sends these octets
//   chunk 1                                from here on the peer's octets arrive so many at a time; chunk 0: as sent
//   hold / release                         what the peer sends in between arrives in one piece
//   advance 10s                            time passes (ms, s)
//   close [reset]                          the peer closes the connection
//
// And for `smpp-sim run`, where the session under test is somebody else's and time is real:
//
//   < bind / > bind_resp                   whichever of the three binds it is, and its response
//   serve submit_sm ...                    from here on these are answered as a healthy SMSC does where no line asks for
//                                          them; `serve all`: every request
//   ignore submit_sm ...                   from here on these get no answer where no line asks for them
//   pause 2s                               time passes, while what is served is answered
//   reconnect                              the connection has ended; the stranger makes a new one
//   within=60s after=1s                    on `<` and reconnect: wait so long instead of the usual patience; and no sooner
//                                          than that after our last word
//
// The owner of the session, in memory:
//
//   request submit_sm token=1 ...          the owner asks; `refused=window_full` when it must not be accepted
//   respond deliver_sm_resp [to=2] ...     the owner answers the oldest (or that) received request
//   revoke 1 [too_late]                    the owner takes a request back
//   unbind                                 the owner unbinds
//   bind [bind=receiver system_id=x ...]   the owner binds after an outbind (set await_outbind=yes)
//   block / unblock / write 20             the socket takes nothing / everything / so many octets once
//   expect done token=1 status=ESME_ROK    the next event; also: expect nothing | state S | slots N | wants_close [no]
//
// The same files run against a session in memory and over TCP (test/conformance), and by `smpp-sim run` against a
// stranger, of whom only the wire can be seen: stranger.hpp says what of a script that leaves.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim::script {

enum class Verb {
  role, set, expect_pdu, send, chunk, hold, release, advance, close, request, respond, revoke, unbind, bind, block, unblock,
  write, expect,
  serve, ignore, pause, reconnect
};

struct Word {
  std::string name;
  std::size_t column = 1;
  std::string value;       // of name=value, quotes and escapes resolved
  bool has_value = false;
};

struct Step {
  std::size_t line = 0;
  std::size_t column = 1;
  std::string text;          // the line as it is written, without its comment
  Verb verb{};
  std::string what;          // the first word: a command, an event, a state, a number
  std::vector<Word> words;   // the rest
  [[nodiscard]] const Word* find(std::string_view name) const;
};

struct Script {
  std::vector<Step> steps;
  std::string purpose;                // its first line, where that is a comment
  std::vector<std::string> mistakes;  // "7:3: unknown verb "recieve""; a script with mistakes is not run
};

[[nodiscard]] Script parse(std::string_view text);

[[nodiscard]] std::string_view name_of(Verb verb);

// "10s", "250ms"; 0 with `ok` false when it is neither.
[[nodiscard]] std::chrono::milliseconds parse_duration(std::string_view text, bool& ok);

}  // namespace smpp_sim::script
