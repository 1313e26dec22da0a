#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace penstock::aws {

// Names a cluster of Amazon MSK, by its ARN or by that of a VPC connection to it:
//   arn:PARTITION:kafka:REGION:ACCOUNT:cluster/NAME/UUID
//   arn:PARTITION:kafka:REGION:ACCOUNT:vpc-connection/ACCOUNT/NAME/UUID
class MskClusterArn {
 public:
  // Reads an ARN. Returns nothing if it is neither of the two, or if its region is not the name of
  // one or not a region of its partition.
  [[nodiscard]] static std::optional<MskClusterArn> parse(std::string_view arn);

  // Says whether brokers of this cluster can have this host name, which is in lower case and has no
  // dot at its end. The host of a provisioned cluster is
  // b-1.LABEL.ID.cN.kafka.REGION.SUFFIX. With public access b-1 is b-1-public, and with a VPC
  // connection it is b-1.iam, b-1.scram or b-1.tls. The label is the cluster's name in lower case
  // and without dashes. A long one is cut, so that the name in the broker's certificate,
  // *.LABEL.ID.cN.kafka.REGION.SUFFIX, has the 64 characters that X.509 allows (RFC 5280,
  // ub-common-name). A serverless cluster, whose UUID ends with -sN, has the host
  // boot-ID.cN.kafka-serverless.REGION.SUFFIX, in which nothing tells the clusters of a region
  // apart.
  //
  // The pattern is in the examples of GetBootstrapBrokers. How the label is made was seen in the
  // hosts and ARNs of public repositories in November 2026. It is not a proof: another account may
  // have a cluster of this name in this region. But all these hosts belong to MSK.
  [[nodiscard]] bool may_have(std::string_view host) const;

 private:
  std::string region_;
  std::string name_;  // In lower case and without dashes.
  bool serverless_ = false;
};

}  // namespace penstock::aws
