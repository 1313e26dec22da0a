# `./penstock deploy` and `destroy`: terraform/ on AWS, with what must be there before it. To be sourced after artifacts.sh.
# Each step asks what is there already, so the next run goes on where one was interrupted. Each command is shown before it runs.
# shellcheck shell=bash

# Sets the options of both verbs; what comes after -- is Terraform's.
deploy_options() {
  local verb="$1"
  shift
  yes='' dry_run='' backend_bucket='' image_tag='' with_registry='' delete_kafka='' terraform_arguments=()
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
      --delete-kafka)
        [[ $verb == deploy ]] || die "$verb has no --delete-kafka"
        delete_kafka=yes && shift
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
  region="${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region 2>/dev/null || true)}}"
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

# A state that is here moves to the bucket.
init() {
  local migrate=()
  [[ ! -s $1/terraform.tfstate || ! -f $1/backend_override.tf ]] || migrate=(-migrate-state ${yes:+-force-copy})
  run terraform -chdir="$1" init ${yes:+-input=false} "${migrate[@]}"
}

# Of what is Terraform's, the variables.
variable_arguments() {
  local previous='' argument
  for argument in "${terraform_arguments[@]}"; do
    if [[ $argument =~ ^--?var(-file)?(=|$) || $previous =~ ^--?var(-file)?$ ]]; then printf '%s\0' "$argument"; fi
    previous="$argument"
  done
}

# Sets plan to one of nothing, which says what the variables are, wherever they are set. `terraform console` could say it, too,
# but not while half of the stack is there.
know_variables() {
  local file=../build/variables.tfplan arguments
  mapfile -d '' -t arguments < <(variable_arguments)
  run mkdir --parents build
  run terraform -chdir=terraform plan -input=false -refresh=false -target=terraform_data.nothing "-out=$file" "${arguments[@]}" >/dev/null ||
    die "Terraform does not take these variables: ${arguments[*]}"
  plan="$(answer '' terraform -chdir=terraform show -json "$file")"
  run rm --force build/variables.tfplan
}

