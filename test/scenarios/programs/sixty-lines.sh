#!/bin/bash
# An agent for one instrument, written from docs/guides/agent-protocol.md alone: bash, and mosquitto_rr of mosquitto-clients, which
# publishes a message and waits for the answer. It polls, writes down what it is about to do before it does it, reports until it
# is acknowledged, and drives no command twice. Usage: sixty-lines.sh HOST PORT STAGE THING PASSWORD DIRECTORY
set -u
host=$1 port=$2 stage=$3 thing=$4 password=$5 home=$6
journal=$home/journal
mkdir -p "$home" && touch "$journal"
session="shell-$$-$RANDOM"
up="\$aws/rules/benchtime_${stage}_agents/benchtime/up/$thing"

# Says something and waits for an answer of the wanted type; a wake may come first. $1 poll|report, $2 message, $3 type
ask() {
  for _ in 1 2 3; do
    answer=$(mosquitto_rr -V 311 -h "$host" -p "$port" -i "$thing" -u "$thing" -P "$password" -q 1 -W 5 \
      -t "$up/$1" -e "benchtime/down/$thing" -m "{\"message\":$2}" 2>/dev/null)
    case $answer in *"\"type\":\"$3\""*) return 0 ;; esac
  done
  return 1
}

# Reports on a command until the cloud has it. $1 type, $2 command, $3 the rest of the message
report() {
  local id="msg_$(date +%s%N)"
  until ask report "{\"type\":\"$1\",\"messageId\":\"$id\",\"commandId\":\"$2\",\"session\":\"$session\"${3:-}}" ack; do
    sleep 1
  done
}

# How far it is: said once, and not answered. $1 command, $2 the rest of the message
tell() {
  local said="{\"type\":\"progress\",\"messageId\":\"msg_$(date +%s%N)\",\"commandId\":\"$1\",\"session\":\"$session\"$2}"
  mosquitto_pub -V 311 -h "$host" -p "$port" -i "$thing" -u "$thing" -P "$password" -q 1 -t "$up/report" -m "{\"message\":$said}"
}

remember() { echo "$1" >>"$journal" && sync "$journal"; }
known() { grep -qx "$1" "$journal"; }

# What is known of a command of an earlier life; nothing is driven again. $1 command
answer_for() {
  if known "done $1"; then
    report ended "$1" ',"result":{"outcome":"succeeded"}'
  else
    report ended "$1" ',"result":{"outcome":"indeterminate","message":"The shell died in the middle. Look at the instrument."}'
  fi
}

drive() {
  remember "intent $1" || return
  report started "$1"
  echo "$1" >>"$home/drives" # the instrument moves
  tell "$1" ',"percent":50,"note":"halfway"'
  remember "done $1"
  report ended "$1" ',"result":{"outcome":"succeeded","exitCode":0}'
}

while :; do
  stamp=$(date +%s%3N)
  ask poll "{\"session\":\"$session\",\"stamp\":$stamp,\"want\":1,\"driving\":[],\"software\":\"sixty lines\"}" next || continue
  next=$answer
  for old in $(sed 's/.*"unresolved"://' <<<"$next" | grep -o 'cmd_[a-z0-9-]*'); do answer_for "$old"; done
  command=$(grep -o '"command":{"commandId":"[^"]*' <<<"$next" | grep -o 'cmd_[a-z0-9-]*$')
  valid=$(grep -o '"validForMs":[0-9]*' <<<"$next" | grep -o '[0-9]*$')
  # Validity counts from the question; the same command may come again, and is driven once.
  if [ -n "$command" ] && ! known "intent $command" && [ $(($(date +%s%3N) - stamp)) -lt "$valid" ]; then drive "$command"; fi
  [ -n "$command" ] || sleep 1
done
