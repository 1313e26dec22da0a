# What must be there before the stack: a certificate, the function's package, the API's image. To be sourced before deploy.sh.
# shellcheck shell=bash

# show COMMAND…: as it can be typed.
show() {
  local word line='$'
  for word in "$@"; do
    if [[ $word == *[\\\"\`\$]* && $word == *\'* ]]; then
      printf -v word '%q' "$word"
    elif [[ $word == *\'* ]]; then
      word="\"$word\""
    elif [[ ! $word =~ ^[[:alnum:]_./:=,@%+-]+$ ]]; then
      word="'$word'"
    fi
    line+=" $word"
  done
  say "$line"
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

is_debian() { grep --quiet --line-regexp 'ID=debian' /etc/os-release; }

# For subjects of certificates; ICANN keeps .internal for private use.
certificate_domain() { echo "$SERVICE.internal"; }

any_certificate=arn:aws:acm:REGION:ACCOUNT:certificate/ID # For --dry-run.

# find_certificate there|missing: sets certificate to the one that an earlier deploy has made, or to nothing. With --dry-run, the word says.
find_certificate() {
  local arn arns tag placeholder=''
  certificate=''
  [[ $1 == missing ]] || placeholder="$any_certificate"
  arns="$(answer "$placeholder" aws acm list-certificates --certificate-statuses ISSUED --output text \
    --query "CertificateSummaryList[?DomainName=='$(certificate_domain)'].CertificateArn")"
  for arn in $arns; do
    tag="$(answer penstock-deploy aws acm list-tags-for-certificate --certificate-arn "$arn" --query "Tags[?Key=='made-by'].Value" --output text)"
    [[ $tag != penstock-deploy ]] || certificate="$arn"
  done
}

# Not by Terraform, since the private key would be in its state. ACM keeps the only copy.
make_certificate() {
  local folder=build/certificate domain
  # Of a run that was interrupted.
  [[ $dry_run ]] || rm --recursive --force "$folder"
  find_certificate missing
  [[ -z $certificate ]] || return 0
  domain="$(certificate_domain)"
  [[ $dry_run ]] || (umask 077 && mkdir --parents "$folder")
  # Ten years: nobody trusts it by itself, and nothing renews what was imported. openssl gives the key mode 600.
  run openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=$domain" -addext "subjectAltName=DNS:$domain" \
    -addext extendedKeyUsage=serverAuth -keyout "$folder/key.pem" -out "$folder/certificate.pem"
  certificate="$(answer "$any_certificate" aws acm import-certificate \
    --certificate "fileb://$folder/certificate.pem" --private-key "fileb://$folder/key.pem" \
    --tags Key=made-by,Value=penstock-deploy "Key=service,Value=$SERVICE" --query CertificateArn --output text)" ||
    { rm --recursive "$folder" && die "AWS did not take the certificate"; }
  run rm --recursive "$folder"
}

# The one that was found. ACM keeps a certificate that a load balancer has used until it has forgotten that.
delete_certificate() {
  local deadline=$((SECONDS + 300))
  [[ $certificate ]] || return 0
  until run aws acm delete-certificate --certificate-arn "$certificate"; do
    ((SECONDS < deadline)) || die "AWS does not delete the certificate; ./penstock destroy tries again"
    sleep 10
  done
}

can_build_function() { [[ $(uname --machine) == x86_64 ]] && grep --quiet --line-regexp 'VERSION_CODENAME=bookworm' /etc/os-release; }

# make_package ZIP: unless that is one of your own. The same bytes come out wherever it is built, so one from elsewhere will do.
make_package() {
  local zip="build/package/$FUNCTION_PROGRAM-arm64.zip"
  [[ $1 == "../$zip" || $1 == null ]] || return 0
  if [[ $dry_run ]] || can_build_function; then
    run ./penstock package arm64
  elif [[ -f $zip ]]; then
    say "# $zip is here already. After a change of the function, delete it."
  elif [[ $(uname --machine) == x86_64 ]] && docker info >/dev/null 2>&1; then
    run docker run --rm --volume "$PWD:/penstock" --workdir /penstock docker.io/library/debian:bookworm-slim \
      bash -c "./penstock package arm64; status=\$?; chown --recursive $(id --user):$(id --group) build; exit \$status"
  else
    die "the function is built on x86_64, by Debian 12 or by docker. Run ./penstock package arm64 there, copy $zip here, and deploy again."
  fi
}

# Names what the image is made of: a change of the documentation is no new image.
sources_tag() {
  git ls-files -z --cached --others --exclude-standard -- CMakeLists.txt CMakePresets.json LICENSE apps cmake container hello src |
    sort --zero-terminated --unique | while IFS= read -r -d '' file; do [[ ! -f $file ]] || printf '%s\0' "$file"; done |
    xargs --null sha256sum | sha256sum | cut --characters=-12
}

# find_image REPOSITORY TAG PLACEHOLDER: sets digest, to nothing if the repository does not have the tag.
find_image() {
  local images
  images="$(answer "$3" aws ecr list-images --repository-name "${1#*/}" --query "imageIds[?imageTag=='$2'].imageDigest" --output text)"
  if [[ $images =~ sha256:[0-9A-Za-z]+ ]]; then digest="${BASH_REMATCH[0]}"; else digest=''; fi
}

# Tags in ECR are never moved: other sources have another tag, and what is there is not pushed again.
# push_image REPOSITORY EXEC: sets image_tag, if it is not set, and digest.
push_image() {
  local repository="$1" engine=(docker) name="${API_PROGRAM//_/-}" registry="${1%%/*}" target=() tag
  : "${image_tag:=$(sources_tag)}"
  tag="$image_tag"
  # Only the debug image has a shell. Terraform has the same suffix.
  if [[ $2 == true ]]; then
    name+=-debug tag+=-debug target=(--target debug)
  fi
  find_image "$repository" "$tag" ''
  [[ -z $digest ]] || return 0
  if ! has_buildx; then
    is_debian || [[ $dry_run ]] ||
      die "docker with buildx is needed, and the right to use it: docker info and docker buildx version must answer"
    engine=(buildah)
    ((EUID == 0)) || engine=(sudo buildah)
  fi
  run ./penstock image --platform linux/arm64 --tag "$name" "${target[@]}"
  run "${engine[@]}" tag "$name:arm64" "$repository:$tag"
  say "\$ aws ecr get-login-password | ${engine[*]} login --username AWS --password-stdin $registry"
  [[ $dry_run ]] || aws ecr get-login-password | "${engine[@]}" login --username AWS --password-stdin "$registry"
  run timeout --foreground 1800 "${engine[@]}" push "$repository:$tag"
  run "${engine[@]}" logout "$registry"
  find_image "$repository" "$tag" sha256:DIGEST
  [[ $digest ]] || die "$repository has no $tag after it was pushed"
}
