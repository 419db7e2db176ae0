"""IANA's special-purpose registries of IPv4 and IPv6 (9 October 2025), and those of multicast.

Each line is a block and what its registry says of "globally reachable"; of overlapping blocks the
smaller one holds. Blocks of neither registry are marked with why they are here.
"""

REGISTRIES = """
0.0.0.0/8            False  this network
0.0.0.0/32           False  this host on this network
10.0.0.0/8           False  private use
100.64.0.0/10        False  shared address space
127.0.0.0/8          False  loopback
169.254.0.0/16       False  link local
172.16.0.0/12        False  private use
192.0.0.0/24         False  IETF protocol assignments
192.0.0.0/29         False  IPv4 service continuity
192.0.0.8/32         False  IPv4 dummy address
192.0.0.9/32         True   port control protocol anycast
192.0.0.10/32        True   traversal using relays anycast
192.0.0.170/32       False  NAT64/DNS64 discovery
192.0.0.171/32       False  NAT64/DNS64 discovery
192.0.2.0/24         False  documentation
192.31.196.0/24      True   AS112
192.52.193.0/24      True   AMT
192.88.99.0/24       N/A    deprecated 6to4 relay anycast
192.88.99.2/32       False  6a44 relay anycast
192.168.0.0/16       False  private use
192.175.48.0/24      True   direct delegation AS112
198.18.0.0/15        False  benchmarking
198.51.100.0/24      False  documentation
203.0.113.0/24       False  documentation
240.0.0.0/4          False  reserved
255.255.255.255/32   False  limited broadcast
::1/128              False  loopback
::/128               False  unspecified
64:ff9b:1::/48       False  local-use translation
100::/64             False  discard only
100:0:0:1::/64       False  dummy prefix
2001::/23            False  IETF protocol assignments
2001::/32            N/A    Teredo
2001:1::1/128        True   port control protocol anycast
2001:1::2/128        True   traversal using relays anycast
2001:1::3/128        True   DNS-SD service registration anycast
2001:2::/48          False  benchmarking
2001:3::/32          True   AMT
2001:4:112::/48      True   AS112
2001:10::/28         N/A    deprecated ORCHID
2001:20::/28         True   ORCHIDv2
2001:30::/28         True   drone remote ID
2001:db8::/32        False  documentation
2002::/16            N/A    6to4
2620:4f:8000::/48    True   direct delegation AS112
3fff::/20            False  documentation
5f00::/16            False  segment routing
fc00::/7             False  unique local
fe80::/10            False  link local
224.0.0.0/4          False  multicast
ff00::/8             False  multicast
fec0::/10            False  site local, deprecated by RFC 3879
::/96                False  IPv4-compatible, deprecated by RFC 4291
4000::/3             False  not given out
8000::/1             False  not given out
"""

# Reachable by the registry, and refused: gateways of one's own network, and no web servers.
REFUSED_ALL_THE_SAME = """
192.0.0.9/32 192.0.0.10/32 2001:1::1/128 2001:1::2/128 2001:1::3/128 2001:3::/32 2001:4:112::/48
2001:20::/28 2001:30::/28
"""
