package docker

// The container's inputs. What replaces and what is filled in is the official schema's; the sets are its sets.
var containerFields = []field{
	{name: "image", kind: text, required: true, replaces: true},
	{name: "name", kind: text, replaces: true, autoname: true},
	{name: "attach", kind: flag, falsy: true},
	{name: "capabilities", kind: object, replaces: true, elem: []field{
		{name: "adds", kind: textSet},
		{name: "drops", kind: textSet},
	}},
	{name: "command", kind: textList, replaces: true, computed: true, check: noEmptyItem},
	{name: "containerReadRefreshTimeoutMilliseconds", kind: whole, fallback: 15000},
	{name: "cpus", kind: text, replaces: true},
	{name: "cpuShares", kind: whole, check: atLeast(0)},
	{name: "destroyGraceSeconds", kind: whole},
	{name: "entrypoints", kind: textList, replaces: true, computed: true},
	{name: "envs", kind: textSet, replaces: true, computed: true},
	{name: "groupAdds", kind: textSet, replaces: true},
	{name: "healthcheck", kind: object, computed: true, elem: []field{
		{name: "interval", kind: text, fallback: "0s", check: duration},
		{name: "retries", kind: whole, check: atLeast(0)},
		{name: "startInterval", kind: text, fallback: "0s", check: duration},
		{name: "startPeriod", kind: text, fallback: "0s", check: duration},
		{name: "tests", kind: textList},
		{name: "timeout", kind: text, fallback: "0s", check: duration},
	}},
	{name: "hostname", kind: text, replaces: true, computed: true},
	{name: "hosts", kind: objectSet, replaces: true, key: "host", elem: []field{
		{name: "host", kind: text, required: true},
		{name: "ip", kind: text, required: true},
	}},
	{name: "init", kind: flag, computed: true},
	{name: "labels", kind: objectSet, replaces: true, computed: true, key: "label", elem: labelFields},
	{name: "logDriver", kind: text, replaces: true, computed: true},
	{name: "logOpts", kind: textMap, replaces: true},
	{name: "logs", kind: flag, falsy: true},
	{name: "maxRetryCount", kind: whole},
	{name: "memory", kind: whole, check: atLeast(0)},
	{name: "memorySwap", kind: whole, check: atLeast(-1)},
	{name: "mustRun", kind: flag, fallback: true},
	{name: "networkMode", kind: text, replaces: true, fallback: "bridge"},
	{name: "networksAdvanced", kind: objectSet, replaces: true, key: "name", elem: []field{
		{name: "aliases", kind: textSet},
		{name: "name", kind: text, required: true},
	}},
	{name: "ports", kind: objectSet, replaces: true, key: "internal", elem: []field{
		{name: "external", kind: whole, computed: true},
		{name: "internal", kind: whole, required: true},
		{name: "ip", kind: text, fallback: "0.0.0.0"},
		{name: "protocol", kind: text, fallback: "tcp"},
	}},
	{name: "readOnly", kind: flag, replaces: true, falsy: true},
	{name: "removeVolumes", kind: flag, fallback: true},
	{name: "restart", kind: text, fallback: "no", check: oneOf("no", "on-failure", "always", "unless-stopped")},
	{name: "rm", kind: flag, falsy: true},
	{name: "securityOpts", kind: textSet, replaces: true, computed: true},
	{name: "shmSize", kind: whole, replaces: true, computed: true, check: atLeast(0)},
	{name: "start", kind: flag, fallback: true},
	{name: "stopSignal", kind: text, replaces: true, computed: true},
	{name: "stopTimeout", kind: whole, replaces: true, computed: true},
	{name: "sysctls", kind: textMap, replaces: true},
	{name: "tmpfs", kind: textMap},
	{name: "ulimits", kind: objectSet, replaces: true, key: "name", elem: []field{
		{name: "hard", kind: whole, required: true},
		{name: "name", kind: text, required: true},
		{name: "soft", kind: whole, required: true},
	}},
	{name: "uploads", kind: objectSet, replaces: true, key: "file", elem: []field{
		{name: "content", kind: text},
		{name: "executable", kind: flag},
		{name: "file", kind: text, required: true},
		{name: "group", kind: text},
		{name: "owner", kind: text},
		{name: "permissions", kind: text, check: permissions},
	}},
	{name: "user", kind: text, replaces: true, clearingKeeps: true},
	{name: "volumes", kind: objectSet, replaces: true, key: "containerPath", elem: []field{
		{name: "containerPath", kind: text},
		{name: "hostPath", kind: text, check: absolute},
		{name: "readOnly", kind: flag},
		{name: "volumeName", kind: text},
	}},
	{name: "wait", kind: flag, falsy: true},
	{name: "waitTimeout", kind: whole, fallback: 60},
	{name: "workingDir", kind: text, replaces: true, clearingKeeps: true},
}

// The container's outputs that are no inputs.
var containerOutputs = []field{
	{name: "bridge", kind: text},
	{name: "containerLogs", kind: text},
	{name: "exitCode", kind: whole},
	{name: "networkDatas", kind: objectSet, elem: []field{
		{name: "gateway", kind: text},
		{name: "globalIpv6Address", kind: text},
		{name: "globalIpv6PrefixLength", kind: whole},
		{name: "ipAddress", kind: text},
		{name: "ipPrefixLength", kind: whole},
		{name: "ipv6Gateway", kind: text},
		{name: "macAddress", kind: text},
		{name: "networkName", kind: text},
	}},
	// inputs of the official plugin that this one refuses, yet fills in as outputs
	{name: "ipcMode", kind: text},
	{name: "platform", kind: text},
	{name: "runtime", kind: text},
}

var labelFields = []field{
	{name: "label", kind: text, required: true},
	{name: "value", kind: text, required: true},
}
