#include "metrics/metric_text.h"

#include <algorithm>

#include "base/number_text.h"
#include "base/utf8.h"

namespace penstock::metrics {
namespace {

void append_help_and_type(std::string& out, std::string_view name, std::string_view type,
                          std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n");
  out.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void append_series(std::string& out, std::string_view name, const Labels& labels) {
  out += name;
  if (!labels.text().empty()) out.append("{").append(labels.text()).append("}");
  out += ' ';
}

}  // namespace

Labels& Labels::add(std::string_view name, std::string_view value) {
  if (!text_.empty()) text_ += ',';
  text_.append(name).append("=\"");
  while (!value.empty()) {
    const auto length = static_cast<size_t>(base::utf8_length(value));
    if (length == 0) {
      text_ += "\uFFFD";
    } else if (value.front() == '\n') {
      text_ += "\\n";
    } else {
      if (value.front() == '"' || value.front() == '\\') text_ += '\\';
      text_ += value.substr(0, length);
    }
    value.remove_prefix(std::max<size_t>(length, 1));
  }
  text_ += '"';
  return *this;
}

void Histogram::write_head(std::string& out, std::string_view name, std::string_view help) {
  append_help_and_type(out, name, "histogram", help);
}

void Histogram::observe(double seconds) {
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  ++counts_[static_cast<size_t>(bound - kBounds.begin())];
  sum_ += seconds;
}

void Histogram::write(std::string& out, std::string_view name, const Labels& labels) const {
  // The text before a bucket's bound is the same in all lines of the series.
  std::string bucket = std::string(name) + "_bucket{" + labels.text();
  bucket += labels.text().empty() ? "le=\"" : ",le=\"";
  uint64_t total = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    total += counts_[i];
    out += bucket;
    if (i < kBounds.size()) {
      base::append_number(out, kBounds[i]);
    } else {
      out += "+Inf";
    }
    out += "\"} ";
    base::append_number(out, total);
    out += '\n';
  }
  append_series(out, std::string(name) + "_sum", labels);
  base::append_number(out, sum_);
  out += '\n';
  append_series(out, std::string(name) + "_count", labels);
  base::append_number(out, total);
  out += '\n';
}

void write_metric(std::string& out, std::string_view name, std::string_view type,
                  std::string_view help, double value, const Labels& labels) {
  if (!help.empty()) append_help_and_type(out, name, type, help);
  append_series(out, name, labels);
  base::append_number(out, value);
  out += '\n';
}

}  // namespace penstock::metrics
