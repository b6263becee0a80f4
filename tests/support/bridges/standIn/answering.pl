#!/usr/bin/perl
# Answers every request at Discord's port with 200.
use strict;
use warnings;
use IO::Socket::INET;

my $server = IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => 29334, Listen => 16, ReuseAddr => 1) or die $!;
$| = 1;
print "listening\n";
$SIG{TERM} = sub { exit 0 };
while (my $client = $server->accept) {
    while (my $line = <$client>) { last if $line =~ /^\r?\n$/ }
    print $client "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{}";
    close $client;
}
