#!/bin/sh
# The engine of the laboratory's tasks: prints numbered lines, changes one file, and says on a file of its own, out of
# koubou's reach, what it printed.
#
#   engine.sh FOLDER KEY SEED LINES PAUSE-EVERY PAUSE-SECONDS CHILD STUBBORN FAILS
#   engine.sh FOLDER child KIND-OF-KEY
folder=$1

if [ "$2" = child ]; then
  trap '' TERM HUP INT
  i=0
  while [ $i -lt 900 ]; do sleep 1; i=$((i + 1)); done
  exit 0
fi

key=$2 x=$3 lines=$4 every=$5 pause=$6 child=$7 stubborn=$8 fails=$9

# A second run of the same attempt must not be: the file is there then.
set -C
exec 3>"$folder/printed/$KOUBOU_ATTEMPT" || exit 70
set +C
[ "$stubborn" = yes ] && trap '' TERM HUP INT

case $child in
  setsid) setsid sh "$0" "$folder" child "$child-of-$key" </dev/null >/dev/null 2>&1 3>&- & ;;
  fork) (setsid sh "$0" "$folder" child "$child-of-$key" </dev/null >/dev/null 2>&1 3>&- &) ;;
  bare) (env -i setsid sh "$0" "$folder" child "$child-of-$key" </dev/null >/dev/null 2>&1 3>&- &) ;;
  nohup) nohup sh "$0" "$folder" child "$child-of-$key" </dev/null >/dev/null 2>&1 3>&- & ;;
esac

mkdir -p work || exit 71
i=0
while [ $i -lt "$lines" ]; do
  x=$(((x * 1103515245 + 12345) % 2147483648))
  i=$((i + 1))
  printf 'L %d %d\n' $i $x || exit 72
  # Seconds since the machine was started: no clock that jumps.
  read -r up _ </proc/uptime
  printf 'L %d %d @%s\n' $i $x "$up" >&3
  [ $((i % every)) -eq 0 ] && sleep "$pause"
  [ $i -eq $((lines / 2)) ] && { echo "$key half" >"work/$key.txt" || exit 73; }
done
case $KOUBOU_ATTEMPT in
  *.1) [ "$fails" = yes ] && exit 3 ;;
esac
echo "$key $KOUBOU_ATTEMPT" >"work/$key.txt" || exit 74
printf 'end\n' >&3
exit 0
