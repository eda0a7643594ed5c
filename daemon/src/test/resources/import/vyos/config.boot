/* the same in braces */
high-availability {
    vrrp {
        group LAN {
            advertise-interval 2
            hello-source-address 10.0.0.2
            interface eth1
            no-preempt
            peer-address 10.0.0.3
            priority 100
            virtual-address 10.0.0.1/24 {
            }
            vrid 20
        }
        group SPARE {
            disable
            interface eth1
            virtual-address 10.0.0.9/24
            vrid 21
        }
    }
}
service {
    conntrack-sync {
        disable-external-cache
        interface eth2 {
        }
        mcast-group 225.0.0.50
    }
    ssh {
        port 22
    }
}
system {
    host-name vyos-b
}
// vyos-config-version: "conntrack-sync@2:vrrp@4"
