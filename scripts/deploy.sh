# `./penstock deploy` and `destroy`: terraform/ on AWS, with what must be there before it. To be sourced after image.sh and package.sh.
# Each step asks what is there already, so the next run goes on where one was interrupted. Each command is shown before it runs.
# shellcheck shell=bash

# For subjects of certificates; ICANN keeps .internal for private use.
certificate_domain() { echo "$SERVICE.internal"; }

# show COMMAND…: as it can be typed.
show() {
  local words
  printf -v words ' %q' "$@"
  say "\$$words"
}

# run COMMAND…: with --dry-run it is only shown.
run() {
  show "$@"
  [[ $dry_run ]] || "$@"
}

# answer PLACEHOLDER COMMAND…: what a command prints that changes nothing; with --dry-run the placeholder.
answer() {
  local placeholder="$1"
  shift
  show "$@"
  if [[ $dry_run ]]; then echo "$placeholder"; else "$@"; fi
}

# Sets the options of both verbs; what comes after -- is Terraform's.
deploy_options() {
  local verb="$1"
  shift
  yes='' dry_run='' backend_bucket='' image_tag='' with_registry='' terraform_arguments=()
  while (($#)); do
    case "$1" in
      --backend-bucket=* | --image-tag=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
      --yes) yes=yes && shift ;;
      --dry-run) dry_run=yes && shift ;;
      --backend-bucket) backend_bucket="${2:?--backend-bucket wants a name}" && shift 2 ;;
      --image-tag)
        [[ $verb == deploy ]] || die "$verb has no --image-tag"
        image_tag="${2:?--image-tag wants a tag}" && shift 2
        ;;
      --registry)
        [[ $verb == destroy ]] || die "$verb has no --registry"
        with_registry=yes && shift
        ;;
      --)
        shift
        terraform_arguments=("$@")
        break
        ;;
      *) die "$verb does not know $1; ./penstock help lists its options, and what comes after -- is Terraform's" ;;
    esac
  done
}

is_debian() { grep --quiet --line-regexp 'ID=debian' /etc/os-release; }

