# First steps out of a container, each really taken: prints "open NAME" where one succeeds, "shut NAME" where it is refused.
#
#   perl steps.pl PROTECTED…      PROTECTED: files that the program's user must not be able to change
use strict;
use warnings;
use Errno qw(EPERM EACCES ENOSYS EROFS);

my %x86 = (mount => 165, umount => 166, unshare => 272, setns => 308, pivot => 155, chroot => 161, mknod => 133,
  bpf => 321, key => 248, handle => 304, module => 313, kexec => 246, clock => 227, hostname => 170, quota => 179, swap => 167,
  perf => 298, fault => 323, acct => 163, iopl => 172, reboot => 169, open_tree => 428, fsopen => 430);
my %arm = (mount => 40, umount => 39, unshare => 97, setns => 268, pivot => 41, chroot => 51, mknod => 33,
  bpf => 280, key => 217, handle => 265, module => 273, kexec => 104, clock => 112, hostname => 161, quota => 60, swap => 224,
  perf => 241, fault => 282, acct => 89, reboot => 142, open_tree => 428, fsopen => 430);
chomp(my $machine = `uname -m`);
my %number = $machine eq 'aarch64' ? %arm : %x86;

sub told { my ($name, $open) = @_; print $open ? "open" : "shut", " $name\n"; }
# Refused for lack of a right; any other answer means that the kernel would have gone on.
sub call {
  my ($name, $call, @arguments) = @_;
  return unless defined $number{$call};
  $! = 0;
  my $result = syscall($number{$call}, @arguments);
  told($name, $result >= 0 || !($! == EPERM || $! == EACCES || $! == ENOSYS));
}
# In a process of its own, whose rights may change.
sub child {
  my ($name, $act) = @_;
  pipe(my $in, my $out);
  if (!fork) { close $in; my $open = eval { $act->() }; print $out $open ? 1 : 0; close $out; exit 0 }
  close $out; my $answer = <$in> // 0; wait; told($name, $answer);
}
sub writable { my ($file) = @_; return 0 unless -e $file; return open(my $handle, '+<', $file) ? 1 : 0; }
sub changeable { my ($path) = @_; return -d $path ? (open(my $handle, '>>', "$path/.probe") ? unlink("$path/.probe") : 0) : writable($path); }

my ($none, $slash, $tmp) = (0, "/\0", "/tmp\0");
my ($tmpfs, $proc, $cgroup, $bind) = ("tmpfs\0", "proc\0", "cgroup\0", 4096);

