package docker

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// program is a container that runs until it is told to stop.
func program(d *deployment, more obj) obj {
	return with(obj{"image": testImage, "name": d.urn.Name()}, more)
}

func inspect(t *testing.T, d *deployment) container.InspectResponse {
	t.Helper()
	seen, err := api.ContainerInspect(context.Background(), d.id)
	must(t, err)
	return seen
}

func TestContainerLifeCycle(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "life")
	asked := program(d, obj{
		"envs":                []string{"B=2", "A=1"},
		"labels":              []obj{{"label": "l", "value": "v"}},
		"command":             []string{"/box", "wait"},
		"user":                "991:992",
		"workingDir":          "/",
		"memory":              64,
		"memorySwap":          64,
		"restart":             "unless-stopped",
		"capabilities":        obj{"drops": []string{"ALL"}, "adds": []string{"CAP_CHOWN", "CAP_SETUID"}},
		"securityOpts":        []string{"no-new-privileges:true"},
		"ulimits":             []obj{{"name": "nofile", "soft": 1024, "hard": 2048}},
		"tmpfs":               obj{"/run": "size=1m"},
		"sysctls":             obj{"net.ipv4.ip_unprivileged_port_start": "80"},
		"hosts":               []obj{{"host": "h", "ip": "10.1.1.1"}},
		"groupAdds":           []string{"993"},
		"init":                true,
		"hostname":            "life",
		"logDriver":           "json-file",
		"logOpts":             obj{"max-size": "1m"},
		"stopSignal":          "SIGINT",
		"stopTimeout":         3,
		"shmSize":             8,
		"cpuShares":           512,
		"readOnly":            true,
		"healthcheck":         obj{"tests": []string{"CMD", "/box", "exists", "/box"}, "interval": "1m0s", "retries": 3},
		"ports":               []obj{{"internal": 81, "ip": "127.0.0.1"}, {"internal": 80, "ip": "127.0.0.1"}},
		"destroyGraceSeconds": 5,
	})
	d.up("create", asked)

	seen := inspect(t, d)
	equal(t, "the ID", d.id, seen.ID)
	equal(t, "the memory", seen.HostConfig.Memory, 64*mebibyte)
	equal(t, "init", *seen.HostConfig.Init, true)
	equal(t, "the stop signal", seen.Config.StopSignal, "SIGINT")
	equal(t, "the user", seen.Config.User, "991:992")
	equal(t, "the label", seen.Config.Labels["l"], "v")
	equal(t, "the network mode", textOf(d.state, "networkMode"), "bridge")
	equal(t, "the networks", textOf(objectsOf(d.state, "networkDatas")[0], "networkName"), "bridge")
	equal(t, "the first port outside is known", wholeOf(objectsOf(d.state, "ports")[0], "external") > 0, true)
	equal(t, "what a second run changes", changes(d.diff(asked)), "")

	d.refresh()
	equal(t, "what a run after a refresh changes", changes(d.diff(asked)), "")

	d.up("update", with(asked, obj{"memory": 65, "memorySwap": 65, "restart": "always"}))
	after := inspect(t, d)
	equal(t, "the container", after.ID, seen.ID)
	equal(t, "the memory", after.HostConfig.Memory, 65*mebibyte)
	equal(t, "the restart policy", after.HostConfig.RestartPolicy.Name, "always")

	old := d.id
	d.up("replace", with(asked, obj{"envs": []string{"A=1"}}))
	equal(t, "the container is another", d.id != old, true)
	if _, err := api.ContainerInspect(context.Background(), old); err == nil {
		t.Error("the replaced container is still there")
	}
	last := d.id
	d.destroy()
	if _, err := api.ContainerInspect(context.Background(), last); err == nil {
		t.Error("the deleted container is still there")
	}
}

func TestContainerWithFewInputsHasNoDiff(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "few")
	asked := obj{"image": testImage}
	d.up("create", asked)
	if !strings.HasPrefix(textOf(d.state, "name"), d.urn.Name()+"-") {
		t.Errorf("the name is %s", textOf(d.state, "name"))
	}
	equal(t, "shmSize", wholeOf(d.state, "shmSize"), 64)
	equal(t, "the length of the hostname", len(textOf(d.state, "hostname")), 12)
	equal(t, "the log driver", textOf(d.state, "logDriver"), "json-file")
	equal(t, "the command of the image", strings.Join(textsOf(d.state, "command"), " "), "/box wait")
	d.refresh()
	d.up("same", asked)
}

// The engine calls them CAP_… whatever it was told, and the official plugin compares with that: such names never settle.
func TestContainerCapabilityWithoutItsPrefixReplacesEveryTime(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "caps")
	asked := program(d, obj{"capabilities": obj{"adds": []string{"CHOWN"}, "drops": []string{"ALL"}}})
	d.up("create", asked)
	equal(t, "what a second run changes", changes(d.diff(asked)), "capabilities.adds[0] update&replace")
}

