#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <vector>

namespace penstock::idempotency {
class Store;
}

namespace penstock::resources {

// Collects what the parts of a service's resources want the program to know of them. It is filled
// while the resources are made, and read on the same thread as long as they live.
class Registry {
 public:
  // Appends metrics in Prometheus' text format.
  using WriteMetrics = std::function<void(std::string& out)>;
  // Returns why something is not ready, or an empty text.
  using Check = std::function<std::string()>;

  // Adds metrics of a part, such as those of a client.
  void add_metrics(WriteMetrics write) { metrics_.push_back(std::move(write)); }
  // Adds a check of /readiness. Its name has small letters and underscores, such as "orders_table".
  void add_check(std::string name, Check check) {
    checks_.emplace_back(std::move(name), std::move(check));
  }
  // Returns what all parts of one kind share, such as the thread that fetches credentials. `make()`
  // makes it (a std::shared_ptr<T>) if there is none, and it lives as long as those who share it.
  template <class T, class Make>
  [[nodiscard]] std::shared_ptr<T> shared(Make make) {
    std::weak_ptr<void>& place = shared_[typeid(T)];
    std::shared_ptr<T> found = std::static_pointer_cast<T>(place.lock());
    if (!found) {
      found = make();
      place = found;
    }
    return found;
  }

  // Makes the store remember the first answers of operations with an `Idempotency-Key`. It must
  // live as long as the resources. Without one, each process remembers its own answers.
  void set_idempotency_store(idempotency::Store& store) { idempotency_store_ = &store; }

  [[nodiscard]] const std::vector<WriteMetrics>& metrics() const { return metrics_; }
  [[nodiscard]] const std::vector<std::pair<std::string, Check>>& checks() const { return checks_; }
  // Returns null if there is none.
  [[nodiscard]] idempotency::Store* idempotency_store() const { return idempotency_store_; }

 private:
  std::vector<WriteMetrics> metrics_;
  std::vector<std::pair<std::string, Check>> checks_;
  std::map<std::type_index, std::weak_ptr<void>> shared_;
  idempotency::Store* idempotency_store_ = nullptr;
};

}  // namespace penstock::resources
