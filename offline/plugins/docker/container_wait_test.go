package docker

import (
	"archive/tar"
	"strings"
	"testing"
	"time"
)

func healthy(file string) obj {
	return obj{"wait": true, "healthcheck": obj{"tests": []string{"CMD", "/box", "exists", file}, "interval": "200ms"}}
}

func TestWaitForHealth(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "healthy")
	d.up("create", program(d, healthy("/box")))
	equal(t, "the health", inspect(t, d).State.Health.Status, "healthy")
	d.up("same", program(d, healthy("/box")))
}

func TestWaitThatFailsIsTakenUpByTheNextRun(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "unhealthy")
	asked := program(d, with(healthy("/not-yet"), obj{
		"waitTimeout": 2,
		"uploads":     []obj{{"file": "/f", "content": secret("token: hunter2hunter2")}},
	}))
	_, err := d.try(asked)
	fails(t, err, d.urn.Name(), "failed to be in healthy state within 2 s", "state running", "/not-yet",
		"waiting; token=[secret]")
	equal(t, "the container is in the state", d.id, inspect(t, d).ID)

	step, err := d.try(asked)
	equal(t, "the next run", step, "update")
	fails(t, err, "failed to be in healthy state")

	must(t, upload{content: "x", header: headerOf("/not-yet")}.copyInto(t.Context(), api, d.id))
	d.up("update", asked)
	d.up("same", asked)
}

func TestWaitEndsWithARefresh(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "recovered")
	asked := program(d, with(healthy("/not-yet"), obj{"waitTimeout": 1}))
	_, err := d.try(asked)
	fails(t, err, "failed to be in healthy state")
	d.refresh()
	equal(t, "what a run changes", changes(d.diff(asked)), "wait update")
	must(t, upload{content: "x", header: headerOf("/not-yet")}.copyInto(t.Context(), api, d.id))
	for range 50 {
		if inspect(t, d).State.Health.Status == "healthy" {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	d.refresh()
	d.up("same", asked)
}

func TestWaitThatFailedSucceedsWithABetterHealthCheck(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "better")
	_, err := d.try(program(d, with(healthy("/never"), obj{"waitTimeout": 1})))
	fails(t, err, "failed to be in healthy state")
	d.up("replace", program(d, healthy("/box")))
}

func TestWaitForAContainerThatExits(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "exits")
	began := time.Now()
	_, err := d.try(program(d, with(healthy("/box"), obj{"command": []string{"/box", "fail"}})))
	fails(t, err, "as it has exited", "state exited, exit code 3", "last log lines:\ngoing to fail")
	if time.Since(began) > 20*time.Second {
		t.Error("it waited for the timeout")
	}
}

func TestWaitWithoutHealthCheck(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "no-check")
	_, err := d.try(program(d, obj{"wait": true}))
	fails(t, err, d.urn.Name(), "has no health check", "remove wait or add healthcheck")
}

func TestWaitStopsOnAnInterrupt(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "interrupt")
	began := time.Now()
	time.AfterFunc(2*time.Second, func() { _ = d.server.Cancel() })
	_, err := d.try(program(d, healthy("/never")))
	fails(t, err, "failed to be in healthy state before the interrupt")
	if time.Since(began) > 20*time.Second || strings.Contains(err.Error(), "waitTimeout") {
		t.Errorf("it waited %s: %v", time.Since(began), err)
	}
	equal(t, "the container is in the state", d.id, inspect(t, d).ID)
	d.id = "" // an interrupted provider does nothing more; sweep takes it away
}

func headerOf(file string) tar.Header { return tar.Header{Name: file, Mode: 0o644, Size: 1} }
