#!/bin/sh
# Two addresses, two processes.
/usr/sbin/ucarp --interface=eth0 --srcip=10.1.1.1 --vhid=1 --pass=s3cr-one \
      --addr=10.1.1.252 --preempt --advskew=10 \
      --upscript=/etc/vip-up.sh --downscript=/etc/vip-down.sh &
exec ucarp -i eth1 -s 10.2.2.1 -v2 -p 's3cr two' -a 10.2.2.252 -b 2 -k 255 -zB -r 5 -M -u /etc/vip-up.sh -d /etc/vip-down.sh >/dev/null 2>&1 &