# variable NAME DEFAULT: its value, if it is no list or map. What a caller gives is a string there, whatever it is. The default is for --dry-run.
variable() {
  if [[ $plan =~ \"$1\":\{\"value\":\"?([^\",}]*) ]]; then echo "${BASH_REMATCH[1]}"; else echo "$2"; fi
}

# Both must work in one region.
check_region() {
  local configured
  configured="$(variable aws_region_main '')"
  [[ -z $configured || $configured == "$region" ]] ||
    die "aws_region_main is $configured, but the AWS CLI works in $region: export AWS_REGION=$configured"
}

# A run without the variable of the one before would take Kafka away, and its records with it.
keep_kafka() {
  local state
  [[ ! $dry_run && ! $delete_kafka && $(variable enable_kafka true) != true ]] || return 0
  state="$(terraform -chdir=terraform state list 2>/dev/null || true)"
  [[ $state != *module.stream* ]] ||
    die "this would delete Kafka and its records. Put enable_kafka = true into terraform/terraform.tfvars; or, if you mean it: --delete-kafka"
}

# The account's registry of test events is made by us, or was there before.
registry_variables() {
  local ours found
  show terraform -chdir=terraform/registry state list
  [[ ! $dry_run ]] || return 0
  # It fails where there is no state yet.
  ours="$(terraform -chdir=terraform/registry state list 2>/dev/null || true)"
  if [[ $ours != *aws_schemas_registry* ]]; then
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

# Without `timeout`: Terraform has a deadline for each resource, and Ctrl-C would reach it twice, at which it leaves its state behind.
apply_stack() {
  run terraform -chdir=terraform apply ${yes:+-auto-approve -input=false} \
    ${certificate:+"-var=certificate_arn=$certificate"} \
    "-var=hello_api_aws_ecr_image_tag=$image_tag" "-var=image_digest=$digest" "${terraform_arguments[@]}"
}

stack_output() { answer "$1" terraform -chdir=terraform output -raw "$2"; }

# primary FIELD PLACEHOLDER: of the service's newest deployment.
primary() {
  answer "$2" aws ecs describe-services --cluster "$cluster" --services "$ecs_service" \
    --query "services[0].deployments[?status=='PRIMARY'].$1 | [0]" --output text
}

# The wait ends after 10 minutes. Where nothing could start ECS gives up, and the next run has to ask again; where an older version ran it goes
# back to that, which is stable, too.
wait_for_tasks() {
  local cluster ecs_service wanted running
  cluster="$(stack_output CLUSTER hello_api_aws_ecs_cluster_name)"
  ecs_service="$(stack_output SERVICE hello_api_aws_ecs_service_name)"
  wanted="$(stack_output TASK_DEFINITION hello_api_aws_ecs_task_definition_arn)"
  [[ $(primary rolloutState COMPLETED) != FAILED ]] ||
    run aws ecs update-service --cluster "$cluster" --service "$ecs_service" --force-new-deployment --query service.status --output text
  if run aws ecs wait services-stable --cluster "$cluster" --services "$ecs_service"; then
    running="$(primary taskDefinition "$wanted")"
    [[ $running != "$wanted" ]] || return 0
    say "The new version did not start: ECS went back to $running."
  fi
  run aws ecs describe-services --cluster "$cluster" --services "$ecs_service" --query 'services[0].events[:5].message' --output text >&2
  die "the tasks do not run, or not all of them; these are ECS's last words. docs/deploy.md#alarm-api-no-healthy-task says where to look."
}

# The name of a new load balancer is not known everywhere at once. Its certificate is for another name, or nobody's.
try_urls() {
  local url path health options=(--silent --show-error --max-time 10)
  url="$(stack_output https://LOAD_BALANCER hello_api_url)"
  if [[ $url == https:* ]]; then
    options+=(--insecure)
    say "# --insecure: the certificate is not for the load balancer's own name."
  fi
  health="$url$(stack_output /healthcheck hello_api_health_check_path)"
  run curl "${options[@]}" --fail --retry 30 --retry-delay 10 --retry-max-time 300 --retry-all-errors "$health" ||
    die "$health does not answer 200. docs/deploy.md#alarm-api-no-healthy-task says where to look."
  for path in $EXAMPLES; do
    run curl "${options[@]}" --write-out '%{http_code}\n' "$url$path"
  done
  say "It runs: $url/"
}

deploy() {
  deploy_options deploy "$@"
  cd "${root:?}" || return
  [[ ! $dry_run ]] || say "Nothing runs. For a first deployment with HTTPS and Kafka these would be the commands:"
  [[ $dry_run ]] || check_tools
  know_account "Deploy $SERVICE"
  use_backend
  init terraform/registry
  init terraform
  know_variables
  check_region
  keep_kafka
  apply_registry
  certificate='' digest=''
  [[ $(variable enable_https true) != true || $(variable certificate_arn null) != null ]] || make_certificate
  [[ $(variable enable_kafka true) != true ]] || make_package "$(variable function_zip null)"
  push_image "$repository" "$(variable enable_ecs_exec false)"
  apply_stack
  [[ $(variable hello_api_aws_ecs_service_desired_count_tasks 3) != 0 ]] || { say "There are no tasks, as you wished." && return; }
  wait_for_tasks
  try_urls
}

destroy() {
  local variables
  deploy_options destroy "$@"
  cd "${root:?}" || return
  [[ ! $dry_run ]] || say "Nothing runs. These would be the commands:"
  [[ $dry_run ]] || check_tools
  know_account "Destroy $SERVICE"
  use_backend
  init terraform
  know_variables
  check_region
  find_certificate there
  # Terraform looks once more at what was configured. Any file will do for the package, which need not be here any more.
  run terraform -chdir=terraform destroy ${yes:+-auto-approve -input=false} ${certificate:+"-var=certificate_arn=$certificate"} \
    -var=function_zip=main.tf "${terraform_arguments[@]}"
  delete_certificate
  [[ $with_registry ]] || { say "The registry with its images stays; --registry destroys it, too." && return; }
  init terraform/registry
  variables="$(registry_variables)"
  run terraform -chdir=terraform/registry destroy ${yes:+-auto-approve -input=false} ${variables:+"$variables"}
}
