#include "json/writer.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>

#include "base/number_text.h"
#include "json/text.h"

namespace penstock::json {

namespace {

// Says what to do with a value that JSON cannot express, such as invalid UTF-8, infinity or NaN.
enum class Unwritable { replace, refuse };

class Writer {
 public:
  Writer(std::string& out, Unwritable policy) : out_(out), policy_(policy) {}

  bool value(const boost::json::value& value) {
    switch (value.kind()) {
      case boost::json::kind::null:
        out_ += "null";
        break;
      case boost::json::kind::bool_:
        out_ += value.get_bool() ? "true" : "false";
        break;
      case boost::json::kind::int64:
        base::append_number(out_, value.get_int64());
        break;
      case boost::json::kind::uint64:
        base::append_number(out_, value.get_uint64());
        break;
      case boost::json::kind::double_:
        return number(value.get_double());
      case boost::json::kind::string:
        return string(value.get_string());
      case boost::json::kind::array:
        return array(value.get_array());
      case boost::json::kind::object:
        return object(value.get_object());
    }
    return true;
  }

 private:
  bool number(double number) {
    if (std::isfinite(number)) {
      base::append_number(out_, number);
    } else {
      if (policy_ == Unwritable::refuse) return false;
      out_ += "null";
    }
    return true;
  }

  bool string(std::string_view text) {
    if (policy_ == Unwritable::refuse) return append_checked_string(out_, text);
    append_string(out_, text);
    return true;
  }

  bool array(const boost::json::array& array) {
    char before = '[';
    for (const boost::json::value& element : array) {
      out_ += before;
      if (!value(element)) return false;
      before = ',';
    }
    out_ += array.empty() ? "[]" : "]";
    return true;
  }

  bool object(const boost::json::object& object) {
    char before = '{';
    for (const boost::json::key_value_pair& member : object) {
      out_ += before;
      if (!string(member.key())) return false;
      out_ += ':';
      if (!value(member.value())) return false;
      before = ',';
    }
    out_ += object.empty() ? "{}" : "}";
    return true;
  }

  std::string& out_;
  const Unwritable policy_;
};

}  // namespace

bool append_value(std::string& out, const boost::json::value& value) {
  return Writer(out, Unwritable::refuse).value(value);
}

std::string to_text(const boost::json::value& value) {
  std::string out;
  Writer(out, Unwritable::replace).value(value);
  return out;
}

}  // namespace penstock::json
