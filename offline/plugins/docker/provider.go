package docker

import (
	"context"
	"errors"
	"fmt"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Package is the name that the tokens begin with.
const Package = "docker"

// The official plugin's limit for one create, update or delete where the program sets no customTimeouts.
const operationTimeout = 20 * 60

// Provider is the plugin, not yet connected to an engine.
func Provider() p.Provider {
	c := newConnection()
	return p.Provider{
		GetSchema:   getSchema,
		Cancel:      func(context.Context) error { c.cancel(); return nil },
		CheckConfig: checkConfig,
		DiffConfig:  diffConfig,
		Configure:   c.configure,
		Invoke: func(_ context.Context, req p.InvokeRequest) (p.InvokeResponse, error) {
			return p.InvokeResponse{}, fmt.Errorf("the stand-in of @pulumi/docker does not know function %s", req.Token)
		},
		Check:  check,
		Diff:   diff,
		Create: c.create,
		Read:   c.read,
		Update: c.update,
		Delete: c.delete,
	}
}

func check(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
	r, err := resourceOf(req.Urn)
	if err != nil {
		return p.CheckResponse{}, err
	}
	inputs, failures := r.check(req.Inputs, req.State, req.Urn.Name())
	return p.CheckResponse{Inputs: inputs, Failures: failures}, nil
}

func diff(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	r, err := resourceOf(req.Urn)
	if err != nil {
		return p.DiffResponse{}, err
	}
	return r.diff(req.State, req.Inputs), nil
}

func (c *connection) create(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
	r, err := resourceOf(req.Urn)
	if err != nil {
		return p.CreateResponse{}, err
	}
	if req.DryRun {
		return p.CreateResponse{Properties: r.planned(property.Map{}, req.Properties)}, nil
	}
	api, err := c.engine()
	if err != nil {
		return p.CreateResponse{}, err
	}
	ctx, done := c.until(ctx, req.Timeout)
	defer done()
	made, err := r.create(ctx, api, req.Properties, known(r.planned(property.Map{}, req.Properties)))
	err = withoutSecrets(err, req.Properties)
	return p.CreateResponse{ID: made.id, Properties: made.state, PartialState: partial(err)}, err
}

func (c *connection) update(ctx context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
	r, err := resourceOf(req.Urn)
	if err != nil {
		return p.UpdateResponse{}, err
	}
	planned := r.planned(req.State, req.Inputs)
	if req.DryRun {
		return p.UpdateResponse{Properties: planned}, nil
	}
	api, err := c.engine()
	if err != nil {
		return p.UpdateResponse{}, err
	}
	ctx, done := c.until(ctx, req.Timeout)
	defer done()
	state, err := r.update(ctx, api, req.ID, req.State, planned)
	err = withoutSecrets(err, req.Inputs)
	return p.UpdateResponse{Properties: state, PartialState: partial(err)}, err
}

func (c *connection) read(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
	r, err := resourceOf(req.Urn)
	if err != nil {
		return p.ReadResponse{}, err
	}
	api, err := c.engine()
	if err != nil {
		return p.ReadResponse{}, err
	}
	ctx, done := c.until(ctx, 0)
	defer done()
	got, err := r.read(ctx, api, req.ID, req.Properties)
	if err != nil || got.id == "" {
		return p.ReadResponse{}, withoutSecrets(err, req.Properties)
	}
	if got.state.Get(metaKey).IsNull() {
		got.state = got.state.Set(metaKey, property.New(r.meta))
	}
	if req.Inputs.Len() == 0 {
		return p.ReadResponse{ID: got.id, Properties: got.state, Inputs: r.imported(got.state)}, nil
	}
	inputs := r.refreshed(req.Inputs, req.Properties, got.state)
	return p.ReadResponse{ID: got.id, Properties: got.state, Inputs: inputs}, nil
}

func (c *connection) delete(ctx context.Context, req p.DeleteRequest) error {
	r, err := resourceOf(req.Urn)
	if err != nil {
		return err
	}
	api, err := c.engine()
	if err != nil {
		return err
	}
	ctx, done := c.until(ctx, req.Timeout)
	defer done()
	return withoutSecrets(r.delete(ctx, api, req.ID, req.Properties), req.Properties)
}

// until ends a request's context on an interrupt of the CLI too, and after some seconds at the latest.
func (c *connection) until(ctx context.Context, seconds float64) (context.Context, func()) {
	if seconds == 0 {
		seconds = operationTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(seconds*float64(time.Second)))
	unhook := context.AfterFunc(c.stopped, cancel)
	return ctx, func() { unhook(); cancel() }
}

func partial(err error) *p.InitializationFailed {
	var unfinished errUnfinished
	if !errors.As(err, &unfinished) {
		return nil
	}
	return &p.InitializationFailed{Reasons: []string{err.Error()}}
}
