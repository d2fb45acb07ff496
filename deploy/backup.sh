#!/bin/sh
# Back up into a directory, and keep fourteen days. Usage: backup.sh DIRECTORY
set -eu

directory=${1:?"usage: backup.sh DIRECTORY"}
monitor=${PROGRAM:-/opt/monitor/bin/monitor}
unset PROGRAM
file=$directory/monitor-$(date -u +%Y%m%dT%H%M%SZ).backup

mkdir -p "$directory"
umask 077
"$monitor" backup "$file.part"
mv "$file.part" "$file"
find "$directory" -name 'monitor-*.backup' -type f -mtime +14 -delete
echo "backed up into $file"