check_tools() {
  local tool lacking=()
  for tool in aws curl git openssl; do
    command -v "$tool" >/dev/null || lacking+=("$tool")
  done
  if ((${#lacking[@]})); then
    is_debian || die "missing: ${lacking[*]}. Install them with this machine's package manager; aws is the AWS CLI."
    install_for deploy
  fi
  command -v terraform >/dev/null ||
    die "missing: terraform, 1.10 or newer: https://developer.hashicorp.com/terraform/install"
}

# Sets region, for the CLI and Terraform alike, and says whose account this is.
know_account() {
  local account identity
  region="${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region || true)}}"
  [[ $region || ! $dry_run ]] || region=REGION
  [[ $region ]] || die "no region is set: export AWS_REGION=…"
  export AWS_REGION="$region" AWS_DEFAULT_REGION="$region" AWS_PAGER=''
  identity="$(answer 'ACCOUNT ARN' aws sts get-caller-identity --query '[Account,Arn]' --output text)" ||
    die "AWS does not say who you are: log in, or export AWS_PROFILE=…"
  read -r account identity <<<"$identity"
  say "Account $account, region $region, as $identity."
  [[ ! $yes && ! $dry_run ]] || return 0
  [[ -t 0 ]] || die "nobody is here to confirm this: --yes does"
  read -r -p "$1 there? [y/N] " reply
  [[ $reply == [yY]* ]] || die "not confirmed"
}

# backend ROOT NAME: the state of a root goes to the bucket; Terraform merges *_override.tf into what is there.
backend() {
  say "# $1/backend_override.tf: the state is s3://$backend_bucket/$SERVICE/$2.tfstate"
  [[ ! $dry_run ]] || return 0
  cat >"$1/backend_override.tf" <<TERRAFORM
# Made by ./penstock deploy --backend-bucket.
terraform {
  backend "s3" {
    bucket       = "$backend_bucket"
    key          = "$SERVICE/$2.tfstate"
    region       = "$region"
    encrypt      = true
    use_lockfile = true
  }
}
TERRAFORM
}

# Where the states are. What CloudShell has on its disk is gone some day, and with it the means to destroy.
use_backend() {
  if [[ $backend_bucket ]]; then
    run aws s3api head-bucket --bucket "$backend_bucket" >/dev/null || die "there is no such bucket of yours. To make it:
  aws s3 mb s3://$backend_bucket
  aws s3api put-bucket-versioning --bucket $backend_bucket --versioning-configuration Status=Enabled"
    backend terraform/registry registry
    backend terraform stack
  elif [[ ${AWS_EXECUTION_ENV:-} == CloudShell && ! -f terraform/backend_override.tf ]]; then
    die "CloudShell does not keep files for ever: --backend-bucket NAME keeps Terraform's state in S3"
  fi
}

init() { run terraform -chdir="$1" init ${yes:+-input=false}; }

# Terraform's own arguments that are variables, which `terraform console` takes, too.
variables() {
  local previous='' argument
  for argument in "${terraform_arguments[@]}"; do
    if [[ $argument =~ ^--?var(-file)?(=|$) || $previous =~ ^--?var(-file)?$ ]]; then printf '%s\0' "$argument"; fi
    previous="$argument"
  done
}

# Sets what the stack's variables say, wherever they are set. With --dry-run: as if all was on.
know_settings() {
  local answer='true - true false 3 -' arguments configured_region
  # Empty ones are a dash.
  local expression='join(" ", [for v in [var.enable_https, var.certificate_arn, var.enable_kafka, var.enable_ecs_exec,
    var.hello_api_aws_ecs_service_desired_count_tasks, var.aws_region_main] : coalesce(v, "-")])'
  mapfile -d '' -t arguments < <(variables)
  expression="${expression//$'\n' /}"
  show terraform -chdir=terraform console "${arguments[@]}"
  [[ $dry_run ]] || answer="$(terraform -chdir=terraform console "${arguments[@]}" <<<"$expression")" ||
    die "Terraform does not take these variables: ${terraform_arguments[*]}"
  read -r https own_certificate kafka exec tasks configured_region <<<"${answer//\"/}"
  [[ $configured_region =~ ^(-|"$region")$ ]] ||
    die "aws_region_main is $configured_region, but the AWS CLI works in $region: export AWS_REGION=$configured_region"
}

# The account's registry of test events is made by us, or was there before.
registry_variables() {
  local found
  show terraform -chdir=terraform/registry state list
  if [[ ! $dry_run ]] && ! terraform -chdir=terraform/registry state list 2>/dev/null | grep --quiet aws_schemas_registry; then
    show aws schemas describe-registry --registry-name lambda-testevent-schemas
    if found="$(aws schemas describe-registry --registry-name lambda-testevent-schemas 2>&1)"; then
      echo -var=create_lambda_testevent_schema_registry=false
    elif [[ $found != *NotFoundException* ]]; then
      die "$found"
    fi
  fi
}

apply_registry() {
  local variables
  variables="$(registry_variables)"
  run terraform -chdir=terraform/registry apply ${yes:+-auto-approve -input=false} ${variables:+"$variables"}
  repository="$(answer "ACCOUNT.dkr.ecr.$region.amazonaws.com/$API_PROGRAM" \
    terraform -chdir=terraform/registry output -raw hello_api_aws_ecr_repository_url)"
}

# Sets certificate to the one that an earlier deploy has made, or to nothing.
find_certificate() {
  local arn arns tag
  certificate=''
  arns="$(answer '' aws acm list-certificates --certificate-statuses ISSUED --output text \
    --query "CertificateSummaryList[?DomainName=='$(certificate_domain)'].CertificateArn")"
  for arn in $arns; do
    tag="$(answer '' aws acm list-tags-for-certificate --certificate-arn "$arn" --query "Tags[?Key=='made-by'].Value" --output text)"
    [[ $tag != penstock-deploy ]] || certificate="$arn"
  done
}

