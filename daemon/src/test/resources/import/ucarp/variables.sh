#!/bin/bash
# As administrators write it: names above, commands below.
set -e
IF=eth0
VIP=10.3.3.1
export PASS='s3cr three'
SCRIPTS="/etc/ucarp"
unused=1
ip link set "$IF" up
ucarp -i "$IF" -s 10.3.3.2 -v 33 -p "$PASS" -a "${VIP}" \
    -u "$SCRIPTS/up.sh" -d "$SCRIPTS/down.sh" --daemonize --facility=local0 -k255 &
ucarp --interface eth1 --srcip $(hostname -I) --vhid=34 --passfile "/nowhere/$USER" --addr 10.4.4.1 --shutdown --neutral -b1 -r3
echo started
