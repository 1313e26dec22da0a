// Tests what is said of rates, of the claims of tokens, and of events that say who has sent the
// request.
#include <gtest/gtest.h>

#include "contract/compare/contract_comparison.h"

namespace penstock::contract {
namespace {

// Returns a document with one operation, with these members of it and of its scheme.
std::string document(const std::string& of_operation, const std::string& of_scheme = "") {
  return "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get:\n"
         "      security: [{login: []}]\n      responses: {'204': {description: d}}\n" +
         (of_operation.empty() ? "" : "      " + of_operation + "\n") +
         "components:\n  securitySchemes:\n    login:\n      type: http\n      scheme: bearer\n" +
         (of_scheme.empty() ? "" : "      " + of_scheme + "\n");
}

// Returns the changes as "EFFECT KIND WHERE; …".
std::string changes(const std::string& before, const std::string& after) {
  const Contract old_one = Contract::parse(before, "old.yaml").value();
  const Contract new_one = Contract::parse(after, "new.yaml").value();
  std::string text;
  for (const Change& change : ContractComparison(old_one, new_one).changes()) {
    text += (text.empty() ? "" : "; ") + std::string(name_of(change.effect)) + ' ' + change.kind +
            ' ' + change.where;
  }
  return text;
}

std::string there_and_back(const std::string& before, const std::string& after) {
  return changes(before, after) + " | " + changes(after, before);
}

// Compares two limits; an empty text is none.
std::string of_rates(const std::string& before, const std::string& after) {
  const auto with = [](const std::string& rate) {
    return document(rate.empty() ? "" : "x-penstock-rate: {" + rate + "}");
  };
  return there_and_back(with(before), with(after));
}

TEST(SecurityComparison, SaysWhoMayCallLessOften) {
  const std::string narrowed = "may_break rate-narrowed GET /a";
  const std::string widened = "does_not_break rate-widened GET /a";
  const std::string hundred = "requests: 100, seconds: 60";
  for (const auto& [wide, narrow] : std::vector<std::pair<std::string, std::string>>{
           {"", hundred},
           {hundred, "requests: 99, seconds: 60"},
           {hundred, "requests: 100, seconds: 61"},
           {hundred + ", burst: 11", hundred + ", burst: 10"},
           {hundred + ", by: address", hundred + ", by: everyone"},
           {hundred + ", by: principal", hundred + ", by: everyone"}}) {
    EXPECT_EQ(of_rates(wide, narrow), narrowed + " | " + widened) << wide << narrow;
  }
  // Each of these refuses some client that the other one does not.
  for (const auto& [one, other] : std::vector<std::pair<std::string, std::string>>{
           {hundred, hundred + ", by: address"},
           {"requests: 2, seconds: 1", hundred},
           {hundred + ", by: address", "requests: 101, seconds: 60, by: everyone, burst: 5"}}) {
    EXPECT_EQ(of_rates(one, other), narrowed + " | " + narrowed) << one << other;
  }
  EXPECT_EQ(of_rates(hundred, hundred + ", burst: 100, by: principal"), " | ");
  EXPECT_EQ(of_rates("requests: 1, seconds: 1, burst: 60", "requests: 60, seconds: 60"), " | ");
  EXPECT_EQ(of_rates("requests: 1000000000, seconds: 1", "requests: 1000000000, seconds: 2678400"),
            narrowed + " | " + widened);
}

TEST(SecurityComparison, SaysWhichHandlersHaveLess) {
  const auto of_handlers = [](const std::string& before, const std::string& after) {
    const auto with = [](const std::string& limits) {
      return document(limits.empty() ? "" : "x-penstock-handler: {" + limits + "}");
    };
    return there_and_back(with(before), with(after));
  };
  const std::string there_and_back_again =
      "may_break handler-narrowed GET /a | does_not_break handler-widened GET /a";
  EXPECT_EQ(of_handlers("in_flight: 300", ""), there_and_back_again);
  EXPECT_EQ(of_handlers("", "deadline_ms: 4999"), there_and_back_again);
  EXPECT_EQ(of_handlers("in_flight: 1", "in_flight: 2, deadline_ms: 10"),
            "may_break handler-narrowed GET /a | may_break handler-narrowed GET /a");
  EXPECT_EQ(of_handlers("", "in_flight: 256, deadline_ms: 5000"), " | ");
}

TEST(SecurityComparison, TheSentenceHasBothRates) {
  const Contract before = Contract::parse(document(""), "old.yaml").value();
  const Contract after =
      Contract::parse(document("x-penstock-rate: {requests: 5, seconds: 1, burst: 9}"), "new.yaml")
          .value();
  const auto found = ContractComparison(before, after).changes();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].sentence,
            "its x-penstock-rate was none, and is 5 in 1 s, 9 at once, by principal; a client that "
            "calls as often as before may get 429");
}

TEST(SecurityComparison, SaysWhichTokensAreRefused) {
  const auto of_claims = [](const std::string& before, const std::string& after) {
    const auto with = [](const std::string& schema) {
      return document("", schema.empty() ? "" : "x-penstock-claims: {" + schema + "}");
    };
    return there_and_back(with(before), with(after));
  };
  const std::string tenant = "type: object, properties: {tenant: {type: string}}";
  EXPECT_EQ(of_claims(tenant, tenant + ", required: [tenant]"),
            "breaks schema-narrowed the claims of 'login' /tenant | "
            "does_not_break schema-widened the claims of 'login' /tenant");
  EXPECT_EQ(of_claims("", "required: [tenant]"),
            "breaks schema-narrowed the claims of 'login' /tenant | "
            "does_not_break schema-widened the claims of 'login' /tenant");
  EXPECT_EQ(of_claims(tenant, tenant), " | ");
  EXPECT_EQ(of_claims("", ""), " | ");
}

TEST(SecurityComparison, SaysThatAnEventNoLongerNamesItsSender) {
  const std::string event = "x-event: {type: t.a, topic: as";
  EXPECT_EQ(there_and_back(document(event + ", auth_context: true}"), document(event + "}")),
            "breaks event-auth-context event t.a | "
            "does_not_break event-auth-context event t.a");
  EXPECT_EQ(there_and_back(document(event + ", auth_context: false}"), document(event + "}")),
            " | ");
}

}  // namespace
}  // namespace penstock::contract
