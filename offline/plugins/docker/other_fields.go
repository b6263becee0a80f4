package docker

var networkFields = []field{
	{name: "attachable", kind: flag, replaces: true},
	{name: "driver", kind: text, replaces: true, computed: true},
	{name: "ingress", kind: flag, replaces: true},
	{name: "internal", kind: flag, replaces: true, computed: true},
	{name: "ipamConfigs", kind: objectSet, replaces: true, computed: true, key: "subnet", elem: []field{
		{name: "auxAddress", kind: textMap},
		{name: "gateway", kind: text},
		{name: "ipRange", kind: text},
		{name: "subnet", kind: text},
	}},
	{name: "ipamDriver", kind: text, replaces: true, fallback: "default"},
	{name: "ipamOptions", kind: textMap, replaces: true},
	{name: "ipv6", kind: flag, replaces: true},
	{name: "labels", kind: objectSet, replaces: true, key: "label", elem: labelFields},
	{name: "name", kind: text, replaces: true, autoname: true},
	{name: "options", kind: textMap, replaces: true, computed: true},
}

var networkOutputs = []field{{name: "scope", kind: text}}

var volumeFields = []field{
	{name: "driver", kind: text, replaces: true, computed: true},
	{name: "driverOpts", kind: textMap, replaces: true},
	{name: "labels", kind: objectSet, replaces: true, key: "label", elem: labelFields},
	{name: "name", kind: text, replaces: true, computed: true, autoname: true},
}

var volumeOutputs = []field{{name: "mountpoint", kind: text}}

var remoteImageFields = []field{
	{name: "forceRemove", kind: flag},
	{name: "keepLocally", kind: flag},
	{name: "name", kind: text, required: true, replaces: true},
	{name: "platform", kind: text, replaces: true},
	{name: "pullTriggers", kind: textSet, replaces: true},
	{name: "triggers", kind: textMap, replaces: true},
}

var remoteImageOutputs = []field{
	{name: "imageId", kind: text},
	{name: "repoDigest", kind: text},
}
