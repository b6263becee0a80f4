package docker

import (
	"strings"
	"testing"
)

var nproc = obj{"name": "nproc", "soft": 512, "hard": 512}
var nofile = obj{"name": "nofile", "soft": 1024, "hard": 2048}

func TestContainerLimitsReachTheEngineAndStayAfterARefresh(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "limits")
	asked := program(d, obj{
		"ulimits": []obj{nproc, nofile}, "shmSize": 128, "cpus": "0.5", "cpuShares": 512, "memory": 64, "memorySwap": 64,
	})
	d.up("create", asked)
	host := inspect(t, d).HostConfig
	equal(t, "the CPUs", host.NanoCPUs, 500_000_000)
	equal(t, "the CPU shares", host.CPUShares, 512)
	equal(t, "the shared memory", host.ShmSize, 128*mebibyte)
	equal(t, "the number of ulimits", len(host.Ulimits), 2)
	d.refresh()
	d.up("same", with(asked, obj{"ulimits": []obj{nofile, nproc}}))
	equal(t, "shmSize that is left out stays", changes(d.diff(with(asked, obj{"shmSize": nil}))), "")
	equal(t, "cpus that is left out", changes(d.diff(with(asked, obj{"cpus": nil}))), "cpus delete&replace")

	d.up("update", with(asked, obj{"cpuShares": 256, "memory": 96, "memorySwap": 96}))
	host = inspect(t, d).HostConfig
	equal(t, "the CPU shares after an update", host.CPUShares, 256)
	equal(t, "the memory after an update", host.Memory, 96*mebibyte)
}

// As officially: zero tells the engine nothing, so a limit can be changed in place, and not taken away.
func TestContainerLimitsThatAreLeftOutStayInTheEngine(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "limits-stay")
	d.up("create", program(d, obj{"cpuShares": 512, "memory": 64, "memorySwap": 64}))
	d.up("update", program(d, nil))
	equal(t, "the CPU shares", inspect(t, d).HostConfig.CPUShares, 512)
	d.up("same", program(d, nil))
	d.refresh()
	equal(t, "what a run after a refresh changes", changes(d.diff(program(d, nil))),
		"cpuShares delete\nmemory delete\nmemorySwap delete")
}

func TestContainerCPUsSettleWhereTheyAreWrittenAsTheOfficialPluginDoes(t *testing.T) {
	for written, read := range map[string]string{
		"1.0": "1.0", "0.5": "0.5", "0.25": "0.25", "1.5": "1.5", "1": "1.0", "1.50": "1.5", "10": "10.", "0.05": "0.1",
	} {
		nanos, err := nanoCPUs(written)
		must(t, err)
		equal(t, written+" as it is read", cpusText(nanos), read)
	}
	for _, wrong := range []string{"x", "0.0000000001"} {
		_, err := nanoCPUs(wrong)
		fails(t, err, "cpus must", wrong)
	}
}

func TestContainerVolumeThatIsReadOnly(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "read-only-volume")
	volume := d.urn.Name() + "-data"
	asked := program(d, obj{"volumes": []obj{
		{"containerPath": "/a", "volumeName": volume}, {"containerPath": "/b", "volumeName": volume, "readOnly": true},
	}})
	d.up("create", asked)
	equal(t, "the binds", strings.Join(inspect(t, d).HostConfig.Binds, " "), volume+":/a:rw "+volume+":/b:ro")
	d.refresh()
	d.up("same", asked)
	writable := with(asked, obj{"volumes": []obj{
		{"containerPath": "/a", "volumeName": volume}, {"containerPath": "/b", "volumeName": volume, "readOnly": false},
	}})
	equal(t, "what makes it writable", changes(d.diff(writable)), "volumes[1].readOnly update&replace")
}

func TestContainerNoLongerWaitedForIsUpdatedInPlace(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "wait-removed")
	check := obj{"healthcheck": obj{"tests": []string{"CMD", "/box", "exists", "/box"}, "interval": "1s"}}
	d.up("create", with(program(d, check), obj{"wait": true, "waitTimeout": 120}))
	equal(t, "what the removal changes", changes(d.diff(program(d, check))), "wait update\nwaitTimeout update")
	d.up("update", program(d, check))
	equal(t, "wait is written into the state", d.state.Get("wait").IsBool(), true)
	d.up("same", with(program(d, check), obj{"wait": false}))
	d.refresh()
	d.up("same", program(d, check))

	// As officially: a health check that is left out is "whatever there is", and stays.
	d.up("same", program(d, nil))
	equal(t, "the container has its health check", inspect(t, d).Config.Healthcheck != nil, true)
	d.up("replace", program(d, obj{"labels": []obj{{"label": "a", "value": "b"}}}))
	equal(t, "the next container has none", inspect(t, d).Config.Healthcheck == nil, true)
}

func TestContainerThatIsNotWaitedForMayBeUnhealthy(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "unhealthy")
	asked := program(d, obj{
		"healthcheck": obj{"tests": []string{"CMD", "/box", "exists", "/nothing"}, "interval": "1s", "retries": 1}, "wait": false,
	})
	d.up("create", asked)
	d.refresh()
	d.up("same", asked)
}
