package docker

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/docker/docker/client"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// A connection is one configured provider: its engine, and the end of all waiting when the CLI is interrupted.
type connection struct {
	stopped context.Context
	cancel  context.CancelFunc

	mutex sync.Mutex
	api   *client.Client
}

func newConnection() *connection {
	stopped, cancel := context.WithCancel(context.Background())
	return &connection{stopped: stopped, cancel: cancel}
}

// configFields: the official plugin knows more; what is not here is refused rather than ignored.
var configFields = []field{{name: "host", kind: text}}

func checkConfig(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
	c := &checker{noun: "provider"}
	known := append([]field{{name: "version", kind: text}, {name: "pluginDownloadURL", kind: text}}, configFields...)
	inputs := c.object(known, req.Inputs, "").Delete(defaultsKey)
	if inputs.Get("host").IsNull() {
		inputs = inputs.Set("host", property.New(defaultHost()))
	}
	return p.CheckResponse{Inputs: inputs, Failures: c.failures}, nil
}

// diffConfig: another address is another way to the engine, so nothing is replaced for it, as officially.
func diffConfig(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	d := differ{}
	d.object(configFields, "", req.State, req.Inputs, false)
	return p.DiffResponse{HasChanges: len(d) > 0, DetailedDiff: d}, nil
}

func defaultHost() string {
	if host := os.Getenv("DOCKER_HOST"); host != "" {
		return host
	}
	return client.DefaultDockerHost
}

// configure fails where no engine answers, in a preview too: the official plugin does.
func (c *connection) configure(ctx context.Context, req p.ConfigureRequest) error {
	host := textOf(req.Args, "host")
	if host == "" {
		host = req.Variables["docker:config:host"]
	}
	if host == "" {
		host = defaultHost()
	}
	if strings.HasPrefix(host, "ssh://") {
		return fmt.Errorf("the stand-in of @pulumi/docker does not know ssh:// hosts, but the host is %s", host)
	}
	// FromEnv for the TLS settings of the environment; the host above wins over its DOCKER_HOST.
	api, err := client.NewClientWithOpts(client.FromEnv, client.WithHost(host), client.WithAPIVersionNegotiation())
	if err != nil {
		return fmt.Errorf("the Docker host %s cannot be used: %w", host, err)
	}
	ctx, done := c.until(ctx, 30)
	defer done()
	if _, err := api.Ping(ctx); err != nil {
		return fmt.Errorf("cannot connect to the Docker daemon at %s; is it running?", host)
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.api = api
	return nil
}

// uninterrupted is for what must not be broken off: the engine would have made, or stopped, what the state knows nothing of.
func uninterrupted(ctx context.Context, extra time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), time.Minute+extra)
}

func (c *connection) engine() (*client.Client, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.api == nil {
		return nil, errNotConfigured
	}
	return c.api, nil
}
