// Prints a token for MSK, made of this machine's AWS credentials: `signer REGION` runs it.
#include <chrono>
#include <cstdio>

#include "aws/credentials/credential_chain.h"
#include "aws/msk_token.h"

int main(int count, char** arguments) {
  using namespace penstock;
  const char* region = count > 1 ? arguments[1] : "eu-central-1";
  const auto credentials = aws::CredentialChain({base::process_environment(), region}).fetch();
  const auto token =
      credentials ? aws::sign_msk_token(*credentials, {region}, std::chrono::system_clock::now())
                  : credentials.error();
  std::puts(token ? token->value.reveal().c_str() : token.error().message.c_str());
  return token ? 0 : 1;
}
