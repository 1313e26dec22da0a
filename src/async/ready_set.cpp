#include "async/ready_set.h"

#include <sys/epoll.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>

namespace penstock::async {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

error_code last_error() {
  return {errno, asio::error::get_system_category()};
}

int new_epoll() {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) throw boost::system::system_error(last_error(), "epoll_create1");
  return descriptor;
}

}  // namespace

ReadySet::ReadySet(asio::io_context& io) : epoll_(io.get_executor(), new_epoll()) {}

error_code ReadySet::add(int descriptor, Watched& watched) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watched;
  if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
    return last_error();
  }
  ++size_;
  if (!waits_) wait();
  return {};
}

void ReadySet::remove(int descriptor, Watched& watched) noexcept {
  epoll_event unused{};
  ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, descriptor, &unused);
  std::replace(notified_.begin(), notified_.begin() + told_count_, &watched,
               static_cast<Watched*>(nullptr));
  if (--size_ > 0) return;
  error_code ignored;
  epoll_.cancel(ignored);
}

void ReadySet::wait() {
  waits_ = true;
  epoll_.async_wait(asio::posix::descriptor_base::wait_read,
                    lifetime_.guard([this](const error_code& error) {
                      waits_ = false;
                      if (!error) tell();
                      if (size_ > 0 && !waits_) wait();
                    }));
}

void ReadySet::tell() {
  std::array<epoll_event, kNotifiedAtOnce> ready;
  const int count = ::epoll_wait(epoll_.native_handle(), ready.data(), kNotifiedAtOnce, 0);
  told_count_ = count > 0 ? static_cast<size_t>(count) : 0;
  for (size_t i = 0; i < told_count_; ++i) {
    notified_[i] = static_cast<Watched*>(ready[i].data.ptr);
    events_[i] = ready[i].events;
  }
  for (size_t i = 0; i < told_count_; ++i) {
    if (notified_[i] != nullptr) notified_[i]->ready(events_[i]);
  }
  told_count_ = 0;
}

}  // namespace penstock::async