# Not by Terraform, since the private key would be in its state. ACM keeps the only copy.
make_certificate() {
  local folder=build/certificate domain
  find_certificate
  [[ -z $certificate ]] || return 0
  domain="$(certificate_domain)"
  [[ $dry_run ]] || (umask 077 && rm --recursive --force "$folder" && mkdir --parents "$folder")
  # Ten years: nobody trusts it by itself, and nothing renews what was imported. openssl gives the key mode 600.
  run openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=$domain" -addext "subjectAltName=DNS:$domain" \
    -addext extendedKeyUsage=serverAuth -keyout "$folder/key.pem" -out "$folder/certificate.pem"
  certificate="$(answer "arn:aws:acm:$region:ACCOUNT:certificate/ID" aws acm import-certificate \
    --certificate "fileb://$folder/certificate.pem" --private-key "fileb://$folder/key.pem" \
    --tags Key=made-by,Value=penstock-deploy "Key=service,Value=$SERVICE" --query CertificateArn --output text)"
  run rm --recursive "$folder"
}

# The package is the same bytes wherever it is built, so one that was built elsewhere will do.
make_package() {
  local zip="build/package/$FUNCTION_PROGRAM-arm64.zip"
  if [[ $(uname --machine) == x86_64 ]] && is_debian; then
    run ./penstock package arm64
  elif [[ -f $zip ]]; then
    say "# $zip is here already. After a change of the function, delete it."
  elif [[ $(uname --machine) == x86_64 ]] && docker info >/dev/null 2>&1; then
    run docker run --rm --volume "$PWD:/penstock" --workdir /penstock docker.io/library/debian:trixie-slim \
      bash -c "./penstock package arm64; status=\$?; chown --recursive $(id --user):$(id --group) build; exit \$status"
  else
    die "the function is built on x86_64, by Debian 12 or 13, or by docker. Run ./penstock package arm64 there, copy $zip here, and deploy again."
  fi
}

# Names what the image is made of: a change of the documentation is no new image.
sources_tag() {
  git ls-files -z --cached --others --exclude-standard -- CMakeLists.txt CMakePresets.json LICENSE apps cmake container hello src |
    sort --zero-terminated --unique | while IFS= read -r -d '' file; do [[ ! -f $file ]] || printf '%s\0' "$file"; done |
    xargs --null sha256sum | sha256sum | cut --characters=-12
}

# Sets digest, if the repository has the tag.
find_image() {
  local images
  images="$(answer "$1" aws ecr list-images --repository-name "${repository#*/}" --query "imageIds[?imageTag=='$image_tag'].imageDigest" \
    --output text)"
  if [[ $images =~ sha256:[0-9A-Za-z]+ ]]; then digest="${BASH_REMATCH[0]}"; else digest=''; fi
}

# Tags in ECR are never moved: other sources have another tag, and what is there is not pushed again.
push_image() {
  local engine=(docker) name="${API_PROGRAM//_/-}" target=() registry="${repository%%/*}"
  if [[ $exec == true ]]; then
    name+=-debug target=(--target debug)
  fi
  : "${image_tag:=$(sources_tag)${target:+-debug}}"
  find_image ''
  [[ -z $digest ]] || return 0
  if ! has_buildx; then
    is_debian || [[ $dry_run ]] ||
      die "docker with buildx is needed, and the right to use it: docker info and docker buildx version must answer"
    engine=(buildah)
    ((EUID == 0)) || engine=(sudo buildah)
  fi
  run ./penstock image --platform linux/arm64 --tag "$name" "${target[@]}"
  run "${engine[@]}" tag "$name:arm64" "$repository:$image_tag"
  say "\$ aws ecr get-login-password | ${engine[*]} login --username AWS --password-stdin $registry"
  [[ $dry_run ]] || aws ecr get-login-password | "${engine[@]}" login --username AWS --password-stdin "$registry"
  run timeout --foreground 1800 "${engine[@]}" push "$repository:$image_tag"
  run "${engine[@]}" logout "$registry"
  find_image sha256:DIGEST
  [[ $digest ]] || die "$repository has no $image_tag after it was pushed"
}

