#!/bin/sh
# One line for each of several sites, by a function.
carp() { /usr/local/sbin/ucarp -z -n -i "$1" -s "$2" -v "$3" -a "$4" -p s3cr-f; }
while true; do
  nohup ucarp --interface=lan0 --srcip=10.0.0.2 --vhid=9 --pass=s3cr-w --addr=10.0.0.1 --nomcast --upscript=/etc/u --downscript=/etc/d --deadratio=4 || sleep 1
done
ucarp -v 10 -i wan0 -s 203.0.113.2 -p s3cr-w -a 203.0.113.1/24 --advskew=300 --facility=daemon &
