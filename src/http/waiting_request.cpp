#include "http/waiting_request.h"

#include "http/guard/admitted.h"

namespace penstock::http {
namespace {

// So much of a text is kept for the next request.
constexpr size_t kKeptBytes = 16 * 1024;

// Copies what Conditions asks for.
void copy_conditions(const RequestMessage& message, RequestMessage& out) {
  out.set_start_line(message.verb, {}, {});
  message.each_header([&](Field field, std::string_view name, std::string_view text) {
    if (field != Field::if_match && field != Field::if_none_match) return;
    out.add_header(field, name, text);
  });
}

}  // namespace

void WaitingRequest::take(const RequestMessage& message, const ValidRequest& valid,
                          async::SteadyTime deadline) {
  clear();
  copy_conditions(message, conditions_);
  if (message.attachment() != nullptr) caller_ = caller_of(message);
  TypedOperation* const typed = valid.handled->typed.get();
  if (typed == nullptr) return take_untyped(message, valid, deadline);
  const RequestTable& table = typed->table();
  if (place_bytes_ < table.type.size) {
    const size_t units = table.type.size / sizeof(std::max_align_t) + 1;
    place_ = std::make_unique<std::max_align_t[]>(units);
    place_bytes_ = units * sizeof(std::max_align_t);
  }
  table.move(place_.get(), typed->request());
  table_ = &table;
  Received& received = table.received(place_.get());
  received.conditions = Conditions(conditions_);
  received.sender = message.attachment() != nullptr ? &caller_ : nullptr;
  received.deadline = deadline;
}

void WaitingRequest::take_untyped(const RequestMessage& message, const ValidRequest& valid,
                                  async::SteadyTime deadline) {
  if (!untyped_) untyped_ = std::make_unique<Untyped>();
  untyped_->arguments.copy(*valid.arguments);
  untyped_->body_text = message.body;
  if (valid.body != nullptr) untyped_->body.emplace(*valid.body, boost::json::storage_ptr());
  untyped_->request.emplace(untyped_->arguments, untyped_->body_text,
                            untyped_->body ? &*untyped_->body : nullptr, message.received_at,
                            Conditions(conditions_), caller_, deadline);
}

void WaitingRequest::clear() {
  if (table_ != nullptr) table_->type.destroy(place_.get());
  table_ = nullptr;
  if (untyped_) {
    untyped_->request.reset();
    untyped_->body.reset();
    untyped_->body_text.clear();
  }
  conditions_.clear();
  caller_ = {};
}

const void* WaitingRequest::get() const {
  if (table_ != nullptr) return place_.get();
  return &*untyped_->request;
}

bool WaitingRequest::is_large() const {
  return place_bytes_ > kKeptBytes || conditions_.memory() > kKeptBytes ||
         (untyped_ && untyped_->body_text.capacity() > kKeptBytes);
}

}  // namespace penstock::http
