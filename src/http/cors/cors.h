#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <string>
#include <string_view>

#include "contract/openapi/contract.h"
#include "http/server/message.h"

namespace penstock::http {

// Tells browsers which pages of other origins may call the API, as the contract's `x-cors` says
// (Fetch standard, "HTTP CORS protocol"). It only adds headers: a browser keeps to them, and other
// clients do not know them. An operation without `x-cors` gets none, so that browsers refuse it to
// pages of other origins.
//
// What a page may send is what the contract declares: its methods, its header parameters, the
// Content-Type of a body and the headers of its security schemes, and what `headers` adds. What a
// page may read is the declared headers of answers, Retry-After, those of a rate limit and of
// authentication, and what `exposedHeaders` adds.
class Cors {
 public:
  // `contract` must outlive this object.
  explicit Cors(const contract::Contract& contract);

  // Says whether the contract has any `x-cors`. If not, no other function need be called.
  [[nodiscard]] bool used() const { return used_; }

  // Says whether a browser asks by this request whether it may send another one. It is an OPTIONS
  // request.
  [[nodiscard]] static bool is_preflight(const RequestMessage& request);
  // Returns the answer to a preflight for a path of the contract, without the headers that
  // add_headers() adds. `allow` is the value of its Allow header.
  [[nodiscard]] ResponseMessage preflight(const RequestMessage& request,
                                          std::string_view allow) const;
  // Adds the headers for pages of other origins to any response, also one that the machinery makes.
  void add_headers(const RequestMessage& request, ResponseMessage& response) const;

 private:
  // Has the values of headers that are the same for all requests of an operation.
  struct Texts {
    std::string methods;
    std::string headers;
    std::string exposed;
  };
  // Has what applies to a request. All of it may be null: there is no such path, or no policy.
  struct Found {
    const contract::CorsPolicy* policy = nullptr;
    const contract::Path* path = nullptr;
    const contract::Operation* operation = nullptr;
  };

  [[nodiscard]] Found find(const RequestMessage& request) const;
  [[nodiscard]] static bool is_allowed(const contract::CorsPolicy* policy,
                                       const RequestMessage& request);

  const contract::Contract& contract_;
  bool used_ = false;
  bool varies_ = false;  // Whether the headers depend on the origin.
  boost::unordered_flat_map<const contract::Operation*, Texts> texts_;
};

}  // namespace penstock::http
