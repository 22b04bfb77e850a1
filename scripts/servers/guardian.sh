# Runs one program for a parent process and ends it when that parent goes away, however it goes: a parent killed with
# SIGKILL cannot clean up, but the kernel always closes its end of our standard input.
#
#   sh guardian.sh SCRATCH GRACE TEMPLATE DATA PROGRAM [ARGUMENT…]
#
# SCRATCH   folder removed at the very end ('' for none)
# GRACE     seconds between SIGTERM and SIGKILL (0: SIGKILL at once, for data that nobody will read again)
# TEMPLATE  folder copied to DATA before the start ('' for none)
# Reports "started PID" and "exited CODE" on file descriptor 3.
scratch=$1 grace=$2 template=$3 data=$4
shift 4
exec 4<&0 </dev/null

ending=0
trap 'ending=1' TERM
trap '' INT HUP

# Repeats its signal: one that arrives just before a `wait` begins would otherwise be noticed only after it.
(
  trap '' TERM
  while read -r line; do :; done <&4
  while kill -TERM $$; do sleep 0.3; done
) >/dev/null 2>&1 3>&- &
watcher=$!

[ -z "$template" ] || cp -R "$template" "$data" || ending=1

code=1
if [ $ending = 0 ]; then
  "$@" 3>&- 4<&- &
  server=$!
  echo "started $server" >&3
  wait $server
  code=$?
  if [ $ending = 0 ]; then
    echo "exited $code" >&3
    # The folder stays until the parent lets go: a test may kill a server and start it again on the same data.
    while [ $ending = 0 ] && kill -0 $watcher 2>/dev/null; do wait $watcher; done
  else
    trap '' TERM
    if [ "$grace" = 0 ]; then kill -KILL $server; else kill -TERM $server; fi 2>/dev/null
    (
      left=$((grace * 5))
      while [ $left -gt 0 ]; do sleep 0.2; left=$((left - 1)); done
      kill -KILL $server
    ) >/dev/null 2>&1 3>&- 4<&- &
    killer=$!
    wait $server
    code=$?
    kill -KILL $killer 2>/dev/null
  fi
fi

trap '' TERM
if [ -n "$scratch" ]; then
  tries=0
  until rm -rf "$scratch" 2>/dev/null || [ $tries -ge 25 ]; do tries=$((tries + 1)); sleep 0.2; done
fi
kill -KILL $watcher 2>/dev/null
exit "$code"