// As officially: the engine sets the swap limit itself, and the next run takes it for something to remove.
func TestContainerMemoryWithoutSwapUpdatesOnce(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "swap")
	asked := program(d, obj{"memory": 64})
	d.up("create", asked)
	equal(t, "the swap limit", wholeOf(d.state, "memorySwap"), 128)
	equal(t, "what a second run changes", changes(d.diff(asked)), "memorySwap delete")
	d.up("update", asked)
	d.up("same", asked)
	_, err := d.try(program(d, obj{"memory": 256}))
	fails(t, err, "unable to update container "+d.urn.Name(), "memoryswap")
}

func TestContainerUpdateOfTheStateAlone(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "state")
	d.up("create", program(d, nil))
	check := obj{"healthcheck": obj{"tests": []string{"CMD", "/box", "exists", "/box"}}}
	d.up("update", program(d, check))
	equal(t, "the container has no health check, as officially", inspect(t, d).Config.Healthcheck == nil, true)
	d.up("same", program(d, check))
}

func TestContainerNameConflict(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "conflict")
	d.up("create", program(d, nil))
	other := deploymentOf(t, containerResource, "conflict")
	_, err := other.try(program(d, nil))
	fails(t, err, "unable to create container "+d.urn.Name(), "Conflict", "is already in use")
}

func TestContainerWhoseStartFailsIsReplacedByTheNextRun(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "start")
	_, err := d.try(program(d, obj{"command": []string{"/not-there"}}))
	fails(t, err, "unable to start container "+d.urn.Name(), "/not-there")
	equal(t, "the container in the state", d.id, inspect(t, d).ID)
	d.up("replace", program(d, nil))
	equal(t, "it runs", inspect(t, d).State.Running, true)
	d.up("same", program(d, nil))
}

// As officially: where nothing unknown calls for a replacement, an update does not start it; after a refresh the next run does.
func TestContainerWhoseStartFailedIsStartedAfterARefresh(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "start-entrypoint")
	asked := program(d, obj{"entrypoints": []string{"/box"}, "command": []string{"wait"}, "user": "nobody-has-this"})
	_, err := d.try(asked)
	fails(t, err, "unable to start container")
	d.up("update", asked)
	d.up("update", asked)
	equal(t, "the status", inspect(t, d).State.Status, "created")
	d.refresh()
	equal(t, "it is to run", changes(d.diff(asked)), "mustRun update")
}

func TestContainerWithoutItsImage(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "image")
	_, err := d.try(program(d, obj{"image": "localhost:1/nobody/has:this"}))
	fails(t, err, "unable to create container", "localhost:1/nobody/has:this", "unable to pull")
}

func TestContainerPreviewNeedsNoEngine(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "preview")
	inputs := d.checked(program(d, obj{"image": property.New(property.Computed), "memory": 64}))
	provider := Provider() // never configured
	planned, err := provider.Create(context.Background(), p.CreateRequest{Urn: d.urn, Properties: inputs, DryRun: true})
	must(t, err)
	equal(t, "the ID", planned.ID, "")
	for _, name := range []string{"image", "hostname", "networkDatas", "exitCode", "bridge", "envs"} {
		equal(t, name+" is unknown", planned.Properties.Get(name).IsComputed(), true)
	}
	equal(t, "memory", wholeOf(planned.Properties, "memory"), 64)
	equal(t, "uploads are not there", planned.Properties.Get("uploads").IsNull(), true)
}

func TestContainerOneShot(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "once")
	d.up("create", program(d, obj{
		"command": []string{"/box", "fail"}, "attach": true, "logs": true, "mustRun": false,
	}))
	equal(t, "the exit code", wholeOf(d.state, "exitCode"), 3)
	equal(t, "the logs", textOf(d.state, "containerLogs"), "going to fail\n")
	d.refresh()
	equal(t, "the logs after a refresh", textOf(d.state, "containerLogs"), "going to fail\n")
}

func TestContainerGetsItsGraceWhenDeleted(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "grace")
	d.up("create", program(d, obj{"destroyGraceSeconds": 20}))
	for range 50 { // until it listens for signals
		if logs, _ := logsOf(t.Context(), api, d.id, "1"); logs != "" {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	exited, failed := api.ContainerWait(context.Background(), d.id, container.WaitConditionNotRunning)
	began := time.Now()
	d.destroy()
	select {
	case end := <-exited:
		equal(t, "the exit code after the stop signal", end.StatusCode, 0)
	case err := <-failed:
		t.Fatal(err)
	}
	if time.Since(began) > 15*time.Second {
		t.Error("the deletion waited though the container had stopped")
	}
}