# Rights of the process.
open(my $status, '<', '/proc/self/status'); my %status = map { /^(\w+):\s+(.*)/ ? ($1, $2) : () } <$status>;
told("runs as root", $> == 0);
told("capabilities in effect", hex($status{CapEff}) & ~(1 << 10));
told("capabilities in the bounding set", hex($status{CapBnd}) & ~(1 << 10));
told("may gain rights by a program", ($status{NoNewPrivs} // 0) != 1);
told("without a filter of system calls", ($status{Seccomp} // 0) != 2);
child("become root by setuid", sub { $> = 0; $> == 0 && $< != 0 || ($> == 0) });
child("become root by su", sub { system("su -c id >/dev/null 2>&1 </dev/null") == 0 });
child("become root by a setuid program of one's own", sub {
  system("cp /bin/sh /tmp/.sh && chmod 4755 /tmp/.sh") == 0 or return 0; my $id = `/tmp/.sh -p -c 'id -u'`; unlink "/tmp/.sh"; chomp $id; $id eq "0" });

# Mounts and namespaces.
child("mount tmpfs", sub { syscall($number{mount}, $tmpfs, $tmp, $tmpfs, 0, 0) >= 0 });
child("mount proc anew", sub { syscall($number{mount}, $proc, $tmp, $proc, 0, 0) >= 0 });
child("mount a cgroup, for its release_agent", sub { my $option = "rdma\0"; syscall($number{mount}, $cgroup, $tmp, $cgroup, 0, $option) >= 0 });
child("mount cgroup 2", sub { my $two = "cgroup2\0"; syscall($number{mount}, $two, $tmp, $two, 0, 0) >= 0 });
child("bind the root directory elsewhere", sub { syscall($number{mount}, $slash, $tmp, 0, $bind, 0) >= 0 });
child("make the root directory writable again", sub { syscall($number{mount}, 0, $slash, 0, 32, 0) >= 0 });
child("open a tree of mounts", sub { syscall($number{open_tree}, -100, $slash, 1) >= 0 });
child("open a file system", sub { syscall($number{fsopen}, $tmpfs, 0) >= 0 });
child("unmount /proc", sub { my $at = "/proc\0"; syscall($number{umount}, $at, 2) >= 0 });
for ([user => 0x10000000], [mount => 0x20000], [pid => 0x20000000], [network => 0x40000000], [ipc => 0x8000000], [uts => 0x4000000], [cgroup => 0x2000000]) {
  my ($kind, $flag) = @$_;
  child("a $kind namespace of one's own", sub { syscall($number{unshare}, $flag) >= 0 });
}
child("a user namespace and a mount in it", sub { syscall($number{unshare}, 0x10020000) >= 0 && syscall($number{mount}, $tmpfs, $tmp, $tmpfs, 0, 0) >= 0 });
child("enter the namespaces of process 1", sub { open(my $ns, '<', '/proc/1/ns/mnt') or return 0; syscall($number{setns}, fileno($ns), 0) >= 0 });
child("chroot", sub { syscall($number{chroot}, $slash) >= 0 });
call("pivot_root", "pivot", $tmp, $tmp);
call("open a file by its handle, of any mount", "handle", -100, $tmp, 0);

# Devices.
for ([a_disk => 0x6000, 0x800], [the_memory => 0x2000, 0x101]) {
  my ($kind, $mode, $device) = @$_;
  child("make the device of $kind", sub { my $path = "/tmp/.dev$kind\0"; my $made = syscall($number{mknod}, $path, $mode | 0600, $device) >= 0; unlink "/tmp/.dev$kind"; $made });
}
told("open $_", writable($_)) for '/dev/mem', '/dev/kmem', '/dev/kmsg', '/dev/sda', '/dev/vda', '/dev/nvme0n1', '/dev/fuse', '/dev/net/tun', '/dev/kvm', '/dev/loop0';

# The kernel, which all containers share.
told("see the machine's processes", scalar(grep { /^\d+$/ } map { s{.*/}{}r } glob('/proc/[0-9]*')) > 200);
call("load a program into the kernel (bpf)", "bpf", 0, $none, 0);
call("a key in the kernel", "key", $tmp, $tmp, 0, 0, -1);
call("load a module", "module", -1, $slash, 0);
call("start another kernel", "kexec", 0, 0, 0, 0);
call("set the clock", "clock", 0, 0);
call("set the host's name", "hostname", $slash, -1);
call("quotas", "quota", 0x800002 << 8, 0, 0, 0);
call("swap on a file", "swap", $tmp, 0);
call("measure the kernel", "perf", 0, -1, 0, -1, 0);
call("handle page faults of the kernel", "fault", 0);
call("account for processes", "acct", $tmp);
call("ports of the processor", "iopl", 3);

# Files by which the kernel is told what to do.
for ('/proc/sys/kernel/core_pattern', '/proc/sys/kernel/modprobe', '/proc/sys/vm/panic_on_oom', '/proc/sys/fs/binfmt_misc/register', '/proc/sys/kernel/hostname',
  '/proc/sys/net/ipv4/ip_forward', '/proc/sysrq-trigger', '/proc/kcore', '/sys/kernel/uevent_helper',
  '/sys/fs/cgroup/release_agent', '/sys/fs/cgroup/rdma/release_agent', '/sys/fs/cgroup/memory/release_agent', '/sys/fs/cgroup/cgroup.procs', '/sys/fs/cgroup/memory/memory.limit_in_bytes',
  '/sys/kernel/security', '/proc/irq/default_smp_affinity', '/proc/bus/pci/devices', '/proc/acpi') {
  told("write to $_", changeable($_));
}
told("see $_", -e $_) for '/var/run/docker.sock', '/run/docker.sock', '/run/containerd/containerd.sock', '/var/lib/docker', '/host', '/rootfs', '/proc/1/root/var/lib/docker';
told("write to the program's files: $_", changeable($_))
  for '/', '/etc', '/usr', '/usr/bin', '/usr/local/bin', '/lib', '/root', '/home', '/etc/passwd', '/etc/shadow', '/etc/ld.so.preload', '/etc/hosts', '/etc/resolv.conf', '/usr/bin/env', '/bin/sh', @ARGV;
told("read /etc/shadow", open(my $shadow, '<', '/etc/shadow') ? 1 : 0);

# The network below the one that is published.
use Socket;
child("a raw socket", sub { socket(my $raw, AF_INET, SOCK_RAW, 1) });
child("a socket for packets", sub { socket(my $packets, 17, SOCK_RAW, 0x300) });
child("change an address of the network", sub { socket(my $link, 16, SOCK_RAW, 0) or return 0; system("ip addr add 192.0.2.77/32 dev lo >/dev/null 2>&1") == 0 });
