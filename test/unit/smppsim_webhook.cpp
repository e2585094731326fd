// The signature check of the sink, against the example of the Standard Webhooks specification.
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/sink.hpp"

using namespace smpp_sim;

TEST_CASE("a webhook signature is HMAC-SHA256 over id, timestamp and body, in base64") {
  // The example of its section "Signature scheme".
  const std::string expected = webhook_signature(
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}");
  CHECK(expected == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_CASE("a secret that is not base64 is taken as it is") {
  CHECK(webhook_signature("plain", "i", "1", "b") != webhook_signature("whsec_cGxhaW4", "i", "1", "b"));
  CHECK(webhook_signature("plain", "i", "1", "b") == webhook_signature("whsec_cGxhaW4=", "i", "1", "b"));
}

TEST_CASE("one of several signatures is enough, part of one is not") {
  CHECK(signature_matches("v1,aaa v1,bbb", "v1,bbb"));
  CHECK(signature_matches("v1,bbb", "v1,bbb"));
  CHECK_FALSE(signature_matches("v1,bb", "v1,bbb"));
  CHECK_FALSE(signature_matches("", "v1,bbb"));
  CHECK_FALSE(signature_matches("v1,aaa", "v1,bbb"));
}
