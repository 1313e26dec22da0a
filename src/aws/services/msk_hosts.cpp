#include "aws/services/msk_hosts.h"

#include <algorithm>
#include <vector>

#include "aws/region.h"
#include "aws/services/service_client.h"
#include "base/ascii_case.h"

namespace penstock::aws {
namespace {

constexpr size_t kCommonNameMax = 64;  // RFC 5280, appendix A.1, ub-common-name.

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// Returns the text in lower case and without dashes, as MSK's host names have a cluster's name.
std::string label_of(std::string_view name) {
  std::string label;
  for (const char c : name) {
    if (c != '-') label += base::lower(c);
  }
  return label;
}

bool is_label(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// Says whether the text is this prefix with a number behind it, such as "c12".
bool is_numbered(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix) || text.size() == prefix.size()) return false;
  text.remove_prefix(prefix.size());
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_broker(std::string_view label) {
  constexpr std::string_view kPublic = "-public";
  if (label.ends_with(kPublic)) label.remove_suffix(kPublic.size());
  return is_numbered(label, "b-");
}

// Says whether the region is one of this partition. GovCloud has the suffix of the main partition.
bool is_partition_of(std::string_view partition, std::string_view region) {
  if (partition == "aws-us-gov") return region.starts_with("us-gov-");
  if (partition == "aws-cn") return region.starts_with("cn-");
  if (partition == "aws") {
    return dns_suffix(region) == "amazonaws.com" && !region.starts_with("us-gov-");
  }
  return dns_suffix(region) != "amazonaws.com" && !region.starts_with("cn-");
}

}  // namespace

std::optional<MskClusterArn> MskClusterArn::parse(std::string_view text) {
  const auto arn = Arn::parse(text);
  if (!arn || arn->service != "kafka" || !is_region(arn->region) ||
      !is_partition_of(arn->partition, arn->region)) {
    return std::nullopt;
  }
  const auto parts = split(arn->resource, '/');
  const bool is_cluster = parts.size() == 3 && parts[0] == "cluster";
  if (!is_cluster && !(parts.size() == 4 && parts[0] == "vpc-connection")) return std::nullopt;
  MskClusterArn cluster;
  cluster.region_ = arn->region;
  cluster.name_ = label_of(parts[parts.size() - 2]);
  const std::string_view uuid = parts.back();
  const size_t dash = uuid.rfind('-');
  cluster.serverless_ = dash != std::string_view::npos && is_numbered(uuid.substr(dash + 1), "s");
  if (!is_label(cluster.name_)) return std::nullopt;
  return cluster;
}

bool MskClusterArn::may_have(std::string_view host) const {
  const std::string domain = (serverless_ ? ".kafka-serverless." : ".kafka.") + region_ + "." +
                             std::string(dns_suffix(region_));
  if (!host.ends_with(domain)) return false;
  const auto labels = split(host.substr(0, host.size() - domain.size()), '.');
  if (!std::all_of(labels.begin(), labels.end(), is_label)) return false;
  const size_t count = labels.size();
  if (count < 2 || !is_numbered(labels[count - 1], "c")) return false;
  if (serverless_) return count == 2 && labels[0].starts_with("boot-");
  if (count < 4 || count > 5 || !is_broker(labels[0])) return false;
  if (count == 5 && labels[1] != "iam" && labels[1] != "scram" && labels[1] != "tls") return false;
  const std::string label = label_of(labels[count - 3]);
  if (label == name_) return true;
  const size_t before = static_cast<size_t>(labels[count - 3].data() - host.data());
  const bool is_cut = host.size() - before + std::string_view("*.").size() == kCommonNameMax;
  return is_cut && name_.starts_with(label);
}

}  // namespace penstock::aws
