package docker

import (
	"context"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
	"github.com/docker/go-connections/nat"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// readContainer lays what the engine reports over the state. What the official plugin never reads back (envs, labels,
// uploads, volumes, networksAdvanced and what the engine does not know) stays as it is.
func readContainer(ctx context.Context, api *client.Client, id string, state property.Map) (found, error) {
	seen, err := api.ContainerInspect(ctx, id)
	if errdefs.IsNotFound(err) || err == nil && seen.ID != id {
		return found{}, nil // a name or a short ID is no ID here, as officially
	}
	if err != nil {
		return found{}, fmt.Errorf("unable to inspect container %s: %w", id, err)
	}
	o := overlay{fields: append(append([]field{}, containerFields...), containerOutputs...), state: state.AsMap()}
	o.identity(seen)
	o.limits(seen.HostConfig)
	o.process(seen.Config)
	o.network(seen)
	o.unset()
	if !seen.State.Running {
		o.set("exitCode", seen.State.ExitCode)
		if flagOf(state, "mustRun") {
			o.set("mustRun", false) // a change for the next up, which then starts or replaces it
		}
	}
	if o.state[metaKey].IsNull() || recovered(seen) || notStarted(state) {
		o.state[metaKey] = property.New(containerMeta)
	}
	return found{id: seen.ID, state: property.NewMap(o.state)}, nil
}

// unset writes down what is neither asked for nor reported. Where it is missing the official plugin takes it for unknown, and
// replaces the container.
func (o overlay) unset() {
	for name, nothing := range map[string]any{
		"attach": false, "logs": false, "stdinOpen": false, "tty": false, "memoryReservation": 0,
		"command": []string{}, "entrypoints": []string{}, "envs": []string{}, "labels": []string{}, "securityOpts": []string{},
	} {
		if o.state[name].IsNull() {
			o.state[name] = toValue(nothing)
		}
	}
}

func recovered(seen container.InspectResponse) bool {
	return seen.State.Health != nil && seen.State.Health.Status == container.Healthy
}

func (o overlay) identity(seen container.InspectResponse) {
	o.set("name", nameOf(seen))
	// An image given by its ID is compared by ID, one given by name by the name.
	if o.state["image"].IsString() && strings.HasPrefix(o.state["image"].AsString(), "sha256:") {
		o.set("image", seen.Image)
	} else {
		o.set("image", seen.Config.Image)
	}
	o.set("platform", seen.Platform)
}

func (o overlay) process(config *container.Config) {
	o.set("hostname", config.Hostname)
	o.set("command", []string(config.Cmd))
	o.set("entrypoints", []string(config.Entrypoint))
	o.set("user", config.User)
	o.set("workingDir", config.WorkingDir)
	o.set("stopSignal", config.StopSignal)
	if config.StopTimeout != nil {
		o.set("stopTimeout", *config.StopTimeout)
	}
	if check := config.Healthcheck; check != nil {
		o.set("healthcheck", map[string]any{
			"tests":         check.Test,
			"interval":      check.Interval.String(), // "60s" comes back as "1m0s", a diff: officially too
			"timeout":       check.Timeout.String(),
			"startPeriod":   check.StartPeriod.String(),
			"startInterval": check.StartInterval.String(),
			"retries":       check.Retries,
		})
	}
}

func (o overlay) limits(host *container.HostConfig) {
	o.set("rm", host.AutoRemove)
	o.set("readOnly", host.ReadonlyRootfs)
	o.set("restart", string(host.RestartPolicy.Name))
	o.set("maxRetryCount", host.RestartPolicy.MaximumRetryCount)
	o.set("init", host.Init != nil && *host.Init)
	o.set("securityOpts", host.SecurityOpt)
	o.set("groupAdds", host.GroupAdd)
	if len(host.CapAdd)+len(host.CapDrop) > 0 {
		o.set("capabilities", map[string]any{"adds": []string(host.CapAdd), "drops": []string(host.CapDrop)})
	}
	o.set("runtime", host.Runtime)
	o.set("tmpfs", host.Tmpfs)
	o.set("sysctls", host.Sysctls)
	o.set("ipcMode", string(host.IpcMode))
	o.set("memory", host.Memory/mebibyte)
	if host.MemorySwap > 0 {
		o.set("memorySwap", host.MemorySwap/mebibyte)
	} else {
		o.set("memorySwap", host.MemorySwap)
	}
	o.set("shmSize", host.ShmSize/mebibyte)
	o.set("cpuShares", host.CPUShares)
	if host.NanoCPUs > 0 {
		o.set("cpus", cpusText(host.NanoCPUs))
	}
	o.set("logDriver", host.LogConfig.Type)
	if o.has("logOpts") { // otherwise the engine's own defaults would be a change
		o.set("logOpts", host.LogConfig.Config)
	}
	o.set("networkMode", string(host.NetworkMode))
	var hosts []map[string]any
	for _, entry := range host.ExtraHosts {
		name, ip, _ := strings.Cut(entry, ":")
		hosts = append(hosts, map[string]any{"host": name, "ip": ip})
	}
	o.set("hosts", hosts)
	if o.has("ulimits") { // an engine may give every container some
		var limits []map[string]any
		for _, limit := range host.Ulimits {
			limits = append(limits, map[string]any{"name": limit.Name, "soft": limit.Soft, "hard": limit.Hard})
		}
		o.set("ulimits", limits)
	}
}

func (o overlay) network(seen container.InspectResponse) {
	settings := seen.NetworkSettings
	o.set("bridge", settings.Bridge)
	// A stopped container has no ports to report: they are lost, unless it may be stopped.
	if o.has("ports") && (seen.State.Running || o.state["mustRun"].IsBool() && o.state["mustRun"].AsBool()) {
		o.set("ports", portsOf(settings.Ports))
	}
	names := make([]string, 0, len(settings.Networks))
	for name := range settings.Networks {
		names = append(names, name)
	}
	sort.Strings(names)
	networks := []map[string]any{}
	for _, name := range names {
		endpoint := settings.Networks[name]
		networks = append(networks, map[string]any{
			"networkName":            name,
			"ipAddress":              endpoint.IPAddress,
			"ipPrefixLength":         endpoint.IPPrefixLen,
			"gateway":                endpoint.Gateway,
			"globalIpv6Address":      endpoint.GlobalIPv6Address,
			"globalIpv6PrefixLength": endpoint.GlobalIPv6PrefixLen,
			"ipv6Gateway":            endpoint.IPv6Gateway,
			"macAddress":             endpoint.MacAddress,
		})
	}
	o.state["networkDatas"] = toValue(networks)
}

func portsOf(bound nat.PortMap) []map[string]any {
	var ports []map[string]any
	for inner, bindings := range bound {
		for _, binding := range bindings {
			external, _ := strconv.Atoi(binding.HostPort) // the engine reports numbers
			ports = append(ports, map[string]any{
				"internal": inner.Int(), "external": external, "ip": binding.HostIP, "protocol": inner.Proto(),
			})
		}
	}
	sort.Slice(ports, func(i, j int) bool {
		a, b := ports[i], ports[j]
		if a["internal"] != b["internal"] {
			return a["internal"].(int) < b["internal"].(int)
		}
		return fmt.Sprint(a["protocol"], a["ip"]) < fmt.Sprint(b["protocol"], b["ip"])
	})
	return ports
}
