# Says how many compilers this machine can run at once. To be sourced.
#
# A container or a service may have less memory and fewer cores than its machine: Linux keeps the
# limits in control groups, a tree of folders in which every ancestor of a process's group limits
# it, too. Version 2 of control groups has one tree, version 1 has one for each resource:
# https://docs.kernel.org/admin-guide/cgroup-v2.html
# shellcheck shell=bash

# Other folders are for tests.
cgroup_root="${PENSTOCK_CGROUP_ROOT:-/sys/fs/cgroup}"
proc="${PENSTOCK_PROC:-/proc}"

# This is counted for each compiler, in KiB. With the preset dev g++ 12 takes 444,000 at most, which
# /usr/bin/time measured with src/asio/asio.cpp.
compiler_kib=$((600 * 1024))

# group_folders CONTROLLER: prints the folders that limit this process, from its own group to the
# root of the tree. A container may have the root alone: its group's path is that of the machine.
group_folders() {
  local controller="$1" number controllers path tree
  while IFS=: read -r number controllers path; do
    if [[ $number == 0 && -z $controllers ]]; then
      tree="$cgroup_root"
    elif [[ ,$controllers, == *",$controller,"* ]]; then
      tree="$cgroup_root/$controller"
    else
      continue
    fi
    while [[ $path == /* ]]; do
      [[ ! -d $tree$path ]] || echo "${tree}${path%/}"
      [[ $path != / ]] || break
      path="${path%/*}"
      : "${path:=/}"
    done
  done <"$proc/self/cgroup"
}

# number_in FILE: prints the first number of a file, or nothing if there is none, as in "max".
number_in() { [[ ! -r $1 ]] || sed --quiet --regexp-extended '1s/^([0-9]+).*/\1/p' "$1"; }

# free_in GROUP_FOLDER: prints how much memory the group can still take, in KiB, or nothing if it
# has no limit. Files that the kernel keeps in memory and would give up are not counted as used.
free_in() {
  local limit used cached
  if [[ -f $1/memory.max ]]; then
    limit="$(number_in "$1/memory.max")"
    used="$(number_in "$1/memory.current")"
    cached="$(awk '$1 == "inactive_file" { print $2 }' "$1/memory.stat" 2>/dev/null || true)"
  else
    limit="$(number_in "$1/memory.limit_in_bytes")"
    used="$(number_in "$1/memory.usage_in_bytes")"
    cached="$(awk '$1 == "total_inactive_file" { print $2 }' "$1/memory.stat" 2>/dev/null || true)"
  fi
  # Version 1 has a number near 2^63 where there is no limit.
  [[ $limit ]] && ((limit < 1 << 60)) || return 0
  echo $(((limit - ${used:-0} + ${cached:-0}) / 1024))
}

# free_kib: prints how much memory is free, in KiB.
free_kib() {
  {
    awk '/^MemAvailable:/ { print $2 }' "$proc/meminfo"
    group_folders memory | while read -r folder; do free_in "$folder"; done
  } | sort --numeric-sort | head --lines=1
}

# cores_in GROUP_FOLDER: prints the group's share of the processors, rounded up, or nothing.
cores_in() {
  local quota period
  if [[ -f $1/cpu.max ]]; then
    read -r quota period <"$1/cpu.max"
  else
    quota="$(number_in "$1/cpu.cfs_quota_us")"
    period="$(number_in "$1/cpu.cfs_period_us")"
  fi
  [[ $quota =~ ^[1-9][0-9]*$ && $period =~ ^[1-9][0-9]*$ ]] || return 0
  echo $(((quota + period - 1) / period))
}

cores() {
  {
    nproc
    group_folders cpu | while read -r folder; do cores_in "$folder"; done
  } | sort --numeric-sort | head --lines=1
}

# jobs_at_once: prints how many compilers to run: one for each core, if the memory suffices.
jobs_at_once() {
  local by_memory by_cores
  by_memory=$(($(free_kib) / compiler_kib))
  by_cores="$(cores)"
  ((by_memory >= 1)) || by_memory=1
  echo $((by_memory < by_cores ? by_memory : by_cores))
}

# Warns where even one compiler may be too many.
warn_of_little_memory() {
  local free
  free="$(free_kib)"
  ((free >= compiler_kib)) ||
    say "Only $((free / 1024)) MiB of memory are free, and a compiler takes up to" \
      "$((compiler_kib / 1024)) MiB. If one is killed, free some memory or add swap space."
}
