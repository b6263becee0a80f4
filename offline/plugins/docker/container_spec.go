package docker

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/go-connections/nat"
	"github.com/docker/go-units"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

const mebibyte = 1024 * 1024

// A spec is what the engine is asked to create.
type spec struct {
	config *container.Config
	host   *container.HostConfig
}

func containerSpec(inputs property.Map) (spec, error) {
	volumes, binds, err := mounts(objectsOf(inputs, "volumes"))
	if err != nil {
		return spec{}, err
	}
	cpus, err := nanoCPUs(textOf(inputs, "cpus"))
	if err != nil {
		return spec{}, err
	}
	exposed, bindings := published(objectsOf(inputs, "ports"))
	initProcess := flagOf(inputs, "init") // unset means no, not the engine's own default
	config := &container.Config{
		Image:        textOf(inputs, "image"),
		Hostname:     textOf(inputs, "hostname"),
		User:         textOf(inputs, "user"),
		WorkingDir:   textOf(inputs, "workingDir"),
		Cmd:          textsOf(inputs, "command"),
		Entrypoint:   textsOf(inputs, "entrypoints"),
		Env:          textsOf(inputs, "envs"),
		Labels:       labelsOf(inputs),
		ExposedPorts: exposed,
		Volumes:      volumes,
		StopSignal:   textOf(inputs, "stopSignal"),
		Healthcheck:  healthcheck(inputs),
	}
	if timeout := int(wholeOf(inputs, "stopTimeout")); timeout != 0 {
		config.StopTimeout = &timeout
	}
	capabilities := objectOf(inputs, "capabilities")
	host := &container.HostConfig{
		Binds:          binds,
		PortBindings:   bindings,
		NetworkMode:    container.NetworkMode(textOf(inputs, "networkMode")),
		RestartPolicy:  restartPolicy(inputs),
		AutoRemove:     flagOf(inputs, "rm"),
		ReadonlyRootfs: flagOf(inputs, "readOnly"),
		Init:           &initProcess,
		CapAdd:         textsOf(capabilities, "adds"),
		CapDrop:        textsOf(capabilities, "drops"),
		GroupAdd:       textsOf(inputs, "groupAdds"),
		Tmpfs:          textMapOf(inputs, "tmpfs"),
		Sysctls:        textMapOf(inputs, "sysctls"),
		ShmSize:        wholeOf(inputs, "shmSize") * mebibyte,
		LogConfig:      container.LogConfig{Type: textOf(inputs, "logDriver"), Config: textMapOf(inputs, "logOpts")},
		Resources: container.Resources{
			CPUShares:  wholeOf(inputs, "cpuShares"),
			NanoCPUs:   cpus,
			Memory:     wholeOf(inputs, "memory") * mebibyte,
			MemorySwap: memorySwap(inputs),
			Ulimits:    ulimits(objectsOf(inputs, "ulimits")),
		},
	}
	for _, entry := range objectsOf(inputs, "hosts") {
		host.ExtraHosts = append(host.ExtraHosts, textOf(entry, "host")+":"+textOf(entry, "ip"))
	}
	host.SecurityOpt, host.MaskedPaths, host.ReadonlyPaths = securityOptions(textsOf(inputs, "securityOpts"))
	return spec{config, host}, nil
}

func restartPolicy(inputs property.Map) container.RestartPolicy {
	return container.RestartPolicy{
		Name:              container.RestartPolicyMode(textOf(inputs, "restart")),
		MaximumRetryCount: int(wholeOf(inputs, "maxRetryCount")),
	}
}

// memorySwap is in MiB, but -1 means without limit.
func memorySwap(inputs property.Map) int64 {
	if swap := wholeOf(inputs, "memorySwap"); swap <= 0 {
		return swap
	}
	return wholeOf(inputs, "memorySwap") * mebibyte
}

func healthcheck(inputs property.Map) *container.HealthConfig {
	check := objectOf(inputs, "healthcheck")
	if inputs.Get("healthcheck").IsNull() {
		return nil // the image's own
	}
	seconds := func(key string) time.Duration {
		d, _ := time.ParseDuration(textOf(check, key)) // Check has refused all else
		return d
	}
	return &container.HealthConfig{
		Test:          textsOf(check, "tests"),
		Interval:      seconds("interval"),
		Timeout:       seconds("timeout"),
		StartPeriod:   seconds("startPeriod"),
		StartInterval: seconds("startInterval"),
		Retries:       int(wholeOf(check, "retries")),
	}
}

func published(ports []property.Map) (nat.PortSet, nat.PortMap) {
	exposed, bindings := nat.PortSet{}, nat.PortMap{}
	for _, port := range ports {
		inner := nat.Port(fmt.Sprintf("%d/%s", wholeOf(port, "internal"), textOf(port, "protocol")))
		exposed[inner] = struct{}{}
		bindings[inner] = append(bindings[inner], nat.PortBinding{
			HostIP:   textOf(port, "ip"),
			HostPort: strconv.FormatInt(wholeOf(port, "external"), 10), // 0: the engine picks one
		})
	}
	return exposed, bindings
}

// mounts returns the mount points and the binds. A path on the host wins over the name of a volume, as officially.
func mounts(volumes []property.Map) (map[string]struct{}, []string, error) {
	points, binds := map[string]struct{}{}, []string{}
	for _, volume := range volumes {
		path, source := textOf(volume, "containerPath"), textOf(volume, "hostPath")
		if source == "" {
			source = textOf(volume, "volumeName")
		}
		if path == "" {
			return nil, nil, errors.New("a volume of a container needs containerPath")
		}
		points[path] = struct{}{}
		mode := "rw"
		if flagOf(volume, "readOnly") {
			mode = "ro"
		}
		if source != "" {
			binds = append(binds, source+":"+path+":"+mode)
		}
	}
	return points, binds, nil
}

func ulimits(limits []property.Map) []*units.Ulimit {
	var all []*units.Ulimit
	for _, limit := range limits {
		all = append(all, &units.Ulimit{
			Name: textOf(limit, "name"), Soft: wholeOf(limit, "soft"), Hard: wholeOf(limit, "hard"),
		})
	}
	return all
}

// securityOptions takes out what is the client's business: the engine knows no systempaths option.
func securityOptions(options []string) (kept, masked, readonly []string) {
	for _, option := range options {
		if option == "systempaths=unconfined" {
			masked, readonly = []string{}, []string{}
		} else {
			kept = append(kept, option)
		}
	}
	return kept, masked, readonly
}