# Without `timeout`: Terraform has a deadline for each resource, and Ctrl-C would reach it twice, at which it leaves its state behind.
apply_stack() {
  run terraform -chdir=terraform apply ${yes:+-auto-approve -input=false} \
    ${certificate:+"-var=certificate_arn=$certificate"} \
    "-var=hello_api_aws_ecr_image_tag=$image_tag" "-var=image_digest=$digest" "${terraform_arguments[@]}"
}

stack_output() { answer "$1" terraform -chdir=terraform output -raw "$2"; }

wait_for_tasks() {
  local cluster service
  cluster="$(stack_output CLUSTER hello_api_ecs_cluster_name)"
  service="$(stack_output SERVICE hello_api_ecs_service_name)"
  run timeout --foreground 900 aws ecs wait services-stable --cluster "$cluster" --services "$service" && return
  run aws ecs describe-services --cluster "$cluster" --services "$service" --query 'services[0].events[:5].message' --output text >&2
  die "the tasks do not run, or not all of them; these are ECS's last words. docs/deploy.md#alarm-api-no-healthy-task says where to look."
}

# The name of a new load balancer is not known everywhere at once. Its certificate is for another name, or nobody's.
try_urls() {
  local url path options=(--silent --show-error --max-time 10)
  url="http://$(stack_output LOAD_BALANCER hello_api_load_balancer_domain_name)"
  if [[ $https == true ]]; then
    url="https://${url#*//}"
    options+=(--insecure)
    say "# --insecure: the certificate is not for the load balancer's own name."
  fi
  run curl "${options[@]}" --fail --retry 30 --retry-delay 10 --retry-max-time 300 --retry-all-errors "$url/healthcheck" ||
    die "$url/healthcheck does not answer 200. docs/deploy.md#alarm-api-no-healthy-task says where to look."
  for path in $EXAMPLES; do
    run curl "${options[@]}" --write-out '%{http_code}\n' "$url$path"
  done
  say "It runs: $url/"
}

deploy() {
  deploy_options deploy "$@"
  cd "$root"
  [[ ! $dry_run ]] || say "Nothing runs. For a first deployment with HTTPS and Kafka these would be the commands:"
  [[ $dry_run ]] || check_tools
  know_account "Deploy $SERVICE"
  use_backend
  init terraform/registry
  init terraform
  know_settings
  apply_registry
  certificate=''
  [[ $https != true || $own_certificate != - ]] || make_certificate
  [[ $kafka != true ]] || make_package
  push_image
  apply_stack
  [[ $tasks != 0 ]] || { say "There are no tasks, as you wished." && return; }
  wait_for_tasks
  try_urls
}

# ACM keeps a certificate that a load balancer has used until it has forgotten that.
delete_certificate() {
  local deadline=$((SECONDS + 300))
  find_certificate
  [[ $certificate ]] || return 0
  until run aws acm delete-certificate --certificate-arn "$certificate"; do
    ((SECONDS < deadline)) || die "AWS does not delete the certificate; ./penstock destroy tries again"
    sleep 10
  done
}

destroy() {
  local variables
  deploy_options destroy "$@"
  cd "$root"
  [[ ! $dry_run ]] || say "Nothing runs. These would be the commands:"
  [[ $dry_run ]] || check_tools
  know_account "Destroy $SERVICE"
  use_backend
  init terraform
  run terraform -chdir=terraform destroy ${yes:+-auto-approve -input=false} "${terraform_arguments[@]}"
  delete_certificate
  [[ $with_registry ]] || { say "The registry with its images stays; --registry destroys it, too." && return; }
  init terraform/registry
  variables="$(registry_variables)"
  run terraform -chdir=terraform/registry destroy ${yes:+-auto-approve -input=false} ${variables:+"$variables"}
}
