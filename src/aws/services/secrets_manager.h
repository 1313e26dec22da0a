#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "aws/services/service_client.h"
#include "base/wiped_text.h"

namespace penstock::aws {

// Reads one secret of AWS Secrets Manager, by its JSON protocol. This needs the permission
// secretsmanager:GetSecretValue, and kms:Decrypt of the secret's key if that is not
// aws/secretsmanager. The functions block, and one thread at a time may use it.
class StoredSecret {
 public:
  // A value has at most so many bytes (AWS, "AWS Secrets Manager quotas").
  static constexpr size_t kBytesMax = 65'536;

  // Checks that `arn` is "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME". The error is
  // `invalid`.
  [[nodiscard]] static base::Result<> check(std::string_view arn);
  // Makes a client of the secret. It makes no request yet. Fails with `invalid` if the ARN or the
  // endpoint is wrong.
  [[nodiscard]] static base::Result<StoredSecret> at(std::string_view arn,
                                                     CredentialSource credentials,
                                                     const base::Environment& environment,
                                                     Patience patience = kServicePatience);

  // Returns the current value (GetSecretValue, stage AWSCURRENT). Fails as ServiceClient::call()
  // does, and with `invalid` if the value is binary. The message has no part of the value.
  [[nodiscard]] base::Result<base::WipedText> value(std::stop_token stop);

 private:
  StoredSecret(std::string arn, ServiceClient service)
      : arn_(std::move(arn)), service_(std::move(service)) {}

  std::string arn_;
  ServiceClient service_;
};

}  // namespace penstock::aws
